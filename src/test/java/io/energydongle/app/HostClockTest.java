// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.MeterTime;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.Reception;
import io.energydongle.status.ClockState;
import io.energydongle.testkit.Snapshots;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Expected values: {@code platform.md} section 2, "Clock". */
class HostClockTest {

  private static final Instant BUILT = Instant.parse("2026-11-22T00:00:00Z");
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

  @TempDir Path dir;
  private Optional<MeterSnapshot> newest = Optional.empty();

  private ClockState at(Instant now, String... ask) throws Exception {
    HostClock clock =
        new HostClock(
            dir.resolve("flag"),
            List.of(ask),
            BUILT,
            dir.resolve("state"),
            () -> newest,
            Clock.fixed(now, ZoneOffset.UTC));
    clock.update();
    return clock.get();
  }

  private static MeterSnapshot meterSays(Instant time, Note... notes) {
    MeterSnapshot.Builder builder =
        Snapshots.empty(0)
            .reception(new Reception(NOW, 0, Duration.ofSeconds(1)))
            .meterTime(Optional.of(new MeterTime("x", Optional.of(time))));
    List.of(notes).forEach(builder::note);
    return builder.build();
  }

  @Test
  void the_system_says_whether_a_time_server_has_set_it() throws Exception {
    assertThat(at(NOW, "echo", "yes")).isEqualTo(ClockState.SYNCHRONISED);
    assertThat(at(NOW, "echo", "no")).isEqualTo(ClockState.PLAUSIBLE);
    assertThat(at(NOW, "no-such-program")).isEqualTo(ClockState.PLAUSIBLE);
    Files.createFile(dir.resolve("flag"));
    assertThat(at(NOW, "echo", "no")).isEqualTo(ClockState.SYNCHRONISED);
  }

  @Test
  void it_cannot_be_earlier_than_the_program_or_than_what_was_written() throws Exception {
    assertThat(at(BUILT.minusSeconds(1), "echo", "no")).isEqualTo(ClockState.IMPLAUSIBLE);
    assertThat(at(BUILT, "echo", "no")).isEqualTo(ClockState.PLAUSIBLE);
    Path file = Files.createFile(Files.createDirectories(dir.resolve("state")).resolve("f"));
    Files.setLastModifiedTime(file, FileTime.from(NOW));
    Files.setLastModifiedTime(dir.resolve("state"), FileTime.from(BUILT));
    assertThat(at(NOW.minusSeconds(1), "echo", "no")).isEqualTo(ClockState.IMPLAUSIBLE);
    assertThat(at(NOW.plusSeconds(1), "echo", "no")).isEqualTo(ClockState.PLAUSIBLE);
  }

  @Test
  void the_meter_is_a_second_opinion_while_no_time_server_is_heard() throws Exception {
    newest = Optional.of(meterSays(NOW.minus(Duration.ofMinutes(61))));
    assertThat(at(NOW, "echo", "no")).isEqualTo(ClockState.IMPLAUSIBLE);
    assertThat(at(NOW, "echo", "yes")).isEqualTo(ClockState.SYNCHRONISED);
    newest = Optional.of(meterSays(NOW.minus(Duration.ofMinutes(59))));
    assertThat(at(NOW, "echo", "no")).isEqualTo(ClockState.PLAUSIBLE);
    newest = Optional.of(meterSays(Instant.EPOCH, Note.METER_CLOCK_UNSET));
    assertThat(at(NOW, "echo", "no")).isEqualTo(ClockState.PLAUSIBLE);
  }
}
