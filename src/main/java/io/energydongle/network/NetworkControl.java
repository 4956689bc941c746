// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import io.energydongle.status.WifiNetwork;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Whoever can set up the network of this board. Used by one thread; calls take seconds at most. */
interface NetworkControl {

  /**
   * Asks whether it can be used.
   *
   * @return whether it gives up a link-local address as soon as DHCP answers (NetworkManager 1.52).
   */
  boolean hasFallback() throws NetworkException;

  /** True when there is a profile of that name. */
  boolean has(String profile) throws NetworkException;

  /** Makes a profile, or changes it to this; what is active stays as it was. */
  void define(Profile profile) throws NetworkException;

  /** Lets a profile be used by itself, or not. Nothing happens when there is none. */
  void autoconnect(String profile, boolean on) throws NetworkException;

  /** Deletes profiles; those that are not there are no fault. */
  void delete(List<String> profiles) throws NetworkException;

  /** Lets the radios send: Raspberry Pi OS switches them off until somebody says otherwise. */
  void radioOn() throws NetworkException;

  /** Begins to use a profile. */
  Attempt up(Profile profile, Duration patience) throws NetworkException;

  /** Takes every address from an interface, until a profile is used on it. */
  void down(String device) throws NetworkException;

  /** Name of the profile in use on an interface. */
  Optional<String> active(String device) throws NetworkException;

  /** Looks for Wi-Fi networks, the strongest first. */
  List<WifiNetwork> scan(String device) throws NetworkException;

  /** Facts about an interface that only the one who set it up knows. */
  Details details(String device, boolean wifi) throws NetworkException;

  /** A profile on its way. */
  interface Attempt {

    /** Empty while it goes on. */
    Optional<Outcome> poll();

    /** Gives it up. */
    void cancel();
  }

  /** How an attempt ended. */
  enum Result {
    /** It is in use, or it waits for DHCP, which may take for ever. */
    DONE,
    /** It was refused. */
    FAILED
  }

  /**
   * How an attempt ended.
   *
   * @param detail what was said about it; one line.
   */
  record Outcome(Result result, String detail) {}

  /**
   * Facts about an interface.
   *
   * @param gateway router; empty for none.
   * @param dns name servers.
   * @param wifi the Wi-Fi network it has joined.
   */
  record Details(String gateway, List<String> dns, Optional<WifiNetwork> wifi) {
    static final Details NONE = new Details("", List.of(), Optional.empty());

    public Details {
      dns = List.copyOf(dns);
    }
  }
}
