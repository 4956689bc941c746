// SPDX-License-Identifier: Apache-2.0
package io.energydongle.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.energydongle.config.MeterSettings;
import io.energydongle.config.Secret;
import io.energydongle.snapshot.Note;
import io.energydongle.testkit.Decoded;
import io.energydongle.testkit.JsonDifference;
import io.energydongle.testkit.Samples;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Encrypted frames: {@code p1.md} section 8. */
class EncryptedTelegramsTest {

  private static final String OWN_KEY = "000102030405060708090a0b0c0d0e0f";
  private static final String LUXEMBOURG_AUTHENTICATION_KEY = "00112233445566778899AABBCCDDEEFF";

  private static MeterSettings keys(String key, String authenticationKey, Optional<String> title) {
    return new MeterSettings(
        false,
        MeterSettings.Electricity.DEFAULT,
        MeterSettings.MbusChannels.DEFAULT,
        new MeterSettings.Decryption(
            Optional.of(Secret.ofHex(key)),
            Secret.ofHex(authenticationKey),
            title.map(Secret::ofHex)),
        MeterSettings.Tic.DEFAULT,
        0);
  }

  private static Decoded decode(String name) {
    byte[] capture = Samples.own("encrypted/" + name + ".capture");
    MeterSettings settings = keys(OWN_KEY, LUXEMBOURG_AUTHENTICATION_KEY, Optional.empty());
    return Decoded.of(capture, capture.length, settings);
  }

  private static void assertIsTheLuxembourgSample(JsonNode reading) {
    JsonNode expected = Samples.json(Samples.OWN.resolve("expected.json")).get("lu-smarty");
    assertThat(JsonDifference.between(expected, reading)).isEmpty();
  }

  @Test
  void without_a_key_the_user_is_told_to_set_one() {
    Decoded decoded = Decoded.of(Samples.own("encrypted/tag-right.capture"));
    assertThat(decoded.reasons()).containsExactly("key-missing", "key-missing");
    assertThat(decoded.rejections.get(0).detail()).contains("meter.decryption_key");
  }

  @Test
  void frames_with_a_right_tag_are_read_one_after_the_other() {
    Decoded decoded = decode("tag-right");
    assertThat(decoded.snapshots).hasSize(2);
    assertIsTheLuxembourgSample(decoded.readings().get(0));
    assertThat(decoded.rejections).isEmpty();
  }

  @Test
  void a_right_tag_outranks_the_inner_checksum() {
    assertIsTheLuxembourgSample(decode("tag-right-inner-checksum-wrong").reading());
  }

  @Test
  void a_tag_over_nothing_but_the_text_is_as_good() {
    assertIsTheLuxembourgSample(decode("tag-without-associated-data").reading());
  }

  @Test
  void with_a_wrong_tag_the_inner_checksum_decides_and_the_reading_says_so() {
    Decoded decoded = decode("tag-wrong-inner-checksum-right");
    assertThat(decoded.snapshots).hasSize(1);
    assertThat(decoded.snapshots.get(0).notes()).contains(Note.TAG_NOT_VERIFIED);
    assertThat(decode("tag-wrong-inner-checksum-wrong").reasons())
        .containsExactly("decryption-failed");
  }

  @Test
  void a_frame_that_is_only_encrypted_needs_its_inner_checksum() {
    Decoded decoded = decode("encrypted-only");
    assertThat(decoded.snapshots).hasSize(1);
    assertThat(decoded.snapshots.get(0).notes()).contains(Note.TAG_NOT_VERIFIED);
  }

  @Test
  void noise_that_looks_like_a_frame_does_not_swallow_the_frame_behind_it() {
    assertIsTheLuxembourgSample(decode("noise-that-looks-like-a-frame-before").reading());
  }

  @Test
  void the_same_frame_twice_is_one_reading() {
    Decoded decoded = decode("repeated-frame");
    assertThat(decoded.snapshots).hasSize(1);
    assertThat(decoded.reasons()).containsExactly("repeated");
  }

  @Test
  void a_wrong_key_opens_nothing() {
    byte[] capture = Samples.own("encrypted/tag-right.capture");
    MeterSettings wrong =
        keys("ffffffffffffffffffffffffffffffff", LUXEMBOURG_AUTHENTICATION_KEY, Optional.empty());
    Decoded decoded = Decoded.of(capture, capture.length, wrong);
    assertThat(decoded.snapshots).isEmpty();
    assertThat(decoded.reasons()).containsOnly("decryption-failed");
  }

  @Test
  void a_frame_without_title_is_opened_with_the_title_of_the_settings() {
    byte[] capture = Samples.own("encrypted/without-title.capture");
    MeterSettings settings =
        keys(OWN_KEY, LUXEMBOURG_AUTHENTICATION_KEY, Optional.of("4544535449544C45"));
    assertIsTheLuxembourgSample(Decoded.of(capture, capture.length, settings).reading());
  }

  @Test
  void the_published_vectors_are_opened() {
    Path folder = Samples.shared().resolve("encrypted");
    MeterSettings settings =
        keys(
            "0123456789abcdef0123456789abcdef",
            "ffeeddccbbaa99887766554433221100",
            Optional.empty());
    for (String name : new String[] {"with-aad", "without-aad"}) {
      byte[] capture = Samples.bytes(folder.resolve("lu-smarty-spec-" + name + ".bin"));
      Decoded decoded = Decoded.of(capture, capture.length, settings);
      assertThat(decoded.snapshots).as(name).hasSize(1);
      assertThat(decoded.snapshots.get(0).meter().serial()).hasValue("SAG1030790002574");
      assertThat(decoded.snapshots.get(0).energyImport().totalMicroWattHour())
          .hasValue(25_653_000_000L);
      assertThat(decoded.snapshots.get(0).notes()).doesNotContain(Note.TAG_NOT_VERIFIED);
    }
  }
}
