// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.testkit.Commands;
import io.energydongle.testkit.Commands.Result;
import io.energydongle.testkit.Gateway;
import io.energydongle.testkit.JsonDifference;
import io.energydongle.testkit.Samples;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the JAR, as a user types them. */
class FatJarIT {

  private static final String GOOD = Samples.OWN.resolve("nl-dsmr50-3ph.telegram").toString();
  private static final String BAD =
      Samples.OWN.resolve("bad/checksum-digit-swapped.capture").toString();

  @TempDir private Path dir;

  @Test
  void help_and_version_are_printed() throws Exception {
    Result help = Commands.jar("--help");
    assertThat(help.status()).isZero();
    assertThat(help.out()).contains("decode", "check", "--simulate");
    Result version = Commands.jar("--version");
    assertThat(version.out()).matches("energy-dongle \\d+\\.\\d+\\.\\d+\n");
    assertThat(version.err()).isEmpty();
  }

  @Test
  void unknown_words_give_one_line_and_status_2() throws Exception {
    for (String[] words :
        new String[][] {{"fly"}, {"--fly"}, {"--simulate=moon"}, {"decode", "--kind", "x"}}) {
      Result result = Commands.jar(words);
      assertThat(result.status()).isEqualTo(2);
      assertThat(result.err().lines()).hasSize(1);
      assertThat(result.out()).isEmpty();
    }
    assertThat(Commands.jar("--simulate=moon").err()).contains("dsmr5-3phase", "meter-swap");
  }

  @Test
  void decode_writes_a_line_of_json_for_a_telegram() throws Exception {
    Result result = Commands.jar("decode", GOOD);
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    JsonNode reading = Samples.JSON.readTree(result.out());
    JsonNode expected = Samples.json(Samples.OWN.resolve("expected.json")).get("nl-dsmr50-3ph");
    assertThat(reading.path("v").asInt()).isEqualTo(1);
    assertThat(reading.path("seq").asInt()).isEqualTo(1);
    assertThat(Instant.parse(reading.path("ts").asText())).isBefore(Instant.now());
    ((ObjectNode) reading).remove(List.of("v", "seq", "ts"));
    assertThat(JsonDifference.between(expected, reading)).isEmpty();
  }

  @Test
  void decode_reads_standard_input() throws Exception {
    Result result = Commands.run(Path.of(GOOD), Commands.javaJar("decode"));
    assertThat(result.status()).isZero();
    assertThat(result.out().lines()).hasSize(1);
  }

  @Test
  void decode_reports_what_it_rejects_and_gives_status_1_when_nothing_was_accepted()
      throws Exception {
    Result result = Commands.jar("decode", BAD);
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    JsonNode rejection = Samples.JSON.readTree(result.err());
    assertThat(rejection.path("rejected").asText()).isEqualTo("checksum-mismatch");
    assertThat(rejection.path("offset").asInt()).isZero();
    assertThat(rejection.path("detail").asText()).isNotBlank();
  }

  @Test
  void decode_takes_every_file_as_a_capture_of_its_own() throws Exception {
    Result result = Commands.jar("decode", GOOD, BAD, GOOD);
    assertThat(result.status()).isZero();
    assertThat(result.out().lines()).hasSize(2).allMatch(line -> line.contains("\"seq\":1,"));
    assertThat(result.err().lines()).hasSize(1);
  }

  @Test
  void decode_of_an_unreadable_file_is_status_2_and_the_others_are_decoded() throws Exception {
    Result result = Commands.jar("decode", dir.resolve("nothing").toString(), GOOD);
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("nothing");
    assertThat(result.out().lines()).hasSize(1);
    assertThat(Commands.jar("decode", dir.toString()).status()).isEqualTo(2);
  }

  @Test
  void decode_explains_a_capture_without_telegram() throws Exception {
    for (String[] capture :
        new String[][] {
          {"inverted", "inverted"},
          {"hdlc", "binary DLMS"},
          {"noise", "no telegram"},
          {"text-only", "readable text"},
          {"empty", "no data"}
        }) {
      Result result = Commands.jar("decode", Samples.OWN + "/bad/" + capture[0] + ".capture");
      assertThat(result.status()).isEqualTo(1);
      assertThat(result.err()).contains("\"rejected\":\"no-telegram\"", capture[1]);
    }
  }

  @Test
  void decode_takes_the_key_of_the_settings() throws Exception {
    Files.writeString(
        dir.resolve("settings.json"),
        "{\"meter\":{\"decryption_key\":\"000102030405060708090a0b0c0d0e0f\"}}");
    String capture = Samples.OWN + "/encrypted/tag-right.capture";
    Result result = Commands.jar("decode", "--state", dir.toString(), capture);
    assertThat(result.out().lines()).hasSize(2);
    assertThat(Commands.jar("decode", capture).err()).contains("key-missing");
  }

  @Test
  void decode_of_a_long_stream_stays_within_a_small_heap() throws Exception {
    Path stream = dir.resolve("stream");
    byte[] telegram = Samples.own("nl-dsmr50-3ph.telegram");
    int telegrams = 60_000; // 80 MB, in a heap of 48 MB
    try (OutputStream out = Files.newOutputStream(stream)) {
      byte[] hundred = new byte[100 * telegram.length];
      for (int i = 0; i < 100; i++) {
        System.arraycopy(telegram, 0, hundred, i * telegram.length, telegram.length);
      }
      for (int i = 0; i < telegrams / 100; i++) {
        out.write(hundred);
      }
    }
    Result result = Commands.run(stream, Commands.javaJar("decode"));
    assertThat(result.status()).isZero();
    assertThat(result.out().lines().count()).isEqualTo(telegrams);
  }

  @Test
  void check_says_that_all_is_well() throws Exception {
    Result result =
        Commands.jar("check", "--board", "config/board.toml", "--state", dir.toString());
    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("in order");
  }

  @Test
  void check_prints_every_problem_of_both_files_at_once() throws Exception {
    Path board = Files.writeString(dir.resolve("board.toml"), "[modbus]\nport = 0\n[wifi]\n");
    Files.writeString(
        dir.resolve("settings.json"), "{\"modbus\":{\"template\":\"emprro\",\"max_clients\":0}}");
    Result result = Commands.jar("check", "--board", board.toString(), "--state", dir.toString());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("modbus.port", "wifi", "modbus.max_clients");
    Files.writeString(dir.resolve("settings.json"), "{\"modbus\":{\"template\":\"emprro\"}}");
    assertThat(Commands.jar("check", "--state", dir.toString()).err())
        .contains("modbus.template: must be one of empro, empro-genuine, eem-em3xx, sdm630,");
  }

  @Test
  void run_refuses_a_bad_board_file_with_every_problem() throws Exception {
    Path board = Files.writeString(dir.resolve("board.toml"), "[modbus]\nport = 0\n[wifi]\n");
    Result result = Commands.jar("--board", board.toString(), "--state", dir.toString());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("modbus.port", "wifi");
  }

  @Test
  void it_runs_on_every_java_of_this_machine() throws Exception {
    List<String> versions = new ArrayList<>();
    try (Stream<Path> homes = Files.list(Path.of("/usr/lib/jvm"))) {
      for (Path home : homes.filter(h -> Files.exists(h.resolve("bin/java"))).toList()) {
        Result result =
            Commands.run(
                home.resolve("bin/java").toString(),
                "-jar",
                Gateway.JAR.toString(),
                "decode",
                GOOD);
        assertThat(result.status()).as(home.toString()).isZero();
        assertThat(result.err()).as(home.toString()).isEmpty();
        versions.add(home.getFileName().toString());
      }
    }
    System.out.println("decoded on " + versions);
    assertThat(versions).isNotEmpty();
  }

  @Test
  void the_jar_holds_one_logging_provider_no_signature_and_no_class_newer_than_java_17()
      throws IOException {
    try (JarFile jar = new JarFile(Gateway.JAR.toFile())) {
      List<JarEntry> entries = Collections.list(jar.entries());
      List<String> names = entries.stream().map(JarEntry::getName).toList();
      assertThat(names).noneMatch(n -> n.matches("META-INF/.*\\.(SF|RSA|DSA|EC)"));
      assertThat(names).noneMatch(n -> n.endsWith("module-info.class"));
      assertThat(names).contains("META-INF/LICENSE", "META-INF/NOTICE.txt");
      assertThat(names)
          .contains("Linux/armv8_64/libjSerialComm.so", "Linux/x86_64/libjSerialComm.so");
      assertThat(names).noneMatch(n -> n.startsWith("Windows/") || n.startsWith("OSX/"));
      assertThat(text(jar, "META-INF/services/org.slf4j.spi.SLF4JServiceProvider").trim())
          .isEqualTo("ch.qos.logback.classic.spi.LogbackServiceProvider");
      assertThat(jar.getManifest().getMainAttributes().getValue("Multi-Release")).isEqualTo("true");
      assertThat(jar.getManifest().getMainAttributes().getValue("Enable-Native-Access"))
          .isEqualTo("ALL-UNNAMED");
      for (JarEntry entry : entries) {
        if (entry.getName().endsWith(".class")
            && !entry.getName().startsWith("META-INF/versions")) {
          assertThat(classLevel(jar, entry)).as(entry.getName()).isLessThanOrEqualTo(61);
        }
      }
    }
  }

  private static String text(JarFile jar, String name) throws IOException {
    try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static int classLevel(JarFile jar, JarEntry entry) throws IOException {
    try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
      in.readInt();
      in.readUnsignedShort();
      return in.readUnsignedShort();
    }
  }
}
