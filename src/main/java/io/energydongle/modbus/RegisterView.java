// SPDX-License-Identifier: Apache-2.0
package io.energydongle.modbus;

import io.energydongle.modbus.RegisterTemplate.Point;
import io.energydongle.snapshot.MeterSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One value of a register map as a client reads it, for people.
 *
 * @param address lowest register, 0..FFFFh.
 * @param quantity code of the quantity, its unit at the end.
 * @param value in that unit; empty when the meter does not send it, so that the registers hold 0.
 * @param words the registers, lowest address first, each 0..FFFFh.
 */
public record RegisterView(
    int address, String quantity, OptionalDouble value, List<Integer> words) {

  public RegisterView {
    words = List.copyOf(words);
  }

  /** Every value of a template, in the order of the template. */
  public static List<RegisterView> of(RegisterTemplate template, MeterSnapshot snapshot) {
    List<RegisterView> views = new ArrayList<>();
    for (Point point : template.points()) {
      OptionalDouble value = point.quantity().of(snapshot);
      short[] registers = new short[point.type().registers()];
      point.type().encode(value.orElse(0), template.wordOrder(), registers, 0);
      List<Integer> words = new ArrayList<>();
      for (short register : registers) {
        words.add(register & 0xFFFF);
      }
      views.add(new RegisterView(point.address(), point.quantity().code(), value, words));
    }
    return views;
  }
}
