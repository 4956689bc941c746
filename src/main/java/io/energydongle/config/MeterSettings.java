// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What the user chose about the meter; section {@code meter} of the settings.
 *
 * @param ignoreChecksum take telegrams whose checksum is wrong; only for a meter that calculates it
 *     wrong for good.
 * @param electricity how powers and currents are shown.
 * @param channels which M-Bus device counts.
 * @param decryption keys for encrypted telegrams.
 * @param tic what is calculated from the values of a French meter.
 * @param mainFuseAmpere rating of the main fuse per phase, 1..1000 A; 0 when not known.
 */
public record MeterSettings(
    boolean ignoreChecksum,
    Electricity electricity,
    MbusChannels channels,
    Decryption decryption,
    Tic tic,
    int mainFuseAmpere) {

  /**
   * How powers and currents are shown.
   *
   * @param multiplier ratio of current or voltage transformers in front of the meter, 1..10000;
   *     powers, currents and energies are multiplied by it.
   * @param deriveCurrent calculate the current from power and 230 V where the meter sends none.
   * @param currentSource where the current comes from when the meter sends whole amperes.
   * @param currentSign whether the current carries the sign of its phase's power.
   */
  public record Electricity(
      int multiplier, boolean deriveCurrent, CurrentSource currentSource, CurrentSign currentSign) {
    public static final Electricity DEFAULT =
        new Electricity(1, false, CurrentSource.METER, CurrentSign.NONE);
  }

  /**
   * Which M-Bus device counts for a medium: channel 1..9, or 0 for finding out.
   *
   * @param gas channel of the gas meter.
   * @param water channel of the water meter.
   * @param heat channel of the heat meter.
   */
  public record MbusChannels(int gas, int water, int heat) {
    public static final MbusChannels DEFAULT = new MbusChannels(0, 0, 0);
  }

  /**
   * Keys for encrypted telegrams.
   *
   * @param key 16 bytes from the grid operator; empty when there is none.
   * @param authenticationKey 16 bytes; the one that the Luxembourg specification fixes.
   * @param systemTitle 8 bytes for meters that leave the title out of their frames (Poland).
   */
  public record Decryption(
      Optional<Secret> key, Secret authenticationKey, Optional<Secret> systemTitle) {
    public static final Decryption DEFAULT =
        new Decryption(
            Optional.empty(), Secret.ofHex("00112233445566778899AABBCCDDEEFF"), Optional.empty());
  }

  /**
   * What is calculated from the values of a French meter.
   *
   * @param fineCurrent show currents finer than whole amperes, from power divided by voltage.
   * @param phaseExport calculate the negative power of phases that export, instead of 0.
   * @param historicalExport in historical mode take a current without power for export.
   * @param nominalVolt voltage for calculations where the meter sends none, 100..250 V.
   */
  public record Tic(
      boolean fineCurrent, boolean phaseExport, boolean historicalExport, int nominalVolt) {
    public static final Tic DEFAULT = new Tic(true, false, false, 230);
  }

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
  private static final int FUSE_AMPERE_MAX = 1000;
  private static final int MULTIPLIER_MAX = 10_000;

  /** What a new device does. */
  public static final MeterSettings DEFAULT =
      new MeterSettings(
          false, Electricity.DEFAULT, MbusChannels.DEFAULT, Decryption.DEFAULT, Tic.DEFAULT, 0);

  static MeterSettings read(Section section) {
    MeterSettings settings =
        new MeterSettings(
            ignoreChecksum(section),
            electricity(section),
            new MbusChannels(
                section.number("gas_channel", 0, 0, CHANNEL_MAX),
                section.number("water_channel", 0, 0, CHANNEL_MAX),
                section.number("heat_channel", 0, 0, CHANNEL_MAX)),
            new Decryption(
                section.secret("decryption_key", KEY_BYTES),
                section
                    .secret("authentication_key", KEY_BYTES)
                    .orElse(Decryption.DEFAULT.authenticationKey),
                section.secret("system_title", TITLE_BYTES)),
            new Tic(
                section.flag("tic_fine_current", Tic.DEFAULT.fineCurrent),
                section.flag("tic_phase_export", Tic.DEFAULT.phaseExport),
                section.flag("tic_historical_export", Tic.DEFAULT.historicalExport),
                section.number("tic_nominal_v", Tic.DEFAULT.nominalVolt, 100, 250)),
            section.number("main_fuse_a", 0, 0, FUSE_AMPERE_MAX));
    section.refuseUnknownKeys();
    return settings;
  }

  void write(ObjectNode node, SecretForm form) {
    node.put("checksum", ignoreChecksum ? "ignore" : "require");
    node.put("multiplier", electricity.multiplier);
    node.put("derive_current", electricity.deriveCurrent);
    node.put("current_source", electricity.currentSource.code());
    node.put("current_sign", electricity.currentSign.code());
    node.put("gas_channel", channels.gas);
    node.put("water_channel", channels.water);
    node.put("heat_channel", channels.heat);
    form.put(node, "decryption_key", decryption.key);
    boolean usual = decryption.authenticationKey.equals(Decryption.DEFAULT.authenticationKey);
    form.put(
        node,
        "authentication_key",
        usual ? Optional.empty() : Optional.of(decryption.authenticationKey));
    form.put(node, "system_title", decryption.systemTitle);
    node.put("tic_fine_current", tic.fineCurrent);
    node.put("tic_phase_export", tic.phaseExport);
    node.put("tic_historical_export", tic.historicalExport);
    node.put("tic_nominal_v", tic.nominalVolt);
    node.put("main_fuse_a", mainFuseAmpere);
  }

  private static boolean ignoreChecksum(Section section) {
    String word = section.text("checksum", "require");
    if (!word.equals("require") && !word.equals("ignore")) {
      section.wrong("checksum", "must be one of require, ignore, is \"" + word + "\"");
    }
    return word.equals("ignore");
  }

  private static Electricity electricity(Section section) {
    Electricity fallback = Electricity.DEFAULT;
    return new Electricity(
        section.number("multiplier", fallback.multiplier, 1, MULTIPLIER_MAX),
        section.flag("derive_current", fallback.deriveCurrent),
        section.choice(
            "current_source", fallback.currentSource, CurrentSource.values(), CurrentSource::code),
        section.choice(
            "current_sign", fallback.currentSign, CurrentSign.values(), CurrentSign::code));
  }
}
