// SPDX-License-Identifier: Apache-2.0
package io.energydongle.simulate;

import io.energydongle.config.LineSetting;
import java.time.Instant;
import java.util.Locale;
import java.util.Random;

/**
 * Makes the bytes of a scenario: what the meter sends in each second since it was switched on.
 *
 * <p>Not thread safe.
 */
final class SimulatedMeter {

  private static final int SLOW_PERIOD_SECONDS = 10;
  private static final int SWAP_AT_SECOND = 60;
  private static final int SWAP_PAUSE_SECONDS = 15;
  private static final int NOISE_BYTES = 200;
  private static final int TIC_PERIOD_SECONDS = 2;
  private static final int MODE_SWITCH_AT_SECOND = 60;
  private static final int QUARTER_SECONDS = 900;
  private static final byte[] NOTHING = {};

  private final Scenario scenario;
  private final Random noise = new Random(42);
  private final int daySeconds;
  private House house;
  private long lastSecond = -1;
  private double quarterWattSeconds;
  private long quarter = -1;
  private double peakWatt = 4_120;

  SimulatedMeter(Scenario scenario) {
    this(scenario, House.SHORT_DAY_SECONDS);
  }

  SimulatedMeter(Scenario scenario, int daySeconds) {
    this.scenario = scenario;
    this.daySeconds = daySeconds;
    this.house = new House(4_567_890, 1_234_567, daySeconds);
  }

  /** What the meter sends in that second, which only grows from call to call. */
  byte[] send(long second, Instant now) {
    return switch (scenario) {
      case DSMR5_3PHASE -> dsmr5(second, now, "EDS5\\2SIM-3P", "E0099000000000001");
      case DSMR42 -> second % SLOW_PERIOD_SECONDS == 0 ? dsmr42(second, now) : NOTHING;
      case EMUCS -> emucs(second, now, true);
      case EMUCS_3X230 -> emucs(second, now, false);
      case SILENCE -> NOTHING;
      case NOISE -> noise();
      case METER_SWAP -> meterSwap(second, now);
      case TIC_STANDARD, TIC_STANDARD_PRODUCER, TIC_STANDARD_3PHASE ->
          second % TIC_PERIOD_SECONDS == 0 ? ticStandard(second, now) : NOTHING;
      case TIC_HISTORICAL -> second % TIC_PERIOD_SECONDS == 0 ? ticHistorical(second) : NOTHING;
      case TIC_MODE_SWITCH -> {
        if (second % TIC_PERIOD_SECONDS != 0) {
          yield NOTHING;
        }
        yield second < MODE_SWITCH_AT_SECOND ? ticHistorical(second) : ticStandard(second, now);
      }
    };
  }

  /** The speed at which it speaks in that second. */
  LineSetting line(long second) {
    return switch (scenario) {
      case TIC_STANDARD, TIC_STANDARD_PRODUCER, TIC_STANDARD_3PHASE -> LineSetting.BAUD_9600;
      case TIC_HISTORICAL -> LineSetting.BAUD_1200;
      case TIC_MODE_SWITCH ->
          second < MODE_SWITCH_AT_SECOND ? LineSetting.BAUD_1200 : LineSetting.BAUD_9600;
      default -> LineSetting.BAUD_115200;
    };
  }

  private byte[] ticStandard(long second, Instant now) {
    moveTo(second);
    boolean three = scenario == Scenario.TIC_STANDARD_3PHASE;
    boolean producer = scenario == Scenario.TIC_STANDARD_PRODUCER;
    return TicText.standard(house, now, three, producer);
  }

  private byte[] ticHistorical(long second) {
    moveTo(second);
    return TicText.historical(house);
  }

  private byte[] meterSwap(long second, Instant now) {
    if (second < SWAP_AT_SECOND) {
      return dsmr5(second, now, "EDS5\\2SIM-3P", "E0099000000000001");
    }
    if (second < SWAP_AT_SECOND + SWAP_PAUSE_SECONDS) {
      return NOTHING;
    }
    if (lastSecond < SWAP_AT_SECOND) {
      house = new House(12, 3, daySeconds);
    }
    return dsmr5(second, now, "EDS5\\2SIM-NEW", "E0099000000000002");
  }

  private byte[] noise() {
    byte[] bytes = new byte[NOISE_BYTES];
    noise.nextBytes(bytes);
    return bytes;
  }

  private void moveTo(long second) {
    double elapsed = lastSecond < 0 ? 0 : second - lastSecond;
    house.moveTo(second, elapsed);
    lastSecond = second;
  }

  private byte[] dsmr5(long second, Instant now, String ident, String serial) {
    moveTo(second);
    TelegramText text = new TelegramText(ident);
    text.line("1-3:0.2.8", "50").line("0-0:1.0.0", TelegramText.stamp(now));
    text.hex("0-0:96.1.1", serial);
    addEnergies(text, 0.45);
    text.line("0-0:96.14.0", "0002");
    addPower(text);
    text.line("0-0:96.7.21", "00004").line("0-0:96.7.9", "00002");
    text.line("1-0:99.97.0", "");
    for (int phase = 1; phase <= 3; phase++) {
      text.line(phaseCode(32, phase, ".32.0"), "00000");
    }
    text.line("0-0:96.13.0", "");
    for (int phase = 1; phase <= 3; phase++) {
      text.number(phaseCode(32, phase, ".7.0"), "%05.1f", house.volt(phase), "V");
    }
    for (int phase = 1; phase <= 3; phase++) {
      text.number(phaseCode(31, phase, ".7.0"), "%03.0f", house.ampere(phase), "A");
    }
    addPhasePowers(text);
    addMbus(text, 1, "003", "96.1.0", "24.2.1", "G0099000000000001", now, house.gasCubicMetre());
    return text.withChecksum();
  }

  private byte[] dsmr42(long second, Instant now) {
    moveTo(second);
    TelegramText text = new TelegramText("EDS5SIM-1P-42");
    text.line("1-3:0.2.8", "42").line("0-0:1.0.0", TelegramText.stamp(now));
    text.hex("0-0:96.1.1", "E0042000000000001");
    addEnergies(text, 0.45);
    text.line("0-0:96.14.0", "0001");
    double watt = house.powerWatt();
    addPower(text);
    text.line("0-0:96.7.21", "00001").line("0-0:96.7.9", "00000");
    text.line("1-0:99.97.0", "").line("1-0:32.32.0", "00000").line("1-0:32.36.0", "00000");
    text.line("0-0:96.13.1", "").line("0-0:96.13.0", "");
    text.number("1-0:31.7.0", "%03.0f", Math.abs(watt) / 230, "A");
    text.number("1-0:21.7.0", "%06.3f", Math.max(0, watt) / 1000, "kW");
    text.number("1-0:22.7.0", "%06.3f", Math.max(0, -watt) / 1000, "kW");
    addMbus(text, 1, "003", "96.1.0", "24.2.1", "G0042000000000001", now, house.gasCubicMetre());
    return text.withChecksum();
  }

  private byte[] emucs(long second, Instant now, boolean neutral) {
    moveTo(second);
    countQuarter(now);
    TelegramText text = new TelegramText("FLU5\\253770000_A");
    text.line("0-0:96.1.4", "50217").hex("0-0:96.1.1", "1EDS0000000001");
    text.line("0-0:1.0.0", TelegramText.stamp(now));
    addEnergies(text, 0.6);
    text.line("0-0:96.14.0", "0001");
    text.number("1-0:1.4.0", "%06.3f", quarterWattSeconds / QUARTER_SECONDS / 1000, "kW");
    Instant month = now.minusSeconds(3 * 86_400L);
    text.line("1-0:1.6.0", month, String.format(Locale.ROOT, "%06.3f*kW", peakWatt / 1000));
    addPower(text);
    if (neutral) {
      addPhasePowers(text);
      for (int phase = 1; phase <= 3; phase++) {
        text.number(phaseCode(32, phase, ".7.0"), "%05.1f", house.volt(phase), "V");
      }
    } else {
      addTwoElementPowers(text);
      text.number("1-0:32.7.0", "%05.1f", house.volt(1), "V").line("1-0:52.7.0", "000.0*V");
      text.number("1-0:72.7.0", "%05.1f", house.volt(3), "V");
    }
    for (int phase = 1; phase <= 3; phase++) {
      text.number(phaseCode(31, phase, ".7.0"), "%06.2f", house.ampere(phase), "A");
    }
    text.line("0-0:96.3.10", "1").line("0-0:17.0.0", "999.9*kW").line("1-0:31.4.0", "999*A");
    text.line("0-0:96.13.0", "");
    addMbus(text, 1, "003", "96.1.1", "24.2.3", "7EDS0000000001", now, house.gasCubicMetre());
    addMbus(text, 2, "007", "96.1.1", "24.2.1", "8EDS0000000002", now, 87.123);
    return text.withChecksum();
  }

  private void countQuarter(Instant now) {
    long thisQuarter = now.getEpochSecond() / QUARTER_SECONDS;
    if (quarter < 0) {
      // This meter has not just been switched on.
      quarter = thisQuarter;
      quarterWattSeconds =
          Math.max(0, house.powerWatt()) * (now.getEpochSecond() % QUARTER_SECONDS);
    } else if (thisQuarter != quarter) {
      peakWatt = Math.max(peakWatt, quarterWattSeconds / QUARTER_SECONDS);
      quarter = thisQuarter;
      quarterWattSeconds = 0;
    }
    quarterWattSeconds += Math.max(0, house.powerWatt());
  }

  /** Both directions in two tariffs, split so that the sum is the counter. */
  private void addEnergies(TelegramText text, double shareOfT1) {
    double t1 = Math.floor(house.importWattHour() * shareOfT1);
    double exportT1 = Math.floor(house.exportWattHour() * shareOfT1);
    text.number("1-0:1.8.1", "%010.3f", t1 / 1000, "kWh");
    text.number("1-0:1.8.2", "%010.3f", Math.floor(house.importWattHour() - t1) / 1000, "kWh");
    text.number("1-0:2.8.1", "%010.3f", exportT1 / 1000, "kWh");
    text.number(
        "1-0:2.8.2", "%010.3f", Math.floor(house.exportWattHour() - exportT1) / 1000, "kWh");
  }

  private void addPower(TelegramText text) {
    double watt = house.powerWatt();
    text.number("1-0:1.7.0", "%06.3f", Math.max(0, watt) / 1000, "kW");
    text.number("1-0:2.7.0", "%06.3f", Math.max(0, -watt) / 1000, "kW");
  }

  private void addPhasePowers(TelegramText text) {
    for (int phase = 1; phase <= 3; phase++) {
      double watt = Math.max(0, house.powerWatt(phase));
      text.number(phaseCode(21, phase, ".7.0"), "%06.3f", watt / 1000, "kW");
    }
    for (int phase = 1; phase <= 3; phase++) {
      double watt = Math.max(0, -house.powerWatt(phase));
      text.number(phaseCode(22, phase, ".7.0"), "%06.3f", watt / 1000, "kW");
    }
  }

  /** Without neutral the meter has two elements: their sum is the power, each alone is none. */
  private void addTwoElementPowers(TelegramText text) {
    double first = 0.55 * house.powerWatt() - 40;
    double second = house.powerWatt() - first;
    double[] elements = {first, 0, second};
    for (int phase = 1; phase <= 3; phase++) {
      double watt = Math.max(0, elements[phase - 1]);
      text.number(phaseCode(21, phase, ".7.0"), "%06.3f", watt / 1000, "kW");
    }
    for (int phase = 1; phase <= 3; phase++) {
      double watt = Math.max(0, -elements[phase - 1]);
      text.number(phaseCode(22, phase, ".7.0"), "%06.3f", watt / 1000, "kW");
    }
  }

  private static void addMbus(
      TelegramText text,
      int channel,
      String type,
      String idCode,
      String readingCode,
      String id,
      Instant now,
      double cubicMetre) {
    String prefix = "0-" + channel + ":";
    Instant fiveMinutes = Instant.ofEpochSecond(now.getEpochSecond() / 300 * 300);
    text.line(prefix + "24.1.0", type).hex(prefix + idCode, id);
    String value = String.format(Locale.ROOT, "%09.3f*m3", cubicMetre);
    text.line(prefix + readingCode, fiveMinutes, value);
  }

  /** Codes of L1, L2 and L3 are 20 apart. */
  private static String phaseCode(int codeOfL1, int phase, String rest) {
    return "1-0:" + (codeOfL1 + 20 * (phase - 1)) + rest;
  }
}
