// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.app.CommandLine.UsageException;
import io.energydongle.config.BoardConfig;
import io.energydongle.config.ConfigException;
import io.energydongle.config.ConfigProblem;
import io.energydongle.config.MeterSettings;
import io.energydongle.config.Settings;
import io.energydongle.config.SettingsStore;
import io.energydongle.identity.IdentityException;
import io.energydongle.identity.Pem;
import io.energydongle.modbus.TemplateShelf;
import io.energydongle.simulate.Scenario;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.update.Installation;
import io.energydongle.update.Installer;
import io.energydongle.update.ReleaseShelf;
import io.energydongle.update.UpdateFolder;
import io.energydongle.update.UpdateKeys;
import io.energydongle.update.Version;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the program starts: one method per command, and the exit status. */
public final class Main {

  private static final int GOOD = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  /** What the names of the threads of the MQTT client library begin with. */
  private static final String MQTT_THREADS = "MQTT ";

  private static final int OUTPUT_BUFFER_BYTES = 64 * 1024;

  private static final int ROOT_PATIENCE_SECONDS = 60;

  private Main() {}

  /** Runs a command and ends the process with its status. */
  public static void main(String[] args) {
    int status = FAILED;
    try {
      status = run(CommandLine.parse(List.of(args)));
    } catch (UsageException e) {
      System.err.println("energy-dongle: " + e.getMessage());
      status = USAGE;
    } catch (ConfigException e) {
      e.problems().forEach(problem -> System.err.println(problem));
    } catch (IOException | InterruptedException e) {
      System.err.println("energy-dongle: " + e);
    } catch (RuntimeException | Error e) {
      // Threads that were started already would keep a program alive that serves nothing.
      System.err.println("energy-dongle: cannot go on after a fault in the program itself: " + e);
      e.printStackTrace();
    }
    System.exit(status);
  }

  private static int run(CommandLine line)
      throws UsageException, ConfigException, IOException, InterruptedException {
    return switch (line.command()) {
      case RUN -> daemon(line);
      case DECODE -> decode(line);
      case CHECK -> check(line);
      case PROVISION -> provision(line);
      case APPLY_UPDATE -> applyUpdate(line);
      case HELP -> print(CommandLine.HELP);
      case VERSION -> print("energy-dongle " + version() + "\n");
    };
  }

  private static int print(String text) {
    System.out.print(text);
    return GOOD;
  }

  private static int decode(CommandLine line) throws IOException {
    MeterSettings settings;
    try {
      settings =
          line.state().isPresent()
              ? Settings.load(line.state().get()).meter()
              : MeterSettings.DEFAULT;
    } catch (ConfigException e) {
      e.problems().forEach(problem -> System.err.println(problem));
      return USAGE;
    }
    OutputStream readings =
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), OUTPUT_BUFFER_BYTES);
    return new Decode(
            line.kind(),
            settings,
            System.in,
            readings,
            System.err,
            Clock.systemUTC(),
            System::nanoTime)
        .run(line.files());
  }

  private static int applyUpdate(CommandLine line) throws ConfigException, IOException {
    BoardConfig.Update board = board(line).update();
    new Installer(
            stateDir(line),
            new ReleaseShelf(board.dir()),
            UpdateKeys.ofBuild(),
            installation(board),
            System.getProperty("os.arch"),
            System.out)
        .run();
    return GOOD;
  }

  /** What runs, as far as it decides about what may follow. */
  static Installation installation(BoardConfig.Update board) {
    Version version =
        Version.parse(version())
            .orElseThrow(() -> new IllegalStateException("no version: " + version()));
    int epoch =
        Math.max(
            Integer.parseInt(buildProperty("security_epoch")),
            new ReleaseShelf(board.dir()).securityEpoch());
    return new Installation(
        version, epoch, board.board(), Runtime.version().feature(), board.allowDowngrade());
  }

  private static int provision(CommandLine line) throws ConfigException, IOException {
    Provision provision = new Provision(board(line).identityDir(), new SecureRandom());
    try {
      return print(provision.run(line.serial()));
    } catch (IdentityException e) {
      System.err.println("energy-dongle: " + e.getMessage());
      return FAILED;
    }
  }

  private static int check(CommandLine line) {
    List<ConfigProblem> problems = new ArrayList<>();
    try {
      board(line);
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
    try {
      problems.addAll(problemsOf(new TemplateShelf(stateDir(line)), Settings.load(stateDir(line))));
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
    problems.forEach(problem -> System.err.println(problem));
    if (problems.isEmpty()) {
      System.out.println("board file and settings are in order");
    }
    return problems.isEmpty() ? GOOD : FAILED;
  }

  private static int daemon(CommandLine line)
      throws UsageException, ConfigException, IOException, InterruptedException {
    Optional<Scenario> simulation = simulation(line);
    LogTail logTail = LogTail.begin();
    BoardConfig board = board(line);
    Path stateDir = stateDir(line);
    Logger log = LoggerFactory.getLogger(Main.class);
    log.info("energy-dongle {} starts", version());
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, fault) -> {
          if (thread.getName().startsWith(MQTT_THREADS)) {
            // The client library ends threads like that; the publisher notices what matters.
            log.warn("thread {} ended by {}", thread.getName(), fault.toString());
            return;
          }
          log.error("thread {} ended by a fault, stopping", thread.getName(), fault);
          System.exit(FAILED);
        });
    MonotonicClock monotonic = System::nanoTime;
    TemplateShelf shelf = new TemplateShelf(stateDir);
    settleUpdate(board, stateDir);
    SettingsStore settings = SettingsStore.open(stateDir, each -> problemsOf(shelf, each));
    Daemon daemon =
        new Daemon(
            board, settings, stateDir, shelf, simulation, logTail, Clock.systemUTC(), monotonic);
    Runtime.getRuntime().addShutdownHook(new Thread(daemon::stop, "shutdown"));
    daemon.run();
    return GOOD;
  }

  /**
   * What an update needs before the settings are opened: a release on trial that cannot read them
   * must leave them alone and go, and the one that runs again instead gets back what it had.
   */
  private static void settleUpdate(BoardConfig board, Path stateDir)
      throws ConfigException, IOException, InterruptedException {
    ReleaseShelf shelf = new ReleaseShelf(board.update().dir());
    UpdateFolder folder = new UpdateFolder(stateDir);
    if (shelf.onTrial().isPresent()) {
      try {
        Settings.load(stateDir);
      } catch (ConfigException e) {
        LoggerFactory.getLogger(Main.class)
            .error("release {} cannot read the settings and asks for the one before", version());
        folder.requestGoBack(
            shelf.onTrial().get(), "It cannot read the settings: " + e.problems().get(0));
        // Root ends this process when it goes back. Until then: to start anew would count as one of
        // the starts in vain, and the last of those is told without this reason.
        TimeUnit.SECONDS.sleep(ROOT_PATIENCE_SECONDS);
        throw e;
      }
    } else if (folder.putSettingsBack(shelf.result())) {
      LoggerFactory.getLogger(Main.class).warn("the settings from before the update are back");
    }
  }

  private static Optional<Scenario> simulation(CommandLine line) throws UsageException {
    if (line.simulate().isEmpty()) {
      return Optional.empty();
    }
    String code = line.simulate().get();
    Optional<Scenario> scenario =
        code.isEmpty() ? Optional.of(Scenario.DEFAULT) : Scenario.of(code);
    if (scenario.isEmpty()) {
      throw new UsageException(
          "unknown scenario \"" + code + "\", expected one of " + Scenario.codes());
    }
    return scenario;
  }

  /** The board file that was named, or the standard one if it is there, or none. */
  private static BoardConfig board(CommandLine line) throws ConfigException {
    if (line.board().isPresent()) {
      return BoardConfig.load(line.board().get());
    }
    return Files.exists(BoardConfig.DEFAULT_PATH)
        ? BoardConfig.load(BoardConfig.DEFAULT_PATH)
        : BoardConfig.DEFAULT;
  }

  private static Path stateDir(CommandLine line) {
    String fromSystemd = System.getenv("STATE_DIRECTORY");
    return line.state()
        .orElse(Path.of(fromSystemd == null ? "/var/lib/energy-dongle" : fromSystemd));
  }

  /** What only this place can find wrong with settings. */
  private static List<ConfigProblem> problemsOf(TemplateShelf shelf, Settings settings) {
    List<ConfigProblem> problems = Maps.problems(shelf, settings.modbus());
    String authority = settings.mqtt().trust().ca();
    try {
      if (!authority.isEmpty()) {
        Pem.certificates(authority);
      }
    } catch (IdentityException e) {
      problems.add(new ConfigProblem("mqtt.ca", String.valueOf(e.getMessage())));
    }
    return problems;
  }

  /** Version of this build. */
  static String version() {
    return buildProperty("version");
  }

  /** When this was built; the clock of the board cannot be right when it is earlier. */
  static Instant built() {
    return Instant.parse(buildProperty("built"));
  }

  private static String buildProperty(String name) {
    Properties properties = new Properties();
    try (InputStream in = Main.class.getResourceAsStream("/energy-dongle.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty(name);
  }
}
