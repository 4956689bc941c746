// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.meter.MeterPipeline.Kind;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The words behind {@code java -jar energy-dongle.jar}, read once and checked. When an option is
 * given twice, the last one counts.
 *
 * @param command what to do.
 * @param board the board file; empty for the standard place.
 * @param state the state directory; empty for the standard place.
 * @param simulate scenario of the simulated meter; empty for a real one.
 * @param kind kind of captures.
 * @param serial serial number of a new device; empty for a random one.
 * @param files captures to decode; empty for standard input.
 */
record CommandLine(
    Command command,
    Optional<Path> board,
    Optional<Path> state,
    Optional<String> simulate,
    Kind kind,
    Optional<String> serial,
    List<Path> files) {

  /** What the program can do. */
  enum Command {
    RUN,
    DECODE,
    CHECK,
    PROVISION,
    APPLY_UPDATE,
    HELP,
    VERSION
  }

  /** Words that make no command line; the message is one line for the user. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message + "; see --help");
    }
  }

  static final String HELP =
      """
      energy-dongle: reads a smart meter and serves it to EV chargers on Modbus TCP

      java -jar energy-dongle.jar [command] [options]

        run (default)                the gateway
          --board FILE               what is soldered and installed
                                     (default /etc/energy-dongle/board.toml, if there)
          --state DIR                where settings live
                                     (default $STATE_DIRECTORY or /var/lib/energy-dongle)
          --simulate[=SCENARIO]      a built-in meter instead of the serial port

        decode [FILE ...]            captures (or standard input) to readings, one line of
                                     JSON each; what is rejected goes to standard error
          --kind auto|p1|tic         kind of capture (default auto)
          --state DIR                take decryption keys from the settings there

        check                        reports every problem of board file and settings
          --board FILE, --state DIR  as for run

        provision                    makes what a new device lacks: serial number, keys and
                                     certificate; prints what belongs on the sticker
          --board FILE               names the folder (identity.dir)
          --serial S                 serial number (default: a random one)

        apply-update                 for the service energy-dongle-update only: looks at what the
                                     gateway asks for, and says what is to be done
          --board FILE, --state DIR  as for run

        --help, --version
      """;

  private static final String SIMULATE = "--simulate";

  static CommandLine parse(List<String> words) throws UsageException {
    Command command = Command.RUN;
    int at = 0;
    if (!words.isEmpty() && !words.get(0).startsWith("-")) {
      command = command(words.get(0));
      at = 1;
    }
    return new Reader(command, words.subList(at, words.size())).read();
  }

  private static Command command(String word) throws UsageException {
    return switch (word) {
      case "run" -> Command.RUN;
      case "decode" -> Command.DECODE;
      case "check" -> Command.CHECK;
      case "provision" -> Command.PROVISION;
      case "apply-update" -> Command.APPLY_UPDATE;
      default ->
          throw new UsageException(
              "unknown command \""
                  + word
                  + "\", expected run, decode, check, provision or apply-update");
    };
  }

  /** Goes over the words behind the command. */
  private static final class Reader {
    private Command command;
    private final List<String> words;
    private final List<Path> files = new ArrayList<>();
    private Optional<Path> board = Optional.empty();
    private Optional<Path> state = Optional.empty();
    private Optional<String> simulate = Optional.empty();
    private Kind kind = Kind.UNKNOWN;
    private Optional<String> serial = Optional.empty();
    private int at;

    Reader(Command command, List<String> words) {
      this.command = command;
      this.words = words;
    }

    CommandLine read() throws UsageException {
      while (at < words.size()) {
        take(words.get(at++));
      }
      return new CommandLine(command, board, state, simulate, kind, serial, files);
    }

    private void take(String word) throws UsageException {
      boolean decode = command == Command.DECODE;
      boolean run = command == Command.RUN;
      if (word.equals("--help") || word.equals("-h")) {
        command = Command.HELP;
      } else if (word.equals("--version")) {
        command = Command.VERSION;
      } else if (command == Command.HELP || command == Command.VERSION) {
        return;
      } else if (is(word, "--board") && !decode) {
        board = Optional.of(path(value(word, "--board")));
      } else if (is(word, "--serial") && command == Command.PROVISION) {
        serial = Optional.of(serial(value(word, "--serial")));
      } else if (is(word, "--state") && command != Command.PROVISION) {
        state = Optional.of(path(value(word, "--state")));
      } else if (word.equals(SIMULATE) && run) {
        simulate = Optional.of("");
      } else if (word.startsWith(SIMULATE + "=") && run) {
        simulate = Optional.of(value(word, SIMULATE));
      } else if (is(word, "--kind") && decode) {
        kind = kind(value(word, "--kind"));
      } else if (decode && (!word.startsWith("-") || word.equals("-"))) {
        files.add(path(word));
      } else {
        throw new UsageException(
            "unknown word \"" + word + "\" for " + command.name().toLowerCase(Locale.ROOT));
      }
    }

    private static Path path(String word) throws UsageException {
      try {
        return Path.of(word);
      } catch (InvalidPathException e) {
        throw new UsageException(
            "\"" + word + "\" is no file name in this locale; set LC_ALL=C.UTF-8");
      }
    }

    private static String serial(String word) throws UsageException {
      if (!word.matches("[A-Za-z0-9._-]{1,64}")) {
        throw new UsageException(
            "--serial must be 1 to 64 letters, digits, dots, low lines or hyphens, is \""
                + word
                + "\"");
      }
      return word;
    }

    private static boolean is(String word, String option) {
      return word.equals(option) || word.startsWith(option + "=");
    }

    /** The value of an option, behind an equals sign or as the next word. */
    private String value(String word, String option) throws UsageException {
      String value = "";
      if (word.length() > option.length()) {
        value = word.substring(option.length() + 1);
      } else if (at < words.size()) {
        value = words.get(at++);
      }
      if (value.isEmpty()) {
        throw new UsageException(option + " needs a value");
      }
      return value;
    }

    private static Kind kind(String word) throws UsageException {
      return switch (word) {
        case "auto" -> Kind.UNKNOWN;
        case "p1" -> Kind.P1;
        case "tic" -> Kind.TIC;
        default -> throw new UsageException("--kind must be auto, p1 or tic, is \"" + word + "\"");
      };
    }
  }
}
