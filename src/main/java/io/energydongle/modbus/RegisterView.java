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
 * @param quantity code of the quantity, its unit at the end; or what the imitated meter calls it.
 * @param type layout, such as {@code f32}.
 * @param scale register units per unit of the quantity.
 * @param value in the unit of the quantity; empty when the meter does not send it.
 * @param words the registers, lowest address first, each 0..FFFFh.
 */
public record RegisterView(
    int address,
    String quantity,
    String type,
    double scale,
    OptionalDouble value,
    List<Integer> words) {

  public RegisterView {
    words = List.copyOf(words);
  }

  /**
   * Every value of a template, in the order of the template.
   *
   * @param order word order, that of the template or the other one.
   */
  public static List<RegisterView> of(
      RegisterTemplate template,
      WordOrder order,
      MeterSnapshot snapshot,
      Installation installation,
      long nowNanos) {
    List<RegisterView> views = new ArrayList<>();
    for (Point point : template.points()) {
      OptionalDouble value =
          point.quantity() == Quantity.TELEGRAM_AGE_MS
              ? OptionalDouble.of((nowNanos - snapshot.reception().receivedNanos()) / 1e6)
              : point.quantity().of(snapshot, installation);
      short[] registers = new short[point.type().registers()];
      point.type().write(point.bits(value), order, registers, 0);
      List<Integer> words = new ArrayList<>();
      for (short register : registers) {
        words.add(register & RegisterTemplate.WORD_MAX);
      }
      views.add(
          new RegisterView(
              point.address(),
              point.name().isEmpty() ? point.quantity().code() : point.name(),
              point.type().code(),
              point.scale(),
              value,
              words));
    }
    return views;
  }
}
