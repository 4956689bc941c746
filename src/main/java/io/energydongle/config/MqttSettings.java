// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What the user chose about MQTT; section {@code mqtt} of the settings.
 *
 * @param enabled publish at all.
 * @param url broker, {@code mqtts://host} or {@code mqtts://host:port}; may be empty while not
 *     enabled.
 * @param user user name; empty for the device certificate.
 * @param password of that user; empty for none.
 * @param site first part of the topics, 1..64 characters of A-Z, a-z, 0-9, dot, low line, hyphen.
 * @param trust how the broker is recognised.
 * @param publish what is published, and how often.
 * @param homeAssistant whether Home Assistant is told of the device.
 * @param commands which commands are obeyed that are not by default.
 */
public record MqttSettings(
    boolean enabled,
    String url,
    String user,
    Optional<Secret> password,
    String site,
    Trust trust,
    Publish publish,
    HomeAssistant homeAssistant,
    Commands commands) {

  /**
   * How the broker is recognised.
   *
   * @param source whose certificates are believed.
   * @param ca certificates of authorities in PEM, used with {@link Source#BUNDLE}; empty for the
   *     file {@code broker-ca.pem} of the identity folder.
   * @param pin SHA-256 of the public key that the broker must have, 64 hexadecimal digits in lower
   *     case; empty for any.
   */
  public record Trust(Source source, String ca, String pin) {

    /** Whose certificates are believed. */
    public enum Source {
      /** Those that were uploaded, or the file of the identity folder. */
      BUNDLE("bundle"),
      /** Those that everybody believes, for public brokers. */
      SYSTEM("system");

      private final String code;

      Source(String code) {
        this.code = code;
      }

      /** Name in the settings. */
      public String code() {
        return code;
      }
    }
  }

  /**
   * What is published, and how often.
   *
   * @param intervalSeconds shortest time between two readings, s: 5, 10 or 60; 0 for every one.
   * @param values each value on a topic of its own as well.
   * @param raw the bytes of the telegram as well; they hold personal data.
   * @param retain the broker keeps the values for those who come later.
   * @param telegramQos 0 (once at most) or 1 (acknowledged by the broker) for readings.
   */
  public record Publish(
      int intervalSeconds, boolean values, boolean raw, boolean retain, int telegramQos) {}

  /**
   * Whether Home Assistant is told of the device.
   *
   * @param prefix first part of its topics.
   */
  public record HomeAssistant(boolean enabled, String prefix) {}

  /**
   * Commands that are obeyed only when the user says so.
   *
   * @param config changes of the settings.
   * @param factoryReset back to the settings of a new device.
   */
  public record Commands(boolean config, boolean factoryReset) {}

  /** What a new device does. */
  public static final MqttSettings DEFAULT =
      new MqttSettings(
          false,
          "",
          "",
          Optional.empty(),
          "unknown-site",
          new Trust(Trust.Source.BUNDLE, "", ""),
          new Publish(0, false, false, false, 0),
          new HomeAssistant(false, "homeassistant"),
          new Commands(false, false));

  /** Port of MQTT over TLS when the address names none. */
  public static final int PORT_DEFAULT = 8883;

  private static final String SCHEME = "mqtts://";
  private static final int URL_LENGTH_MAX = 256;
  private static final int NAME_LENGTH_MAX = 128;
  private static final int PASSWORD_LENGTH_MAX = 256;
  private static final int CA_LENGTH_MAX = 64 * 1024;
  private static final Set<Integer> INTERVALS = Set.of(0, 5, 10, 60);

  void write(ObjectNode node, SecretForm form) {
    node.put("enabled", enabled);
    node.put("url", url);
    node.put("user", user);
    form.putText(node, "password", password);
    node.put("site", site);
    node.put("trust", trust.source.code());
    node.put("ca", trust.ca);
    node.put("pin", trust.pin);
    node.put("interval_s", publish.intervalSeconds);
    node.put("values", publish.values);
    node.put("raw", publish.raw);
    node.put("retain", publish.retain);
    node.put("telegram_qos", publish.telegramQos);
    node.put("home_assistant", homeAssistant.enabled);
    node.put("discovery_prefix", homeAssistant.prefix);
    node.put("commands_config", commands.config);
    node.put("commands_factory_reset", commands.factoryReset);
  }

  static MqttSettings read(Section section) {
    boolean enabled = section.flag("enabled", DEFAULT.enabled);
    String url = section.line("url", DEFAULT.url, URL_LENGTH_MAX);
    if (url.isEmpty() ? enabled : !isUrl(url)) {
      section.wrong("url", urlProblem(url));
    }
    String user = section.line("user", DEFAULT.user, NAME_LENGTH_MAX);
    Optional<Secret> password = section.secretText("password", 1, PASSWORD_LENGTH_MAX);
    if (user.isEmpty() && password.isPresent()) {
      section.wrong(
          "user", "must be given with a password; leave both empty for the device certificate");
    }
    String site = section.text("site", DEFAULT.site);
    if (!site.matches("[A-Za-z0-9._-]{1,64}")) {
      section.wrong(
          "site",
          "must be 1 to 64 letters, digits, dots, low lines or hyphens, is \"" + site + "\"");
    }
    Trust trust = readTrust(section);
    Publish publish = readPublish(section);
    HomeAssistant homeAssistant = readHomeAssistant(section);
    Commands commands =
        new Commands(
            section.flag("commands_config", DEFAULT.commands.config),
            section.flag("commands_factory_reset", DEFAULT.commands.factoryReset));
    section.refuseUnknownKeys();
    return new MqttSettings(
        enabled, url, user, password, site, trust, publish, homeAssistant, commands);
  }

  private static Trust readTrust(Section section) {
    Trust.Source source =
        section.choice("trust", DEFAULT.trust.source, Trust.Source.values(), Trust.Source::code);
    String ca = section.block("ca", DEFAULT.trust.ca, CA_LENGTH_MAX);
    if (ca.contains("PRIVATE KEY-----")) {
      section.wrong("ca", "must hold certificates only, but holds a private key (not shown)");
    } else if (!ca.isEmpty() && !ca.contains("-----BEGIN CERTIFICATE-----")) {
      section.wrong(
          "ca", "must hold a certificate in PEM, which begins with -----BEGIN CERTIFICATE-----");
    }
    String pin = section.line("pin", DEFAULT.trust.pin, URL_LENGTH_MAX);
    String digits = pin.replace(":", "").toLowerCase(Locale.ROOT);
    if (!digits.matches("([0-9a-f]{64})?")) {
      section.wrong(
          "pin",
          "must be the SHA-256 of the broker's public key, 64 hexadecimal digits, is \""
              + pin
              + "\"");
    }
    return new Trust(source, ca, digits);
  }

  private static Publish readPublish(Section section) {
    int interval = section.number("interval_s", DEFAULT.publish.intervalSeconds, 0, 60);
    if (!INTERVALS.contains(interval)) {
      section.wrong("interval_s", "must be 0 (every telegram), 5, 10 or 60, is " + interval);
    }
    return new Publish(
        interval,
        section.flag("values", DEFAULT.publish.values),
        section.flag("raw", DEFAULT.publish.raw),
        section.flag("retain", DEFAULT.publish.retain),
        section.number("telegram_qos", DEFAULT.publish.telegramQos, 0, 1));
  }

  private static HomeAssistant readHomeAssistant(Section section) {
    boolean enabled = section.flag("home_assistant", DEFAULT.homeAssistant.enabled);
    String prefix = section.text("discovery_prefix", DEFAULT.homeAssistant.prefix);
    if (!prefix.matches("[A-Za-z0-9._-]{1,64}")) {
      section.wrong(
          "discovery_prefix",
          "must be 1 to 64 letters, digits, dots, low lines or hyphens, is \"" + prefix + "\"");
    }
    return new HomeAssistant(enabled, prefix);
  }

  private static String urlProblem(String url) {
    if (url.isEmpty()) {
      return "must name the broker, such as mqtts://broker.example.com";
    }
    if (url.contains("@")) {
      return "must not hold a user name or a password (not shown); they have fields of their own";
    }
    if (!url.startsWith(SCHEME)) {
      return "must begin with mqtts:// because MQTT is only spoken over TLS, is \"" + url + "\"";
    }
    return "must be mqtts:// and a name or IPv4 address, with or without a port, such as"
        + " mqtts://broker.example.com:8883, is \""
        + url
        + "\"";
  }

  private static boolean isUrl(String url) {
    if (!url.matches("mqtts://[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9])?(:[0-9]{1,5})?")) {
      return false;
    }
    int colon = url.indexOf(':', SCHEME.length());
    int port = colon < 0 ? PORT_DEFAULT : Integer.parseInt(url.substring(colon + 1));
    return port >= 1 && port <= 65_535;
  }

  /** Name or address of the broker; empty without one. */
  public String host() {
    if (url.isEmpty()) {
      return "";
    }
    String authority = url.substring(SCHEME.length());
    int colon = authority.indexOf(':');
    return colon < 0 ? authority : authority.substring(0, colon);
  }

  /** TCP port of the broker, 1..65535. */
  public int port() {
    int colon = url.isEmpty() ? -1 : url.indexOf(':', SCHEME.length());
    return colon < 0 ? PORT_DEFAULT : Integer.parseInt(url.substring(colon + 1));
  }
}
