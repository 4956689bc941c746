// SPDX-License-Identifier: Apache-2.0
package io.energydongle.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.config.LineSetting;
import io.energydongle.config.MeterSettings;
import io.energydongle.config.MeterSettings.CurrentSign;
import io.energydongle.config.MeterSettings.CurrentSource;
import io.energydongle.config.MeterSettings.Electricity;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.serial.MeterPort;
import io.energydongle.serial.MeterPorts;
import io.energydongle.serial.PortException;
import io.energydongle.snapshot.MeterSnapshot;
import io.energydongle.snapshot.Note;
import io.energydongle.snapshot.SnapshotStore;
import io.energydongle.status.MeterStatus;
import io.energydongle.status.MeterStatus.Condition;
import io.energydongle.testkit.Decoded;
import io.energydongle.testkit.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reader thread against a port whose behaviour and time the test decides. */
class MeterReaderTest {

  private static final byte[] TELEGRAM = Samples.own("nl-dsmr50-3ph.telegram");
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @TempDir private Path state;

  private final AtomicLong now = new AtomicLong();
  private final List<LineSetting> opened = new CopyOnWriteArrayList<>();
  private final List<MeterStatus> statuses = new CopyOnWriteArrayList<>();
  private final SnapshotStore store = new SnapshotStore();
  private @Nullable MeterReader reader;
  private @Nullable Thread thread;

  /** What a port does when it is read; time passes by a second for each read. */
  private interface Behaviour {
    byte[] read(LineSetting line) throws PortException;
  }

  private final AtomicReference<Behaviour> behaviour = new AtomicReference<>(line -> new byte[0]);

  private final class ScriptedPorts implements MeterPorts {
    private final List<PortException> refusals = new ArrayList<>();

    @Override
    public String name() {
      return "scripted";
    }

    @Override
    public MeterPort open(LineSetting line) throws PortException {
      opened.add(line);
      if (!refusals.isEmpty()) {
        throw refusals.remove(0);
      }
      return new MeterPort() {
        @Override
        public int read(byte[] buffer) throws PortException {
          now.addAndGet(SECOND);
          byte[] bytes = Objects.requireNonNull(behaviour.get()).read(line);
          System.arraycopy(bytes, 0, buffer, 0, bytes.length);
          return bytes.length;
        }

        @Override
        public void close() {}
      };
    }
  }

  private void start(ScriptedPorts ports) {
    MeterReader started =
        new MeterReader(
            ports,
            Kind.UNKNOWN,
            List.of(LineSetting.BAUD_115200, LineSetting.BAUD_9600),
            new LastGoodLine(state),
            MeterSettings.DEFAULT,
            store,
            statuses::add,
            Clock.fixed(Decoded.NOW, ZoneOffset.UTC),
            now::get);
    reader = started;
    thread = new Thread(started, "meter under test");
    thread.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (reader != null && thread != null) {
      reader.stop();
      thread.join(5_000);
      assertThat(thread.isAlive()).isFalse();
    }
  }

  private MeterStatus statusWith(Condition condition) {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> statuses.stream().anyMatch(s -> s.condition() == condition));
    return statuses.stream().filter(s -> s.condition() == condition).findFirst().orElseThrow();
  }

  @Test
  void a_telegram_is_published_and_its_line_remembered() throws Exception {
    behaviour.set(line -> line == LineSetting.BAUD_9600 ? TELEGRAM : new byte[0]);
    start(new ScriptedPorts());
    await().until(() -> store.newest().isPresent());
    assertThat(store.newest().orElseThrow().netMilliWatt()).hasValue(525_000);
    assertThat(opened).startsWith(LineSetting.BAUD_115200, LineSetting.BAUD_9600);
    await().until(() -> Files.exists(state.resolve("meter-line")));
    assertThat(Files.readString(state.resolve("meter-line"))).isEqualTo("9600-7E1\n");
    stop();
    opened.clear();
    start(new ScriptedPorts());
    await().until(() -> !opened.isEmpty());
    assertThat(opened.get(0)).isEqualTo(LineSetting.BAUD_9600);
  }

  @Test
  void a_port_that_cannot_be_opened_is_tried_again_and_explained() {
    ScriptedPorts ports = new ScriptedPorts();
    ports.refusals.add(new PortException("there is no device x", "plug in the cable"));
    behaviour.set(line -> TELEGRAM);
    start(ports);
    MeterStatus status = statusWith(Condition.NO_PORT);
    assertThat(status.sentence()).isEqualTo("there is no device x; plug in the cable");
    statusWith(Condition.RECEIVING);
  }

  @Test
  void a_port_that_is_lost_is_opened_again() {
    AtomicLong reads = new AtomicLong();
    behaviour.set(
        line -> {
          if (reads.incrementAndGet() == 3) {
            throw new PortException("the device has vanished", "check the cable");
          }
          return TELEGRAM;
        });
    start(new ScriptedPorts());
    statusWith(Condition.NO_PORT);
    await().until(() -> reads.get() > 5);
    assertThat(opened).hasSize(2);
    assertThat(opened.get(1)).isEqualTo(LineSetting.BAUD_115200);
  }

  @Test
  void other_settings_are_in_force_at_once_and_the_numbers_go_on() throws Exception {
    List<MeterSnapshot> published = new CopyOnWriteArrayList<>();
    store.addListener(published::add);
    behaviour.set(line -> TELEGRAM);
    start(new ScriptedPorts());
    await().until(() -> published.size() > 5);
    MeterSettings usual = MeterSettings.DEFAULT;
    Objects.requireNonNull(reader)
        .use(
            new MeterSettings(
                false,
                new Electricity(2, false, CurrentSource.METER, CurrentSign.NONE),
                usual.channels(),
                usual.decryption(),
                usual.tic(),
                0));
    await().until(() -> published.get(published.size() - 1).notes().contains(Note.MULTIPLIED));
    stop();
    for (int i = 0; i < published.size(); i++) {
      MeterSnapshot snapshot = published.get(i);
      assertThat(snapshot.sequence()).isEqualTo(i + 1L);
      boolean doubled = snapshot.notes().contains(Note.MULTIPLIED);
      assertThat(snapshot.netMilliWatt()).hasValue(doubled ? 1_050_000 : 525_000);
    }
  }

  @Test
  void a_silent_line_is_explained() {
    start(new ScriptedPorts());
    assertThat(statusWith(Condition.SILENT).sentence())
        .contains("no data arrives")
        .contains("grid operator");
  }

  @Test
  void an_inverted_line_is_explained() {
    byte[] inverted = Samples.own("bad/inverted.capture");
    behaviour.set(line -> inverted);
    start(new ScriptedPorts());
    assertThat(statusWith(Condition.NO_TELEGRAM).sentence()).contains("inverted");
  }

  @Test
  void binary_dlms_is_explained() {
    byte[] hdlc = Samples.own("bad/hdlc.capture");
    behaviour.set(line -> hdlc);
    start(new ScriptedPorts());
    assertThat(statusWith(Condition.NO_TELEGRAM).finding()).contains("binary DLMS");
  }

  @Test
  void telegrams_that_are_all_rejected_are_explained_by_the_reason() {
    byte[] wrong = Samples.own("bad/line-ends-lf-only.capture");
    behaviour.set(line -> wrong);
    start(new ScriptedPorts());
    MeterStatus status = statusWith(Condition.NO_TELEGRAM);
    assertThat(status.finding()).contains("checksum-mismatch");
    assertThat(status.advice()).contains("raw mode");
    assertThat(store.newest()).isEmpty();
  }

  @Test
  void encrypted_telegrams_without_key_are_explained() {
    byte[] encrypted = Samples.own("encrypted/tag-right.capture");
    behaviour.set(line -> encrypted);
    start(new ScriptedPorts());
    assertThat(statusWith(Condition.NO_TELEGRAM).advice()).contains("meter.decryption_key");
  }

  @Test
  void rejected_telegrams_leave_the_published_reading_as_it_was() {
    byte[] wrong = Samples.own("bad/checksum-digit-swapped.capture");
    AtomicLong reads = new AtomicLong();
    behaviour.set(line -> reads.incrementAndGet() == 1 ? TELEGRAM : wrong);
    start(new ScriptedPorts());
    await().until(() -> reads.get() > 100);
    assertThat(store.newest().orElseThrow().netMilliWatt()).hasValue(525_000);
    assertThat(store.newest().orElseThrow().sequence()).isEqualTo(1);
    MeterStatus last = statuses.get(statuses.size() - 1);
    assertThat(last.counters().rejected().get("checksum-mismatch")).isGreaterThan(50);
    assertThat(last.warnings()).anyMatch(w -> w.contains("damaged"));
  }
}
