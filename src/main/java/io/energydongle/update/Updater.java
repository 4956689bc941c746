// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import io.energydongle.config.BoardConfig;
import io.energydongle.config.UpdateSettings;
import io.energydongle.snapshot.MonotonicClock;
import io.energydongle.status.UpdateStatus;
import io.energydongle.status.UpdateStatus.State;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Updates as the gateway sees them: brings a release, checks it, asks root to install it, and tells
 * root whether it has proved itself. It has no rights to do more.
 *
 * <p>Source: {@code platform.md} 1.7. Thread safe; one release at a time.
 */
public final class Updater {

  private static final Logger LOG = LoggerFactory.getLogger(Updater.class);

  /** The slowest board makes its class-data archive in some minutes. */
  private static final Duration INSTALL_MAX = Duration.ofMinutes(20);

  private static final long TRIAL_LOOK_MILLIS = 1_000;

  /** What updates need to know of, and tell to, the rest of the gateway. */
  public interface Host {

    /** Parts that work now. */
    Set<Part> working();

    /** Parts that work now or did within the last hour: what a new release must bring up. */
    Set<Part> workingLately();

    /** Why root will not hear what is asked here, a sentence; empty when it will. */
    Optional<String> unavailable();

    /** Something about the {@link #status()} has changed. */
    void changed();
  }

  private final Installation installation;
  private final Supplier<UpdateKeys> keys;
  private final ReleaseShelf shelf;
  private final UpdateFolder folder;
  private final UpdateMemory memory;
  private final BoardConfig.Update board;
  private final Supplier<UpdateSettings> settings;
  private final Host host;
  private final BiConsumer<String, String> events;
  private final Clock clock;
  private final MonotonicClock monotonic;
  private final Feed feed;
  private final AtomicBoolean busy = new AtomicBoolean();

  private volatile State doing = State.IDLE;
  private volatile Optional<Version> target = Optional.empty();
  private volatile int percent;
  private volatile long requestNanos;
  private volatile boolean stopped;

  /**
   * Updates of this installation.
   *
   * @param installation what runs.
   * @param keys whose releases are installed; asked for when there is one, since reading keys costs
   *     memory.
   * @param settings what the user chose, as it is now.
   * @param events told what has happened: a code in kebab-case, and a sentence.
   * @param random spreads a fleet over the hour and the quiet hours.
   */
  public Updater(
      Path stateDir,
      Installation installation,
      Supplier<UpdateKeys> keys,
      BoardConfig.Update board,
      Supplier<UpdateSettings> settings,
      Host host,
      BiConsumer<String, String> events,
      Clock clock,
      MonotonicClock monotonic,
      RandomGenerator random) {
    this.installation = installation;
    this.keys = keys;
    this.board = board;
    this.settings = settings;
    this.host = host;
    this.events = events;
    this.clock = clock;
    this.monotonic = monotonic;
    shelf = new ReleaseShelf(board.dir());
    folder = new UpdateFolder(stateDir);
    memory = new UpdateMemory(folder.memory());
    feed = new Feed(keys, installation, memory, clock, monotonic, random.nextDouble());
  }

  /** Begins the trial of a release that is new, and tells what became of the last one. */
  public void start() {
    shelf.result().filter(memory::isNews).ifPresent(this::tell);
    if (shelf.onTrial().isPresent()) {
      background("trial", this::prove);
    }
  }

  /** A factory reset: settings from before an update do not come back. */
  public void forget() throws IOException {
    folder.forgetSettings();
  }

  /** Ends what is under way. */
  public void stop() {
    stopped = true;
  }

  private void tell(ReleaseShelf.Result result) {
    switch (result.state()) {
      case "trying" -> events.accept("update-trying", "Release " + result.version() + " is tried");
      case "installed" ->
          events.accept("update-installed", "Release " + result.version() + " has proved itself");
      default -> events.accept("update-" + result.state(), result.sentence());
    }
  }

  /** Whether a release arrives or is being installed; cheap enough for a light. */
  public boolean isBusy() {
    return doing.isBusy();
  }

  /** How updates are doing. */
  public UpdateStatus status() {
    giveUpWaiting();
    State now = doing;
    Optional<ReleaseShelf.Result> last = last();
    if (now == State.IDLE && shelf.onTrial().isPresent()) {
      now = State.TRYING;
    }
    boolean idle = now == State.IDLE;
    Optional<String> about =
        idle
            ? last.map(ReleaseShelf.Result::version).filter(text -> !text.isEmpty())
            : (now == State.TRYING ? shelf.onTrial() : target).map(Version::toString);
    return new UpdateStatus(
        installation.version().toString(),
        idle ? last.map(Updater::state).orElse(State.IDLE) : now,
        about,
        idle ? last.map(ReleaseShelf.Result::code).orElse("") : "",
        idle ? last.map(ReleaseShelf.Result::sentence).orElse("") : "",
        idle ? last.map(ReleaseShelf.Result::at) : Optional.empty(),
        now == State.RECEIVING ? OptionalInt.of(percent) : OptionalInt.empty(),
        shelf.previous().map(Version::toString),
        feed.offered().map(Version::toString),
        memory.checkedAt(),
        host.unavailable());
  }

  private static State state(ReleaseShelf.Result result) {
    for (State state : State.values()) {
      if (state.code().equals(result.state()) && !state.isBusy()) {
        return state;
      }
    }
    return State.IDLE;
  }

  /** What was decided last, here or by root. */
  private Optional<ReleaseShelf.Result> last() {
    Optional<ReleaseShelf.Result> byRoot = shelf.result();
    Optional<ReleaseShelf.Result> here = memory.refused();
    if (byRoot.isPresent() && here.isPresent()) {
      return byRoot.get().at().isBefore(here.get().at()) ? here : byRoot;
    }
    return byRoot.or(() -> here);
  }

  /** Whether anybody looks or not: the light and the broker have to know of a refusal. */
  private void awaitAnswer() {
    try {
      while (doing == State.INSTALLING && !stopped) {
        TimeUnit.MILLISECONDS.sleep(TRIAL_LOOK_MILLIS);
        giveUpWaiting();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Root answers with a restart, or with a refusal; when it does neither, this goes on. */
  private synchronized void giveUpWaiting() {
    if (doing != State.INSTALLING) {
      return;
    }
    Optional<ReleaseShelf.Result> refused =
        shelf.result().filter(result -> !result.state().equals("trying")).filter(memory::isNews);
    boolean late = monotonic.nanos() - requestNanos > INSTALL_MAX.toNanos();
    if (refused.isPresent() || late) {
      refused.ifPresent(this::tell);
      if (late) {
        refuse(
            new Refusal(
                "no-answer",
                "The part of the system that installs releases gave no answer; see: journalctl -u"
                    + " energy-dongle-update."));
      }
      enter(State.IDLE);
      busy.set(false);
    }
  }

  /**
   * Takes a release that somebody sends, checks it, and hands it to root. Returns when it is handed
   * over.
   *
   * @throws Refusal when it is not installed; nothing was changed.
   */
  public void upload(InputStream body) throws Refusal {
    begin();
    try {
      handOver(take(body, installation::admit, Intake.NOWHERE));
    } catch (Refusal e) {
      throw ended(e);
    } catch (RuntimeException e) {
      ended(fault(e));
      throw e;
    }
  }

  /**
   * Fetches a release, checks it, and hands it to root. Returns at once; {@link #status()} tells
   * how it goes.
   *
   * @param url of a release, or of its manifest file.
   * @param expected the version that it must be; empty for any.
   * @throws Refusal when it cannot even be begun.
   */
  public void fetch(String url, Optional<Version> expected) throws Refusal {
    if (!UpdateSettings.isAddress(url)) {
      throw new Refusal(
          "invalid",
          "The address must be like https://updates.example.com/energy-dongle-1.4.0.edu.");
    }
    begin();
    background(
        "update",
        () -> {
          try {
            handOver(bring(URI.create(url), expected));
          } catch (Refusal e) {
            ended(e);
          } catch (RuntimeException e) {
            LOG.error("fault in an update", e);
            ended(fault(e));
          }
        });
  }

  /** Fetches what the feed offers. */
  public void installAvailable() throws Refusal {
    fetch(requireFeed(), Optional.empty());
  }

  private String requireFeed() throws Refusal {
    String feed = settings.get().feed();
    if (feed.isEmpty()) {
      throw new Refusal(
          "no-feed", "No feed is set under Settings, Updates; upload a file or name an address.");
    }
    return feed;
  }

  /** Asks the feed now; waits for the answer. */
  public void check() throws Refusal {
    Optional<Version> news = feed.ask(URI.create(requireFeed()));
    news.ifPresent(
        version -> events.accept("update-available", "Release " + version + " can be installed"));
    host.changed();
  }

  /** Asks root for the release before. */
  public void goBack() throws Refusal {
    requireRoot();
    if (shelf.previous().isEmpty()) {
      throw new Refusal(
          "nothing-to-go-back-to",
          "There is no release to go back to: none was kept, or it lacks a security fix.");
    }
    try {
      folder.requestGoBack(installation.version(), "Somebody asked for the release before.");
    } catch (IOException e) {
      throw notSaved(e);
    }
    LOG.warn("going back to release {} was asked for", shelf.previous().get());
  }

  /** To be called every quarter of an hour or so: the daily check, and the quiet hours. */
  public void tick() {
    giveUpWaiting();
    UpdateSettings now = settings.get();
    if (now.feed().isEmpty() || host.unavailable().isPresent() || busy.get()) {
      return;
    }
    if (feed.isCheckDue() || feed.isInstallDue(now)) {
      background("update check", this::checkQuietly);
    }
  }

  private void checkQuietly() {
    try {
      check();
      if (feed.isInstallDue(settings.get())) {
        LOG.info("installing release {} in the quiet hours", memory.available().orElse(""));
        installAvailable();
      }
    } catch (Refusal e) {
      LOG.warn("the feed was asked: {}", e.sentence());
    }
  }

  private void requireRoot() throws Refusal {
    Optional<String> reason = host.unavailable();
    if (reason.isPresent()) {
      throw new Refusal("not-available", reason.get());
    }
  }

  private void begin() throws Refusal {
    requireRoot();
    giveUpWaiting();
    if (shelf.onTrial().isPresent() || !busy.compareAndSet(false, true)) {
      throw new Refusal("busy", "Another release is being installed; wait until that is done.");
    }
    target = Optional.empty();
    percent = 0;
    enter(State.RECEIVING);
  }

  private ReleaseHead bring(URI url, Optional<Version> expected) throws Refusal {
    Fetch.Opened opened = Fetch.open(url);
    try (InputStream in = opened.stream()) {
      return take(
          in,
          manifest -> {
            installation.admit(manifest);
            requireVersion(manifest, expected);
          },
          manifest -> new Paced(Fetch.open(archive(opened.at(), manifest)).stream(), monotonic));
    } catch (IOException e) {
      throw Fetch.failed(url, e.toString());
    }
  }

  private static void requireVersion(Manifest manifest, Optional<Version> expected) throws Refusal {
    if (expected.isPresent() && !expected.get().equals(manifest.version())) {
      throw new Refusal(
          "other-version",
          "The address leads to version "
              + manifest.version()
              + ", and version "
              + expected.get()
              + " was asked for.");
    }
  }

  private static URI archive(URI url, Manifest manifest) throws Refusal {
    try {
      URI archive = url.resolve(manifest.url());
      if (UpdateSettings.isAddress(archive.toString())) {
        return archive;
      }
    } catch (IllegalArgumentException e) {
      LOG.debug("{}", e.toString());
    }
    throw Fetch.failed(url, "its manifest names no address of an archive");
  }

  private ReleaseHead take(InputStream in, Intake.Admission admission, Intake.Elsewhere elsewhere)
      throws Refusal {
    try {
      Intake intake = new Intake(keys.get(), admission, this::arrived);
      return intake.take(new Paced(in, monotonic), elsewhere, folder.staged());
    } catch (IOException e) {
      throw notSaved(e);
    }
  }

  private void arrived(Manifest manifest, long bytes) {
    target = Optional.of(manifest.version());
    percent = (int) (bytes * 100 / Math.max(1, manifest.sizeBytes()));
  }

  private void handOver(ReleaseHead head) throws Refusal {
    target = Optional.of(head.manifest().version());
    try {
      folder.keepBefore(host.workingLately());
      requestNanos = monotonic.nanos();
      folder.requestInstall(head);
    } catch (IOException e) {
      throw notSaved(e);
    }
    LOG.warn("release {} was checked and is handed over to be installed", target.get());
    events.accept("update-installing", "Release " + target.get() + " is being installed");
    enter(State.INSTALLING);
    background("update answer", this::awaitAnswer);
  }

  private static Refusal notSaved(IOException e) {
    return new Refusal(
        "not-saved",
        "The release did not arrive, or could not be saved ("
            + e.getMessage()
            + "). Check the connection, and that the disk is neither full nor read-only.");
  }

  private static Refusal fault(RuntimeException e) {
    return new Refusal("fault", "The update failed by a fault in the program itself: " + e);
  }

  private Refusal ended(Refusal e) {
    refuse(e);
    enter(State.IDLE);
    busy.set(false);
    host.changed();
    return e;
  }

  private void refuse(Refusal e) {
    LOG.warn("no update: {}", e.sentence());
    String version = target.map(Version::toString).orElse("");
    memory.refused(
        new ReleaseShelf.Result("refused", version, e.code(), e.sentence(), clock.instant()));
    events.accept("update-refused", e.sentence());
  }

  private void enter(State next) {
    doing = next;
    host.changed();
  }

  private void prove() {
    Version version = shelf.onTrial().orElse(installation.version());
    try {
      LOG.warn("release {} is on trial: {} s to prove itself", version, board.trialSeconds());
      Trial trial =
          new Trial(
              folder.before(),
              Duration.ofSeconds(board.trialSeconds()),
              Duration.ofSeconds(board.steadySeconds()),
              monotonic.nanos());
      Trial.Verdict verdict = Trial.Verdict.OPEN;
      while (verdict == Trial.Verdict.OPEN && !stopped) {
        TimeUnit.MILLISECONDS.sleep(TRIAL_LOOK_MILLIS);
        verdict = trial.look(host.working(), monotonic.nanos());
      }
      if (verdict == Trial.Verdict.PROVED) {
        confirm(version);
      } else if (verdict == Trial.Verdict.FAILED) {
        LOG.error("release {} has not proved itself. {}", version, trial.reason());
        folder.requestGoBack(version, trial.reason());
      }
    } catch (IOException e) {
      LOG.error("the result of the trial cannot be saved: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void confirm(Version version) throws IOException, InterruptedException {
    LOG.warn("release {} has proved itself", version);
    folder.requestConfirm(version);
    while (shelf.onTrial().isPresent() && !stopped) {
      TimeUnit.MILLISECONDS.sleep(TRIAL_LOOK_MILLIS);
    }
    String name = version.toString();
    if (shelf
        .result()
        .filter(result -> result.state().equals("installed") && result.version().equals(name))
        .isPresent()) {
      folder.forgetBefore();
    }
    shelf.result().filter(memory::isNews).ifPresent(this::tell);
    host.changed();
  }

  private static void background(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }
}
