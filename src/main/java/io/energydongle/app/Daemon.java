// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.button.Button;
import io.energydongle.config.BoardConfig;
import io.energydongle.config.BoardConfig.MeterKind;
import io.energydongle.config.LineSetting;
import io.energydongle.config.Settings;
import io.energydongle.config.SettingsStore;
import io.energydongle.config.SettingsStore.NotSavedException;
import io.energydongle.copy.MeterCopy;
import io.energydongle.history.History;
import io.energydongle.identity.IdentityException;
import io.energydongle.meter.LastGoodLine;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.meter.MeterReader;
import io.energydongle.modbus.ModbusServer;
import io.energydongle.modbus.RegisterTemplate;
import io.energydongle.modbus.ServedMaps;
import io.energydongle.modbus.TemplateShelf;
import io.energydongle.mqtt.DeviceIdentity;
import io.energydongle.mqtt.MqttPublisher;
import io.energydongle.network.Network;
import io.energydongle.network.WifiCountry;
import io.energydongle.serial.CopyPort;
import io.energydongle.serial.MeterPorts;
import io.energydongle.serial.SerialCopyPorts;
import io.energydongle.serial.SerialMeterPorts;
import io.energydongle.service.Loop;
import io.energydongle.service.SystemdNotifier;
import io.energydongle.service.Watchdog;
import io.energydongle.simulate.Scenario;
import io.energydongle.simulate.SimulatedPorts;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.snapshot.SnapshotStore;
import io.energydongle.status.MeterStatus;
import io.energydongle.status.MqttStatus;
import io.energydongle.update.UpdateKeys;
import io.energydongle.update.Updater;
import io.energydongle.web.Surroundings;
import io.energydongle.web.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway: one thread reads the meter, one serves Modbus, some serve the page, and they share
 * nothing but the snapshot store and the settings.
 */
final class Daemon {

  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  /** Often enough for the last hours to survive a power cut, seldom enough for an SD card. */
  private static final Duration HISTORY_PERIOD = Duration.ofMinutes(15);

  private static final Duration WEB_PAUSE_MIN = Duration.ofSeconds(1);
  private static final Duration WEB_PAUSE_MAX = Duration.ofSeconds(60);

  /** Longer than any device runs. */
  private static final Duration NEVER = Duration.ofDays(36_500);

  /** Often enough for the quiet hours; the feed itself is asked once a day. */
  private static final Duration RELEASE_PERIOD = Duration.ofMinutes(15);

  private static final Duration STOP_TIMEOUT = Duration.ofMillis(1_800);

  private final MeterReader reader;
  private final ModbusServer modbus;
  private final Thread modbusThread;
  private final Thread readerThread;
  private final Maps maps;
  private final History history;
  private final HostClock hostClock;
  private final MqttPublisher mqtt;
  private final WebServer web;
  private final Updater updater;
  private final SnapshotStore store = new SnapshotStore();
  private final SettingsStore settings;
  private final MonotonicClock monotonic;
  private final SecureRandom random;
  private final FurtherPorts further;
  private final Network network;
  private final NetworkState reachable;
  private final MeterCopy copy;
  private final FrontPanel panel;
  private final BoardConfig.Http http;
  private Settings applied;

  private Duration webPause = NEVER;

  /** From here on the page is served, or somebody was told why not. */
  private volatile boolean webTried;

  private volatile MeterStatus meterStatus = MeterStatus.UNKNOWN;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);

  Daemon(
      BoardConfig board,
      SettingsStore settings,
      Path stateDir,
      TemplateShelf shelf,
      Optional<Scenario> simulation,
      LogTail logTail,
      Clock clock,
      MonotonicClock monotonic)
      throws IOException {
    Settings now = settings.current();
    this.settings = settings;
    this.monotonic = monotonic;
    DeviceIdentity identity =
        new DeviceIdentity(board.identityDir(), stateDir.resolve("renewed-identity"));
    network =
        new Network(
            board.network(),
            stateDir,
            serialOf(identity),
            WifiKey.in(board.identityDir()),
            this::networkCameUp,
            monotonic);
    reachable = network.isControlled() ? network::isUp : new HostInterfaces(monotonic);
    maps = new Maps(shelf, serialOf(identity));
    ServedMaps registers = new ServedMaps(maps.choice(now));
    store.addListener(registers::accept);
    modbus =
        new ModbusServer(
            new InetSocketAddress(board.modbus().address(), board.modbus().port()),
            now.modbus().maxClients(),
            registers,
            monotonic);
    MeterPorts ports =
        simulation.isPresent()
            ? new SimulatedPorts(simulation.get(), clock, monotonic)
            : new SerialMeterPorts(board.meter().port());
    copy = new MeterCopy(copyPort(board.meter()), board.modbus().address(), monotonic);
    copy.use(now.outputs());
    reader =
        new MeterReader(
            copy.tapped(ports),
            kind(board.meter().kind()),
            board.meter().line().map(List::of).orElse(lines(board.meter().kind())),
            new LastGoodLine(stateDir),
            now.meter(),
            store,
            status -> meterStatus = status,
            clock,
            monotonic);
    sayMap(now);
    applied = now;
    modbus.useOutputs(now.outputs());
    // Before all that follows: after a power cut it is the charger that waits, for what the meter
    // says.
    modbusThread = start("modbus", modbus);
    copy.start();
    readerThread = start("meter", reader);
    further = new FurtherPorts(board.modbus().address(), maps, store, monotonic);
    store.addListener(further::accept);
    further.use(now);
    settings.addListener(changed -> apply(changed, registers));
    http = board.http();
    history = History.open(stateDir);
    store.addListener(history::accept);
    hostClock = new HostClock(Main.built(), stateDir, store::newest, clock);
    panel = new FrontPanel(board, new Facts(), new Presses(), monotonic);
    random = new SecureRandom();
    updater =
        new Updater(
            stateDir,
            Main.installation(board.update()),
            UpdateKeys::ofBuild,
            board.update(),
            () -> settings.current().update(),
            new Updates(board, settings, store, modbus, this::web, this::mqtt, monotonic),
            (code, sentence) -> mqtt().event(code, sentence),
            clock,
            monotonic,
            random);
    Surroundings surroundings =
        new Board(
            board,
            settings,
            history,
            store,
            maps,
            () -> useMaps(settings.current(), registers),
            modbus,
            further,
            () -> meterStatus,
            this::mqtt,
            hostClock,
            logTail,
            network,
            panel,
            copy,
            updater,
            this::reconnect,
            this::reset,
            this::stop,
            clock,
            monotonic);
    web = new WebServer(board.http(), stateDir, settings, history, surroundings, monotonic);
    store.addListener(web::accept);
    mqtt =
        new MqttPublisher(
            stateDir,
            identity,
            now.mqtt(),
            new BrokerCommands(settings, surroundings, clock.instant()),
            hostClock,
            Main.version(),
            clock,
            monotonic,
            random);
    store.addListener(mqtt::accept);
    settings.addListener(changed -> mqtt.use(changed.mqtt()));
    WifiCountry country =
        new WifiCountry(Optional.ofNullable(System.getenv("RUNTIME_DIRECTORY")).map(Path::of));
    country.use(now.network().wifiCountry());
    settings.addListener(changed -> country.use(changed.network().wifiCountry()));
    settings.addListener(changed -> network.use(changed.network()));
  }

  private MqttPublisher mqtt() {
    return mqtt;
  }

  private WebServer web() {
    return web;
  }

  private void networkCameUp() {
    mqtt.reconnectNow();
  }

  private static Optional<CopyPort.Opener> copyPort(BoardConfig.Meter meter) {
    return meter.copyPort().isEmpty()
        ? Optional.empty()
        : Optional.of(new SerialCopyPorts(Path.of(meter.copyPort())));
  }

  /** Settings in which meters speak, the most usual one first. */
  private static List<LineSetting> lines(MeterKind kind) {
    return switch (kind) {
      case AUTO -> List.of(LineSetting.BAUD_115200, LineSetting.BAUD_9600, LineSetting.BAUD_1200);
      case P1 -> List.of(LineSetting.BAUD_115200, LineSetting.BAUD_9600);
      case TIC -> List.of(LineSetting.BAUD_9600, LineSetting.BAUD_1200);
    };
  }

  private static Kind kind(MeterKind setting) {
    return switch (setting) {
      case AUTO -> Kind.UNKNOWN;
      case P1 -> Kind.P1;
      case TIC -> Kind.TIC;
    };
  }

  /**
   * What a charger does not wait for, one after the other: after a restart, all of it at once would
   * hold up the first telegram on a small board.
   */
  private void startTheRest() throws InterruptedException {
    if (http.port() > 0) {
      webPause = serveWeb();
    }
    if (stopped.getCount() > 0) {
      // After the page: it starts other programs, and takes seconds of a small board's processor.
      network.start(settings.current().network());
    }
    webTried = true;
    if (stopped.getCount() > 0) {
      hostClock.update();
      mqtt.start();
      updater.start();
      warmUp();
    }
  }

  /** What goes wrong here ends neither meter nor Modbus. */
  private Duration serveWeb() {
    try {
      web.start();
      return NEVER;
    } catch (RuntimeException e) {
      Duration next = webPause.compareTo(NEVER) == 0 ? WEB_PAUSE_MIN : webPause.multipliedBy(2);
      Duration pause = next.compareTo(WEB_PAUSE_MAX) < 0 ? next : WEB_PAUSE_MAX;
      LOG.error(
          "the web page cannot be served on {}:{} ({}); trying again in {} s",
          http.address(),
          http.port(),
          e.toString(),
          pause.toSeconds());
      return pause;
    }
  }

  private void warmUp() {
    try {
      WarmUp.run(maps.everywhere(applied));
    } catch (IllegalStateException e) {
      LOG.error("this program does not understand its own telegrams on this machine", e);
    }
  }

  private Duration keepTime() throws InterruptedException {
    hostClock.update();
    return hostClock.pause();
  }

  private Duration lookForReleases() {
    updater.tick();
    return RELEASE_PERIOD;
  }

  private Duration keepHistory() {
    history.flush();
    return HISTORY_PERIOD;
  }

  /** Forgets what the user chose and what was recorded; identity and certificate stay. */
  private synchronized void reset() throws NotSavedException, IOException {
    mqtt.forget();
    try {
      settings.reset();
      updater.forget();
      history.clear();
    } finally {
      // Whatever the disk says: nobody stays logged in, and no network is remembered.
      web.reset();
      network.forget();
      maps.shelf().clear();
    }
    LOG.warn("factory reset: this is a new device again");
  }

  /** Connects again at once, where a connection is missing. */
  private void reconnect() {
    network.reconnect();
    mqtt.reconnectNow();
  }

  /** What presses of the button reach: the same as the page. */
  private final class Presses implements Button.Actions {
    @Override
    public void reconnect() {
      Daemon.this.reconnect();
    }

    @Override
    public void factoryReset() {
      try {
        reset();
      } catch (NotSavedException | IOException e) {
        LOG.error("the factory reset failed: {}", e.toString());
      }
    }
  }

  /** What the light shows. */
  private final class Facts implements FrontPanel.Facts {
    @Override
    public boolean meterData() {
      return store
          .newest()
          .filter(newest -> !newest.reception().isStale(monotonic.nanos()))
          .isPresent();
    }

    @Override
    public boolean settling() {
      ModbusServer.Status status = modbus.status();
      boolean modbusStarting =
          settings.current().outputs().modbus()
              && status.address().isEmpty()
              && status.fault().isEmpty();
      boolean meterUnknown =
          meterStatus.condition() == MeterStatus.Condition.SEARCHING && !meterData();
      return modbusStarting || meterUnknown || !webTried;
    }

    @Override
    public boolean network() {
      return reachable.isUp(
          modbus.status().peers().stream().anyMatch(peer -> peer.connections() > 0));
    }

    @Override
    public boolean updating() {
      return updater.isBusy();
    }

    @Override
    public boolean served() {
      return modbus.status().address().isPresent()
          || mqtt.status().state() == MqttStatus.State.ONLINE;
    }
  }

  /** Puts changed settings in force, without a restart. */
  private void apply(Settings changed, ServedMaps registers) {
    boolean otherFuse = changed.meter().mainFuseAmpere() != applied.meter().mainFuseAmpere();
    if (!changed.modbus().equals(applied.modbus()) || otherFuse) {
      useMaps(changed, registers);
      modbus.useMaxClients(changed.modbus().maxClients());
      sayMap(changed);
    }
    if (!changed.outputs().equals(applied.outputs())) {
      modbus.useOutputs(changed.outputs());
      further.use(changed);
      copy.use(changed.outputs());
    }
    if (!changed.meter().equals(applied.meter())) {
      reader.use(changed.meter());
      LOG.info("other meter settings are in force");
    }
    applied = changed;
  }

  private void useMaps(Settings changed, ServedMaps registers) {
    registers.use(maps.choice(changed));
    further.use(changed);
  }

  private void sayMap(Settings settings) {
    RegisterTemplate template = maps.everywhere(settings);
    LOG.info("register map {}: {}", template.id(), template.about().title());
    settings.modbus().units().forEach((unit, map) -> LOG.info("unit {}: {}", unit, map));
  }

  private static String serialOf(DeviceIdentity identity) {
    try {
      return identity.serial();
    } catch (IdentityException e) {
      return "";
    }
  }

  /** What must go on for ever; how long each may stand still is a matter of its pauses. */
  private List<Loop> loops() {
    return List.of(
        new Loop("the meter's reader", reader::turns, Duration.ofSeconds(20)),
        new Loop("Modbus", modbus::turns, Duration.ofSeconds(5)),
        new Loop("the web page", () -> webTried ? web.turns() : 0, Duration.ofSeconds(10)));
  }

  private Optional<Watchdog> watchdog() {
    Duration period = Watchdog.period(Optional.ofNullable(System.getenv("WATCHDOG_USEC")));
    return SystemdNotifier.fromEnvironment()
        .map(notifier -> new Watchdog(loops(), notifier, period, monotonic));
  }

  /** Runs until {@link #stop()}. */
  void run() throws InterruptedException {
    Optional<Watchdog> watchdog = watchdog();
    watchdog.ifPresent(each -> start("watchdog", each));
    panel.start();
    panel.initialising();
    startTheRest();
    new Housekeeping(monotonic)
        .add("asking for the time", hostClock.pause(), this::keepTime)
        .add("keeping the history", HISTORY_PERIOD, this::keepHistory)
        .add("looking for releases", RELEASE_PERIOD, this::lookForReleases)
        .add("serving the page", webPause, () -> webPause = serveWeb())
        .add("making random numbers", Duration.ofMinutes(1), new RandomCheck(random)::run)
        .run(stopped);
    updater.stop();
    watchdog.ifPresent(Watchdog::stop);
    reader.stop();
    modbus.stop();
    further.stop();
    network.stop();
    mqtt.stop();
    web.close();
    modbusThread.join(STOP_TIMEOUT.toMillis());
    readerThread.join(STOP_TIMEOUT.toMillis());
    copy.stop();
    history.flush();
    panel.stop();
    LOG.info("stopped");
    finished.countDown();
  }

  /** Ends {@link #run()}, and waits until it has cleaned up. */
  void stop() {
    stopped.countDown();
    hostClock.stop();
    try {
      finished.await(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.start();
    return thread;
  }
}
