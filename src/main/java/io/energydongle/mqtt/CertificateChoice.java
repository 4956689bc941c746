// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which certificate the next try shows, while a renewed one waits to be accepted: the new one
 * first, and after each refusal the other. Not thread safe.
 *
 * <p>Source: {@code platform.md} section 2, "Rotation".
 */
final class CertificateChoice {

  private static final Logger LOG = LoggerFactory.getLogger(CertificateChoice.class);

  private final DeviceCertificates certificates;
  private boolean prefersWaiting = true;
  private boolean showsWaiting;
  private Optional<String> warning = Optional.empty();

  CertificateChoice(DeviceCertificates certificates) {
    this.certificates = certificates;
  }

  /**
   * Begins a try.
   *
   * @param shows whether it shows a certificate at all.
   * @return true when that is the one that waits.
   */
  boolean next(boolean shows) {
    showsWaiting = shows && prefersWaiting && certificates.isWaiting();
    return showsWaiting;
  }

  /** Another certificate was brought; it comes first. */
  void brought() {
    prefersWaiting = true;
    warning = Optional.empty();
  }

  /** The broker has let the device in. */
  void accepted() {
    if (!showsWaiting) {
      return;
    }
    try {
      certificates.accepted();
      warning = Optional.empty();
      LOG.info("MQTT: the new device certificate is in use");
    } catch (IOException e) {
      LOG.error("the new device certificate could not be put in its place: {}", e.toString());
    }
  }

  /**
   * The try has failed.
   *
   * @param sentence why.
   * @return true when the other certificate can be tried soon.
   */
  boolean refused(String sentence) {
    if (!certificates.isWaiting()) {
      return false;
    }
    if (showsWaiting) {
      warning =
          Optional.of(
              "The new device certificate was not accepted, the old one is tried: " + sentence);
    }
    prefersWaiting = !showsWaiting;
    return showsWaiting;
  }

  /** What the owner should know. */
  Optional<String> warning() {
    return warning;
  }
}
