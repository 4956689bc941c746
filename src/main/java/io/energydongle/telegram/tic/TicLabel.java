// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.tic;

/**
 * Every label of both modes, in the order of emission.
 *
 * <p>Source: Enedis-NOI-CPT_54E §6.1, §6.2.2; ERDF-NOI-CPT_02E §2.3 to §2.5; {@code tic.md}
 * sections 4 and 5.
 */
enum TicLabel {
  ADIR1("ADIR1", Mode.HISTORICAL, Form.DIGITS, 3, Meters.THREE_PHASES),
  ADIR2("ADIR2", Mode.HISTORICAL, Form.DIGITS, 3, Meters.THREE_PHASES),
  ADIR3("ADIR3", Mode.HISTORICAL, Form.DIGITS, 3, Meters.THREE_PHASES),
  ADCO("ADCO", Mode.HISTORICAL, Form.TEXT, 12, Meters.ANY_PHASES),
  OPTARIF("OPTARIF", Mode.HISTORICAL, Form.TEXT, 4, Meters.ANY_PHASES),
  ISOUSC("ISOUSC", Mode.HISTORICAL, Form.DIGITS, 2, Meters.ANY_PHASES),
  BASE("BASE", Mode.HISTORICAL, Form.DIGITS, 9, Meters.ANY_PHASES),
  HCHC("HCHC", Mode.HISTORICAL, Form.DIGITS, 9, Meters.ANY_PHASES),
  HCHP("HCHP", Mode.HISTORICAL, Form.DIGITS, 9, Meters.ANY_PHASES),
  EJPHN("EJPHN", Mode.HISTORICAL, Form.DIGITS, 9, Meters.ANY_PHASES),
  EJPHPM("EJPHPM", Mode.HISTORICAL, Form.DIGITS, 9, Meters.ANY_PHASES),
  BBRHCJB("BBRHCJB", Mode.HISTORICAL, Form.DIGITS, 9, Meters.ANY_PHASES),
  BBRHPJB("BBRHPJB", Mode.HISTORICAL, Form.DIGITS, 9, Meters.ANY_PHASES),
  BBRHCJW("BBRHCJW", Mode.HISTORICAL, Form.DIGITS, 9, Meters.ANY_PHASES),
  BBRHPJW("BBRHPJW", Mode.HISTORICAL, Form.DIGITS, 9, Meters.ANY_PHASES),
  BBRHCJR("BBRHCJR", Mode.HISTORICAL, Form.DIGITS, 9, Meters.ANY_PHASES),
  BBRHPJR("BBRHPJR", Mode.HISTORICAL, Form.DIGITS, 9, Meters.ANY_PHASES),
  PEJP("PEJP", Mode.HISTORICAL, Form.DIGITS, 2, Meters.ANY_PHASES),
  PTEC("PTEC", Mode.HISTORICAL, Form.TEXT, 4, Meters.ANY_PHASES),
  DEMAIN("DEMAIN", Mode.HISTORICAL, Form.TEXT, 4, Meters.ANY_PHASES),
  IINST("IINST", Mode.HISTORICAL, Form.DIGITS, 3, Meters.ANY_PHASES),
  IINST1("IINST1", Mode.HISTORICAL, Form.DIGITS, 3, Meters.THREE_PHASES),
  IINST2("IINST2", Mode.HISTORICAL, Form.DIGITS, 3, Meters.THREE_PHASES),
  IINST3("IINST3", Mode.HISTORICAL, Form.DIGITS, 3, Meters.THREE_PHASES),
  ADPS("ADPS", Mode.HISTORICAL, Form.DIGITS, 3, Meters.ANY_PHASES),
  IMAX("IMAX", Mode.HISTORICAL, Form.DIGITS, 3, Meters.ANY_PHASES),
  IMAX1("IMAX1", Mode.HISTORICAL, Form.DIGITS, 3, Meters.THREE_PHASES),
  IMAX2("IMAX2", Mode.HISTORICAL, Form.DIGITS, 3, Meters.THREE_PHASES),
  IMAX3("IMAX3", Mode.HISTORICAL, Form.DIGITS, 3, Meters.THREE_PHASES),
  PMAX("PMAX", Mode.HISTORICAL, Form.DIGITS, 5, Meters.THREE_PHASES),
  PAPP("PAPP", Mode.HISTORICAL, Form.DIGITS, 5, Meters.ANY_PHASES),
  HHPHC("HHPHC", Mode.HISTORICAL, Form.TEXT, 1, Meters.ANY_PHASES),
  MOTDETAT("MOTDETAT", Mode.HISTORICAL, Form.TEXT, 6, Meters.ANY_PHASES),
  PPOT("PPOT", Mode.HISTORICAL, Form.HEX, 2, Meters.THREE_PHASES),
  ADSC("ADSC", Mode.STANDARD, Form.TEXT, 12, Meters.ANY_PHASES),
  VTIC("VTIC", Mode.STANDARD, Form.TEXT, 2, Meters.ANY_PHASES),
  DATE("DATE", Mode.STANDARD, Form.TEXT, 0, Meters.ANY_PHASES),
  NGTF("NGTF", Mode.STANDARD, Form.TEXT, 16, Meters.ANY_PHASES),
  LTARF("LTARF", Mode.STANDARD, Form.TEXT, 16, Meters.ANY_PHASES),
  EAST("EAST", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EASF01("EASF01", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EASF02("EASF02", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EASF03("EASF03", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EASF04("EASF04", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EASF05("EASF05", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EASF06("EASF06", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EASF07("EASF07", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EASF08("EASF08", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EASF09("EASF09", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EASF10("EASF10", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EASD01("EASD01", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EASD02("EASD02", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EASD03("EASD03", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EASD04("EASD04", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  EAIT("EAIT", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  ERQ1("ERQ1", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  ERQ2("ERQ2", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  ERQ3("ERQ3", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  ERQ4("ERQ4", Mode.STANDARD, Form.DIGITS, 9, Meters.ANY_PHASES),
  IRMS1("IRMS1", Mode.STANDARD, Form.DIGITS, 3, Meters.ANY_PHASES),
  IRMS2("IRMS2", Mode.STANDARD, Form.DIGITS, 3, Meters.THREE_PHASES),
  IRMS3("IRMS3", Mode.STANDARD, Form.DIGITS, 3, Meters.THREE_PHASES),
  URMS1("URMS1", Mode.STANDARD, Form.DIGITS, 3, Meters.ANY_PHASES),
  URMS2("URMS2", Mode.STANDARD, Form.DIGITS, 3, Meters.THREE_PHASES),
  URMS3("URMS3", Mode.STANDARD, Form.DIGITS, 3, Meters.THREE_PHASES),
  PREF("PREF", Mode.STANDARD, Form.DIGITS, 2, Meters.ANY_PHASES),
  PCOUP("PCOUP", Mode.STANDARD, Form.DIGITS, 2, Meters.ANY_PHASES),
  SINSTS("SINSTS", Mode.STANDARD, Form.DIGITS, 5, Meters.ANY_PHASES),
  SINSTS1("SINSTS1", Mode.STANDARD, Form.DIGITS, 5, Meters.THREE_PHASES),
  SINSTS2("SINSTS2", Mode.STANDARD, Form.DIGITS, 5, Meters.THREE_PHASES),
  SINSTS3("SINSTS3", Mode.STANDARD, Form.DIGITS, 5, Meters.THREE_PHASES),
  SMAXSN("SMAXSN", Mode.STANDARD, Form.DIGITS, 5, Meters.ANY_PHASES),
  SMAXSN1("SMAXSN1", Mode.STANDARD, Form.DIGITS, 5, Meters.THREE_PHASES),
  SMAXSN2("SMAXSN2", Mode.STANDARD, Form.DIGITS, 5, Meters.THREE_PHASES),
  SMAXSN3("SMAXSN3", Mode.STANDARD, Form.DIGITS, 5, Meters.THREE_PHASES),
  SMAXSN_1("SMAXSN-1", Mode.STANDARD, Form.DIGITS, 5, Meters.ANY_PHASES),
  SMAXSN1_1("SMAXSN1-1", Mode.STANDARD, Form.DIGITS, 5, Meters.THREE_PHASES),
  SMAXSN2_1("SMAXSN2-1", Mode.STANDARD, Form.DIGITS, 5, Meters.THREE_PHASES),
  SMAXSN3_1("SMAXSN3-1", Mode.STANDARD, Form.DIGITS, 5, Meters.THREE_PHASES),
  SINSTI("SINSTI", Mode.STANDARD, Form.DIGITS, 5, Meters.ANY_PHASES),
  SMAXIN("SMAXIN", Mode.STANDARD, Form.DIGITS, 5, Meters.ANY_PHASES),
  SMAXIN_1("SMAXIN-1", Mode.STANDARD, Form.DIGITS, 5, Meters.ANY_PHASES),
  CCASN("CCASN", Mode.STANDARD, Form.DIGITS, 5, Meters.ANY_PHASES),
  CCASN_1("CCASN-1", Mode.STANDARD, Form.DIGITS, 5, Meters.ANY_PHASES),
  CCAIN("CCAIN", Mode.STANDARD, Form.DIGITS, 5, Meters.ANY_PHASES),
  CCAIN_1("CCAIN-1", Mode.STANDARD, Form.DIGITS, 5, Meters.ANY_PHASES),
  UMOY1("UMOY1", Mode.STANDARD, Form.DIGITS, 3, Meters.ANY_PHASES),
  UMOY2("UMOY2", Mode.STANDARD, Form.DIGITS, 3, Meters.THREE_PHASES),
  UMOY3("UMOY3", Mode.STANDARD, Form.DIGITS, 3, Meters.THREE_PHASES),
  STGE("STGE", Mode.STANDARD, Form.HEX, 8, Meters.ANY_PHASES),
  DPM1("DPM1", Mode.STANDARD, Form.DIGITS, 2, Meters.ANY_PHASES),
  FPM1("FPM1", Mode.STANDARD, Form.DIGITS, 2, Meters.ANY_PHASES),
  DPM2("DPM2", Mode.STANDARD, Form.DIGITS, 2, Meters.ANY_PHASES),
  FPM2("FPM2", Mode.STANDARD, Form.DIGITS, 2, Meters.ANY_PHASES),
  DPM3("DPM3", Mode.STANDARD, Form.DIGITS, 2, Meters.ANY_PHASES),
  FPM3("FPM3", Mode.STANDARD, Form.DIGITS, 2, Meters.ANY_PHASES),
  MSG1("MSG1", Mode.STANDARD, Form.TEXT, 32, Meters.ANY_PHASES),
  MSG2("MSG2", Mode.STANDARD, Form.TEXT, 16, Meters.ANY_PHASES),
  PRM("PRM", Mode.STANDARD, Form.TEXT, 14, Meters.ANY_PHASES),
  RELAIS("RELAIS", Mode.STANDARD, Form.DIGITS, 3, Meters.ANY_PHASES),
  NTARF("NTARF", Mode.STANDARD, Form.DIGITS, 2, Meters.ANY_PHASES),
  NJOURF("NJOURF", Mode.STANDARD, Form.DIGITS, 2, Meters.ANY_PHASES),
  NJOURF_1("NJOURF+1", Mode.STANDARD, Form.DIGITS, 2, Meters.ANY_PHASES),
  PJOURF_1("PJOURF+1", Mode.STANDARD, Form.TEXT, 98, Meters.ANY_PHASES),
  PPOINTE("PPOINTE", Mode.STANDARD, Form.TEXT, 98, Meters.ANY_PHASES);

  /** Where a label exists. */
  enum Mode {
    HISTORICAL,
    STANDARD
  }

  /** What its data consist of. */
  enum Form {
    DIGITS,
    HEX,
    TEXT
  }

  /** Which meters send it. */
  enum Meters {
    ANY_PHASES,
    THREE_PHASES
  }

  private static final TicLabel[] ALL = values();

  /** As it stands in the frame. */
  final String text;

  final Mode mode;
  final Form form;

  /** Characters of its data. */
  final int width;

  /** True when only three-phase meters send it. */
  final boolean threePhase;

  /** True when a time stands in front of its data. */
  final boolean timed;

  TicLabel(String text, Mode mode, Form form, int width, Meters meters) {
    this.text = text;
    this.mode = mode;
    this.form = form;
    this.width = width;
    this.timed =
        text.equals("DATE")
            || text.startsWith("SMAX")
            || text.startsWith("CCA")
            || text.startsWith("UMOY")
            || text.startsWith("DPM")
            || text.startsWith("FPM");
    this.threePhase = meters == Meters.THREE_PHASES;
  }

  /** Its place in the table, from 0 on. */
  @SuppressWarnings("EnumOrdinal") // an index into arrays of this process, never stored
  int index() {
    return ordinal();
  }

  /** The label with that {@link #index()}. */
  static TicLabel at(int index) {
    return ALL[index];
  }

  /** The label so many places further down the table. */
  TicLabel plus(int places) {
    return ALL[index() + places];
  }
}
