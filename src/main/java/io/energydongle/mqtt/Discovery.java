// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.snapshot.EnergyRegisters;
import io.energydongle.snapshot.MbusChannel.Medium;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Phase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What Home Assistant is told of the device, so that its energy dashboard works without a line of
 * configuration: one message with a component for each value that the meter has. Not thread safe.
 *
 * <p>Source: {@code platform.md} 1.4.
 */
final class Discovery {

  private static final int EXPIRE_PERIODS = 5;
  private static final Duration EXPIRE_AT_LEAST = Duration.ofSeconds(60);
  private static final String SENSOR = "sensor";
  private static final String ID_PREFIX = "energy-dongle-";

  private final Topics topics;
  private final String serial;
  private final String version;
  private final String prefix;
  private final Duration interval;

  /** Components of the newest message; those that go are named once more without content. */
  private Map<String, ObjectNode> components = new LinkedHashMap<>();

  private final Set<String> gone = new LinkedHashSet<>();
  private Optional<MeterSnapshot> newest = Optional.empty();
  private long expireSeconds;

  Discovery(Topics topics, String serial, String version, String prefix, Duration interval) {
    this.topics = topics;
    this.serial = serial;
    this.version = version;
    this.prefix = prefix;
    this.interval = interval;
  }

  String topic() {
    return prefix + "/device/" + ID_PREFIX + serial + "/config";
  }

  /** Where Home Assistant says that it has started. */
  String statusTopic() {
    return prefix + "/status";
  }

  /**
   * Takes a reading.
   *
   * @return true when the message has to be published again.
   */
  boolean accept(MeterSnapshot snapshot) {
    boolean sameMeter = newest.isPresent() && newest.get().meter().sameMeter(snapshot.meter());
    newest = Optional.of(snapshot);
    long expireBefore = expireSeconds;
    expireSeconds = expireSeconds(snapshot);
    Map<String, ObjectNode> found = componentsOf(snapshot);
    boolean complete = components.keySet().containsAll(found.keySet());
    if (sameMeter && complete && expireSeconds == expireBefore) {
      return false;
    }
    if (sameMeter) {
      components.forEach(found::putIfAbsent);
    }
    components.keySet().stream().filter(name -> !found.containsKey(name)).forEach(gone::add);
    gone.removeAll(found.keySet());
    components = found;
    return true;
  }

  private long expireSeconds(MeterSnapshot snapshot) {
    Duration period = snapshot.reception().period();
    Duration longer = period.compareTo(interval) > 0 ? period : interval;
    long seconds = longer.multipliedBy(EXPIRE_PERIODS).plusMillis(999).toSeconds();
    return Math.max(EXPIRE_AT_LEAST.toSeconds(), seconds);
  }

  /** The message; empty before the first reading. */
  Optional<ObjectNode> message() {
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode device = root.putObject("dev");
    device.putArray("ids").add(ID_PREFIX + serial);
    device.put("name", "Energy dongle " + serial);
    device.put("mf", "energy-dongle");
    device.put("mdl", "energy-dongle (" + newest.get().meter().protocol().code() + ")");
    device.put("sw", version);
    device.put("sn", serial);
    device.put("cu", "http://energy-dongle.local/");
    root.putObject("o").put("name", "energy-dongle").put("sw", version);
    root.put("state_topic", topics.telegram());
    root.putArray("availability")
        .addObject()
        .put("topic", topics.status())
        .put("value_template", "{{ value_json.state }}")
        .put("payload_available", "online")
        .put("payload_not_available", "offline");
    ObjectNode all = root.putObject("cmps");
    components.forEach(all::set);
    gone.forEach(name -> all.putObject(name).put("p", platform(name)));
    return Optional.of(root);
  }

  /** The message is with the broker; what is gone need not be named again. */
  void published() {
    gone.clear();
  }

  private Map<String, ObjectNode> componentsOf(MeterSnapshot snapshot) {
    Map<String, ObjectNode> found = new LinkedHashMap<>();
    if (snapshot.netMilliWatt().isPresent()) {
      measurement(found, "power", "Power", "W", "power", "power_w");
    }
    int index = 0;
    for (Phase phase : snapshot.phases()) {
      String name = "L" + (index + 1);
      String id = "l" + (index + 1);
      String value = "phases[" + index + "].";
      if (phase.milliVolt().isPresent()) {
        measurement(found, id + "_voltage", "Voltage " + name, "V", "voltage", value + "voltage_v");
      }
      if (phase.milliAmpere().isPresent()) {
        measurement(found, id + "_current", "Current " + name, "A", "current", value + "current_a");
      }
      if (phase.netMilliWatt().isPresent()) {
        measurement(found, id + "_power", "Power " + name, "W", "power", value + "power_w");
      }
      index++;
    }
    energy(found, "energy_import", "Energy import", snapshot.energyImport());
    energy(found, "energy_export", "Energy export", snapshot.energyExport());
    volume(found, snapshot, Medium.GAS, "gas", "Gas");
    volume(found, snapshot, Medium.WATER, "water", "Water");
    boolean heat =
        snapshot
            .device(Medium.HEAT)
            .filter(device -> device.valueMicro().isPresent())
            .flatMap(device -> device.unit())
            .filter(unit -> unit.equals("GJ") || unit.equals("MJ"))
            .isPresent();
    if (heat) {
      counter(found, "heat", "Heat", "GJ", "energy", "heat.energy_gj");
    }
    if (snapshot.tariff().isPresent()) {
      diagnostic(found, "tariff", "Tariff", "value_json.tariff");
    }
    if (snapshot.meter().serial().isPresent()) {
      diagnostic(found, "meter_id", "Meter id", "value_json.meter.id");
    }
    diagnostic(found, "firmware", "Firmware", "value_json.firmware")
        .put("state_topic", topics.info())
        .remove("expire_after");
    // Without expiry: that the data is old is what this one has to say.
    component(found, "meter_data", "Meter data")
        .put("device_class", "problem")
        .put("entity_category", "diagnostic")
        .put("value_template", "{{ 'ON' if value_json.stale else 'OFF' }}");
    return found;
  }

  private void energy(
      Map<String, ObjectNode> found, String id, String name, EnergyRegisters energy) {
    if (energy.totalMicroWattHour().isPresent()) {
      counter(found, id + "_total", name, "Wh", "energy", id + "_wh.total");
    }
    for (int tariff = 1; tariff <= energy.byTariffMicroWattHour().size(); tariff++) {
      if (energy.byTariffMicroWattHour().get(tariff - 1).isPresent()) {
        String label = name + " tariff " + tariff;
        counter(found, id + "_t" + tariff, label, "Wh", "energy", id + "_wh.t" + tariff);
      }
    }
  }

  private void volume(
      Map<String, ObjectNode> found,
      MeterSnapshot snapshot,
      Medium medium,
      String id,
      String name) {
    boolean cubicMetres =
        snapshot
            .device(medium)
            .filter(device -> device.valueMicro().isPresent())
            .flatMap(device -> device.unit())
            .filter("m3"::equals)
            .isPresent();
    if (cubicMetres) {
      counter(found, id, name, "m³", id, id + ".volume_m3");
    }
  }

  private void measurement(
      Map<String, ObjectNode> found,
      String id,
      String name,
      String unit,
      String kind,
      String value) {
    component(found, id, name)
        .put("unit_of_measurement", unit)
        .put("device_class", kind)
        .put("state_class", "measurement")
        .put("value_template", "{{ value_json." + value + " }}")
        .put("expire_after", expireSeconds);
  }

  private void counter(
      Map<String, ObjectNode> found,
      String id,
      String name,
      String unit,
      String kind,
      String value) {
    component(found, id, name)
        .put("unit_of_measurement", unit)
        .put("device_class", kind)
        .put("state_class", "total_increasing")
        .put("value_template", "{{ value_json." + value + " }}")
        .put("expire_after", expireSeconds);
  }

  private ObjectNode diagnostic(
      Map<String, ObjectNode> found, String id, String name, String value) {
    return component(found, id, name)
        .put("entity_category", "diagnostic")
        .put("value_template", "{{ " + value + " }}")
        .put("expire_after", expireSeconds);
  }

  private ObjectNode component(Map<String, ObjectNode> found, String id, String name) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("p", platform(id));
    node.put("unique_id", ID_PREFIX + serial + "-" + id);
    node.put("name", name);
    found.put(id, node);
    return node;
  }

  private static String platform(String id) {
    return id.equals("meter_data") ? "binary_sensor" : SENSOR;
  }
}
