// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.energydongle.config.SettingsStore;
import io.energydongle.status.UpdateStatus.State;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The part of an update that runs without rights. */
class UpdaterTest {

  @TempDir Path state;
  private SettingsStore settings;
  private TestUpdates updates;
  private Updater updater;
  private HttpServer server;
  private String base = "";
  private final Map<String, byte[]> served = new ConcurrentHashMap<>();
  private final List<String> asked = new java.util.concurrent.CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws IOException {
    settings = SettingsStore.open(state, s -> List.of());
    updates = new TestUpdates(state, settings);
    updater = updates.updater();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::serve);
    server.start();
    base = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring(1);
    asked.add(name);
    byte[] body = served.get(name);
    if (name.startsWith("to/")) {
      exchange.getResponseHeaders().add("Location", name.substring(3));
      exchange.sendResponseHeaders(302, -1);
    } else if (name.equals("round")) {
      exchange.getResponseHeaders().add("Location", "/round");
      exchange.sendResponseHeaders(302, -1);
    } else if (body == null) {
      exchange.sendResponseHeaders(404, -1);
    } else {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  static List<BadReleases.Bad> bad() throws IOException {
    return BadReleases.all();
  }

  private void feed(String url) throws Exception {
    settings.replace("update", JsonNodeFactory.instance.objectNode().put("feed", url));
  }

  private String after(String url, Optional<Version> version) throws Exception {
    updater.fetch(url, version);
    await().atMost(Duration.ofSeconds(20)).until(() -> updater.status().state() != State.RECEIVING);
    return updater.status().state().code() + " " + updater.status().code();
  }

  @Test
  void a_good_release_is_handed_over_with_what_has_to_work_and_the_settings_of_before()
      throws Exception {
    settings.replace("meter", JsonNodeFactory.instance.objectNode().put("main_fuse_a", 35));
    TestRelease release = TestRelease.of("0.2.0");
    updater.upload(new ByteArrayInputStream(release.bytes()));
    String digest = TestRelease.sha256(release.head().getBytes(StandardCharsets.UTF_8));
    assertThat(updates.request()).containsExactly("install " + digest);
    assertThat(state.resolve("update/staged.edu")).hasBinaryContent(release.bytes());
    assertThat(state.resolve("update/before"))
        .hasContent("settings\nmeter\nmodbus\npage\nbroker\n");
    assertThat(state.resolve("update/settings-before.json"))
        .hasSameTextualContentAs(state.resolve("settings.json"));
    assertThat(updater.status().state()).isEqualTo(State.INSTALLING);
    assertThat(updater.status().target()).contains("0.2.0");
    assertThat(updates.events).contains("update-installing");
    Refusal busy =
        catchThrowableOfType(
            Refusal.class, () -> updater.upload(new ByteArrayInputStream(release.bytes())));
    assertThat(busy.code()).isEqualTo("busy");
  }

  @ParameterizedTest
  @MethodSource("bad")
  void every_bad_release_is_refused_with_a_clear_sentence_and_nothing_is_changed(
      BadReleases.Bad bad) throws Exception {
    Map<String, String> before = Shelf.all(state);
    Refusal refusal =
        catchThrowableOfType(
            Refusal.class, () -> updater.upload(new ByteArrayInputStream(bad.bytes())));
    assertThat(refusal.code()).isEqualTo(bad.code());
    assertThat(refusal.sentence()).contains(bad.words()).endsWith(".");
    Map<String, String> after = Shelf.all(state);
    after.remove("update/memory.json");
    assertThat(after).isEqualTo(before);
    assertThat(updates.restarted().status().state()).isEqualTo(State.REFUSED);
    assertThat(updates.updater().status().sentence()).isEqualTo(refusal.sentence());
    assertThat(updates.events).contains("update-refused");
  }

  @Test
  void a_release_is_fetched_from_its_file_or_by_its_manifest_also_over_plain_http()
      throws Exception {
    TestRelease release = TestRelease.of("0.2.0");
    served.put("whole.edu", release.bytes());
    assertThat(after(base + "whole.edu", Optional.empty())).isEqualTo("installing ");
    updates = new TestUpdates(state, settings);
    updater = updates.updater();
    served.put("manifest.edu", release.head().getBytes(StandardCharsets.UTF_8));
    served.put("archive.tar", release.archive());
    assertThat(after(base + "to/" + "/manifest.edu", Version.parse("0.2.0")))
        .isEqualTo("installing ");
    assertThat(asked).contains("manifest.edu", "archive.tar");
    assertThat(state.resolve("update/staged.edu")).hasBinaryContent(release.bytes());
  }

  @Test
  void what_comes_over_plain_http_without_a_signature_is_refused() throws Exception {
    String unsigned =
        TestRelease.of("0.2.0").head().lines().limit(2).reduce("", (a, b) -> a + b + "\n");
    served.put("manifest.edu", (unsigned + "\n").getBytes(StandardCharsets.UTF_8));
    assertThat(after(base + "manifest.edu", Optional.empty())).isEqualTo("refused no-signature");
    assertThat(asked).containsExactly("manifest.edu");
    assertThat(updates.request()).isEmpty();
  }

  @Test
  void another_version_than_the_one_that_was_asked_for_is_refused() throws Exception {
    served.put("manifest.edu", TestRelease.of("0.2.0").head().getBytes(StandardCharsets.UTF_8));
    served.put("whole.edu", TestRelease.of("0.2.0").bytes());
    assertThat(after(base + "manifest.edu", Version.parse("0.3.0")))
        .isEqualTo("refused other-version");
    assertThat(after(base + "whole.edu", Version.parse("0.3.0")))
        .isEqualTo("refused other-version");
    assertThat(updates.request()).isEmpty();
  }

  @Test
  void a_server_that_has_nothing_or_leads_round_in_circles_is_told_so() throws Exception {
    assertThat(after(base + "nothing.edu", Optional.empty())).isEqualTo("refused not-fetched");
    assertThat(updater.status().sentence()).contains("answers with status 404");
    assertThat(after(base + "round", Optional.empty())).isEqualTo("refused not-fetched");
    assertThat(updater.status().sentence()).contains("more than 5 other addresses");
    assertThat(after(base + "to/file:///etc/passwd", Optional.empty()))
        .isEqualTo("refused not-fetched");
    assertThat(updater.status().sentence()).contains("neither https nor http");
    assertThatThrownBy(() -> updater.fetch("ftp://example.com/x", Optional.empty()))
        .hasMessageContaining("must be like https://");
  }

  @Test
  void the_feed_is_asked_once_a_day_and_what_it_offers_is_installed_in_the_quiet_hours()
      throws Exception {
    Instant midnight =
        Instant.parse("2026-11-23T12:00:00Z")
            .atZone(ZoneId.systemDefault())
            .toLocalDate()
            .atStartOfDay(ZoneId.systemDefault())
            .toInstant();
    updates.now = midnight.plus(Duration.ofHours(12));
    TestRelease release = TestRelease.of("0.2.0");
    served.put("feed.edu", release.head().getBytes(StandardCharsets.UTF_8));
    served.put("archive.tar", release.archive());
    feed(base + "feed.edu");
    updater.check();
    assertThat(updater.status().available()).contains("0.2.0");
    assertThat(updates.events).contains("update-available");
    updater.tick();
    updates.now = midnight.plus(Duration.ofHours(29));
    updater.tick();
    assertThat(asked).as("neither a day has passed, nor is it quiet").containsExactly("feed.edu");
    updates.now = midnight.plus(Duration.ofMinutes(28 * 60 + 45));
    updater.tick();
    await().atMost(Duration.ofSeconds(20)).until(() -> !updates.request().isEmpty());
    assertThat(updater.status().state()).isEqualTo(State.INSTALLING);
  }

  @Test
  void who_has_opted_out_is_told_and_nothing_is_installed() throws Exception {
    served.put("feed.edu", TestRelease.of("0.2.0").head().getBytes(StandardCharsets.UTF_8));
    settings.replace(
        "update",
        JsonNodeFactory.instance
            .objectNode()
            .put("feed", base + "feed.edu")
            .put("automatic", false)
            .put("quiet_from_h", 0)
            .put("quiet_to_h", 0));
    updater.check();
    updater.tick();
    assertThat(updater.status().available()).contains("0.2.0");
    assertThat(updates.request()).isEmpty();
    assertThat(asked).containsExactly("feed.edu");
  }

  @Test
  void a_release_whose_time_has_not_come_is_not_offered() throws Exception {
    TestRelease release = TestRelease.of("0.2.0");
    release.manifest().put("not_before", "2026-12-01T00:00:00Z");
    served.put("feed.edu", release.head().getBytes(StandardCharsets.UTF_8));
    feed(base + "feed.edu");
    updater.check();
    assertThat(updater.status().available()).isEmpty();
    updates.now = Instant.parse("2026-12-01T00:00:01Z");
    updater.check();
    assertThat(updater.status().available()).contains("0.2.0");
  }

  @Test
  void a_release_on_trial_that_works_tells_root_so() throws Exception {
    putOnTrial();
    updates.restarted().start();
    await().atMost(Duration.ofSeconds(20)).until(() -> !updates.request().isEmpty());
    assertThat(updates.request()).containsExactly("confirm 0.2.0");
    updates.shelf.select("confirm", "0.2.0");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> updates.updater().status().state() == State.INSTALLED);
    await().atMost(Duration.ofSeconds(5)).until(() -> updates.events.contains("update-installed"));
    updates.updater().stop();
  }

  @Test
  void a_release_on_trial_that_lacks_something_asks_for_the_one_before() throws Exception {
    putOnTrial();
    updates.working.remove(Part.MODBUS);
    updates.restarted().start();
    await().atMost(Duration.ofSeconds(30)).until(() -> !updates.request().isEmpty());
    assertThat(updates.request())
        .containsExactly("go-back 0.2.0 After 10 s: Modbus TCP does not answer.");
  }

  private void putOnTrial() throws Exception {
    Path release = Files.createDirectories(updates.shelf.dir.resolve("releases/0.2.0"));
    Files.writeString(release.resolve("energy-dongle.jar"), "");
    assertThat(updates.shelf.select("try", "0.2.0", "1", "keep")).isEqualTo("0");
    assertThat(updates.restarted().status().state()).isEqualTo(State.TRYING);
  }

  @Test
  void a_failed_release_is_told_once_and_not_tried_again_by_itself() throws Exception {
    served.put("feed.edu", TestRelease.of("0.2.0").head().getBytes(StandardCharsets.UTF_8));
    settings.replace(
        "update",
        JsonNodeFactory.instance
            .objectNode()
            .put("feed", base + "feed.edu")
            .put("quiet_from_h", 0)
            .put("quiet_to_h", 0));
    putOnTrial();
    updates.shelf.select("go-back", "0.2.0", "It was tired.");
    updates.events.clear();
    updates.restarted().start();
    updates.restarted().start();
    assertThat(updates.events).containsExactly("update-failed");
    Updater now = updates.updater();
    assertThat(now.status().state()).isEqualTo(State.FAILED);
    assertThat(now.status().sentence())
        .isEqualTo("Release 0.2.0 was given up, and 0.1.0 runs again. It was tired.");
    now.check();
    now.tick();
    assertThat(now.status().available()).contains("0.2.0");
    assertThat(updates.request()).isEmpty();
  }

  @Test
  void going_back_is_asked_of_root_when_there_is_something_to_go_back_to() throws Exception {
    Refusal refusal = catchThrowableOfType(Refusal.class, updater::goBack);
    assertThat(refusal.code()).isEqualTo("nothing-to-go-back-to");
    Path before = Files.createDirectories(updates.shelf.dir.resolve("releases/0.0.9"));
    Files.writeString(before.resolve("energy-dongle.jar"), "");
    Files.createSymbolicLink(updates.shelf.dir.resolve("previous"), Path.of("releases/0.0.9"));
    assertThat(updater.status().previous()).contains("0.0.9");
    updater.goBack();
    assertThat(updates.request())
        .containsExactly("go-back 0.1.0 Somebody asked for the release before.");
  }

  @Test
  void settings_of_before_come_back_after_a_failure_and_not_after_a_factory_reset()
      throws Exception {
    settings.replace("meter", JsonNodeFactory.instance.objectNode().put("main_fuse_a", 35));
    updater.upload(new ByteArrayInputStream(TestRelease.of("0.2.0").bytes()));
    String before = Files.readString(state.resolve("settings.json"));
    Files.writeString(state.resolve("settings.json"), "{\"schema\":7}");
    UpdateFolder folder = new UpdateFolder(state);
    assertThat(folder.putSettingsBack(Optional.empty())).as("it was never tried").isFalse();
    putOnTrial();
    updates.shelf.select("go-back", "0.2.0", "It was tired.");
    assertThat(folder.putSettingsBack(updates.shelf.read().result())).isTrue();
    assertThat(state.resolve("settings.json")).hasContent(before);
    assertThat(folder.putSettingsBack(updates.shelf.read().result())).isFalse();
    updates.restarted().start();
    folder.keepBefore(Set.of());
    assertThat(folder.putSettingsBack(updates.shelf.read().result()))
        .as("that failure is an old one")
        .isFalse();

    updates = new TestUpdates(state, settings);
    updates.updater().upload(new ByteArrayInputStream(TestRelease.of("0.2.0").bytes()));
    updates.updater().forget();
    putOnTrial();
    updates.shelf.select("go-back", "0.2.0", "It was tired.");
    assertThat(folder.putSettingsBack(updates.shelf.read().result())).isFalse();
  }

  @Test
  void where_root_does_not_listen_it_says_why() {
    updates.unavailable = Optional.of("It was not installed.");
    Refusal refusal = catchThrowableOfType(Refusal.class, updater::goBack);
    assertThat(refusal.code()).isEqualTo("not-available");
    assertThat(updater.status().unavailable()).contains("It was not installed.");
  }
}
