// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.config.BoardConfig;
import io.energydongle.config.ModbusSettings;
import io.energydongle.config.MqttSettings;
import io.energydongle.config.NetworkSettings;
import io.energydongle.config.SettingsStore;
import io.energydongle.config.SettingsStore.NotSavedException;
import io.energydongle.copy.MeterCopy;
import io.energydongle.history.History;
import io.energydongle.identity.IdentityException;
import io.energydongle.modbus.ModbusServer;
import io.energydongle.modbus.RegisterTemplate;
import io.energydongle.modbus.TemplateFile.TemplateException;
import io.energydongle.mqtt.DeviceCertificates;
import io.energydongle.mqtt.MqttPublisher;
import io.energydongle.network.Network;
import io.energydongle.service.Systemctl;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.snapshot.SnapshotStore;
import io.energydongle.status.ButtonStatus;
import io.energydongle.status.ClockState;
import io.energydongle.status.CopyStatus;
import io.energydongle.status.IndicatorStatus;
import io.energydongle.status.MeterStatus;
import io.energydongle.status.MqttStatus;
import io.energydongle.status.NetworkStatus;
import io.energydongle.status.WifiNetwork;
import io.energydongle.update.Updater;
import io.energydongle.web.Surroundings;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the page can see of, and ask of, the rest of the program. */
final class Board implements Surroundings {

  private static final Logger LOG = LoggerFactory.getLogger(Board.class);

  /** The answer to whoever asked goes out first. */
  private static final int BEFORE_RESTART_MILLIS = 500;

  /** Back to the state of a new device. */
  interface Reset {
    void run() throws NotSavedException, IOException;
  }

  private final SettingsStore settings;
  private final History history;
  private final Reset reset;
  private final SnapshotStore snapshots;
  private final Maps maps;
  private final Runnable mapsChanged;
  private final ModbusServer modbus;
  private final FurtherPorts further;
  private final Supplier<MeterStatus> meter;
  private final Supplier<MqttPublisher> mqtt;
  private final Supplier<ClockState> clockState;
  private final LogTail logTail;
  private final Network network;
  private final FrontPanel panel;
  private final MeterCopy copy;
  private final Updater updater;
  private final Runnable reconnect;
  private final Runnable stop;
  private final StickerKey stickerKey;
  private final Clock clock;
  private final MonotonicClock monotonic;

  Board(
      BoardConfig board,
      SettingsStore settings,
      History history,
      SnapshotStore snapshots,
      Maps maps,
      Runnable mapsChanged,
      ModbusServer modbus,
      FurtherPorts further,
      Supplier<MeterStatus> meter,
      Supplier<MqttPublisher> mqtt,
      Supplier<ClockState> clockState,
      LogTail logTail,
      Network network,
      FrontPanel panel,
      MeterCopy copy,
      Updater updater,
      Runnable reconnect,
      Reset reset,
      Runnable stop,
      Clock clock,
      MonotonicClock monotonic) {
    this.settings = settings;
    this.history = history;
    this.snapshots = snapshots;
    this.maps = maps;
    this.mapsChanged = mapsChanged;
    this.modbus = modbus;
    this.further = further;
    this.meter = meter;
    this.mqtt = mqtt;
    this.clockState = clockState;
    this.logTail = logTail;
    this.network = network;
    this.panel = panel;
    this.copy = copy;
    this.updater = updater;
    this.reconnect = reconnect;
    this.reset = reset;
    this.stop = stop;
    this.stickerKey = StickerKey.of(board.identityDir());
    this.clock = clock;
    this.monotonic = monotonic;
  }

  @Override
  public String version() {
    return Main.version();
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public MeterStatus meter() {
    return meter.get();
  }

  @Override
  public Modbus modbus() {
    return ModbusView.of(
        modbus.status(), further, maps, settings.current(), snapshots.newest(), monotonic.nanos());
  }

  @Override
  public MqttStatus mqtt() {
    return mqtt.get().status();
  }

  @Override
  public String testMqtt(MqttSettings trial) {
    return mqtt.get().test(trial);
  }

  @Override
  public DeviceCertificate deviceCertificate() throws IdentityException {
    DeviceCertificates certificates = mqtt.get().certificates();
    return new DeviceCertificate(
        mqtt.get().serial(),
        certificates.inUse(),
        certificates.waiting(),
        certificates.isRequested());
  }

  @Override
  public String certificateRequest() throws IdentityException, IOException {
    return mqtt.get().certificates().request(mqtt.get().serial());
  }

  @Override
  public void cancelCertificateRequest() throws IOException {
    mqtt.get().certificates().cancelRequest();
  }

  @Override
  public void bringCertificate(String pem) throws IdentityException, IOException {
    mqtt.get().certificates().bring(pem, mqtt.get().serial(), clock.instant());
    mqtt.get().certificateBrought();
  }

  @Override
  public ClockState clockState() {
    return clockState.get();
  }

  @Override
  public IndicatorStatus indicator() {
    return panel.indicator();
  }

  @Override
  public ButtonStatus button() {
    return panel.button();
  }

  @Override
  public CopyStatus copy() {
    return copy.status();
  }

  @Override
  public Updater updates() {
    return updater;
  }

  @Override
  public NetworkStatus network() {
    return network.status();
  }

  @Override
  public List<WifiNetwork> scanWifi() {
    return network.scan();
  }

  @Override
  public void tryNetwork(NetworkSettings settings) {
    network.tryOut(settings);
  }

  @Override
  public Optional<NetworkSettings> networkTrial() {
    return network.trial();
  }

  @Override
  public List<Template> templates() {
    return maps.shelf().all().stream().map(this::shown).toList();
  }

  private Template shown(RegisterTemplate template) {
    RegisterTemplate.About about = template.about();
    return new Template(
        about.id(),
        about.title(),
        about.help(),
        about.source(),
        about.fits(),
        template.wordOrder().code(),
        maps.shelf().isOwn(about.id()));
  }

  @Override
  public Optional<List<Register>> preview(String id) {
    RegisterTemplate template =
        maps.shelf().find(id).orElseThrow(() -> new IllegalArgumentException(id));
    return snapshots
        .newest()
        .map(
            snapshot ->
                ModbusView.registers(
                    template, snapshot, maps.installation(settings.current()), monotonic.nanos()));
  }

  @Override
  public Optional<String> templateText(String id) throws IOException {
    return maps.shelf().textOf(id);
  }

  @Override
  public Template bringTemplate(String toml) throws TemplateRefusedException, IOException {
    try {
      RegisterTemplate brought = maps.shelf().put(toml);
      mapsChanged.run();
      return shown(brought);
    } catch (TemplateException e) {
      throw new TemplateRefusedException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean deleteTemplate(String id) throws TemplateRefusedException, IOException {
    ModbusSettings modbus = settings.current().modbus();
    boolean used =
        modbus.template().equals(id)
            || Stream.of(modbus.units(), modbus.ports())
                .flatMap(each -> each.values().stream())
                .anyMatch(map -> map.template().equals(id));
    if (used && maps.shelf().isOwn(id)) {
      throw new TemplateRefusedException("It is in use; choose another map first.");
    }
    return maps.shelf().delete(id);
  }

  @Override
  public Optional<String> stickerKey() {
    return stickerKey.read();
  }

  @Override
  public List<String> problems() {
    return Stream.of(settings.warning(), history.fault()).flatMap(Optional::stream).toList();
  }

  @Override
  public List<String> log() {
    return logTail.lines();
  }

  @Override
  public Optional<String> unavailable(Action action) {
    return switch (action) {
      case FACTORY_RESET, RECONNECT -> Optional.empty();
      case IDENTIFY -> panel.indicator().fault();
      case RESTART ->
          Systemctl.isService()
              ? Optional.empty()
              : Optional.of("It was not started as a service, so nothing would start it again.");
      case REBOOT ->
          Systemctl.isService()
              ? Optional.empty()
              : Optional.of("It was not started as a service, and may not restart this machine.");
    };
  }

  @Override
  public void act(Action action) throws ActionFailedException {
    switch (action) {
      case FACTORY_RESET -> reset();
      case RESTART -> {
        LOG.info("restart was asked for");
        afterTheAnswer(stop);
      }
      case RECONNECT -> {
        LOG.info("connecting again was asked for");
        reconnect.run();
      }
      case IDENTIFY -> panel.identify();
      case REBOOT -> {
        LOG.info("a restart of the whole board was asked for");
        afterTheAnswer(Board::reboot);
      }
    }
  }

  private static void afterTheAnswer(Runnable work) {
    CompletableFuture.delayedExecutor(BEFORE_RESTART_MILLIS, TimeUnit.MILLISECONDS).execute(work);
  }

  private static void reboot() {
    try {
      Systemctl.reboot();
    } catch (IOException e) {
      LOG.error("the board cannot be restarted: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void reset() throws ActionFailedException {
    try {
      reset.run();
    } catch (NotSavedException | IOException e) {
      throw new ActionFailedException(String.valueOf(e.getMessage()), e);
    }
  }
}
