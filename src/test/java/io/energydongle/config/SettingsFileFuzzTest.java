// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.testkit.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes as the settings file: it is loaded, and then saved and loaded again as the same; or
 * every problem is named, no secret among the words, and the file is kept aside byte for byte.
 */
class SettingsFileFuzzTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DIR = Scratch.folder();
  private static final Path FILE = DIR.resolve(Settings.FILE_NAME);
  private static final String MARK = "qZ7!";

  @DictionaryEntries({
    "\"set\"",
    "true",
    "false",
    "null",
    "\"\\ud83d\"",
    "\"\\u0000\"",
    "1e999",
    "-1",
    "[]",
    "{}",
    "\"schema\"",
    "\"edition\"",
    "\"tokens\"",
    "\"password_hash\"",
    "\"wifi_password\"",
    "\"password\"",
    "\"template\"",
    "\"static\"",
    "\"required\"",
    "mqtts://",
    "65536"
  })
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void a_file_is_loaded_and_saved_as_the_same_or_every_problem_is_named(byte[] bytes)
      throws IOException {
    Scratch.empty(DIR);
    Files.write(FILE, bytes);
    Optional<Settings> loaded = load();
    SettingsStore store = SettingsStore.open(DIR, settings -> List.of());
    if (loaded.isPresent()) {
      check(store.current().equals(loaded.get()) && store.isRead(), "another one was opened");
      check(saved(loaded.get()).equals(loaded.get()), "saved, it is another one");
    } else {
      check(store.current().equals(Settings.DEFAULT), "a file that cannot be read is in force");
      check(!store.isRead() && store.warning().isPresent(), "nobody is told");
      byte[] aside = Files.readAllBytes(DIR.resolve("settings.unreadable.json"));
      check(Arrays.equals(aside, bytes), "the file was not kept as it was");
      showsNoSecret(bytes);
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static Optional<Settings> load() {
    try {
      return Optional.of(Settings.load(DIR));
    } catch (ConfigException e) {
      checkProblems(e);
      return Optional.empty();
    }
  }

  static void checkProblems(ConfigException e) {
    check(!e.problems().isEmpty(), "refused without a reason");
    for (ConfigProblem problem : e.problems()) {
      check(!problem.key().isEmpty() && problem.message().length() > 5, "no sentence: " + problem);
    }
  }

  private static Settings saved(Settings settings) {
    Scratch.empty(DIR);
    try {
      SettingsStore.open(DIR, all -> List.of()).change(all -> settings);
      return Settings.load(DIR);
    } catch (SettingsStore.NotSavedException | ConfigException e) {
      throw new AssertionError("what was loaded cannot be saved and loaded", e);
    }
  }

  /** The same file with a mark in every secret: no problem may quote it. */
  private static void showsNoSecret(byte[] bytes) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(bytes);
    } catch (IOException e) {
      return;
    }
    if (root == null || !root.isObject() || root.toString().contains(MARK)) {
      return;
    }
    boolean marked = false;
    ObjectNode hidden = Settings.DEFAULT.toJson(SecretForm.HIDDEN);
    for (String section : Settings.SECTIONS) {
      for (Map.Entry<String, JsonNode> key : hidden.path(section).properties()) {
        if (key.getValue().isObject() && root.path(section) instanceof ObjectNode given) {
          String value = given.path(key.getKey()).asText();
          given.put(key.getKey(), value.length() % 2 == 0 ? MARK + value : value + MARK);
          marked = true;
        }
      }
    }
    if (marked) {
      Files.write(FILE, root.toString().getBytes(StandardCharsets.UTF_8));
      try {
        Settings.load(DIR);
      } catch (ConfigException e) {
        check(!String.valueOf(e.getMessage()).contains(MARK), "a secret is shown: " + e);
      }
    }
  }

  static Stream<byte[]> seeds() {
    ObjectNode whole = Settings.DEFAULT.toJson(SecretForm.PLAIN);
    Stream<String> sections =
        Settings.SECTIONS.stream()
            .map(
                name -> {
                  ObjectNode root = JsonNodeFactory.instance.objectNode().put("schema", 1);
                  root.set(name, whole.path(name));
                  return root.toString();
                });
    Stream<String> others =
        Stream.of(
            whole.toPrettyString(),
            "{}",
            "null",
            "",
            "{\"schema\":1,\"schema\":1}",
            "{\"schema\":1,\"edition\":9,\"modbus\":{\"later\":true},\"new\":{}}",
            "{\"access\":{\"password_hash\":\"" + "0a".repeat(52) + "\",\"https\":\"required\"}}",
            "{\"mqtt\":{\"enabled\":true,\"url\":\"mqtts://broker.example.com\",\"user\":\"u\","
                + "\"password\":\"a secret\",\"site\":\"home\",\"interval_s\":60,\"pin\":\"\"}}",
            "{\"network\":{\"connection\":\"wifi\",\"ssid\":\"Home\",\"wifi_password\":"
                + "\"twelve letters\",\"wifi_country\":\"NL\",\"method\":\"static\",\"address\":"
                + "\"192.168.1.50\",\"prefix_length\":24,\"gateway\":\"192.168.1.1\",\"dns\":\"\"}}",
            "{\"tokens\":[{\"id\":\"a1b2c3d4\",\"name\":\"evcc\",\"scope\":\"read\",\"hash\":\""
                + "00".repeat(32)
                + "\",\"created\":\"2026-11-20T10:00:00Z\"}]}");
    return Stream.concat(sections, others).map(text -> text.getBytes(StandardCharsets.UTF_8));
  }
}
