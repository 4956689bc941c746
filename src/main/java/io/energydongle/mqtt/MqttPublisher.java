// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.MqttSettings;
import io.energydongle.identity.IdentityException;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.status.ClockState;
import io.energydongle.status.MqttStatus;
import io.energydongle.status.MqttStatus.State;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a connection to the broker, for years, on one thread. Everything that happens, from a
 * reading to a broken line, becomes work for that thread; whoever brings it never waits.
 *
 * <p>Source: {@code platform.md} 1.2.
 */
public final class MqttPublisher {

  private static final Logger LOG = LoggerFactory.getLogger(MqttPublisher.class);

  /** Paho writes what we say ourselves, in our words, to a log of its own. Held, or it is lost. */
  private static final java.util.logging.Logger CLIENT_LOG =
      java.util.logging.Logger.getLogger("org.eclipse.paho.client.mqttv3");

  static {
    CLIENT_LOG.setLevel(java.util.logging.Level.OFF);
  }

  private static final Duration TRIAL_LIMIT = Duration.ofSeconds(10);
  private static final Duration GOODBYE = Duration.ofMillis(400);
  private static final Duration STOP_LIMIT = Duration.ofMillis(1_500);
  private static final Duration CLOCK_PAUSE = Duration.ofSeconds(1);
  private static final int EVENTS_MAX = 32;
  private static final Duration AFTER_FAULT = Duration.ofSeconds(60);

  private final DeviceIdentity identity;
  private final CommandIntake intake;
  private final SessionHost host;
  private final Backlog backlog;
  private final Supplier<ClockState> clockState;
  private final String version;
  private final Clock clock;
  private final MonotonicClock monotonic;
  private final Timing timing;
  private final Dialer.Resolver resolver;
  private final Backoff backoff;
  private final ThreadGuard threadGuard;
  private final CertificateChoice certificate;
  private final Thread thread = new Thread(this::run, "mqtt");

  private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
  private final AtomicBoolean awake = new AtomicBoolean();
  private final Tally tally;
  private volatile Optional<MeterSnapshot> newest = Optional.empty();
  private volatile MqttStatus status = MqttStatus.OFF;
  private volatile boolean online;
  private volatile boolean enabled;
  private volatile boolean stopping;

  // From here on used by the thread of the supervisor only.
  private MqttSettings settings;
  private State state = State.IDLE;
  private @Nullable Connection connection;
  private @Nullable Session session;
  private String serial = "";
  private long dueNanos;
  private long onlineNanos;
  private long startNanos;
  private long flushNanos;
  private boolean clockWaited;
  private String lastLogged = "";
  private Optional<String> subscriptionWarning = Optional.empty();
  private final Deque<ObjectNode> events = new ArrayDeque<>();

  /**
   * A publisher that does nothing before {@link #start()}.
   *
   * @param stateDir where minutes and commands are remembered.
   * @param commands what commands reach.
   * @param clockState what the clock is worth; asked often, so it must answer at once.
   * @param version of the firmware.
   * @param random makes pauses and nonces; a {@link java.security.SecureRandom} outside of tests.
   */
  public MqttPublisher(
      Path stateDir,
      DeviceIdentity identity,
      MqttSettings settings,
      Commands commands,
      Supplier<ClockState> clockState,
      String version,
      Clock clock,
      MonotonicClock monotonic,
      RandomGenerator random) {
    this(
        stateDir,
        identity,
        settings,
        commands,
        clockState,
        version,
        clock,
        monotonic,
        random,
        Timing.PRODUCT,
        InetAddress::getAllByName);
  }

  MqttPublisher(
      Path stateDir,
      DeviceIdentity identity,
      MqttSettings settings,
      Commands commands,
      Supplier<ClockState> clockState,
      String version,
      Clock clock,
      MonotonicClock monotonic,
      RandomGenerator random,
      Timing timing,
      Dialer.Resolver resolver) {
    this.identity = identity;
    this.settings = settings;
    this.clockState = clockState;
    this.version = version;
    this.clock = clock;
    this.monotonic = monotonic;
    this.timing = timing;
    this.resolver = resolver;
    backlog = new Backlog(stateDir);
    backoff = new Backoff(timing, random);
    tally = new Tally(backlog);
    intake =
        new CommandIntake(
            new CommandDesk(stateDir, commands, identity, clockState, clock, monotonic, random),
            tally,
            work::add);
    host = new SessionHost(commands, clockState, clock, monotonic, random, tally, work::add);
    threadGuard = new ThreadGuard(commands, monotonic);
    certificate = new CertificateChoice(identity.certificates());
    enabled = settings.enabled();
    thread.setDaemon(true);
  }

  /** Begins. */
  public void start() {
    thread.start();
  }

  /** Takes a reading, on the thread of the reader: never waits and never throws. */
  public void accept(MeterSnapshot snapshot) {
    newest = Optional.of(snapshot);
    if (!enabled) {
      return;
    }
    backlog.accept(snapshot, online, clockState.get());
    if (online && awake.compareAndSet(false, true)) {
      work.add(this::takeNewest);
    }
  }

  /** Puts other settings in force; the connection is made anew when they differ. */
  public void use(MqttSettings changed) {
    enabled = changed.enabled();
    work.add(() -> change(changed));
  }

  /**
   * Tries at once, instead of at the end of a pause: the network came up, or somebody pressed the
   * button. A connection that works stays.
   */
  public void reconnectNow() {
    work.add(
        () -> {
          if (state == State.BACKOFF || state == State.CONNECTING) {
            backoff.reset();
            connect();
          }
        });
  }

  /** The serial number of the device. */
  public String serial() throws IdentityException {
    return identity.serial();
  }

  /** The certificate that is shown to brokers, and its renewal. */
  public DeviceCertificates certificates() {
    return identity.certificates();
  }

  /** A new device certificate waits: connects with it, at once. */
  public void certificateBrought() {
    work.add(
        () -> {
          certificate.brought();
          if (settings.enabled() && settings.user().isEmpty()) {
            goodbye();
            backoff.reset();
            enter(State.IDLE, "", "Connecting with the new certificate", 0);
          }
        });
  }

  /**
   * Publishes something that has happened; kept for a while when the broker is away.
   *
   * @param code in kebab-case, such as {@code meter-lost}.
   * @param sentence for people.
   */
  public void event(String code, String sentence) {
    ObjectNode event =
        Payloads.dated(clock.instant(), clockState.get())
            .put("code", code)
            .put("message", sentence);
    work.add(() -> publishEvent(event));
  }

  /** Something that {@link Commands#info()} says may have changed. */
  public void infoChanged() {
    work.add(
        () -> {
          if (session != null) {
            session.info();
          }
        });
  }

  /** Something that {@link Commands#updateState()} says may have changed. */
  public void updateChanged() {
    work.add(
        () -> {
          if (session != null) {
            session.updateState();
          }
        });
  }

  /** How the connection is doing. */
  public MqttStatus status() {
    MqttStatus now = status;
    return new MqttStatus(
        now.state(),
        now.code(),
        now.sentence(),
        now.broker(),
        now.since(),
        now.retrySeconds(),
        now.warnings(),
        tally.counters());
  }

  /**
   * Tries settings once, apart from the connection that exists, and says in one sentence what the
   * broker answered. Waits at most ten seconds.
   */
  public String test(MqttSettings trial) {
    String name;
    try {
      name = identity.serial();
    } catch (IdentityException e) {
      return Fault.of(e).sentence("", clockState.get());
    }
    // Two connections of the same name throw each other out.
    String clientId = clientId(name) + (online ? "-test" : "");
    return BrokerTrial.run(
        trial, identity, clientId, resolver, clockState.get(), monotonic, TRIAL_LIMIT);
  }

  /** Takes everything away that the broker keeps of this device, and all that waits for it. */
  public void forget() {
    work.add(
        () -> {
          if (session != null) {
            session.forget();
          }
          try {
            backlog.clear();
          } catch (IOException e) {
            LOG.error("what waits for the broker could not be deleted: {}", e.toString());
          }
        });
  }

  /** Says goodbye, saves what waits for the broker, and ends; takes at most 1.5 s. */
  public void stop() {
    stopping = true;
    work.add(() -> {});
    intake.stop();
    try {
      thread.join(STOP_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String clientId(String serial) {
    return "energy-dongle-" + serial;
  }

  private void run() {
    startNanos = monotonic.nanos();
    flushNanos = startNanos + timing.flushPeriod().toNanos();
    enter(State.IDLE, "", "MQTT is switched off", 0);
    while (!stopping) {
      try {
        step();
      } catch (RuntimeException e) {
        LOG.error("fault in the MQTT thread, starting over", e);
        drop();
        pause(new Fault(Fault.Kind.OTHER, e.toString()), AFTER_FAULT);
      } catch (InterruptedException e) {
        break;
      }
    }
    goodbye();
    backlog.close();
  }

  private void step() throws InterruptedException {
    tick();
    long wait = Math.max(0, nextNanos() - monotonic.nanos());
    Runnable next = work.poll(wait, TimeUnit.NANOSECONDS);
    while (next != null && !stopping) {
      next.run();
      next = work.poll();
    }
  }

  private long nextNanos() {
    return switch (state) {
      case IDLE -> settings.enabled() ? monotonic.nanos() : flushNanos;
      case WAIT_CLOCK -> monotonic.nanos() + CLOCK_PAUSE.toNanos();
      case CONNECTING, BACKOFF -> Math.min(dueNanos, flushNanos);
      case ONLINE ->
          session == null || connection == null
              ? flushNanos
              : Math.min(Math.min(session.nextNanos(), connection.pings().dueNanos()), flushNanos);
    };
  }

  private void tick() {
    long now = monotonic.nanos();
    if (now - flushNanos >= 0) {
      flushNanos = now + timing.flushPeriod().toNanos();
      backlog.flush();
    }
    switch (state) {
      case IDLE -> {
        if (settings.enabled()) {
          connect();
        }
      }
      case WAIT_CLOCK -> connect();
      case CONNECTING -> {
        if (now - dueNanos >= 0 && connection != null) {
          fail(connection, Fault.timedOut(connection.wasConnected()));
        }
      }
      case BACKOFF -> {
        if (now - dueNanos >= 0) {
          connect();
        }
      }
      case ONLINE -> {
        if (session != null && connection != null) {
          connection.pings().tick();
          session.tick();
        }
      }
    }
  }

  /** Begins a try, or waits for the clock. */
  private void connect() {
    drop();
    if (!mayConnect()) {
      if (state != State.WAIT_CLOCK) {
        enter(
            State.WAIT_CLOCK,
            "waiting-for-time",
            "Waiting for the time: certificates can only be checked with a clock that is right."
                + " Check that the time server of the settings can be reached",
            0);
      }
      return;
    }
    clockWaited = true;
    threadGuard.check();
    try {
      serial = identity.serial();
      Topics topics = Topics.of(settings.site(), serial);
      boolean waiting = certificate.next(settings.user().isEmpty());
      Dialer dialer = Dialer.of(settings, identity, waiting, resolver, monotonic);
      enter(State.CONNECTING, "", "Connecting to " + broker(), 0);
      dueNanos = monotonic.nanos() + timing.connectDeadline().toNanos();
      connection =
          Connection.open(
              settings,
              clientId(serial),
              dialer,
              new Connection.Will(topics.status(), Payloads.will()),
              timing.keepAlive(),
              new Events());
    } catch (IdentityException e) {
      certificate.refused(String.valueOf(e.getMessage()));
      refuse(Fault.of(e), true);
    } catch (MqttException e) {
      refuse(Fault.of(List.of(), e, false), false);
    }
  }

  private boolean mayConnect() {
    ClockState worth = clockState.get();
    boolean waitedLong = monotonic.nanos() - startNanos >= timing.clockWait().toNanos();
    return switch (worth) {
      case SYNCHRONISED -> true;
      case PLAUSIBLE -> clockWaited || waitedLong;
      case IMPLAUSIBLE -> false;
    };
  }

  private void connected(Connection from) {
    if (from != connection) {
      return;
    }
    tally.connects.incrementAndGet();
    onlineNanos = monotonic.nanos();
    subscriptionWarning = Optional.empty();
    certificate.accepted();
    enter(State.ONLINE, "", "Connected to " + broker(), 0);
    LOG.info("MQTT: connected to {} as {}", broker(), serial);
    lastLogged = "";
    online = true;
    session = new Session(from, settings, serial, version, timing, backlog, host);
    session.begin(newest);
    List<ObjectNode> waiting = new ArrayList<>(events);
    events.clear();
    waiting.forEach(this::publishEvent);
  }

  private void fail(Connection from, Fault fault) {
    if (from != connection) {
      return;
    }
    boolean slow = fault.kind().slow();
    if (state == State.ONLINE) {
      if (monotonic.nanos() - onlineNanos >= timing.steady().toNanos()) {
        backoff.reset();
      }
      Duration silence = Duration.ofNanos(monotonic.nanos() - from.heardNanos());
      backlog.missSince(clock.instant().minus(silence).getEpochSecond());
    } else if (settings.user().isEmpty()
        && from.wasConnected()
        && fault.kind().mayBeOurCertificate()) {
      boolean otherSoon = certificate.refused(fault.sentence(broker(), clockState.get()));
      slow = slow && !otherSoon;
    }
    refuse(fault, slow);
  }

  private void refuse(Fault fault, boolean slow) {
    drop();
    pause(fault, backoff.next(slow));
  }

  private void pause(Fault fault, Duration pause) {
    tally.failures.incrementAndGet();
    dueNanos = monotonic.nanos() + pause.toNanos();
    String sentence = fault.sentence(broker(), clockState.get());
    if (!sentence.equals(lastLogged)) {
      LOG.warn("MQTT: {}", sentence);
      lastLogged = sentence;
    }
    enter(State.BACKOFF, fault.kind().code(), sentence, Math.max(1, pause.toSeconds()));
  }

  /** Throws the connection away, if there is one. */
  private void drop() {
    if (online) {
      online = false;
      backlog.miss();
    }
    session = null;
    if (connection != null) {
      connection.dispose();
      connection = null;
    }
  }

  private void change(MqttSettings changed) {
    if (changed.equals(settings)) {
      return;
    }
    if (session != null) {
      session.undiscover(changed);
    }
    goodbye();
    settings = changed;
    backoff.reset();
    enter(State.IDLE, "", "MQTT is switched off", 0);
  }

  /** Ends the connection on purpose, so that everybody can tell it from an accident. */
  private void goodbye() {
    if (session == null || connection == null) {
      drop();
      return;
    }
    CountDownLatch said = new CountDownLatch(1);
    session.sayShutdown(done -> said.countDown());
    try {
      if (!said.await(GOODBYE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("the broker did not take the goodbye");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.closeCleanly(GOODBYE);
    connection = null;
    drop();
  }

  private void takeNewest() {
    awake.set(false);
    if (session != null) {
      newest.ifPresent(session::take);
    }
  }

  private void publishEvent(ObjectNode event) {
    if (session == null || !session.event(event)) {
      events.addLast(event);
      if (events.size() > EVENTS_MAX) {
        events.removeFirst();
      }
    }
  }

  private void received(Connection from, Connection.Message message) {
    if (from != connection || session == null) {
      return;
    }
    Topics topics = session.topics();
    String command = topics.commandOf(message.topic());
    if (command.isEmpty()) {
      session.onHomeAssistant(message);
      return;
    }
    if (message.payload().length == 0) {
      return; // Somebody clears a retained message.
    }
    intake.obey(
        command,
        message,
        settings.commands(),
        (name, result) -> {
          if (session != null && session.topics().equals(topics)) {
            session.result(name, result);
          }
        });
  }

  private String broker() {
    return settings.host() + ":" + settings.port();
  }

  private void enter(State next, String code, String sentence, long retrySeconds) {
    state = next;
    List<String> warnings = new ArrayList<>();
    if (settings.enabled() && settings.user().isEmpty()) {
      identity.expiryWarning(clock.instant()).ifPresent(warnings::add);
    }
    subscriptionWarning.ifPresent(warnings::add);
    certificate.warning().ifPresent(warnings::add);
    status =
        new MqttStatus(
            next,
            code,
            sentence,
            settings.url().isEmpty() ? "" : broker(),
            clock.instant(),
            retrySeconds,
            warnings,
            tally.counters());
  }

  /** What comes from the threads of the client library: handed over at once. */
  private final class Events implements Connection.Listener {
    @Override
    public void connected(Connection from) {
      work.add(() -> MqttPublisher.this.connected(from));
    }

    @Override
    public void failed(Connection from, Fault fault) {
      work.add(() -> fail(from, fault));
    }

    @Override
    public void received(Connection from, Connection.Message message) {
      intake.handOver(() -> MqttPublisher.this.received(from, message));
    }

    @Override
    public void subscriptionRefused(Connection from, String topic) {
      work.add(
          () -> {
            if (from == connection) {
              subscriptionWarning =
                  Optional.of(
                      "The broker does not let this device read "
                          + topic
                          + "; commands do not arrive. Give it that right at the broker.");
              enter(state, status.code(), status.sentence(), status.retrySeconds());
            }
          });
    }
  }
}
