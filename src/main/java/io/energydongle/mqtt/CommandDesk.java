// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.MqttSettings;
import io.energydongle.identity.IdentityException;
import io.energydongle.mqtt.Commands.RefusedException;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.status.ClockState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about commands: which are refused and why, which were obeyed already, and which are
 * handed on. One at a time; used by one thread.
 *
 * <p>Source: {@code platform.md} 1.6.
 */
final class CommandDesk {

  private static final Logger LOG = LoggerFactory.getLogger(CommandDesk.class);

  private static final Duration RATE_PERIOD = Duration.ofHours(1);
  private static final int RESTARTS_MAX = 3;
  private static final Duration NONCE_LIFE = Duration.ofSeconds(60);
  private static final int LOG_SECONDS_DEFAULT = 600;
  private static final int LOG_SECONDS_MAX = 24 * 3600;

  /** A confirmation that is awaited. */
  private record Pending(String command, String nonce, long untilNanos) {}

  /** What became of a command: states of {@code platform.md} 1.3. */
  private enum State {
    ACCEPTED("accepted"),
    DONE("done"),
    FAILED("failed"),
    REJECTED("rejected");

    private final String code;

    State(String code) {
      this.code = code;
    }
  }

  private final Commands commands;
  private final DeviceIdentity identity;
  private final CommandMemory memory;
  private final Supplier<ClockState> clockState;
  private final Clock clock;
  private final MonotonicClock monotonic;
  private final RandomGenerator random;
  private Optional<Pending> pending = Optional.empty();

  CommandDesk(
      Path stateDir,
      Commands commands,
      DeviceIdentity identity,
      Supplier<ClockState> clockState,
      Clock clock,
      MonotonicClock monotonic,
      RandomGenerator random) {
    this.commands = commands;
    this.identity = identity;
    this.memory = new CommandMemory(stateDir);
    this.clockState = clockState;
    this.clock = clock;
    this.monotonic = monotonic;
    this.random = random;
  }

  /**
   * Takes a command and answers it.
   *
   * @param topic that it arrived on, the last part of which is {@code command}.
   * @param answer told every state of it, the last one last.
   */
  void take(
      String topic,
      String command,
      byte[] payload,
      boolean retained,
      MqttSettings.Commands allowed,
      Consumer<ObjectNode> answer) {
    if (retained) {
      answer.accept(rejected("", "retained", "Commands must not be retained; nothing was done"));
      return;
    }
    if (payload.length > Envelope.BYTES_MAX) {
      answer.accept(rejected("", "too-large", "A command must not be longer than 16384 bytes"));
      return;
    }
    Envelope envelope;
    try {
      envelope = Envelope.read(payload);
    } catch (Envelope.MalformedException e) {
      answer.accept(rejected(e.id(), "malformed", "The command " + e.getMessage()));
      return;
    }
    if (memory.isOfAnother(envelope.id(), command)) {
      answer.accept(
          rejected(envelope.id(), "id-used", "Another command had this id; give each its own"));
      return;
    }
    Optional<ObjectNode> earlier = memory.result(envelope.id());
    if (earlier.isPresent()) {
      answer.accept(earlier.get());
      return;
    }
    Optional<ObjectNode> refusal = refusal(topic, command, envelope, allowed);
    if (refusal.isPresent()) {
      answer.accept(refusal.get());
      return;
    }
    obey(command, envelope, answer);
  }

  private Optional<ObjectNode> refusal(
      String topic, String command, Envelope envelope, MqttSettings.Commands allowed) {
    String id = envelope.id();
    boolean known =
        switch (command) {
          case "ping", "info", "diag", "log-level", "reboot", "restart" -> true;
          case "config", "update", "factory-reset" -> true;
          default -> false;
        };
    if (!known) {
      return Optional.of(
          rejected(
              id,
              "unknown-command",
              "Known are ping, info, diag, log-level, reboot, restart, config, update and"
                  + " factory-reset"));
    }
    Optional<ObjectNode> unsigned = unsigned(topic, command, envelope);
    if (unsigned.isPresent()) {
      return unsigned;
    }
    if (clockState.get() == ClockState.SYNCHRONISED) {
      Instant now = clock.instant();
      if (!envelope.expiresAt().isAfter(now)) {
        return Optional.of(
            rejected(id, "expired", "The command expired at " + envelope.expiresAt()));
      }
      if (envelope.expiresAt().isAfter(now.plus(Envelope.AHEAD_MAX))) {
        return Optional.of(
            rejected(id, "expires-too-late", "exp must lie within the next ten minutes"));
      }
    } else if (!confirmed(command, envelope)) {
      return Optional.of(
          askToConfirm(
              id,
              command,
              "The clock of the device is not synchronised, so exp cannot be checked"));
    }
    return switch (command) {
      case "config" ->
          allowed.config() ? localOnly(envelope) : Optional.of(notAllowed(id, "settings"));
      case "factory-reset" -> {
        if (!allowed.factoryReset()) {
          yield Optional.of(notAllowed(id, "a factory reset"));
        }
        yield confirmed(command, envelope)
            ? Optional.empty()
            : Optional.of(askToConfirm(id, command, "All settings will be lost"));
      }
      case "reboot", "restart" ->
          memory.count(command, clock.instant(), RATE_PERIOD) < RESTARTS_MAX
              ? Optional.empty()
              : Optional.of(rejected(id, "rate-limited", "Not more than three times an hour"));
      default -> Optional.empty();
    };
  }

  /** Empty for a command that is signed as it must be, or need not be signed. */
  private Optional<ObjectNode> unsigned(String topic, String command, Envelope envelope) {
    boolean harmless =
        switch (command) {
          case "ping", "info", "diag", "log-level" -> true;
          default -> false;
        };
    if (harmless) {
      return Optional.empty();
    }
    try {
      Optional<CommandKey> key = identity.commandKey();
      if (key.isEmpty()) {
        return Optional.empty();
      }
      if (envelope.whole().path("sig").isMissingNode()) {
        return Optional.of(
            rejected(
                envelope.id(),
                "not-signed",
                "This device has a command key, so this command needs a signature in sig"));
      }
      key.get().check(topic, envelope.whole());
      return Optional.empty();
    } catch (IdentityException e) {
      return Optional.of(
          rejected(envelope.id(), "wrong-signature", String.valueOf(e.getMessage())));
    }
  }

  private static ObjectNode notAllowed(String id, String what) {
    return rejected(
        id,
        "not-allowed",
        "Commands about " + what + " are switched off in the MQTT settings of the device");
  }

  /** Who may change what is decided at the device itself. */
  private static Optional<ObjectNode> localOnly(Envelope envelope) {
    JsonNode patch = envelope.args().path("patch");
    if (!patch.isObject()) {
      return Optional.of(
          rejected(envelope.id(), "malformed", "args.patch must be an object of sections"));
    }
    JsonNode mqtt = patch.path("mqtt");
    boolean local =
        patch.has("access") || mqtt.has("commands_config") || mqtt.has("commands_factory_reset");
    return local
        ? Optional.of(
            rejected(
                envelope.id(),
                "local-only",
                "access, mqtt.commands_config and mqtt.commands_factory_reset can only be changed"
                    + " on the page of the device"))
        : Optional.empty();
  }

  private boolean confirmed(String command, Envelope envelope) {
    return pending.isPresent()
        && pending.get().command().equals(command)
        && pending.get().nonce().equals(envelope.nonce())
        && pending.get().untilNanos() - monotonic.nanos() > 0;
  }

  private ObjectNode askToConfirm(String id, String command, String why) {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    String nonce = HexFormat.of().formatHex(bytes);
    pending = Optional.of(new Pending(command, nonce, monotonic.nanos() + NONCE_LIFE.toNanos()));
    return answer(
            id,
            State.ACCEPTED,
            "confirm",
            why + ". Send the command again within 60 s with another id and this nonce")
        .put("nonce", nonce);
  }

  private void obey(String command, Envelope envelope, Consumer<ObjectNode> answer) {
    pending = Optional.empty();
    String id = envelope.id();
    Instant now = clock.instant();
    switch (command) {
      case "ping", "info", "diag" -> {
        ObjectNode result = answer(id, State.DONE, "", "");
        if (command.equals("info")) {
          result.set("result", commands.info());
        } else if (command.equals("diag")) {
          result.set("result", commands.diag());
        }
        memory.keep(id, command, now, result);
        answer.accept(result);
      }
      case "log-level" -> {
        // Not among those that change something: it needs no signature, and must not push out of
        // the memory what was signed.
        ObjectNode result = outcome(command, envelope);
        memory.keep(id, command, now, result);
        answer.accept(result);
      }
      default -> change(command, envelope, now, answer);
    }
  }

  private ObjectNode outcome(String command, Envelope envelope) {
    String id = envelope.id();
    try {
      run(command, envelope.args());
      return answer(id, State.DONE, "", "");
    } catch (RefusedException e) {
      return answer(id, State.FAILED, e.code(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("command {} failed", command, e);
      return answer(id, State.FAILED, "fault", "The command failed; the log says more");
    }
  }

  /** Obeys a command that changes something: written down first, so that it is not done twice. */
  private void change(String command, Envelope envelope, Instant now, Consumer<ObjectNode> answer) {
    String id = envelope.id();
    ObjectNode accepted = answer(id, State.ACCEPTED, "", "");
    try {
      memory.save(id, command, now, accepted);
    } catch (IOException e) {
      answer.accept(
          answer(id, State.FAILED, "not-saved", "The disk does not take it; nothing was done"));
      return;
    }
    LOG.warn("command {} with id {} is obeyed", command, id);
    boolean last = command.equals("reboot") || command.equals("restart");
    if (last || command.equals("factory-reset")) {
      // Said before, because there may be nobody to say it afterwards.
      answer.accept(accepted);
    }
    ObjectNode result = outcome(command, envelope);
    try {
      memory.save(id, command, now, result);
    } catch (IOException e) {
      LOG.error("the result of a command was not saved: {}", e.toString());
    }
    if (!last || !result.path("state").asText().equals(State.DONE.code)) {
      answer.accept(result);
    }
  }

  private void run(String command, JsonNode args) throws RefusedException {
    switch (command) {
      case "log-level" -> {
        String level = args.path("level").asText("");
        int seconds = args.path("seconds").asInt(LOG_SECONDS_DEFAULT);
        if (!level.matches("error|warn|info|debug") || seconds < 1 || seconds > LOG_SECONDS_MAX) {
          throw new RefusedException(
              "malformed",
              "args.level must be error, warn, info or debug, and args.seconds 1..86400");
        }
        commands.logLevel(level, Duration.ofSeconds(seconds));
      }
      case "reboot" -> commands.reboot();
      case "restart" -> commands.restart();
      case "config" -> commands.config(args.path("patch"));
      case "update" -> {
        if (!args.path("url").isTextual() || !args.path("version").isTextual()) {
          throw new RefusedException(
              "malformed",
              "args.url and args.version must be texts; see docs/how-to/fleet-update.md");
        }
        commands.update(args.path("url").textValue(), args.path("version").textValue());
      }
      case "factory-reset" -> commands.factoryReset();
      default -> throw new IllegalStateException(command);
    }
  }

  private static ObjectNode rejected(String id, String code, String message) {
    return answer(id, State.REJECTED, code, message);
  }

  private static ObjectNode answer(String id, State state, String code, String message) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("id", id);
    node.put("state", state.code);
    if (!code.isEmpty()) {
      node.put("code", code);
    }
    if (!message.isEmpty()) {
      node.put("message", message);
    }
    return node;
  }
}
