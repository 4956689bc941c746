// SPDX-License-Identifier: Apache-2.0
package io.energydongle.soak;

import io.energydongle.soak.Trouble.Loss;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** What can happen to one gateway. Each method makes it happen, lets it last, and ends it. */
final class GatewayFaults {

  private static final Set<Loss> NOTHING = EnumSet.noneOf(Loss.class);
  private static final Set<Loss> VALUES = EnumSet.of(Loss.VALUES, Loss.NEWCOMERS);
  private static final Set<Loss> NEWCOMERS = EnumSet.of(Loss.CALM, Loss.NEWCOMERS);
  private static final String QUESTION = "0001000000060103800600" + "1E";

  /** The name of the one that ends a life. */
  static final String KILL = "kill -9";

  private static final int CROWD = 500;

  /** What a fault does. */
  interface Deed {
    void run() throws Exception;
  }

  /**
   * A fault.
   *
   * @param name as it is printed.
   * @param losses what the gateway cannot give until it has recovered.
   * @param recoveryMax time after its end within which everything is well again.
   */
  record Fault(String name, Set<Loss> losses, Duration recoveryMax, Deed deed) {}

  private final Site site;
  private final Watcher watcher;
  private final SplittableRandom random;

  GatewayFaults(Site site, Watcher watcher, SplittableRandom random) {
    this.site = site;
    this.watcher = watcher;
    this.random = random;
  }

  /** Everything that can happen here. */
  List<Fault> all() {
    Duration seconds15 = Duration.ofSeconds(15);
    Duration seconds30 = Duration.ofSeconds(30);
    List<Fault> faults = new ArrayList<>();
    faults.add(new Fault("noise", NOTHING, seconds15, () -> mood(Meter.Mood.NOISY, 2, 8)));
    faults.add(new Fault("cut telegrams", NOTHING, seconds15, () -> mood(Meter.Mood.CUT, 2, 8)));
    faults.add(new Fault("silent meter", NOTHING, seconds15, this::silence));
    faults.add(new Fault("port vanishes", VALUES, seconds30, this::port));
    faults.add(new Fault("stalled clients", NEWCOMERS, seconds15, this::stalledClients));
    faults.add(new Fault("500 connections", NEWCOMERS, seconds15, this::crowd));
    faults.add(new Fault("half-open connections", NEWCOMERS, seconds30, this::halfOpen));
    faults.add(new Fault("no descriptors", NEWCOMERS, seconds15, this::noDescriptors));
    faults.add(new Fault("freeze", VALUES, seconds15, this::freeze));
    faults.add(new Fault(KILL, VALUES, seconds30, this::kill));
    faults.add(new Fault("settings changed", NOTHING, seconds15, this::settings));
    if (site.hasDisk()) {
      faults.add(new Fault("full disk", NOTHING, seconds15, this::fullDisk));
    }
    if (Service.hasClock()) {
      faults.add(new Fault("clock step", NOTHING, seconds15, this::clock));
    }
    return faults;
  }

  private void lasts(double leastSeconds, double mostSeconds) throws InterruptedException {
    Thread.sleep((long) (1_000 * random.nextDouble(leastSeconds, mostSeconds)));
  }

  private void mood(Meter.Mood mood, int leastSeconds, int mostSeconds)
      throws InterruptedException {
    site.meter.be(mood);
    try {
      lasts(leastSeconds, mostSeconds);
    } finally {
      site.meter.be(Meter.Mood.SPEAKS);
    }
  }

  /** Mostly longer than any limit of age that the settings may have. */
  private void silence() throws InterruptedException {
    if (random.nextInt(3) == 0) {
      mood(Meter.Mood.SILENT, 3, 9);
    } else {
      mood(Meter.Mood.SILENT, 12, 24);
    }
  }

  private void port() throws Exception {
    site.unplug();
    lasts(0.5, 15);
    site.plug();
  }

  private Socket connect(int port, int address) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(address(1, address), 0));
    socket.connect(new InetSocketAddress(address(0, 1), port), 1_000);
    return socket;
  }

  private static InetAddress address(int third, int fourth) throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, (byte) third, (byte) fourth});
  }

  private static void close(List<Socket> sockets) {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        // It is gone all the same.
      }
    }
  }

  /** One says half a question, one never takes its answers, one says nothing. */
  private void stalledClients() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    byte[] question = HexFormat.of().parseHex(QUESTION);
    byte[] many = HexFormat.of().parseHex(QUESTION.repeat(500));
    try {
      for (int port : new int[] {site.service.modbusPort(), site.service.httpPort()}) {
        sockets.add(connect(port, 1));
        Socket half = connect(port, 2);
        sockets.add(half);
        half.getOutputStream().write(question, 0, 1 + random.nextInt(question.length - 1));
      }
      Socket greedy = connect(site.service.modbusPort(), 3);
      sockets.add(greedy);
      greedy.getOutputStream().write(many);
      lasts(2, 8);
    } catch (IOException e) {
      // It was thrown out, as it should be.
    } finally {
      close(sockets);
    }
  }

  private void crowd() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < CROWD; i++) {
        boolean modbus = i % 2 == 0;
        try {
          int port = modbus ? site.service.modbusPort() : site.service.httpPort();
          sockets.add(connect(port, 10 + random.nextInt(200)));
        } catch (IOException e) {
          // Refused, as some have to be.
        }
      }
      lasts(1, 4);
    } finally {
      close(sockets);
    }
  }

  private void halfOpen() throws Exception {
    boolean made = true;
    for (int port : new int[] {site.service.modbusPort(), site.service.httpPort()}) {
      made &=
          Site.run(
              "python3",
              Path.of("tools/soak/half_open.py").toAbsolutePath().toString(),
              Integer.toString(port),
              "127.0.1.9",
              Integer.toString(1 + random.nextInt(20)),
              port == site.service.modbusPort() ? QUESTION : "474554202F20");
    }
    if (!made) {
      site.report.say("NOT TESTED: half-open connections, because making them needs root");
    }
    lasts(1, 5);
  }

  private void noDescriptors() throws Exception {
    String pid = Long.toString(site.service.pid());
    String usual = softLimit(pid);
    long highest = 0;
    try (var open = Files.list(Path.of("/proc", pid, "fd"))) {
      highest =
          open.mapToLong(each -> Long.parseLong(each.getFileName().toString())).max().orElse(0);
    }
    List<Socket> sockets = new ArrayList<>();
    try {
      Site.run("prlimit", "--pid", pid, "--nofile=" + (highest + 1 + random.nextInt(3)) + ":");
      for (int i = 0; i < 10; i++) {
        sockets.add(connect(site.service.modbusPort(), 4));
        sockets.add(connect(site.service.httpPort(), 4));
      }
      lasts(1, 6);
    } catch (IOException e) {
      // Nobody takes it.
    } finally {
      Site.run("prlimit", "--pid", pid, "--nofile=" + usual + ":");
      close(sockets);
    }
  }

  private static String softLimit(String pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", pid, "limits"))) {
      if (line.startsWith("Max open files")) {
        return line.split("\\s+", -1)[3];
      }
    }
    return "1024";
  }

  /** Some short ones: what the kernel keeps for a process meanwhile looks new to it. */
  private void freeze() throws Exception {
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      long start = System.nanoTime();
      site.service.signal("STOP");
      try {
        lasts(0.2, 1.5);
      } finally {
        site.service.signal("CONT");
      }
      site.trouble.paused(System.nanoTime() - start);
      lasts(0.1, 0.5);
    }
  }

  private void kill() throws Exception {
    watcher.forgetMinutes();
    site.unplug();
    site.service.kill();
    site.plug();
  }

  private void clock() throws Exception {
    long seconds = 3_600L + random.nextInt(10 * 3_600);
    try {
      site.service.setClock(random.nextBoolean() ? seconds : -seconds);
      lasts(4, 15);
    } finally {
      site.service.setClock(0);
    }
  }

  private void fullDisk() throws Exception {
    Path filler = site.service.state().resolve("filler");
    try {
      Site.run("dd", "if=/dev/zero", "of=" + filler, "bs=4k", "count=100000");
      // Something else than before: what stays the same is not written.
      expectStatus(507, put("modbus", "{\"max_clients\":7}"));
      lasts(1, 6);
    } finally {
      Files.deleteIfExists(filler);
    }
    save(0);
  }

  private void settings() throws Exception {
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int seconds = random.nextBoolean() ? 0 : 7 + random.nextInt(14);
      save(seconds);
      lasts(0.1, 2);
    }
    expectStatus(422, put("modbus", "{\"max_clients\":99}"));
  }

  private static String modbus(int staleAfterSeconds) {
    return "{\"max_clients\":8,\"units\":\"%s\",\"stale_after_s\":%d}"
        .formatted(Master.UNITS, staleAfterSeconds);
  }

  /** The new limit may be in force before the answer is here. */
  private void save(int staleAfterSeconds) throws IOException {
    site.trouble.limit(staleAfterSeconds == 0 ? Site.LIMIT : Duration.ofSeconds(staleAfterSeconds));
    expectStatus(200, put("modbus", modbus(staleAfterSeconds)));
  }

  private void expectStatus(int expected, int came) {
    if (came != expected) {
      site.wrong("PUT /settings", "expected status " + expected + ", came " + came);
    }
  }

  private int put(String section, String body) throws IOException {
    HttpURLConnection login = request("POST", "/login", "{\"password\":\"" + Site.STICKER + "\"}");
    String cookie = login.getHeaderField("Set-Cookie");
    if (login.getResponseCode() != 204 || cookie == null) {
      return login.getResponseCode();
    }
    HttpURLConnection put = prepare("PUT", "/settings/" + section);
    put.setRequestProperty("Cookie", cookie.split(";", 2)[0]);
    return send(put, body).getResponseCode();
  }

  private HttpURLConnection prepare(String method, String path) throws IOException {
    String address = "http://127.0.0.1:" + site.service.httpPort() + "/api/v1" + path;
    HttpURLConnection http = (HttpURLConnection) URI.create(address).toURL().openConnection();
    http.setConnectTimeout(5_000);
    http.setReadTimeout(15_000);
    http.setRequestMethod(method);
    http.setDoOutput(true);
    http.setRequestProperty("Content-Type", "application/json");
    return http;
  }

  private HttpURLConnection request(String method, String path, String body) throws IOException {
    return send(prepare(method, path), body);
  }

  private static HttpURLConnection send(HttpURLConnection http, String body) throws IOException {
    http.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    return http;
  }
}
