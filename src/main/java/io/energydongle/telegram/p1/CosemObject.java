// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import java.util.Arrays;

/**
 * Every object of a P1 telegram that this product uses, by OBIS code. Objects not listed are
 * counted and otherwise ignored.
 *
 * <p>Source: {@code p1.md} section 3, which names the standards that define each of them.
 */
@SuppressWarnings("EnumOrdinal") // the ordinal is the slot; nothing else depends on it
enum CosemObject {
  P1_VERSION(Medium.VERSION, 0, 2, 8),
  BELGIAN_VERSION(Medium.ABSTRACT, 96, 1, 4),
  TIME(Medium.ABSTRACT, 1, 0, 0),
  TIME_HEAT_METER(Medium.ABSTRACT, 1, 1, 0),
  CLOCK_TIME(Medium.ELECTRICITY, 0, 9, 1),
  CLOCK_DATE(Medium.ELECTRICITY, 0, 9, 2),
  SERIAL(Medium.ABSTRACT, 96, 1, 1),
  LOGICAL_DEVICE_NAME(Medium.ABSTRACT, 42, 0, 0),
  SERIAL_ELSEWHERE(Medium.ABSTRACT, 96, 1, 0),
  EAN(Medium.ABSTRACT, 96, 1, 2),

  ENERGY_IMPORT(Medium.ELECTRICITY, 1, 8, 0),
  ENERGY_IMPORT_T1(Medium.ELECTRICITY, 1, 8, 1),
  ENERGY_IMPORT_T2(Medium.ELECTRICITY, 1, 8, 2),
  ENERGY_IMPORT_T3(Medium.ELECTRICITY, 1, 8, 3),
  ENERGY_IMPORT_T4(Medium.ELECTRICITY, 1, 8, 4),
  ENERGY_EXPORT(Medium.ELECTRICITY, 2, 8, 0),
  ENERGY_EXPORT_T1(Medium.ELECTRICITY, 2, 8, 1),
  ENERGY_EXPORT_T2(Medium.ELECTRICITY, 2, 8, 2),
  ENERGY_EXPORT_T3(Medium.ELECTRICITY, 2, 8, 3),
  ENERGY_EXPORT_T4(Medium.ELECTRICITY, 2, 8, 4),
  REACTIVE_ENERGY_IMPORT(Medium.ELECTRICITY, 3, 8, 0),
  REACTIVE_ENERGY_EXPORT(Medium.ELECTRICITY, 4, 8, 0),
  TARIFF(Medium.ABSTRACT, 96, 14, 0),

  POWER_IMPORT(Medium.ELECTRICITY, 1, 7, 0),
  POWER_EXPORT(Medium.ELECTRICITY, 2, 7, 0),
  REACTIVE_IMPORT(Medium.ELECTRICITY, 3, 7, 0),
  REACTIVE_EXPORT(Medium.ELECTRICITY, 4, 7, 0),
  POWER_IMPORT_L1(Medium.ELECTRICITY, 21, 7, 0),
  POWER_IMPORT_L2(Medium.ELECTRICITY, 41, 7, 0),
  POWER_IMPORT_L3(Medium.ELECTRICITY, 61, 7, 0),
  POWER_EXPORT_L1(Medium.ELECTRICITY, 22, 7, 0),
  POWER_EXPORT_L2(Medium.ELECTRICITY, 42, 7, 0),
  POWER_EXPORT_L3(Medium.ELECTRICITY, 62, 7, 0),
  VOLTAGE_L1(Medium.ELECTRICITY, 32, 7, 0),
  VOLTAGE_L2(Medium.ELECTRICITY, 52, 7, 0),
  VOLTAGE_L3(Medium.ELECTRICITY, 72, 7, 0),
  CURRENT_L1(Medium.ELECTRICITY, 31, 7, 0),
  CURRENT_L2(Medium.ELECTRICITY, 51, 7, 0),
  CURRENT_L3(Medium.ELECTRICITY, 71, 7, 0),

  BREAKER(Medium.ABSTRACT, 96, 3, 10),
  LIMITER(Medium.ABSTRACT, 17, 0, 0),
  FUSE(Medium.ELECTRICITY, 31, 4, 0),
  SHORT_FAILURES(Medium.ABSTRACT, 96, 7, 21),
  LONG_FAILURES(Medium.ABSTRACT, 96, 7, 9),
  FAILURE_LOG(Medium.ELECTRICITY, 99, 97, 0),
  SAGS_L1(Medium.ELECTRICITY, 32, 32, 0),
  SAGS_L2(Medium.ELECTRICITY, 52, 32, 0),
  SAGS_L3(Medium.ELECTRICITY, 72, 32, 0),
  SWELLS_L1(Medium.ELECTRICITY, 32, 36, 0),
  SWELLS_L2(Medium.ELECTRICITY, 52, 36, 0),
  SWELLS_L3(Medium.ELECTRICITY, 72, 36, 0),
  MESSAGE(Medium.ABSTRACT, 96, 13, 0),

  DEMAND_NOW(Medium.ELECTRICITY, 1, 4, 0),
  MONTH_PEAK(Medium.ELECTRICITY, 1, 6, 0),
  PEAK_HISTORY(Medium.ABSTRACT, 98, 1, 0),

  MBUS_TYPE(Medium.MBUS, 24, 1, 0),
  MBUS_ID(Medium.MBUS, 96, 1, 0),
  MBUS_ID_BELGIUM(Medium.MBUS, 96, 1, 1),
  MBUS_EAN(Medium.MBUS, 96, 1, 2),
  MBUS_READING(Medium.MBUS, 24, 2, 1),
  MBUS_READING_NOT_CONVERTED(Medium.MBUS, 24, 2, 3),
  MBUS_READING_OLD(Medium.MBUS, 24, 3, 0),
  MBUS_READING_COLD(Medium.MBUS, 24, 3, 1),
  MBUS_VALVE(Medium.MBUS, 24, 4, 0);

  /** Groups A and B of the code: what kind of thing the object belongs to. */
  enum Medium {
    /** 0-0. */
    ABSTRACT,
    /** 1-0, and 1-1 as some meters print it. */
    ELECTRICITY,
    /** 1-3, only used for the version. */
    VERSION,
    /** 0-n, n = 1..9: device n on the meter's M-Bus. */
    MBUS
  }

  /** Highest M-Bus channel; the standards use 1..4. */
  static final int CHANNEL_MAX = 9;

  private static final CosemObject[] ALL = values();

  /** Objects before this one have one slot, those from here one slot a channel. */
  private static final int FIRST_MBUS = MBUS_TYPE.ordinal();

  private static final int MBUS_OBJECTS = ALL.length - FIRST_MBUS;

  /** Number of places that a telegram can fill. */
  static final int SLOTS = FIRST_MBUS + MBUS_OBJECTS * CHANNEL_MAX;

  private static final int NONE = -1;

  /** Open addressing: key at 2n, ordinal at 2n + 1; a free place has key -1. */
  private static final int[] INDEX = index();

  private final int key;
  private final String code;

  CosemObject(Medium medium, int c, int d, int e) {
    String prefix =
        switch (medium) {
          case ABSTRACT -> "0-0:";
          case ELECTRICITY -> "1-0:";
          case VERSION -> "1-3:";
          case MBUS -> "0-n:";
        };
    this.code = prefix + c + "." + d + "." + e;
    this.key = key(medium.ordinal(), c, d, e);
  }

  /** The code as most meters print it, without suffix. */
  String code() {
    return code;
  }

  /** From the object of L1 to that of phase 1..3, which follow each other in the table. */
  CosemObject ofPhase(int phase) {
    return ALL[ordinal() + phase - 1];
  }

  /** From the total to the counter of tariff 1..4, which follow it in the table. */
  CosemObject ofTariff(int tariff) {
    return ALL[ordinal() + tariff];
  }

  /** Slot of an object that is not on the M-Bus. */
  int slot() {
    return ordinal();
  }

  /** Slot of an M-Bus object of channel 1..9. */
  int slot(int channel) {
    return ordinal() + (channel - 1) * MBUS_OBJECTS;
  }

  /** M-Bus channel 1..9 of a slot, or 0 for one that is not on the M-Bus. */
  static int channelOf(int slot) {
    return slot < FIRST_MBUS ? 0 : (slot - FIRST_MBUS) / MBUS_OBJECTS + 1;
  }

  /**
   * Slot for a code, or -1 when it is not listed.
   *
   * @param code groups A to E, eight bits each, E lowest.
   */
  static int slotOf(long code) {
    int ab = (int) (code >>> 24);
    int medium;
    int channel = 1;
    if (ab == 0x0100 || ab == 0x0101) {
      medium = Medium.ELECTRICITY.ordinal();
    } else if (ab == 0) {
      medium = Medium.ABSTRACT.ordinal();
    } else if (ab <= CHANNEL_MAX) {
      medium = Medium.MBUS.ordinal();
      channel = ab;
    } else if (ab == 0x0103) {
      medium = Medium.VERSION.ordinal();
    } else {
      return NONE;
    }
    int key = medium << 24 | ((int) code & 0xFFFFFF);
    for (int at = place(key); ; at = (at + 2) & (INDEX.length - 1)) {
      if (INDEX[at] == key) {
        return INDEX[at + 1] + (channel - 1) * MBUS_OBJECTS;
      }
      if (INDEX[at] == NONE) {
        return NONE;
      }
    }
  }

  private static int key(int medium, int c, int d, int e) {
    return medium << 24 | c << 16 | d << 8 | e;
  }

  private static int place(int key) {
    return ((key * 0x9E3779B1) >>> 23) & ~1;
  }

  private static int[] index() {
    int[] index = new int[512];
    Arrays.fill(index, NONE);
    for (CosemObject object : ALL) {
      int at = place(object.key);
      while (index[at] != NONE) {
        at = (at + 2) & (index.length - 1);
      }
      index[at] = object.key;
      index[at + 1] = object.ordinal();
    }
    return index;
  }
}
