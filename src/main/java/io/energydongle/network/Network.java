// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import io.energydongle.config.BoardConfig;
import io.energydongle.config.NetworkSettings;
import io.energydongle.config.Secret;
import io.energydongle.network.NetworkControl.Details;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.status.NetworkStatus;
import io.energydongle.status.WifiNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network of this board: a thread that does what {@link Commissioning} decides, once a second,
 * and tells what came of it. Everything that others ask is answered at once from what it saw last.
 */
public final class Network {

  private static final Logger LOG = LoggerFactory.getLogger(Network.class);

  /** Time after which settings on trial are given up. */
  public static final Duration TRIAL = Duration.ofMinutes(2);

  private static final int SSID_BYTES_MAX = 32;
  private static final String SSID_PREFIX = "energy-dongle-";

  private static final int TICK_MILLIS = 1000;
  private static final int JOBS_MAX = 16;
  private static final Duration DETAILS_PERIOD = Duration.ofSeconds(15);
  private static final Duration NAME_PERIOD = Duration.ofSeconds(60);
  private static final int SCAN_SECONDS_MAX = 40;

  private final BoardConfig.Network board;
  private final Path stateDir;
  private final boolean controlled;
  private final NetworkControl control;
  private final Face.Source faces;
  private final MonotonicClock clock;
  private final Commissioning commissioning;
  private final AtomicReference<Orders> orders = new AtomicReference<>(Orders.NONE);
  private final LinkedBlockingQueue<Runnable> jobs = new LinkedBlockingQueue<>(JOBS_MAX);
  private final Thread thread = new Thread(this::run, "network");
  private final Runnable cameUp;
  private final String ownSsid;
  private volatile boolean stopped;
  private volatile NetworkStatus status = NetworkStatus.UNKNOWN;
  private volatile List<Face> counting = List.of();
  private Details details = Details.NONE;
  private Optional<String> localName = Optional.empty();
  private List<WifiNetwork> networks = List.of();
  private List<Face> lastSeen = List.of();
  private long detailsNanos;
  private long nameNanos;

  /**
   * A network that nobody touches before {@link #start}.
   *
   * @param serial of the device, part of the name of its access point; empty when it has none.
   * @param wifiKey key of its access point; empty when it has none, and then opens none.
   * @param cameUp told when the device has got another address that others can reach.
   */
  public Network(
      BoardConfig.Network board,
      Path stateDir,
      String serial,
      Optional<Secret> wifiKey,
      Runnable cameUp,
      MonotonicClock clock) {
    this.board = board;
    this.stateDir = stateDir;
    this.cameUp = cameUp;
    ownSsid = ssid(serial);
    this.clock = clock;
    controlled = board.control() == BoardConfig.NetworkControl.NMCLI;
    control = new Nmcli();
    faces = new HostFaces(clock);
    commissioning =
        new Commissioning(
            board,
            wifiKey.map(key -> new AccessPoint.Sticker(ownSsid, key)),
            control,
            faces,
            new NetworkMemory(stateDir),
            clock);
    detailsNanos = clock.nanos();
    nameNanos = detailsNanos;
    thread.setDaemon(true);
  }

  /** The name of the access point; of a long serial number the end, which differs most. */
  static String ssid(String serial) {
    int room = SSID_BYTES_MAX - SSID_PREFIX.length();
    byte[] bytes = serial.getBytes(StandardCharsets.US_ASCII);
    int from = Math.max(0, bytes.length - room);
    return SSID_PREFIX + new String(bytes, from, bytes.length - from, StandardCharsets.US_ASCII);
  }

  /** Begins with these settings. */
  public void start(NetworkSettings settings) {
    forgetHistory(stateDir);
    if (controlled) {
      commissioning.start(settings);
    }
    counting = firstLook();
    thread.start();
  }

  /** An nmcli with a home in the state directory has kept what it was told there: keys, too. */
  static void forgetHistory(Path stateDir) {
    for (String name : List.of(".nmcli-history", ".cache/nmcli-history")) {
      try {
        Files.deleteIfExists(stateDir.resolve(name));
      } catch (IOException e) {
        LOG.error("{} may hold a Wi-Fi key and cannot be deleted: {}", name, e.toString());
      }
    }
  }

  /** What counts before anything was done about it: setting the network up takes seconds. */
  private List<Face> firstLook() {
    return Stream.of(board.ethernet(), board.wifi())
        .map(faces::look)
        .filter(face -> !face.has(Profile.ACCESS_POINT_ADDRESS))
        .toList();
  }

  /** Ends; the network stays as it is. */
  public void stop() {
    stopped = true;
    thread.interrupt();
  }

  /**
   * What must not get lost, however busy the network is; done in this order. Of several settings
   * the last ones count, and what is saved ends what was to be tried.
   *
   * @param forget true when the network of a new device comes first.
   */
  private record Orders(
      boolean forget, Optional<NetworkSettings> use, Optional<NetworkSettings> tryOut) {
    static final Orders NONE = new Orders(false, Optional.empty(), Optional.empty());
  }

  private void order(UnaryOperator<Orders> change) {
    orders.updateAndGet(change);
    if (jobs.isEmpty()) {
      ask(() -> {}); // So that a thread that waits looks at once.
    }
  }

  /** Other settings are in force. */
  public void use(NetworkSettings settings) {
    order(before -> new Orders(before.forget(), Optional.of(settings), Optional.empty()));
  }

  /** Connects again. */
  public void reconnect() {
    ask(commissioning::reconnect);
  }

  /** Back to the network of a new device. */
  public void forget() {
    order(before -> new Orders(true, Optional.empty(), Optional.empty()));
  }

  /** Tries settings for {@link #TRIAL}, unless they are saved until then. */
  public void tryOut(NetworkSettings settings) {
    order(before -> new Orders(before.forget(), before.use(), Optional.of(settings)));
  }

  /** The settings on trial; empty when there are none, or when nobody knows within two seconds. */
  public Optional<NetworkSettings> trial() {
    CompletableFuture<Optional<NetworkSettings>> answer = new CompletableFuture<>();
    ask(() -> answer.complete(commissioning.trial()));
    return await(answer, 2).orElse(Optional.empty());
  }

  /** Wi-Fi networks around, as far as the radio can see; takes some seconds. */
  public List<WifiNetwork> scan() {
    CompletableFuture<List<WifiNetwork>> answer = new CompletableFuture<>();
    ask(() -> answer.complete(look()));
    return await(answer, SCAN_SECONDS_MAX).orElse(List.of());
  }

  private static <T> Optional<T> await(CompletableFuture<T> answer, int seconds) {
    try {
      return Optional.of(answer.get(seconds, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    }
  }

  private void ask(Runnable job) {
    if (controlled && !jobs.offer(job)) {
      LOG.warn("the network is busy; a request is left out");
    }
  }

  /** How it is; at most a second old. */
  public NetworkStatus status() {
    return status;
  }

  /**
   * True when the device has an address that others can reach; its own access point is none.
   *
   * @param linkLocalCounts true when 169.254.x.x is good enough, because somebody talks to it.
   */
  public boolean isUp(boolean linkLocalCounts) {
    return counting.stream()
        .anyMatch(face -> face.hasRoutable() || (linkLocalCounts && !face.addresses().isEmpty()));
  }

  /** True when this sets the network up; otherwise it only looks. */
  public boolean isControlled() {
    return controlled;
  }

  private void run() {
    try {
      while (!stopped) {
        Runnable job = jobs.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
        if (controlled) {
          follow(orders.getAndSet(Orders.NONE));
        }
        if (job != null) {
          job.run();
        }
        if (controlled) {
          commissioning.tick();
        }
        look(clock.nanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow(Orders given) {
    if (given.forget()) {
      commissioning.forget();
    }
    given.use().ifPresent(commissioning::use);
    given.tryOut().ifPresent(settings -> commissioning.tryOut(settings, TRIAL));
  }

  private List<WifiNetwork> look() {
    try {
      control.radioOn();
      List<WifiNetwork> found = control.scan(board.wifi());
      List<WifiNetwork> others =
          found.stream().filter(each -> !each.ssid().equals(ownSsid)).toList();
      networks = others.isEmpty() ? networks : others;
    } catch (NetworkException e) {
      // The radio cannot look around while the access point is on.
      LOG.info("no look for Wi-Fi networks: {}", e.getMessage());
    }
    return networks.isEmpty() ? commissioning.accessPoint().networks() : networks;
  }

  private void look(long now) {
    boolean open = controlled && commissioning.accessPoint().isWanted();
    Face ethernet = faces.look(board.ethernet());
    Face wifi = open ? Face.ABSENT : faces.look(board.wifi());
    List<Face> seen = List.of(ethernet, wifi);
    boolean other = !seen.equals(lastSeen);
    boolean up = other && Stream.of(ethernet, wifi).anyMatch(Face::hasRoutable);
    if (other || now - detailsNanos >= 0) {
      detailsNanos = now + DETAILS_PERIOD.toNanos();
      details = details();
    }
    if (other || now - nameNanos >= 0) {
      nameNanos = now + NAME_PERIOD.toNanos();
      localName = LocalName.ask();
    }
    lastSeen = seen;
    counting = seen;
    status = status(ethernet, wifi);
    if (up) {
      cameUp.run();
    }
  }

  private Details details() {
    if (!controlled) {
      return Details.NONE;
    }
    try {
      return control.details(commissioning.device(), commissioning.isWifi());
    } catch (NetworkException e) {
      return Details.NONE;
    }
  }

  private NetworkStatus status(Face ethernet, Face wifi) {
    if (!controlled) {
      boolean radio = !ethernet.hasRoutable() && wifi.hasRoutable();
      Face used = radio ? wifi : ethernet;
      return new NetworkStatus(
          Optional.of("The host sets up its network itself, as the board file says."),
          radio ? "wifi" : "ethernet",
          used.hasRoutable() ? NetworkStatus.State.UP : NetworkStatus.State.NO_ADDRESS,
          used.present()
              ? Optional.of(link(used, radio ? board.wifi() : board.ethernet(), false))
              : Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          localName,
          OptionalInt.empty());
    }
    Face used = commissioning.isWifi() ? wifi : ethernet;
    return new NetworkStatus(
        Optional.empty(),
        commissioning.target().connection().code(),
        commissioning.state(),
        used.present()
            ? Optional.of(link(used, commissioning.device(), commissioning.isFixed()))
            : Optional.empty(),
        commissioning
            .accessPoint()
            .shown()
            .map(
                sticker ->
                    new NetworkStatus.AccessPoint(sticker.ssid(), Profile.ACCESS_POINT_ADDRESS)),
        commissioning.fault(),
        localName,
        commissioning.trialSeconds());
  }

  /** The best address: one that others can reach goes before one that the device gave itself. */
  private NetworkStatus.Link link(Face face, String device, boolean fixed) {
    Optional<Face.Address> address =
        face.addresses().stream()
            .filter(each -> !each.isLinkLocal())
            .findFirst()
            .or(() -> face.addresses().stream().findFirst());
    String source =
        address
            .map(each -> each.isLinkLocal() ? "link-local" : fixed ? "static" : "dhcp")
            .orElse("");
    return new NetworkStatus.Link(
        device,
        face.carrier(),
        address.map(Face.Address::text),
        address.map(Face.Address::prefixLength).orElse(0),
        details.gateway(),
        details.dns(),
        controlled ? source : "",
        details.wifi());
  }
}
