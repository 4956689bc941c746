// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import io.energydongle.config.Secret;
import io.energydongle.status.WifiNetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NetworkManager through its command line tool. Keys go through standard input; the tool repeats
 * them in its answer, which is thrown away.
 *
 * <p>Source: {@code platform.md} sections 3.1 and 3.3, tried with NetworkManager 1.42 and 1.52.
 */
final class Nmcli implements NetworkControl {

  private static final String NMCLI = "nmcli";

  /** A call takes 30 ms; on a board with much else to do it has taken more than 10 s. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final Duration SCAN_TIMEOUT = Duration.ofSeconds(25);

  /** {@code 10}: there is no such connection, device or access point. */
  private static final int NOT_FOUND = 10;

  /** {@code 6}: the device is not in use. */
  private static final int NOT_ACTIVE = 6;

  /** {@code 3}: the time given to it is over. */
  private static final int STILL_TRYING = 3;

  private static final int NETWORKS_MAX = 40;

  private static final Pattern VERSION = Pattern.compile("version (\\d+)\\.(\\d+)");

  @Override
  public boolean hasFallback() throws NetworkException {
    Matcher version = VERSION.matcher(run(List.of("--version")).out());
    if (!version.find()) {
      throw new NetworkException("nmcli does not say its version");
    }
    Command.Ended running = run(List.of("-t", "-f", "RUNNING", "general"));
    if (!running.out().strip().equals("running")) {
      throw new NetworkException("NetworkManager is not running");
    }
    int major = Integer.parseInt(version.group(1));
    int minor = Integer.parseInt(version.group(2));
    return major > 1 || (major == 1 && minor >= 52);
  }

  @Override
  public boolean has(String profile) throws NetworkException {
    return require(List.of("-t", "-f", "NAME", "connection", "show"))
        .lines()
        .anyMatch(profile::equals);
  }

  @Override
  public void define(Profile profile) throws NetworkException {
    List<String> words = new ArrayList<>(List.of("connection"));
    if (has(profile.name())) {
      words.addAll(List.of("modify", profile.name()));
      words.addAll(List.of("connection.interface-name", profile.device()));
    } else {
      words.addAll(List.of("add", "type", profile.type(), "con-name", profile.name()));
      words.addAll(List.of("ifname", profile.device()));
    }
    profile
        .properties()
        .forEach(
            (name, value) -> {
              words.add(name);
              words.add(value);
            });
    require(words);
    if (profile.key().isPresent()) {
      defineKey(profile.name(), profile.key().get());
    }
  }

  private static void defineKey(String profile, Secret key) throws NetworkException {
    String input =
        "set 802-11-wireless-security.psk " + key.text() + "\nsave persistent\nyes\nquit\n";
    // Its words hold the key and must go nowhere.
    Command.Ended ended =
        Command.run(List.of(NMCLI, "connection", "edit", profile), input, TIMEOUT);
    if (!ended.out().contains("successfully updated")) {
      throw new NetworkException("the key of " + profile + " was not taken");
    }
  }

  @Override
  public void autoconnect(String profile, boolean on) throws NetworkException {
    Command.Ended ended =
        run(List.of("connection", "modify", profile, "connection.autoconnect", on ? "yes" : "no"));
    if (ended.status() != NOT_FOUND) {
      requireGood(ended);
    }
  }

  @Override
  public void delete(List<String> profiles) throws NetworkException {
    List<String> there =
        require(List.of("-t", "-f", "NAME", "connection", "show"))
            .lines()
            .filter(profiles::contains)
            .toList();
    if (there.isEmpty()) {
      return;
    }
    List<String> words = new ArrayList<>(List.of("connection", "delete"));
    words.addAll(there);
    require(words);
  }

  @Override
  public void radioOn() throws NetworkException {
    require(List.of("radio", "wifi", "on"));
  }

  @Override
  public Attempt up(Profile profile, Duration patience) throws NetworkException {
    try {
      return new Child(
          Command.start(
              List.of(
                  NMCLI,
                  "-w",
                  Long.toString(patience.toSeconds()),
                  "connection",
                  "up",
                  profile.name(),
                  "ifname",
                  profile.device())));
    } catch (IOException e) {
      throw new NetworkException("nmcli cannot be started");
    }
  }

  /** An {@code nmcli connection up} that runs. */
  private record Child(Process process) implements Attempt {
    @Override
    public Optional<Outcome> poll() {
      if (process.isAlive()) {
        return Optional.empty();
      }
      int status = process.exitValue();
      String line = Command.printable(Command.words(process));
      return Optional.of(
          new Outcome(status == 0 || status == STILL_TRYING ? Result.DONE : Result.FAILED, line));
    }

    @Override
    public void cancel() {
      process.destroyForcibly();
    }
  }

  @Override
  public void down(String device) throws NetworkException {
    Command.Ended ended = run(List.of("device", "disconnect", device));
    if (ended.status() != NOT_ACTIVE && ended.status() != NOT_FOUND) {
      requireGood(ended);
    }
  }

  @Override
  public Optional<String> active(String device) throws NetworkException {
    return Optional.ofNullable(fields("GENERAL.CONNECTION", device).get("GENERAL.CONNECTION"))
        .filter(name -> !name.isEmpty());
  }

  @Override
  public List<WifiNetwork> scan(String device) throws NetworkException {
    Command.Ended ended =
        Command.run(
            List.of(
                NMCLI,
                "-t",
                "--escape",
                "yes",
                "-f",
                "SSID,SIGNAL,SECURITY",
                "device",
                "wifi",
                "list",
                "ifname",
                device,
                "--rescan",
                "yes"),
            "",
            SCAN_TIMEOUT);
    requireGood(ended);
    return networks(ended.out());
  }

  /** Networks of a terse list of SSID, SIGNAL and SECURITY; the strongest of each name. */
  static List<WifiNetwork> networks(String terse) {
    Map<String, WifiNetwork> byName = new LinkedHashMap<>();
    for (String line : terse.lines().toList()) {
      List<String> columns = columns(line);
      if (columns.size() != 3 || columns.get(0).isEmpty()) {
        continue;
      }
      String ssid = columns.get(0).replaceAll("\\p{C}", "?");
      WifiNetwork found = new WifiNetwork(ssid, percent(columns.get(1)), security(columns.get(2)));
      byName.merge(ssid, found, (a, b) -> a.signalPercent() >= b.signalPercent() ? a : b);
    }
    return byName.values().stream()
        .sorted(Comparator.comparingInt(WifiNetwork::signalPercent).reversed())
        .limit(NETWORKS_MAX)
        .toList();
  }

  private static int percent(String text) {
    return text.matches("\\d{1,3}") ? Math.min(100, Integer.parseInt(text)) : 0;
  }

  /** Words such as {@code WPA1 WPA2 802.1X}. */
  private static String security(String words) {
    List<String> each = Arrays.asList(words.split(" "));
    if (words.isEmpty()) {
      return "open";
    }
    return each.contains("WPA2") && !each.contains("802.1X") ? "wpa2" : "other";
  }

  /** Columns of a terse line, in which a colon or a backslash has a backslash before it. */
  static List<String> columns(String line) {
    List<String> columns = new ArrayList<>();
    StringBuilder column = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char sign = line.charAt(i);
      if (sign == '\\' && i + 1 < line.length()) {
        i++;
        column.append(line.charAt(i));
      } else if (sign == ':') {
        columns.add(column.toString());
        column.setLength(0);
      } else {
        column.append(sign);
      }
    }
    columns.add(column.toString());
    return columns;
  }

  @Override
  public Details details(String device, boolean wifi) throws NetworkException {
    Map<String, String> fields = fields("IP4.GATEWAY,IP4.DNS", device);
    List<String> dns =
        fields.entrySet().stream()
            .filter(each -> each.getKey().startsWith("IP4.DNS") && !each.getValue().isEmpty())
            .map(Map.Entry::getValue)
            .toList();
    String gateway = fields.getOrDefault("IP4.GATEWAY", "");
    return new Details(
        gateway.equals("--") ? "" : gateway, dns, wifi ? joined(device) : Optional.empty());
  }

  private static Optional<WifiNetwork> joined(String device) throws NetworkException {
    String list =
        run(List.of(
                "-t",
                "--escape",
                "yes",
                "-f",
                "IN-USE,SSID,SIGNAL,SECURITY",
                "device",
                "wifi",
                "list",
                "ifname",
                device,
                "--rescan",
                "no"))
            .out();
    return list.lines()
        .filter(line -> line.startsWith("*:"))
        .flatMap(line -> networks(line.substring(2)).stream())
        .findFirst();
  }

  private static Map<String, String> fields(String names, String device) throws NetworkException {
    Map<String, String> found = new LinkedHashMap<>();
    Command.Ended ended =
        run(List.of("-t", "--escape", "no", "-f", names, "device", "show", device));
    for (String line : ended.out().lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        found.put(line.substring(0, colon), Command.printable(line.substring(colon + 1)));
      }
    }
    return found;
  }

  private static Command.Ended run(List<String> words) throws NetworkException {
    List<String> all = new ArrayList<>(List.of(NMCLI));
    all.addAll(words);
    return Command.run(all, "", TIMEOUT);
  }

  private static String require(List<String> words) throws NetworkException {
    Command.Ended ended = run(words);
    requireGood(ended);
    return ended.out();
  }

  private static void requireGood(Command.Ended ended) throws NetworkException {
    if (ended.status() != 0) {
      throw new NetworkException(ended.line());
    }
  }
}
