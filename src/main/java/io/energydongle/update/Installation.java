// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

/**
 * What is installed, and with it which releases may follow.
 *
 * @param version in use.
 * @param securityEpoch highest one that was ever in use.
 * @param board name of this board.
 * @param java version of Java, such as 17.
 * @param allowDowngrade whether the board file lets older versions in.
 */
public record Installation(
    Version version, int securityEpoch, String board, int java, boolean allowDowngrade) {

  /** Largest archive, bytes. */
  public static final long ARCHIVE_BYTES_MAX = 64L * 1024 * 1024;

  /** Refuses what may not be installed here, the first reason first. */
  public void admit(Manifest release) throws Refusal {
    if (!release.product().equals(Manifest.PRODUCT)) {
      throw new Refusal(
          "other-product",
          "This release is for the product \""
              + release.product()
              + "\", and this device is an energy-dongle. Choose the release of this product.");
    }
    if (!release.boards().contains(board)) {
      throw new Refusal(
          "wrong-board",
          "This release is for boards called "
              + String.join(", ", release.boards())
              + ", and this board is called "
              + board
              + ". Choose the release for it.");
    }
    if (release.java() > java) {
      throw new Refusal(
          "java-too-old",
          "This release needs Java "
              + release.java()
              + ", and this device has "
              + java
              + ". Update the system of the board first: sudo apt upgrade.");
    }
    if (release.securityEpoch() < securityEpoch) {
      throw new Refusal(
          "epoch-too-low",
          "This release has the security epoch "
              + release.securityEpoch()
              + ", and this device has had "
              + securityEpoch
              + ": it lacks a fix that must not be lost. Choose a newer release.");
    }
    admitVersion(release);
    if (release.sizeBytes() > ARCHIVE_BYTES_MAX) {
      throw new Refusal(
          "too-large",
          "This release has "
              + release.sizeBytes()
              + " bytes; the most that is installed is "
              + ARCHIVE_BYTES_MAX
              + ".");
    }
  }

  private void admitVersion(Manifest release) throws Refusal {
    int order = release.version().compareTo(version);
    if (order == 0) {
      throw new Refusal("same-version", "Version " + version + " is what is installed already.");
    }
    if (order < 0 && !allowDowngrade) {
      throw new Refusal(
          "older-version",
          "Version "
              + release.version()
              + " is older than "
              + version
              + ", which is installed. Choose a newer release, or \"Go back\"; allow_downgrade in"
              + " the board file lets older ones in.");
    }
    if (release.minFrom().compareTo(version) > 0) {
      throw new Refusal(
          "too-far",
          "Version "
              + release.version()
              + " can be installed from version "
              + release.minFrom()
              + " on, and this is "
              + version
              + ". Install a release in between first.");
    }
  }
}
