// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.config.MqttSettings;
import io.energydongle.config.NetworkSettings;
import io.energydongle.identity.IdentityException;
import io.energydongle.identity.KeyAndCertificate;
import io.energydongle.status.ButtonStatus;
import io.energydongle.status.ClockState;
import io.energydongle.status.CopyStatus;
import io.energydongle.status.IndicatorStatus;
import io.energydongle.status.MeterStatus;
import io.energydongle.status.MqttStatus;
import io.energydongle.status.NetworkStatus;
import io.energydongle.status.WifiNetwork;
import io.energydongle.update.Updater;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What the web server has to know of the rest of the program, and may ask of it. */
public interface Surroundings {

  /** Version of the program. */
  String version();

  /** The clock of the device. */
  Instant now();

  /** How the meter is doing. */
  MeterStatus meter();

  /** How the Modbus server is doing. */
  Modbus modbus();

  /** How the connection to the broker is doing. */
  MqttStatus mqtt();

  /** Tries settings once, for at most ten seconds; a sentence of what the broker answered. */
  String testMqtt(MqttSettings trial);

  /** The certificate that is shown to brokers. */
  DeviceCertificate deviceCertificate() throws IdentityException;

  /** A request to be signed, PEM; a new key is made for it when none waits. Takes seconds. */
  String certificateRequest() throws IdentityException, IOException;

  /** Forgets the request and its key. */
  void cancelCertificateRequest() throws IOException;

  /**
   * Takes a signed certificate and tries it with the broker.
   *
   * @throws IdentityException when it cannot be that of this device; nothing is changed.
   */
  void bringCertificate(String pem) throws IdentityException, IOException;

  /** What the clock of the device is worth. */
  ClockState clockState();

  /** What the light shows. */
  IndicatorStatus indicator();

  /** How the push button is doing. */
  ButtonStatus button();

  /** Who gets a copy of the bytes of the meter. */
  CopyStatus copy();

  /** New releases. */
  Updater updates();

  /** How the device is connected. */
  NetworkStatus network();

  /** Wi-Fi networks that can be seen, the strongest first. Takes seconds. */
  List<WifiNetwork> scanWifi();

  /** Uses network settings for two minutes, unless they are saved until then. Returns at once. */
  void tryNetwork(NetworkSettings settings);

  /** Network settings on trial; empty when there are none. */
  Optional<NetworkSettings> networkTrial();

  /** Register maps that can be chosen, the default first. */
  List<Template> templates();

  /**
   * What a client would read now with a register map.
   *
   * @return empty before the first telegram.
   * @throws IllegalArgumentException when there is no such map.
   */
  Optional<List<Register>> preview(String template);

  /** The file of a register map; empty when there is none. */
  Optional<String> templateText(String id) throws IOException;

  /**
   * Takes a register map of the user, in force at once where it is used.
   *
   * @throws TemplateRefusedException when the file cannot be used; nothing is changed.
   */
  Template bringTemplate(String toml) throws TemplateRefusedException, IOException;

  /**
   * Deletes a register map of the user.
   *
   * @return false when there is none with that id.
   * @throws TemplateRefusedException while it is used.
   */
  boolean deleteTemplate(String id) throws TemplateRefusedException, IOException;

  /** A register map cannot be used, or not be deleted; the message names every reason. */
  final class TemplateRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a sentence. */
    public TemplateRefusedException(String message) {
      super(message);
    }
  }

  /** The key on the sticker; empty when this device has none, so that nobody can log in with it. */
  Optional<String> stickerKey();

  /** Sentences about what is wrong beyond meter, Modbus and page, with what to do. */
  List<String> problems();

  /** The newest lines of the log, oldest first. */
  List<String> log();

  /** Why an action cannot be done on this board, a sentence; empty when it can. */
  Optional<String> unavailable(Action action);

  /** Does something that is available. Returns at once; what takes time goes on behind. */
  void act(Action action) throws ActionFailedException;

  /** An action could not even be begun; the message says why, and what to do. */
  final class ActionFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a sentence. */
    public ActionFailedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** What can be asked for. */
  enum Action {
    RECONNECT("reconnect"),
    RESTART("restart"),
    REBOOT("reboot"),
    FACTORY_RESET("factory-reset"),
    IDENTIFY("identify");

    private final String code;

    Action(String code) {
      this.code = code;
    }

    /** Name in the API. */
    public String code() {
      return code;
    }
  }

  /**
   * The certificate that is shown to brokers.
   *
   * @param serial number of the device, the name in the certificate.
   * @param inUse empty when the device has none.
   * @param waiting one that no broker has accepted yet.
   * @param requested a request waits for its signature.
   */
  record DeviceCertificate(
      String serial,
      Optional<KeyAndCertificate> inUse,
      Optional<KeyAndCertificate> waiting,
      boolean requested) {}

  /**
   * A register map that can be chosen.
   *
   * @param id its name in the settings.
   * @param title one line for people.
   * @param help when to choose it.
   * @param source where its addresses come from.
   * @param fits chargers, batteries and programs that ask for it.
   * @param wordOrder {@code high-first} or {@code low-first}.
   * @param own true for one that the user has brought.
   */
  record Template(
      String id,
      String title,
      String help,
      String source,
      List<String> fits,
      String wordOrder,
      boolean own) {}

  /**
   * A value as a Modbus client reads it.
   *
   * @param address lowest register.
   * @param quantity what it is, the unit at the end.
   * @param type layout, such as {@code f32}.
   * @param scale register units per unit of the quantity.
   * @param value in the unit of the quantity; empty when the meter does not send it.
   * @param words the registers, lowest address first.
   * @param otherOrder the registers in the other word order.
   */
  record Register(
      int address,
      String quantity,
      String type,
      double scale,
      OptionalDouble value,
      List<Integer> words,
      List<Integer> otherOrder) {}

  /**
   * The Modbus server.
   *
   * @param address where it listens; empty while it cannot.
   * @param fault why it does not listen.
   * @param ports further ports with maps of their own.
   * @param clients who has called, with what.
   */
  record Modbus(
      Optional<String> address, Optional<String> fault, List<Port> ports, List<Client> clients) {}

  /**
   * A further port of the Modbus server.
   *
   * @param map its register map, and its rule for a silent meter.
   * @param listens false while it cannot.
   * @param fault why it does not listen.
   */
  record Port(int port, String map, boolean listens, Optional<String> fault) {}

  /**
   * A Modbus client.
   *
   * @param address where it calls from.
   * @param connections open now.
   * @param requests so far.
   * @param refused connections refused so far.
   * @param exceptions answers with an exception so far, by its code.
   * @param violations connections closed because the bytes were no Modbus TCP.
   * @param pollMillis time between its requests; 0 when not known.
   * @param last its last request; empty before the first.
   * @param advice sentences for the installer.
   */
  record Client(
      String address,
      int connections,
      long requests,
      long refused,
      Map<Integer, Long> exceptions,
      long violations,
      long pollMillis,
      Optional<Request> last,
      List<String> advice) {}

  /**
   * A request of a Modbus client.
   *
   * @param secondsAgo when it came.
   * @param function function code.
   * @param first first register.
   * @param quantity number of registers; 0 for functions that are not served.
   * @param unit unit identifier.
   * @param values what it got, decoded.
   */
  record Request(
      double secondsAgo, int function, int first, int quantity, int unit, List<Register> values) {}
}
