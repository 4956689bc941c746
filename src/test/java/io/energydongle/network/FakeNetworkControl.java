// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import io.energydongle.status.WifiNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A machine with Ethernet and Wi-Fi that does at once what it is told, for the parts that no test
 * machine has: a radio, and time that tests move.
 */
final class FakeNetworkControl implements NetworkControl, Face.Source {

  final Map<String, Profile> profiles = new HashMap<>();
  final Map<String, String> active = new HashMap<>();
  final List<String> done = new ArrayList<>();

  /** What the network around does to a profile: addresses it gets, or a refusal. */
  final Map<String, Outcome> refusals = new HashMap<>();

  final Map<String, List<Face.Address>> gives = new HashMap<>();
  boolean cable = true;
  boolean radio = true;
  boolean radioBlocked;
  boolean running = true;

  /** Profile of somebody else that comes up when one of ours is refused; empty for none. */
  String takesInstead = "";

  /** Name of a profile that cannot be made; empty for none. */
  String refusesToDefine = "";

  /** Properties of the Ethernet profile. */
  Map<String, String> ethernet() {
    return java.util.Objects.requireNonNull(profiles.get(Profile.ETHERNET)).properties();
  }

  private static String deviceOf(String profile) {
    return profile.equals(Profile.ETHERNET) ? "eth0" : "wlan0";
  }

  @Override
  public Face look(String name) {
    boolean wifi = name.equals("wlan0");
    if (wifi && !radio) {
      return Face.ABSENT;
    }
    String profile = active.get(name);
    boolean carrier = wifi ? profile != null : cable;
    return new Face(true, carrier, profile == null || !carrier ? List.of() : addressesOf(profile));
  }

  private List<Face.Address> addressesOf(String profile) {
    Profile defined = profiles.get(profile);
    String fixed = defined == null ? "" : defined.properties().getOrDefault("ipv4.addresses", "");
    if (fixed.isEmpty() || !fixed.contains("/") || !profile.equals(Profile.ETHERNET)) {
      return gives.getOrDefault(profile, List.of());
    }
    String[] parts = fixed.split("/", 2);
    return List.of(new Face.Address(parts[0], Integer.parseInt(parts[1])));
  }

  @Override
  public boolean hasFallback() throws NetworkException {
    if (!running) {
      throw new NetworkException("NetworkManager is not running");
    }
    return true;
  }

  @Override
  public boolean has(String profile) {
    return profiles.containsKey(profile);
  }

  @Override
  public void define(Profile profile) throws NetworkException {
    if (profile.name().equals(refusesToDefine)) {
      throw new NetworkException("the key was not taken");
    }
    profiles.put(profile.name(), profile);
    done.add("define " + profile.name());
  }

  @Override
  public void autoconnect(String profile, boolean on) {
    done.add("autoconnect " + profile + " " + on);
  }

  @Override
  public void delete(List<String> names) {
    for (String name : names) {
      if (profiles.remove(name) != null) {
        done.add("delete " + name);
        active.remove(deviceOf(name), name);
      }
    }
  }

  @Override
  public void radioOn() {
    radioBlocked = false;
  }

  @Override
  public Attempt up(Profile profile, Duration patience) {
    done.add("up " + profile.name());
    boolean blocked = radioBlocked && profile.device().equals("wlan0");
    Optional<Outcome> refusal =
        blocked
            ? Optional.of(new Outcome(Result.FAILED, "Error: Wi-Fi is disabled"))
            : Optional.ofNullable(refusals.get(profile.name()));
    if (refusal.isEmpty()) {
      active.put(profile.device(), profile.name());
    } else if (!takesInstead.isEmpty()) {
      active.put(profile.device(), takesInstead);
    }
    return new Attempt() {
      @Override
      public Optional<Outcome> poll() {
        return refusal.or(() -> Optional.of(new Outcome(Result.DONE, "")));
      }

      @Override
      public void cancel() {
        done.add("cancel " + profile.name());
      }
    };
  }

  @Override
  public void down(String device) {
    done.add("down " + device);
    active.remove(device);
  }

  @Override
  public Optional<String> active(String device) {
    return Optional.ofNullable(active.get(device));
  }

  @Override
  public List<WifiNetwork> scan(String device) {
    return List.of(new WifiNetwork("Home", 70, "wpa2"));
  }

  @Override
  public Details details(String device, boolean wifi) {
    return Details.NONE;
  }
}
