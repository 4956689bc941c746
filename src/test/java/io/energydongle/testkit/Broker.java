// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A real mosquitto on ports of the loopback interface, and certificates for it. */
public final class Broker implements AutoCloseable {

  /** Serial number in the certificates of devices. */
  public static final String SERIAL = "EDTEST23";

  /** Name and password that the broker knows. */
  public static final String USER = "house";

  public static final String PASSWORD = "correct horse";

  /** Doors of the broker. */
  public enum Door {
    /** Client certificates required; the name in them is the user, who may use its own topics. */
    CERTIFICATE,
    /** User name and password, with an ACL. */
    PASSWORD,
    /** Its certificate has expired. */
    EXPIRED,
    /** Its certificate is not valid yet. */
    NOT_YET_VALID,
    /** Its certificate is for another name. */
    OTHER_NAME,
    /** Without TLS, for those who watch. */
    PLAIN
  }

  private static final String AUTHORITY =
      """
      [ca]
      default_ca=it
      [it]
      dir=%s
      database=$dir/index
      rand_serial=yes
      new_certs_dir=$dir
      certificate=$dir/ca.crt
      private_key=$dir/ca.key
      default_md=sha256
      policy=any
      copy_extensions=copy
      unique_subject=no
      [any]
      commonName=supplied
      """;

  private final Path dir;
  private final Map<Door, Integer> ports = new EnumMap<>(Door.class);
  private @Nullable Process process;

  /** Makes certificates and starts. */
  public Broker(Path dir) throws IOException, InterruptedException {
    this.dir = dir;
    makeAuthority("");
    makeAuthority("other");
    certificate("server", "localhost", "DNS:localhost,IP:127.0.0.1,DNS:my_broker.test", "", -1, 1);
    certificate("expired", "localhost", "DNS:localhost,IP:127.0.0.1", "", -30, -1);
    certificate("not_yet_valid", "localhost", "DNS:localhost,IP:127.0.0.1", "", 1, 30);
    certificate("other_name", "elsewhere.test", "DNS:elsewhere.test", "", -1, 1);
    certificate("device", SERIAL, "DNS:device", "", -1, 300);
    certificate("device-ending", SERIAL, "DNS:device", "", -1, 20);
    certificate("device-expired", SERIAL, "DNS:device", "", -30, -1);
    certificate("device-unknown", SERIAL, "DNS:device", "other", -1, 30);
    for (Door door : Door.values()) {
      ports.put(door, Gateway.freePort());
    }
    // As docs/how-to/mqtt-broker.md says.
    Files.writeString(
        dir.resolve("acl"),
        """
        pattern write devices/+/energy-dongle/%u/#
        pattern read devices/+/energy-dongle/%u/cmd/#
        pattern write homeassistant/device/+/config
        pattern read homeassistant/status
        """);
    Files.writeString(
        dir.resolve("acl-password"),
        """
        user house
        topic write devices/#
        topic read devices/+/energy-dongle/+/cmd/#
        """);
    run("mosquitto_passwd", "-b", "-c", dir.resolve("passwords").toString(), USER, PASSWORD);
    Files.writeString(dir.resolve("mosquitto.conf"), configuration());
    start();
  }

  private void makeAuthority(String name) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(dir.resolve("ca" + name));
    Files.writeString(folder.resolve("conf"), AUTHORITY.formatted(folder));
    Files.writeString(folder.resolve("index"), "");
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "3650",
        "-subj",
        "/CN=test authority " + name,
        "-addext",
        "basicConstraints=critical,CA:TRUE",
        "-keyout",
        folder.resolve("ca.key").toString(),
        "-out",
        folder.resolve("ca.crt").toString());
  }

  private void certificate(
      String name, String commonName, String names, String authority, int fromDays, int toDays)
      throws IOException, InterruptedException {
    String key = dir.resolve(name + ".key").toString();
    String request = dir.resolve(name + ".csr").toString();
    run(
        "openssl",
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=" + commonName,
        "-addext",
        "subjectAltName=" + names,
        "-keyout",
        key,
        "-out",
        request);
    sign(Path.of(request), dir.resolve(name + ".crt"), authority, fromDays, toDays);
  }

  /**
   * What the authority makes of a request, PEM.
   *
   * @param authority empty for the one that the broker knows.
   * @param fromDays begin, counted from today.
   * @param toDays end, counted from today.
   */
  public String sign(String request, String authority, int fromDays, int toDays)
      throws IOException, InterruptedException {
    Path file = Files.writeString(dir.resolve("brought.csr"), request);
    Path made = dir.resolve("brought.crt");
    Files.deleteIfExists(made);
    sign(file, made, authority, fromDays, toDays);
    return Files.readString(made);
  }

  private void sign(Path request, Path certificate, String authority, int fromDays, int toDays)
      throws IOException, InterruptedException {
    run(
        "openssl",
        "ca",
        "-batch",
        "-notext",
        "-config",
        dir.resolve("ca" + authority).resolve("conf").toString(),
        "-startdate",
        date(fromDays),
        "-enddate",
        date(toDays),
        "-in",
        request.toString(),
        "-out",
        certificate.toString());
  }

  private static String date(int days) {
    java.time.ZonedDateTime at =
        java.time.ZonedDateTime.now(java.time.ZoneOffset.UTC).plusDays(days);
    return at.format(java.time.format.DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'"));
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Commands.Result result = Commands.run(command);
    assertThat(result.status()).as(List.of(command) + "\n" + result.err()).isZero();
  }

  private String configuration() {
    StringBuilder text = new StringBuilder("per_listener_settings true\n");
    text.append("user root\nlog_dest stderr\nset_tcp_nodelay true\n");
    ports.forEach(
        (door, port) -> {
          text.append("listener ").append(port).append(" 127.0.0.1\n");
          String certificate =
              door == Door.CERTIFICATE || door == Door.PASSWORD
                  ? "server"
                  : door.name().toLowerCase(Locale.ROOT);
          if (door != Door.PLAIN) {
            text.append("cafile ").append(dir.resolve("ca/ca.crt")).append('\n');
            text.append("certfile ").append(dir.resolve(certificate + ".crt")).append('\n');
            text.append("keyfile ").append(dir.resolve(certificate + ".key")).append('\n');
          }
          if (door == Door.CERTIFICATE) {
            text.append("require_certificate true\nuse_identity_as_username true\n");
            text.append("acl_file ").append(dir.resolve("acl")).append('\n');
          } else if (door == Door.PASSWORD) {
            text.append("allow_anonymous false\n");
            text.append("password_file ").append(dir.resolve("passwords")).append('\n');
            text.append("acl_file ").append(dir.resolve("acl-password")).append('\n');
          } else {
            text.append("allow_anonymous true\n");
          }
        });
    return text.toString();
  }

  /** Starts, when it does not run. */
  public void start() throws IOException {
    Path program = Path.of("/usr/sbin/mosquitto");
    process =
        new ProcessBuilder(
                Files.exists(program) ? program.toString() : "mosquitto",
                "-c",
                dir.resolve("mosquitto.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()))
            .start();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> ports.values().stream().allMatch(this::answers));
  }

  private boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends it as a power cut would. */
  public void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  /** Sends it a signal, such as {@code STOP}. */
  public void signal(String name) throws IOException, InterruptedException {
    if (process != null) {
      run("kill", "-" + name, Long.toString(process.pid()));
    }
  }

  /** TCP port of a door. */
  public int port(Door door) {
    return ports.getOrDefault(door, 0);
  }

  /** The authority of the broker, PEM; or the one that it does not know. */
  public String authority(String name) throws IOException {
    return Files.readString(dir.resolve("ca" + name + "/ca.crt"));
  }

  /** The certificate of the server, PEM. */
  public Path serverCertificate() {
    return dir.resolve("server.crt");
  }

  /** Fills the identity folder of a device. */
  public Path identity(Path folder, String certificate) throws IOException {
    Files.createDirectories(folder);
    List<String[]> files = new ArrayList<>();
    files.add(new String[] {certificate + ".key", "device.key"});
    files.add(new String[] {certificate + ".crt", "device.crt"});
    files.add(new String[] {"ca/ca.crt", "broker-ca.pem"});
    for (String[] each : files) {
      Files.copy(
          dir.resolve(each[0]), folder.resolve(each[1]), StandardCopyOption.REPLACE_EXISTING);
    }
    return folder;
  }

  /** What it has written so far. */
  public String log() throws IOException {
    return Files.readString(dir.resolve("log"));
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
