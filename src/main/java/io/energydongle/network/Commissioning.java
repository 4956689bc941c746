// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import io.energydongle.config.BoardConfig;
import io.energydongle.config.NetworkSettings;
import io.energydongle.config.NetworkSettings.Connection;
import io.energydongle.config.NetworkSettings.Method;
import io.energydongle.network.NetworkControl.Outcome;
import io.energydongle.network.NetworkControl.Result;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.status.NetworkStatus.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what the network interfaces do: the way of a new device from its access point to Ethernet
 * or Wi-Fi, and back only where the settings have never worked. Has no thread and no clock of its
 * own; {@link #tick} is called about twice a second.
 *
 * <p>Source: {@code platform.md} section 3.4, {@code product.md} M5.
 */
final class Commissioning {

  private static final Logger LOG = LoggerFactory.getLogger(Commissioning.class);

  /** The answer to whoever changed the settings goes out first, over the network as it was. */
  static final Duration BEFORE_CHANGE = Duration.ofSeconds(2);

  /** Time for Wi-Fi settings that somebody has just saved, and waits for. */
  static final Duration WIFI_TRY = Duration.ofSeconds(60);

  /**
   * Time for Wi-Fi settings that have never worked, after a start: a router may be starting, too.
   */
  static final Duration WIFI_TRY_AT_START = Duration.ofMinutes(5);

  private static final Duration NOT_READY = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration WIFI_PATIENCE = Duration.ofSeconds(45);

  /** NetworkManager notices a cable by itself; only what lasts longer needs help. */
  private static final Duration BEFORE_HELP = Duration.ofSeconds(12);

  private static final Duration AGAIN = Duration.ofSeconds(30);
  private static final Duration AGAIN_MAX = Duration.ofMinutes(2);
  private static final Duration WIFI_AGAIN = Duration.ofSeconds(5);

  /** Where the way stands. */
  private enum Phase {
    /** The settings have to be put in force yet. */
    PENDING,
    FIRST_USE,
    ETHERNET,
    /** Wi-Fi that has never worked; Ethernet stays as it was. */
    WIFI_TRIED,
    /** Wi-Fi that works, or has worked. */
    WIFI,
    /** Wi-Fi that has never worked and was given up: the access point is open, and says why. */
    WIFI_FAILED
  }

  private final BoardConfig.Network board;
  private final NetworkControl control;
  private final Face.Source faces;
  private final NetworkMemory memory;
  private final MonotonicClock clock;
  private final AccessPoint accessPoint;
  private final Bringing ethernet;
  private final Bringing wifi;

  private NetworkSettings saved = NetworkSettings.DEFAULT;
  private NetworkSettings target = NetworkSettings.DEFAULT;
  private boolean asked;
  private boolean onTrial;
  private long trialNanos;
  private Phase phase = Phase.PENDING;
  private long phaseNanos;
  private long beginNanos;
  private boolean fallback;
  private boolean cable;
  private boolean ethernetChanged;
  private boolean addressTaken;
  private Duration wifiPause = AGAIN;
  private String fault = "";
  private String notice = "";

  Commissioning(
      BoardConfig.Network board,
      Optional<AccessPoint.Sticker> sticker,
      NetworkControl control,
      Face.Source faces,
      NetworkMemory memory,
      MonotonicClock clock) {
    this.board = board;
    this.control = control;
    this.faces = faces;
    this.memory = memory;
    this.clock = clock;
    accessPoint = new AccessPoint(board.wifi(), sticker, control, faces, clock);
    ethernet = new Bringing(control, clock);
    wifi = new Bringing(control, clock);
  }

  /** The settings after a start of the program. */
  void start(NetworkSettings settings) {
    saved = settings;
    begin(settings, false, Duration.ZERO);
  }

  /** Other settings were saved. */
  void use(NetworkSettings settings) {
    saved = settings;
    onTrial = false;
    notice = "";
    if (!settings.equals(target)) {
      begin(settings, true, BEFORE_CHANGE);
    }
  }

  /** Tries settings, and goes back to the saved ones when these do not become the saved ones. */
  void tryOut(NetworkSettings settings, Duration time) {
    notice = "";
    onTrial = true;
    trialNanos = clock.nanos() + time.toNanos();
    begin(settings, true, BEFORE_CHANGE);
  }

  /** The settings on trial; empty when there are none. */
  Optional<NetworkSettings> trial() {
    return onTrial ? Optional.of(target) : Optional.empty();
  }

  /** Back to a new device. */
  void forget() {
    saved = NetworkSettings.DEFAULT;
    onTrial = false;
    notice = "";
    Profile.ALL.forEach(memory::forget);
    begin(saved, true, BEFORE_CHANGE);
  }

  /** Connects again, as if the cable were pulled out and put in. */
  void reconnect() {
    switch (phase) {
      case FIRST_USE, ETHERNET -> {
        ethernetChanged = true;
        ethernet.cancel();
      }
      case WIFI -> {
        wifi.cancel();
        bringWifi();
      }
      case WIFI_TRIED, WIFI_FAILED -> begin(target, true, Duration.ZERO);
      case PENDING -> phaseNanos = clock.nanos();
    }
  }

  private void begin(NetworkSettings settings, boolean somebodyWaits, Duration pause) {
    target = settings;
    asked = somebodyWaits;
    ethernet.cancel();
    wifi.cancel();
    beginNanos = clock.nanos();
    enter(Phase.PENDING, pause);
  }

  private void enter(Phase next, Duration time) {
    phase = next;
    phaseNanos = clock.nanos() + time.toNanos();
  }

  private boolean isOver() {
    return clock.nanos() - phaseNanos >= 0;
  }

  /** Does what is due. */
  void tick() {
    if (onTrial && clock.nanos() - trialNanos >= 0) {
      onTrial = false;
      notice = Faults.GIVEN_UP;
      LOG.warn("{}", notice);
      begin(saved, true, Duration.ZERO);
    }
    try {
      step();
    } catch (NetworkException e) {
      String sentence = Faults.noControl(String.valueOf(e.getMessage()));
      if (!sentence.equals(fault)) {
        LOG.warn("{}", sentence);
      }
      fault = sentence;
      if (phase == Phase.PENDING) {
        tryAgainLater();
      }
    }
    accessPoint.tick();
  }

  /** Settings that cannot be put in force must not leave the device where nobody reaches it. */
  private void tryAgainLater() {
    boolean late = clock.nanos() - beginNanos >= WIFI_TRY.toNanos();
    if (late && target.connection() == Connection.WIFI && !memory.isProven(wifiProfile(false))) {
      accessPoint.open(false);
      enter(Phase.WIFI_FAILED, Duration.ZERO);
    } else {
      enter(Phase.PENDING, NOT_READY);
    }
  }

  private void step() throws NetworkException {
    switch (phase) {
      case PENDING -> {
        if (isOver()) {
          putInForce();
        }
      }
      case FIRST_USE, WIFI_FAILED -> watchEthernet();
      case ETHERNET -> {
        watchEthernet();
        watchChoice();
      }
      case WIFI_TRIED -> {
        watchEthernet();
        watchTrial();
      }
      case WIFI -> watchWifi();
    }
  }

  private void putInForce() throws NetworkException {
    fallback = control.hasFallback();
    switch (target.connection()) {
      case FIRST_USE -> firstUse();
      case ETHERNET -> ethernetOnly();
      case WIFI -> wifi();
    }
  }

  private void firstUse() throws NetworkException {
    if (asked) {
      control.delete(Profile.ALL);
    } else {
      // An access point that is on stays so: somebody may be setting the device up.
      control.delete(List.of(Profile.WIFI));
    }
    memory.forget(Profile.WIFI);
    fault = "";
    if (faces.look(board.ethernet()).present()) {
      prepareEthernet();
    }
    accessPoint.open(true);
    enter(Phase.FIRST_USE, Duration.ZERO);
    LOG.info("network: not chosen yet; access point, and Ethernet with DHCP");
  }

  private void ethernetOnly() throws NetworkException {
    require(board.ethernet());
    // The way in that there is stays until the new one is accepted.
    prepareEthernet();
    accessPoint.close();
    control.delete(List.of(Profile.WIFI));
    memory.forget(Profile.WIFI);
    if (faces.look(board.wifi()).present()) {
      control.down(board.wifi());
    }
    fault = "";
    enter(Phase.ETHERNET, Duration.ZERO);
    LOG.info("network: Ethernet, {}", target.method().code());
  }

  private void wifi() throws NetworkException {
    require(board.wifi());
    control.radioOn();
    boolean proven = memory.isProven(wifiProfile(false));
    Profile profile = wifiProfile(proven);
    boolean running =
        proven
            && memory.isInForce(profile)
            && control.active(board.wifi()).equals(Optional.of(Profile.WIFI));
    accessPoint.close();
    if (!running) {
      // The address of an earlier network must not pass for that of the new one.
      control.down(board.wifi());
      memory.forget(Profile.WIFI);
      control.define(profile);
      memory.inForce(profile);
      wifi.start(profile, WIFI_PATIENCE, WIFI_AGAIN);
    }
    fault = "";
    if (proven) {
      memory.proven(profile);
      ethernetOff();
      enter(Phase.WIFI, Duration.ZERO);
    } else {
      enter(Phase.WIFI_TRIED, asked ? WIFI_TRY : WIFI_TRY_AT_START);
    }
    LOG.info("network: Wi-Fi \"{}\", {}", target.ssid(), target.method().code());
  }

  private void require(String device) throws NetworkException {
    if (!faces.look(device).present()) {
      throw new NetworkException("this board has no network interface " + device);
    }
  }

  private Profile ethernetProfile() {
    NetworkSettings settings =
        target.connection() == Connection.ETHERNET ? target : NetworkSettings.DEFAULT;
    return Profile.ethernet(board.ethernet(), settings, fallback);
  }

  private Profile wifiProfile(boolean proven) {
    return Profile.wifi(board.wifi(), target, fallback, proven);
  }

  /** A profile that is in use as it should be is not touched: a restart is not to be noticed. */
  private void prepareEthernet() throws NetworkException {
    Profile profile = ethernetProfile();
    boolean same = memory.isInForce(profile) && control.has(profile.name());
    if (!same) {
      memory.forget(Profile.ETHERNET);
      control.define(profile);
      memory.inForce(profile);
    }
    ethernetChanged =
        !same || !control.active(board.ethernet()).equals(Optional.of(Profile.ETHERNET));
    cable = faces.look(board.ethernet()).carrier();
    addressTaken = false;
    ethernet.wait(BEFORE_HELP);
  }

  private void ethernetOff() throws NetworkException {
    ethernet.cancel();
    control.autoconnect(Profile.ETHERNET, false);
    memory.forget(Profile.ETHERNET);
    if (faces.look(board.ethernet()).present()) {
      control.down(board.ethernet());
    }
  }

  private void watchEthernet() throws NetworkException {
    if (phase == Phase.WIFI_TRIED || phase == Phase.WIFI_FAILED) {
      return; // It is as it was, and NetworkManager keeps it so.
    }
    Face face = faces.look(board.ethernet());
    Optional<Outcome> outcome = ethernet.poll();
    if (face.carrier() != cable) {
      cable = face.carrier();
      LOG.info("network cable {}", cable ? "plugged in" : "pulled out");
      ethernet.wait(BEFORE_HELP);
    }
    if (outcome.isPresent() && outcome.get().result() == Result.FAILED && face.carrier()) {
      say(Faults.ethernet(target, outcome.get().detail()));
      addressTaken = isFixed() && Faults.isAddressTaken(outcome.get().detail());
    }
    if (!face.carrier()) {
      return;
    }
    if (isSettled(face)) {
      fault = "";
    }
    if (ethernetChanged || (lacks(face) && ethernet.isDue())) {
      ethernetChanged = false;
      // What NetworkManager took instead is interrupted by every try.
      Duration pause = face.hasRoutable() ? AGAIN_MAX : AGAIN;
      ethernet.start(ethernetProfile(), PATIENCE, pause);
    }
  }

  /**
   * True when the settings are in force. Refused a fixed address, NetworkManager may take another
   * profile of this machine, and what that gets is no proof of anything.
   */
  private boolean isSettled(Face face) {
    boolean good = isFixed() ? face.has(target.address()) : face.hasRoutable();
    return good && !ethernetChanged && !ethernet.isRunning();
  }

  /** True when Ethernet has nothing, or something else than its fixed address. */
  private boolean lacks(Face face) {
    return isFixed() ? !face.has(target.address()) : face.addresses().isEmpty();
  }

  /** Ethernet that was just chosen and is refused: the access point says why, until it works. */
  private void watchChoice() throws NetworkException {
    Face face = faces.look(board.ethernet());
    Profile profile = ethernetProfile();
    if (isSettled(face)) {
      addressTaken = false;
      memory.proven(profile);
      if (accessPoint.isWanted()) {
        accessPoint.close();
      }
    } else if (addressTaken && !accessPoint.isWanted() && !memory.isProven(profile)) {
      accessPoint.open(false);
    }
  }

  private void watchTrial() throws NetworkException {
    Face face = faces.look(board.wifi());
    Optional<Outcome> outcome = wifi.poll();
    if (face.hasRoutable() && !face.has(Profile.ACCESS_POINT_ADDRESS)) {
      wifi.cancel();
      control.autoconnect(Profile.WIFI, true);
      memory.inForce(wifiProfile(true));
      memory.proven(wifiProfile(true));
      fault = "";
      ethernetOff();
      enter(Phase.WIFI, Duration.ZERO);
      LOG.info("the Wi-Fi network \"{}\" works; Ethernet is off", target.ssid());
      return;
    }
    if (outcome.isPresent() && outcome.get().result() == Result.FAILED) {
      say(Faults.wifi(target, outcome.get().detail()));
      wifi.wait(WIFI_AGAIN);
    }
    boolean refused = asked && fault.contains("refused the password");
    if (isOver() || refused) {
      giveUpWifi(face);
    } else if (wifi.isDue()) {
      wifi.start(wifiProfile(false), WIFI_PATIENCE, WIFI_AGAIN);
    }
  }

  private void giveUpWifi(Face face) throws NetworkException {
    if (fault.isEmpty()) {
      say(Faults.wifiTimeout(target, face.carrier()));
    }
    wifi.cancel();
    control.delete(List.of(Profile.WIFI));
    memory.forget(Profile.WIFI);
    accessPoint.open(false);
    enter(Phase.WIFI_FAILED, Duration.ZERO);
  }

  private void watchWifi() {
    Optional<Outcome> outcome = wifi.poll();
    if (faces.look(board.wifi()).hasRoutable()) {
      if (!fault.isEmpty()) {
        LOG.info("the Wi-Fi network \"{}\" is back", target.ssid());
      }
      fault = "";
      wifiPause = AGAIN;
      wifi.wait(wifiPause);
      return;
    }
    if (outcome.isPresent() && outcome.get().result() == Result.FAILED) {
      say(Faults.wifi(target, outcome.get().detail()));
    }
    if (wifi.isDue()) {
      bringWifi();
      wifiPause =
          wifiPause.multipliedBy(2).compareTo(AGAIN_MAX) < 0
              ? wifiPause.multipliedBy(2)
              : AGAIN_MAX;
    }
  }

  private void bringWifi() {
    try {
      wifi.start(wifiProfile(true), WIFI_PATIENCE, wifiPause);
    } catch (NetworkException e) {
      say(Faults.noControl(String.valueOf(e.getMessage())));
      wifi.wait(wifiPause);
    }
  }

  private void say(String sentence) {
    if (!sentence.equals(fault)) {
      LOG.warn("{}", sentence);
    }
    fault = sentence;
  }

  /** What is set up, or tried. */
  NetworkSettings target() {
    return target;
  }

  /** The interface that the settings are about. */
  String device() {
    return isWifi() ? board.wifi() : board.ethernet();
  }

  boolean isWifi() {
    return phase == Phase.WIFI || phase == Phase.WIFI_TRIED;
  }

  boolean isFixed() {
    return target.method() == Method.STATIC && target.connection() != Connection.FIRST_USE;
  }

  AccessPoint accessPoint() {
    return accessPoint;
  }

  /** What went wrong and still counts, a sentence; empty when nothing did. */
  Optional<String> fault() {
    return List.of(fault, notice, accessPoint.fault()).stream()
        .filter(each -> !each.isEmpty())
        .findFirst();
  }

  /** Time until settings that are only tried are given up, s. */
  OptionalInt trialSeconds() {
    return onTrial
        ? OptionalInt.of(
            (int) Math.max(0, Duration.ofNanos(trialNanos - clock.nanos()).toSeconds()))
        : OptionalInt.empty();
  }

  /** What came of the settings, as the interface says. */
  State state() {
    Face face = faces.look(device());
    if (phase == Phase.PENDING || phase == Phase.WIFI_TRIED) {
      return State.TRYING;
    }
    if (face.hasRoutable()) {
      return State.UP;
    }
    if (!face.carrier()) {
      return State.NO_LINK;
    }
    return face.addresses().isEmpty() ? State.NO_ADDRESS : State.LINK_LOCAL;
  }
}
