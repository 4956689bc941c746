// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers at the ends of their registers. Two's complement and IEEE 754 give the words. */
class RegisterTypeTest {

  private static String words(RegisterType type, double value, Absent absent, WordOrder order) {
    return words(type, type.bits(value, absent), order);
  }

  private static String words(RegisterType type, long bits, WordOrder order) {
    short[] registers = new short[type.registers()];
    type.write(bits, order, registers, 0);
    StringBuilder text = new StringBuilder();
    for (short register : registers) {
      text.append(String.format("%04X ", register & 0xFFFF));
    }
    return text.toString().strip();
  }

  /** The last two rows of the first block are vectors of {@code modbus.md} section 6. */
  @ParameterizedTest
  @CsvSource({
    "U16, 0, HIGH_FIRST, 0000",
    "U16, 65535, HIGH_FIRST, FFFF",
    "S16, -1, HIGH_FIRST, FFFF",
    "U32, 1, LOW_FIRST, 0001 0000",
    "S64, -2, HIGH_FIRST, FFFF FFFF FFFF FFFE",
    "U64, 4294967296, LOW_FIRST, 0000 0000 0001 0000",
    "F64, 1.5, HIGH_FIRST, 3FF8 0000 0000 0000",
    "F32, 230, HIGH_FIRST, 4366 0000",
    "S32, -12340, LOW_FIRST, CFCC FFFF",
    "S32, 2301, LOW_FIRST, 08FD 0000",
  })
  void numbers_are_laid_out_as_published(
      RegisterType type, double value, WordOrder order, String expected) {
    assertThat(words(type, value, Absent.ZERO, order)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "U16, 65536, FFFF",
    "U16, -1, 0000",
    "S16, 32768, 7FFF",
    "S16, -32769, 8000",
    "U32, 4294967296, FFFF FFFF",
    "U32, -5, 0000 0000",
    "S32, 2147483648, 7FFF FFFF",
    "S32, -3e9, 8000 0000",
    "U64, 2e19, FFFF FFFF FFFF FFFF",
    "U64, -1, 0000 0000 0000 0000",
    "S64, 1e19, 7FFF FFFF FFFF FFFF",
    "S64, -1e19, 8000 0000 0000 0000",
    "F32, 1e39, 7F7F FFFF",
    "F32, -1e39, FF7F FFFF",
  })
  void what_does_not_fit_stays_at_the_end_of_the_range(
      RegisterType type, double value, String expected) {
    assertThat(words(type, value, Absent.ZERO, WordOrder.HIGH_FIRST)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "U16, HIGHEST, 70000, FFFE, FFFF",
    "S16, LOWEST, -40000, 8001, 8000",
    "S16, HIGHEST, 40000, 7FFE, 7FFF",
    "U32, HIGHEST, 5e9, FFFF FFFE, FFFF FFFF",
    "S32, LOWEST, -3e9, 8000 0001, 8000 0000",
    "U64, HIGHEST, 2e19, FFFF FFFF FFFF FFFE, FFFF FFFF FFFF FFFF",
    "S64, LOWEST, -1e19, 8000 0000 0000 0001, 8000 0000 0000 0000",
  })
  void a_number_never_looks_like_one_that_is_not_available(
      RegisterType type, Absent absent, double value, String most, String absentWords) {
    assertThat(words(type, value, absent, WordOrder.HIGH_FIRST)).isEqualTo(most);
    assertThat(words(type, type.absentBits(absent), WordOrder.HIGH_FIRST)).isEqualTo(absentWords);
  }

  @Test
  void not_a_number_is_the_quiet_one() {
    assertThat(
            words(RegisterType.F32, RegisterType.F32.absentBits(Absent.NAN), WordOrder.HIGH_FIRST))
        .isEqualTo("7FC0 0000");
    assertThat(
            words(RegisterType.F64, RegisterType.F64.absentBits(Absent.NAN), WordOrder.LOW_FIRST))
        .isEqualTo("0000 0000 0000 7FF8");
  }

  @Test
  void a_large_counter_above_the_middle_of_64_bits_is_exact_to_a_double() {
    assertThat(RegisterType.U64.bits(0x1.8p63, Absent.ZERO)).isEqualTo(0xC000000000000000L);
  }
}
