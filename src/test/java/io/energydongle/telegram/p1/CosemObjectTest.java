// SPDX-License-Identifier: Apache-2.0
package io.energydongle.telegram.p1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CosemObjectTest {

  private static int slotOf(long a, long b, long c, long d, long e) {
    return CosemObject.slotOf(a << 32 | b << 24 | c << 16 | d << 8 | e);
  }

  @Test
  void every_object_has_a_slot_of_its_own_on_every_channel() {
    Set<Integer> slots = new HashSet<>();
    int expected = 0;
    for (CosemObject object : CosemObject.values()) {
      int channels = object.name().startsWith("MBUS") ? CosemObject.CHANNEL_MAX : 1;
      for (int channel = 1; channel <= channels; channel++) {
        int slot = channels == 1 ? object.slot() : object.slot(channel);
        assertThat(CosemObject.channelOf(slot)).isEqualTo(channels == 1 ? 0 : channel);
        slots.add(slot);
        expected++;
      }
    }
    assertThat(slots).hasSize(expected);
    assertThat(expected).isEqualTo(CosemObject.SLOTS);
  }

  @Test
  void codes_are_found_by_their_medium() {
    assertThat(slotOf(1, 0, 1, 7, 0)).isEqualTo(CosemObject.POWER_IMPORT.slot());
    assertThat(slotOf(1, 1, 1, 7, 0)).isEqualTo(CosemObject.POWER_IMPORT.slot());
    assertThat(slotOf(0, 0, 96, 1, 1)).isEqualTo(CosemObject.SERIAL.slot());
    assertThat(slotOf(0, 2, 96, 1, 1)).isEqualTo(CosemObject.MBUS_ID_BELGIUM.slot(2));
    assertThat(slotOf(1, 3, 0, 2, 8)).isEqualTo(CosemObject.P1_VERSION.slot());
    assertThat(slotOf(0, 9, 24, 2, 1)).isEqualTo(CosemObject.MBUS_READING.slot(9));
  }

  @Test
  void what_is_not_listed_has_no_slot() {
    assertThat(slotOf(1, 2, 1, 7, 0)).isNegative();
    assertThat(slotOf(0, 10, 24, 2, 1)).isNegative();
    assertThat(slotOf(0, 1, 96, 3, 10)).isNegative();
    assertThat(slotOf(2, 0, 1, 7, 0)).isNegative();
    assertThat(slotOf(255, 255, 255, 255, 255)).isNegative();
  }

  @Test
  void objects_of_the_three_phases_follow_each_other() {
    assertThat(CosemObject.CURRENT_L1.ofPhase(3)).isEqualTo(CosemObject.CURRENT_L3);
    assertThat(CosemObject.POWER_EXPORT_L1.ofPhase(2)).isEqualTo(CosemObject.POWER_EXPORT_L2);
    assertThat(CosemObject.VOLTAGE_L1.ofPhase(1)).isEqualTo(CosemObject.VOLTAGE_L1);
    assertThat(CosemObject.SWELLS_L1.ofPhase(3)).isEqualTo(CosemObject.SWELLS_L3);
    assertThat(CosemObject.ENERGY_EXPORT.ofTariff(4)).isEqualTo(CosemObject.ENERGY_EXPORT_T4);
  }
}
