// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import io.energydongle.config.MeterSettings.Decryption;
import io.energydongle.config.Secret;
import io.energydongle.decrypt.TelegramCipher;
import io.energydongle.frame.EncryptedFrame;
import io.energydongle.frame.FrameSink;
import io.energydongle.frame.P1Frame;
import io.energydongle.frame.P1Frame.Trailer;
import io.energydongle.frame.P1FrameReader;
import io.energydongle.frame.Rejection;
import io.energydongle.frame.Rejection.Reason;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens encrypted frames with the key of the settings and finds the telegram inside.
 *
 * <p>A right tag outranks the inner checksum, which some meters calculate wrong; without a right
 * tag the inner checksum has to be right.
 *
 * <p>Source: {@code p1.md} section 8.
 */
final class EncryptedTelegrams {

  /**
   * What became of a frame.
   *
   * @param telegram the telegram inside; null when there is none to use.
   * @param verified true when the tag was right.
   * @param rejection why there is none to use; null when there is one.
   * @param isFrame false when these bytes are probably no encrypted frame at all.
   */
  record Result(
      @Nullable P1Frame telegram,
      boolean verified,
      @Nullable Rejection rejection,
      boolean isFrame) {}

  private static final long NO_COUNTER = -1;

  private final @Nullable TelegramCipher cipher;
  private long lastCounter = NO_COUNTER;

  EncryptedTelegrams(Decryption settings) {
    byte[] title = settings.systemTitle().map(Secret::reveal).orElse(new byte[0]);
    byte[] authenticationKey = settings.authenticationKey().reveal();
    cipher =
        settings
            .key()
            .map(key -> new TelegramCipher(key.reveal(), authenticationKey, title))
            .orElse(null);
  }

  Result open(EncryptedFrame frame) {
    if (cipher == null) {
      return refused(
          frame,
          true,
          Reason.KEY_MISSING,
          "encrypted telegram of "
              + sender(frame)
              + "; set meter.decryption_key to the 32 hexadecimal digits that the grid operator"
              + " gives for this meter");
    }
    Optional<byte[]> verified = cipher.openVerified(frame);
    byte[] text = verified.orElseGet(() -> cipher.openUnverified(frame));
    Optional<P1Frame> telegram = telegramIn(text, frame.offset());
    if (verified.isEmpty() && !telegram.map(EncryptedTelegrams::checksumRight).orElse(false)) {
      return refused(
          frame,
          false,
          Reason.DECRYPTION_FAILED,
          "the key does not open the telegram of "
              + sender(frame)
              + "; check meter.decryption_key");
    }
    if (telegram.isEmpty()) {
      return refused(
          frame, true, Reason.DECRYPTION_FAILED, "decrypted, but there is no telegram inside");
    }
    if (frame.counter() == lastCounter) {
      return refused(
          frame,
          true,
          Reason.REPEATED,
          "expected a frame counter other than " + lastCounter + ", that of the last one");
    }
    lastCounter = frame.counter();
    return new Result(telegram.get(), verified.isPresent(), null, true);
  }

  private static Result refused(
      EncryptedFrame frame, boolean isFrame, Reason reason, String detail) {
    return new Result(null, false, new Rejection(reason, frame.offset(), detail), isFrame);
  }

  private static boolean checksumRight(P1Frame telegram) {
    return telegram.trailer() == Trailer.CHECKSUM
        && telegram.checksum() == telegram.calculatedChecksum();
  }

  private static String sender(EncryptedFrame frame) {
    int titleEnd = 2 + frame.systemTitleLength();
    return "meter " + HexFormat.of().formatHex(frame.buffer(), 2, titleEnd);
  }

  /** The first telegram in a decrypted text, placed where its frame stood in the stream. */
  private static Optional<P1Frame> telegramIn(byte[] text, long offset) {
    FirstTelegram first = new FirstTelegram(offset);
    P1FrameReader reader = new P1FrameReader(first, false);
    reader.feed(text, 0, text.length);
    reader.endOfInput();
    return Optional.ofNullable(first.telegram);
  }

  private static final class FirstTelegram implements FrameSink {
    private final long offset;
    private @Nullable P1Frame telegram;

    FirstTelegram(long offset) {
      this.offset = offset;
    }

    @Override
    public void telegram(P1Frame frame) {
      if (telegram == null) {
        telegram =
            new P1Frame(
                frame.buffer().clone(), frame.length(), offset, frame.trailer(), frame.checksum());
      }
    }

    @Override
    public boolean encrypted(EncryptedFrame frame) {
      return false;
    }

    @Override
    public void rejected(Rejection rejection) {
      // What a wrong key makes of a telegram is noise; the caller reports that nothing was found.
    }
  }
}
