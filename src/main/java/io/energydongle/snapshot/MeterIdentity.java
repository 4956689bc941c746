// SPDX-License-Identifier: Apache-2.0
package io.energydongle.snapshot;

import java.util.Optional;

/**
 * Which meter sent a telegram.
 *
 * @param protocol the dialect it speaks.
 * @param version edition of the dialect as sent ("42", "50", "50217"); empty when not sent.
 * @param ident identification line without the leading slash; may be blank, as for TIC.
 * @param serial serial number of the meter; empty when not sent. Personal data.
 * @param ean number of the grid connection (Belgium 2.x); empty when not sent. Personal data.
 */
public record MeterIdentity(
    Protocol protocol,
    Optional<String> version,
    String ident,
    Optional<String> serial,
    Optional<String> ean) {

  /** Families of telegrams. */
  public enum Protocol {
    /** The Netherlands, DSMR 2.2 to 5.0 (SMR5, ESMR5) and those who copied it. */
    DSMR("p1", "dsmr"),
    /** Belgium, e-MUCS P1. */
    EMUCS("p1", "emucs"),
    /** Luxembourg, Smarty. */
    SMARTY("p1", "smarty"),
    /** Any other meter whose telegrams follow the P1 grammar. */
    P1("p1", "p1"),
    /** France, TIC in historical mode. */
    TIC_HISTORICAL("tic", "tic-historical"),
    /** France, TIC in standard mode. */
    TIC_STANDARD("tic", "tic-standard");

    private final String kind;
    private final String code;

    Protocol(String kind, String code) {
      this.kind = kind;
      this.code = code;
    }

    /** Kind of meter port: {@code p1} or {@code tic}. */
    public String kind() {
      return kind;
    }

    /** Name used in every output, lower case. */
    public String code() {
      return code;
    }
  }

  /** True when both telegrams can only come from the same meter: ident and serial agree. */
  public boolean sameMeter(MeterIdentity other) {
    return ident.equals(other.ident) && serial.equals(other.serial);
  }
}
