// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FixedPointTest {

  private static long parse(String text, Dimension dimension) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return FixedPoint.parse(bytes, 0, bytes.length, dimension);
  }

  @ParameterizedTest
  @CsvSource({
    "00.244*kW, POWER, 244000",
    "0000.532*kW, POWER, 532000",
    "0000.98*kW, POWER, 980000",
    "000000286*W, POWER, 286000",
    "000580.75*W, POWER, 580750",
    "1.5*MW, POWER, 1500000000",
    "10.000000*MW, POWER, 10000000000",
    "-063*A, CURRENT_THRESHOLD, -63000",
    "001.66*A, CURRENT, 1660",
    "0.48*A, CURRENT, 480",
    "00234.6*V, VOLTAGE, 234600",
    "0230.0*v, VOLTAGE, 230000",
    "00066982.7369255*kWh, ENERGY, 66982736925500",
    "006545766*Wh, ENERGY, 6545766000000",
    "001.0*kVArh, REACTIVE_ENERGY, 1000000000",
    "0000.022*kVAr, REACTIVE_POWER, 22000",
    "069.0*kVA, APPARENT_POWER, 69000000",
    "00000000, ENERGY, 0",
    "00000.000, VOLTAGE, 0",
    ".5*V, VOLTAGE, 500",
    "5.*V, VOLTAGE, 5000",
    "000000000000001*W, POWER, 1000",
  })
  void reads_every_form_that_meters_send(String text, Dimension dimension, long expected) {
    assertThat(parse(text, dimension)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'', POWER",
    "*kW, POWER",
    "-*kW, POWER",
    ".*kW, POWER",
    "1.2.3*kW, POWER",
    "1-2*kW, POWER",
    "1x*kW, POWER",
    "1*kV, POWER",
    "1*, POWER",
    "1*kkW, POWER",
    "1*kilowatt, POWER",
    "00.000, POWER",
    "00.001, ENERGY",
    "1*kW, ENERGY",
    "1234567890*W, POWER",
    "0.1234567890*W, POWER",
    "1 2*kW, POWER",
  })
  void refuses_what_is_no_number_with_its_unit(String text, Dimension dimension) {
    assertThat(parse(text, dimension)).isEqualTo(FixedPoint.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({
    "10.000001*MW, POWER",
    "600.1*V, VOLTAGE",
    "-600.1*V, VOLTAGE",
    "10001*A, CURRENT",
    "999999999*MWh, ENERGY",
  })
  void refuses_what_no_meter_can_have(String text, Dimension dimension) {
    assertThat(parse(text, dimension)).isEqualTo(FixedPoint.IMPLAUSIBLE);
  }

  @Property
  void agrees_with_exact_decimal_arithmetic(
      @ForAll @IntRange(max = 999_999_999) int digits,
      @ForAll @IntRange(max = 9) int decimals,
      @ForAll boolean kilo) {
    BigDecimal number = BigDecimal.valueOf(digits, decimals);
    BigDecimal milliWatt = number.movePointRight(kilo ? 6 : 3).setScale(0, RoundingMode.HALF_UP);
    long parsed = parse(number.toPlainString() + (kilo ? "*kW" : "*W"), Dimension.POWER);
    boolean tooMuch = number.movePointRight(kilo ? 3 : 0).compareTo(BigDecimal.valueOf(1e7)) > 0;
    assertThat(parsed).isEqualTo(tooMuch ? FixedPoint.IMPLAUSIBLE : milliWatt.longValueExact());
  }
}
