// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import io.energydongle.config.Secret;
import io.energydongle.network.NetworkControl.Outcome;
import io.energydongle.network.NetworkControl.Result;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.status.WifiNetwork;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device's own Wi-Fi network, as long as somebody wants it. Its profile exists only while it is
 * open, so nothing but this can open it.
 */
final class AccessPoint {

  private static final Logger LOG = LoggerFactory.getLogger(AccessPoint.class);

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration AGAIN = Duration.ofSeconds(15);

  /** The reason for it is told first: a look around and opening it take many seconds. */
  private static final Duration BEFORE_OPENING = Duration.ofMillis(100);

  /**
   * What the sticker says.
   *
   * @param ssid name of the network.
   * @param key its password.
   */
  record Sticker(String ssid, Secret key) {}

  private final String device;
  private final Optional<Sticker> sticker;
  private final NetworkControl control;
  private final Face.Source faces;
  private final Bringing bringing;
  private boolean wanted;
  private boolean spareOthers;
  private boolean looked;
  private boolean defined;
  private boolean seen;
  private String fault = "";
  private List<WifiNetwork> networks = List.of();

  AccessPoint(
      String device,
      Optional<Sticker> sticker,
      NetworkControl control,
      Face.Source faces,
      MonotonicClock clock) {
    this.device = device;
    this.sticker = sticker;
    this.control = control;
    this.faces = faces;
    bringing = new Bringing(control, clock);
  }

  /**
   * Opens it, and keeps it open.
   *
   * @param others true to leave a Wi-Fi connection alone that somebody else has set up.
   */
  void open(boolean others) {
    wanted = true;
    spareOthers = others;
    looked = false;
    defined = false;
    fault = sticker.isEmpty() ? "There is no Wi-Fi key in the identity folder." : "";
    bringing.cancel();
    bringing.wait(BEFORE_OPENING);
  }

  /** Takes it away. */
  void close() throws NetworkException {
    wanted = false;
    seen = false;
    fault = "";
    bringing.cancel();
    control.delete(List.of(Profile.ACCESS_POINT));
  }

  boolean isWanted() {
    return wanted;
  }

  /** What others see of it; empty while it is not on. */
  Optional<Sticker> shown() {
    return wanted && faces.look(device).has(Profile.ACCESS_POINT_ADDRESS)
        ? sticker
        : Optional.empty();
  }

  /** Why it is not on, a sentence; empty when there is nothing to say. */
  String fault() {
    return fault;
  }

  /** Networks seen before it was opened: its radio cannot look around while it is on. */
  List<WifiNetwork> networks() {
    return networks;
  }

  /** Brings it up again when it is not. */
  void tick() {
    if (!wanted || sticker.isEmpty()) {
      return;
    }
    Face face = faces.look(device);
    Optional<Outcome> outcome = bringing.poll();
    if (face.has(Profile.ACCESS_POINT_ADDRESS)) {
      if (!seen) {
        LOG.info("the access point {} is on", sticker.get().ssid());
      }
      seen = true;
      fault = "";
      return;
    }
    outcome
        .filter(each -> each.result() == Result.FAILED)
        .ifPresent(each -> say(Faults.accessPoint(each.detail())));
    if (face.present() && bringing.isDue()) {
      try {
        bring(sticker.get());
      } catch (NetworkException e) {
        say(Faults.accessPoint(String.valueOf(e.getMessage())));
        bringing.wait(AGAIN);
      }
    }
  }

  private void bring(Sticker what) throws NetworkException {
    if (spareOthers) {
      Optional<String> other = control.active(device).filter(name -> !Profile.ALL.contains(name));
      if (other.isPresent()) {
        say(
            "There is no access point while the Wi-Fi is used by the connection "
                + other.get()
                + " of this machine.");
        bringing.wait(AGAIN);
        return;
      }
    }
    control.radioOn();
    Profile profile = Profile.accessPoint(device, what.ssid(), what.key());
    if (!looked) {
      looked = true;
      look();
    }
    if (!defined) {
      control.define(profile);
      defined = true;
    }
    seen = false;
    bringing.start(profile, PATIENCE, AGAIN);
  }

  private void say(String sentence) {
    if (!sentence.equals(fault)) {
      LOG.warn("{}", sentence);
    }
    fault = sentence;
  }

  private void look() {
    try {
      List<WifiNetwork> found = control.scan(device);
      networks = found.isEmpty() ? networks : found;
    } catch (NetworkException e) {
      LOG.debug("no look around: {}", e.getMessage());
    }
  }
}
