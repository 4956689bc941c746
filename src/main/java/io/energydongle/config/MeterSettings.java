// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import java.util.Optional;

/**
 * What the user chose about the meter; section {@code meter} of the settings.
 *
 * @param ignoreChecksum take telegrams whose checksum is wrong; only for a meter that calculates it
 *     wrong for good.
 * @param multiplier ratio of current or voltage transformers in front of the meter, 1..10000;
 *     powers, currents and energies are multiplied by it.
 * @param deriveCurrent calculate the current from power and 230 V where the meter sends none.
 * @param currentSource where the current comes from when the meter sends whole amperes.
 * @param currentSign whether the current carries the sign of its phase's power.
 * @param gasChannel M-Bus channel of the gas meter, 1..9, or 0 for finding out.
 * @param waterChannel M-Bus channel of the water meter, 1..9, or 0 for finding out.
 * @param heatChannel M-Bus channel of the heat meter, 1..9, or 0 for finding out.
 * @param decryptionKey 16 bytes from the grid operator, for encrypted telegrams.
 * @param authenticationKey 16 bytes; the one that the Luxembourg specification fixes.
 * @param systemTitle 8 bytes for meters that leave the title out of their frames (Poland).
 */
public record MeterSettings(
    boolean ignoreChecksum,
    int multiplier,
    boolean deriveCurrent,
    CurrentSource currentSource,
    CurrentSign currentSign,
    int gasChannel,
    int waterChannel,
    int heatChannel,
    Optional<Secret> decryptionKey,
    Secret authenticationKey,
    Optional<Secret> systemTitle) {

  /** Where the current of a meter that sends whole amperes comes from. */
  public enum CurrentSource {
    /** From the meter, as it is. */
    METER("meter"),
    /** From the meter, but never less than power divided by voltage. */
    REFINED("refined");

    private final String code;

    CurrentSource(String code) {
      this.code = code;
    }

    /** Name in the settings. */
    public String code() {
      return code;
    }
  }

  /** Whether a current has a sign. */
  public enum CurrentSign {
    /** Always a magnitude, as the meter sends it. */
    NONE("none"),
    /** Negative while its phase exports. */
    BY_PHASE_POWER("by-phase-power");

    private final String code;

    CurrentSign(String code) {
      this.code = code;
    }

    /** Name in the settings. */
    public String code() {
      return code;
    }
  }

  private static final int KEY_BYTES = 16;
  private static final int TITLE_BYTES = 8;
  private static final int CHANNEL_MAX = 9;
  private static final int MULTIPLIER_MAX = 10_000;

  /** What a new device does. */
  public static final MeterSettings DEFAULT =
      new MeterSettings(
          false,
          1,
          false,
          CurrentSource.METER,
          CurrentSign.NONE,
          0,
          0,
          0,
          Optional.empty(),
          Secret.ofHex("00112233445566778899AABBCCDDEEFF"),
          Optional.empty());

  static MeterSettings read(Section section) {
    MeterSettings settings =
        new MeterSettings(
            section.text("checksum", "require").equals("ignore"),
            section.number("multiplier", DEFAULT.multiplier, 1, MULTIPLIER_MAX),
            section.flag("derive_current", DEFAULT.deriveCurrent),
            section.choice(
                "current_source",
                DEFAULT.currentSource,
                CurrentSource.values(),
                CurrentSource::code),
            section.choice(
                "current_sign", DEFAULT.currentSign, CurrentSign.values(), CurrentSign::code),
            section.number("gas_channel", 0, 0, CHANNEL_MAX),
            section.number("water_channel", 0, 0, CHANNEL_MAX),
            section.number("heat_channel", 0, 0, CHANNEL_MAX),
            secret(section, "decryption_key", KEY_BYTES),
            secret(section, "authentication_key", KEY_BYTES).orElse(DEFAULT.authenticationKey),
            secret(section, "system_title", TITLE_BYTES));
    String checksum = section.text("checksum", "require");
    if (!checksum.equals("require") && !checksum.equals("ignore")) {
      section.wrong("checksum", "must be one of require, ignore, is \"" + checksum + "\"");
    }
    section.refuseUnknownKeys();
    return settings;
  }

  private static Optional<Secret> secret(Section section, String key, int bytes) {
    String digits = section.text(key, "");
    if (digits.isEmpty()) {
      return Optional.empty();
    }
    if (digits.length() != 2 * bytes || !digits.matches("[0-9A-Fa-f]*")) {
      section.wrong(
          key,
          "must be "
              + 2 * bytes
              + " hexadecimal digits, has "
              + digits.length()
              + " characters (not shown, it is a secret)");
      return Optional.empty();
    }
    return Optional.of(Secret.ofHex(digits));
  }
}
