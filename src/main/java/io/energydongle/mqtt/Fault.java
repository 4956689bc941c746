// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import io.energydongle.identity.IdentityException;
import io.energydongle.mqtt.BrokerName.OtherKeyException;
import io.energydongle.mqtt.GuardedInput.ClosedByBrokerException;
import io.energydongle.mqtt.GuardedInput.PacketTooLargeException;
import io.energydongle.status.ClockState;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no connection, in words for the user.
 *
 * @param kind the reason.
 * @param detail what came from outside and helps to find it; may be empty.
 */
record Fault(Kind kind, String detail) {

  /** Reasons; each has a sentence in which %s stands for the broker. */
  enum Kind {
    NAME_UNKNOWN(
        false,
        "The name of the broker %s cannot be resolved. Check the spelling and the DNS server of the"
            + " network settings"),
    REFUSED(
        false,
        "%s refuses the connection: nothing listens on that port. Check the port, and that the"
            + " broker runs"),
    UNREACHABLE(
        false, "There is no way to %s. Check the cable, the network settings and the gateway"),
    NO_ANSWER(
        false,
        "%s does not answer. Check the address, and that no firewall swallows the connection"),
    SILENT(
        false,
        "%s accepts the connection and then says nothing. Check that the port is the one of MQTT"
            + " over TLS, and that the broker is not overloaded"),
    CLOSED(
        false,
        "%s closed the connection at once and gave no reason. It may not know the device"
            + " certificate or the client name; its log says more"),
    LOST(false, "The connection to %s was lost. It is tried again"),
    NOT_TLS(
        true,
        "%s does not speak TLS on this port. Check the port; MQTT over TLS is usually on 8883"),
    TLS_FAILED(true, "%s and this device found no common way to encrypt"),
    UNKNOWN_CA(
        true,
        "The certificate of %s was signed by an authority that is not known here. Upload the"
            + " certificate of that authority, or choose the system's authorities for a public"
            + " broker"),
    BROKER_EXPIRED(true, "The certificate of %s has expired. It must be renewed at the broker"),
    BROKER_NOT_YET_VALID(
        true,
        "The certificate of %s is not valid yet. Probably the clock of this device is behind: check"
            + " the time server"),
    WRONG_NAME(
        true,
        "The certificate of %s was made for another name. Use the name that it was made for, or have"
            + " it made for this one"),
    OTHER_KEY(
        true,
        "The key of %s is not the pinned one. When the broker was given a new key on purpose, change"
            + " the pin; otherwise somebody stands in between"),
    BROKER_UNTRUSTED(true, "The certificate of %s cannot be used"),
    CERTIFICATE_REFUSED(
        true,
        "%s refuses the certificate of this device. Check that the broker knows its authority and"
            + " that it has not expired"),
    WRONG_PASSWORD(true, "%s refuses user name or password. Enter them again"),
    NOT_AUTHORISED(
        true,
        "%s does not let this device in. Check the user name, or the rights of the certificate, at"
            + " the broker"),
    CLIENT_REFUSED(true, "%s refuses the client name of this device"),
    BROKER_UNAVAILABLE(false, "%s says that it cannot serve now. It is tried again"),
    WRONG_PROTOCOL(true, "%s does not speak MQTT 3.1.1"),
    TOO_LARGE(
        true,
        "%s sent a message larger than 256 KiB, and the connection was given up. Find out who"
            + " publishes it below cmd"),
    IDENTITY(true, "The identity of this device cannot be used"),
    OTHER(false, "The connection to %s failed");

    private final boolean slow;
    private final String sentence;

    Kind(boolean slow, String sentence) {
      this.slow = slow;
      this.sentence = sentence;
    }

    /** Name used in every output. */
    String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** True when somebody has to do something first, so that hurry is of no use. */
    boolean slow() {
      return slow;
    }

    /** True when the certificate of this device may be the reason. */
    boolean mayBeOurCertificate() {
      return switch (this) {
        case CERTIFICATE_REFUSED, NOT_AUTHORISED, CLIENT_REFUSED, CLOSED -> true;
        default -> false;
      };
    }
  }

  /** An identity that cannot be used. */
  static Fault of(IdentityException e) {
    return new Fault(Kind.IDENTITY, String.valueOf(e.getMessage()));
  }

  /**
   * What became of a try to connect, or of a connection.
   *
   * @param seen by the {@link Dialer}, the first first.
   * @param reported what Paho says, which is less.
   * @param online the broker had accepted us before.
   */
  static Fault of(List<Throwable> seen, @Nullable Throwable reported, boolean online) {
    Kind answer = answerOf(reported);
    if (answer != null) {
      return new Fault(answer, "");
    }
    List<Throwable> all = new ArrayList<>();
    seen.forEach(fault -> addChain(all, fault));
    if (reported != null) {
      addChain(all, reported);
    }
    for (Throwable each : all) {
      Kind kind = certain(each);
      if (kind != null) {
        return new Fault(kind, detail(each));
      }
    }
    if (online) {
      return new Fault(Kind.LOST, "");
    }
    for (Throwable each : all) {
      Kind kind = likely(each);
      if (kind != null) {
        return new Fault(kind, kind == Kind.CLOSED ? "" : detail(each));
      }
    }
    return new Fault(Kind.OTHER, all.isEmpty() ? "" : detail(all.get(0)));
  }

  /** The time for a try is over. */
  static Fault timedOut(boolean connected) {
    return new Fault(connected ? Kind.SILENT : Kind.NO_ANSWER, "");
  }

  private static void addChain(List<Throwable> all, Throwable fault) {
    Throwable each = fault;
    for (int depth = 0; each != null && depth < 10; depth++) {
      all.add(each);
      each = each.getCause();
    }
  }

  /** MQTT 3.1.1 table 3.1: what the broker answers to a request to connect. */
  private static @Nullable Kind answerOf(@Nullable Throwable reported) {
    if (!(reported instanceof MqttException answer)) {
      return null;
    }
    return switch (answer.getReasonCode()) {
      case MqttException.REASON_CODE_INVALID_PROTOCOL_VERSION -> Kind.WRONG_PROTOCOL;
      case MqttException.REASON_CODE_INVALID_CLIENT_ID -> Kind.CLIENT_REFUSED;
      case MqttException.REASON_CODE_BROKER_UNAVAILABLE -> Kind.BROKER_UNAVAILABLE;
      case MqttException.REASON_CODE_FAILED_AUTHENTICATION -> Kind.WRONG_PASSWORD;
      case MqttException.REASON_CODE_NOT_AUTHORIZED -> Kind.NOT_AUTHORISED;
      default -> null;
    };
  }

  private static @Nullable Kind certain(Throwable fault) {
    if (fault instanceof OtherKeyException) {
      return Kind.OTHER_KEY;
    } else if (fault instanceof PacketTooLargeException) {
      return Kind.TOO_LARGE;
    } else if (fault instanceof CertificateExpiredException) {
      return Kind.BROKER_EXPIRED;
    } else if (fault instanceof CertificateNotYetValidException) {
      return Kind.BROKER_NOT_YET_VALID;
    } else if (fault instanceof CertPathBuilderException) {
      return Kind.UNKNOWN_CA;
    } else if (fault instanceof SSLPeerUnverifiedException) {
      return Kind.WRONG_NAME;
    }
    String message = String.valueOf(fault.getMessage());
    if (fault instanceof CertificateException && fault.getCause() == null) {
      return message.startsWith("No ") || message.startsWith("Illegal given")
          ? Kind.WRONG_NAME
          : Kind.BROKER_UNTRUSTED;
    }
    return fault instanceof SSLException ? ofAlert(message) : null;
  }

  private static @Nullable Kind ofAlert(String message) {
    if (message.contains("Unsupported or unrecognized SSL message")) {
      return Kind.NOT_TLS;
    }
    int at = message.indexOf("fatal alert: ");
    if (at < 0) {
      return null;
    }
    String alert = message.substring(at + "fatal alert: ".length());
    return switch (alert) {
      case "certificate_required",
          "bad_certificate",
          "certificate_expired",
          "certificate_revoked",
          "certificate_unknown",
          "unsupported_certificate",
          "unknown_ca",
          "access_denied",
          "decrypt_error" ->
          Kind.CERTIFICATE_REFUSED;
      default -> Kind.TLS_FAILED;
    };
  }

  private static @Nullable Kind likely(Throwable fault) {
    if (fault instanceof UnknownHostException) {
      return Kind.NAME_UNKNOWN;
    } else if (fault instanceof NoRouteToHostException) {
      return Kind.UNREACHABLE;
    } else if (fault instanceof ConnectException) {
      return String.valueOf(fault.getMessage()).contains("refused")
          ? Kind.REFUSED
          : Kind.UNREACHABLE;
    } else if (fault instanceof SocketTimeoutException) {
      boolean connecting = String.valueOf(fault.getMessage()).startsWith("Connect");
      return connecting ? Kind.NO_ANSWER : Kind.SILENT;
    } else if (fault instanceof ClosedByBrokerException) {
      return Kind.CLOSED;
    }
    String message = String.valueOf(fault.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("network is unreachable")) {
      return Kind.UNREACHABLE;
    }
    return message.contains("reset")
            || message.contains("broken pipe")
            || message.contains("terminated the handshake")
        ? Kind.CLOSED
        : null;
  }

  private static String detail(Throwable fault) {
    String message = String.valueOf(fault.getMessage());
    int at = message.indexOf("fatal alert: ");
    return at >= 0 ? message.substring(at + "fatal alert: ".length()) : message;
  }

  /** The sentence for the page and the log. */
  String sentence(String broker, ClockState clock) {
    StringBuilder text = new StringBuilder(String.format(Locale.ROOT, kind.sentence, broker));
    boolean quoted =
        switch (kind) {
          case CERTIFICATE_REFUSED, TLS_FAILED, BROKER_UNTRUSTED, WRONG_NAME, OTHER -> true;
          default -> false;
        };
    if (kind == Kind.IDENTITY) {
      text.append(": ").append(detail);
    } else if (quoted && !detail.isEmpty()) {
      text.append(" (").append(detail).append(')');
    }
    if (clock != ClockState.SYNCHRONISED && kind == Kind.BROKER_EXPIRED) {
      text.append(". The clock of this device is not set by a time server and may be ahead");
    }
    return text.append('.').toString();
  }
}
