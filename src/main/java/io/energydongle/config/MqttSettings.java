// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What the user chose about MQTT; section {@code mqtt} of the settings.
 *
 * @param enabled publish at all.
 * @param url broker, {@code mqtts://host} or {@code mqtts://host:port}; may be empty while not
 *     enabled.
 * @param user user name; empty for the device certificate.
 * @param password of that user; empty for none.
 * @param site first part of the topics, 1..64 characters of A-Z, a-z, 0-9, dot, low line, hyphen.
 */
public record MqttSettings(
    boolean enabled, String url, String user, Optional<Secret> password, String site) {

  /** What a new device does. */
  public static final MqttSettings DEFAULT =
      new MqttSettings(false, "", "", Optional.empty(), "unknown-site");

  /** Port of MQTT over TLS when the address names none. */
  public static final int PORT_DEFAULT = 8883;

  private static final String SCHEME = "mqtts://";
  private static final int URL_LENGTH_MAX = 256;
  private static final int NAME_LENGTH_MAX = 128;
  private static final int PASSWORD_LENGTH_MAX = 256;

  void write(ObjectNode node, SecretForm form) {
    node.put("enabled", enabled);
    node.put("url", url);
    node.put("user", user);
    form.putText(node, "password", password);
    node.put("site", site);
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
    section.refuseUnknownKeys();
    return new MqttSettings(enabled, url, user, password, site);
  }

  private static String urlProblem(String url) {
    if (url.isEmpty()) {
      return "must name the broker, such as mqtts://broker.example.com";
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
