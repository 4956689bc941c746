// SPDX-License-Identifier: Apache-2.0
package io.energydongle.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.config.LineSetting;
import io.energydongle.config.MeterSettings;
import io.energydongle.config.OutputSettings;
import io.energydongle.copy.MeterCopy;
import io.energydongle.meter.LastGoodLine;
import io.energydongle.meter.MeterPipeline.Kind;
import io.energydongle.meter.MeterReader;
import io.energydongle.serial.SerialCopyPorts;
import io.energydongle.serial.SerialMeterPorts;
import io.energydongle.snapshot.SnapshotStore;
import io.energydongle.status.MeterStatus;
import io.energydongle.testkit.Gateway;
import io.energydongle.testkit.NumberedTelegrams;
import io.energydongle.testkit.PtyPair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The copy between two serial lines and over TCP, while the meter is read. */
class CopyLineIT {

  private static final int TELEGRAMS = 10_000;

  /** More than every queue and buffer on the way holds, so that new telegrams are among them. */
  private static final int ENOUGH_BYTES = 400_000;

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path dir;

  private PtyPair meterLine;
  private PtyPair copyLine;
  private MeterCopy copy;
  private MeterReader reader;
  private Thread thread;
  private int port;
  private final AtomicLong accepted = new AtomicLong();
  private final List<MeterStatus> statuses = new CopyOnWriteArrayList<>();
  private final Semaphore arrived = new Semaphore(0);

  @BeforeEach
  void start() throws Exception {
    meterLine = new PtyPair(Files.createDirectory(dir.resolve("meter")));
    copyLine = new PtyPair(Files.createDirectory(dir.resolve("copy")));
    port = Gateway.freePort();
    copy =
        new MeterCopy(
            Optional.of(new SerialCopyPorts(copyLine.gatewayEnd())), "127.0.0.1", System::nanoTime);
    copy.use(new OutputSettings(true, List.of(), true, port, List.of()));
    copy.start();
    SnapshotStore store = new SnapshotStore();
    store.addListener(
        snapshot -> {
          accepted.incrementAndGet();
          arrived.release();
        });
    reader =
        new MeterReader(
            copy.tapped(new SerialMeterPorts(meterLine.gatewayEnd())),
            Kind.P1,
            List.of(LineSetting.BAUD_115200),
            new LastGoodLine(dir.resolve("state")),
            MeterSettings.DEFAULT,
            store,
            statuses::add,
            Clock.systemUTC(),
            System::nanoTime);
    thread = new Thread(reader, "meter under test");
    thread.start();
    // What was sent before is thrown away when a port is opened.
    await().atMost(LIMIT).until(() -> statuses.stream().anyMatch(s -> !s.line().isEmpty()));
    await().atMost(LIMIT).until(() -> copy.status().tcp().orElseThrow().address().isPresent());
  }

  @AfterEach
  void stop() throws Exception {
    reader.stop();
    copy.stop();
    thread.join(5_000);
    meterLine.close();
    copyLine.close();
  }

  private Socket connect() throws IOException {
    int before = copy.status().tcp().orElseThrow().clients().size();
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 * 1024);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(30_000);
    await()
        .atMost(LIMIT)
        .until(() -> copy.status().tcp().orElseThrow().clients().size() == before + 1);
    return socket;
  }

  /** Reads until all telegrams have come as they were sent; gives their number. */
  private static CompletableFuture<Integer> compare(InputStream in, Semaphore read) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            for (int number = 0; number < TELEGRAMS; number++) {
              byte[] expected = NumberedTelegrams.telegram(number);
              byte[] got = in.readNBytes(expected.length);
              if (!Arrays.equals(got, expected)) {
                throw new AssertionError(
                    "telegram " + number + ": " + new String(got, StandardCharsets.US_ASCII));
              }
              read.release();
            }
            return TELEGRAMS;
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        },
        work -> new Thread(work, "follower").start());
  }

  @Test
  void ten_thousand_telegrams_come_out_as_they_went_in_on_the_second_port_and_over_tcp()
      throws Exception {
    try (OutputStream meter = meterLine.meter();
        InputStream second = copyLine.follower();
        Socket socket = connect()) {
      Semaphore serial = new Semaphore(8);
      Semaphore tcp = new Semaphore(8);
      CompletableFuture<Integer> onSerial = compare(second, serial);
      CompletableFuture<Integer> onTcp = compare(socket.getInputStream(), tcp);
      for (int number = 0; number < TELEGRAMS; number++) {
        // As a real meter, never more than the followers can take.
        for (Semaphore follower : List.of(serial, tcp)) {
          if (!follower.tryAcquire(30, TimeUnit.SECONDS)) {
            throw new AssertionError(onSerial + " " + onTcp + " at " + number);
          }
        }
        meter.write(NumberedTelegrams.telegram(number));
      }
      assertThat(onSerial.get(60, TimeUnit.SECONDS)).isEqualTo(TELEGRAMS);
      assertThat(onTcp.get(60, TimeUnit.SECONDS)).isEqualTo(TELEGRAMS);
      await().atMost(LIMIT).until(() -> accepted.get() == TELEGRAMS);
      assertThat(copy.status().serial().orElseThrow().lostTelegrams()).isZero();
    }
  }

  @Test
  void followers_that_stop_reading_delay_no_reading_and_then_see_whole_telegrams_only()
      throws Exception {
    int sent = 0;
    try (OutputStream meter = meterLine.meter();
        InputStream follower = copyLine.follower();
        Socket socket = connect()) {
      long worstMillis = 0;
      while (sent < 3_000
          || copy.status().serial().orElseThrow().lostTelegrams() < 100
          || copy.status().tcp().orElseThrow().clients().get(0).lostTelegrams() < 100) {
        assertThat(sent).isLessThan(TELEGRAMS);
        long before = System.nanoTime();
        meter.write(NumberedTelegrams.telegram(sent++));
        assertThat(arrived.tryAcquire(10, TimeUnit.SECONDS)).as("reading %d", sent).isTrue();
        worstMillis = Math.max(worstMillis, (System.nanoTime() - before) / 1_000_000);
      }
      assertThat(accepted.get()).isEqualTo(sent);
      System.out.println(
          sent + " readings with two stuck followers, the slowest after " + worstMillis + " ms");
      assertThat(worstMillis).isLessThan(1_000);
      sent = resume(meter, follower, sent);
      resume(meter, socket.getInputStream(), sent);
    }
  }

  /** Reads on, well into what is sent from now on; everything must be whole. */
  private int resume(OutputStream meter, InputStream follower, int from) throws Exception {
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    CompletableFuture<Void> reading =
        CompletableFuture.runAsync(
            () -> {
              byte[] buffer = new byte[8192];
              try {
                while (got.size() < ENOUGH_BYTES) {
                  got.write(buffer, 0, Math.max(0, follower.read(buffer)));
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            },
            work -> new Thread(work, "resumed follower").start());
    int sent = from;
    while (!reading.isDone()) {
      meter.write(NumberedTelegrams.telegram(sent++));
      assertThat(arrived.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
      assertThat(sent).isLessThan(from + TELEGRAMS);
    }
    reading.get();
    String text = got.toString(StandardCharsets.US_ASCII);
    assertThat(text).startsWith("/");
    int at = 0;
    int whole = 0;
    while (at < text.length()) {
      int volts = text.indexOf("1-0:32.7.0(", at) + 11;
      int next = text.indexOf('/', at + 1) < 0 ? text.length() : text.indexOf('/', at + 1);
      // The last one may still be on its way.
      if (next == text.length()) {
        break;
      }
      int number = Integer.parseInt(text.substring(volts, volts + 3)) - 200;
      assertThat(text.substring(at, next))
          .isEqualTo(new String(NumberedTelegrams.telegram(number), StandardCharsets.US_ASCII));
      whole++;
      at = next;
    }
    System.out.println("after the pause " + whole + " whole telegrams and none in part");
    assertThat(whole).isGreaterThan(300);
    return sent;
  }
}
