// SPDX-License-Identifier: Apache-2.0
package io.energydongle.frame;

/** Who takes what a frame reader finds. */
public interface FrameSink {

  /** A complete telegram; its buffer is only valid during this call. */
  void telegram(P1Frame frame);

  /**
   * Something that looks like an encrypted telegram; its buffer is only valid during this call.
   *
   * @return false when it turned out to be none, so that the reader searches on inside it.
   */
  boolean encrypted(EncryptedFrame frame);

  /** Something that began like a telegram and is none. */
  void rejected(Rejection rejection);
}
