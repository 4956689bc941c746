// SPDX-License-Identifier: Apache-2.0
package io.energydongle.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.energydongle.config.Ipv4;
import io.energydongle.config.LineSetting;
import io.energydongle.config.OutputSettings;
import io.energydongle.serial.CopyPort;
import io.energydongle.serial.MeterPort;
import io.energydongle.serial.MeterPorts;
import io.energydongle.serial.PortException;
import io.energydongle.status.CopyStatus;
import io.energydongle.testkit.Gateway;
import io.energydongle.testkit.NumberedTelegrams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The copy without serial ports: the meter and the second port are the test's own. */
class MeterCopyTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final LinkedBlockingQueue<byte[]> line = new LinkedBlockingQueue<>();
  private final List<LineSetting> opened = new CopyOnWriteArrayList<>();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final AtomicInteger refusals = new AtomicInteger();
  private final AtomicInteger breaks = new AtomicInteger();
  private final List<Socket> sockets = new ArrayList<>();
  private MeterCopy copy = copy(Optional.empty());

  private MeterCopy copy(Optional<CopyPort.Opener> port) {
    copy = new MeterCopy(port, "127.0.0.1", System::nanoTime);
    return copy;
  }

  @AfterEach
  void stop() throws IOException {
    copy.stop();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** A second port that keeps what is written. */
  private final class Second implements CopyPort.Opener {
    @Override
    public String name() {
      return "second";
    }

    @Override
    public CopyPort open(LineSetting setting) throws PortException {
      opened.add(setting);
      if (refusals.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        throw new PortException("there is no device second", "plug it in");
      }
      return new CopyPort() {
        @Override
        public void write(byte[] bytes, int count) throws PortException {
          if (breaks.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            throw new PortException("the device second has vanished", "check it");
          }
          synchronized (written) {
            written.write(bytes, 0, count);
          }
        }

        @Override
        public void close() {}
      };
    }
  }

  private MeterPort meter(LineSetting setting) throws PortException {
    MeterPorts ports =
        new MeterPorts() {
          @Override
          public String name() {
            return "meter";
          }

          @Override
          public MeterPort open(LineSetting any) {
            return new MeterPort() {
              @Override
              public int read(byte[] buffer) {
                byte[] bytes = line.remove();
                System.arraycopy(bytes, 0, buffer, 0, bytes.length);
                return bytes.length;
              }

              @Override
              public void close() {}
            };
          }
        };
    return copy.tapped(ports).open(setting);
  }

  private int writtenBytes() {
    synchronized (written) {
      return written.size();
    }
  }

  private void send(MeterPort port, int number) throws PortException {
    byte[] telegram = NumberedTelegrams.telegram(number);
    line.add(telegram);
    assertThat(port.read(new byte[4096])).isEqualTo(telegram.length);
  }

  @Test
  void the_second_port_has_the_setting_of_the_line_and_follows_it() throws Exception {
    copy(Optional.of(new Second())).start();
    try (MeterPort port = meter(LineSetting.BAUD_9600)) {
      line.add(new byte[] {1, 2, 3});
      port.read(new byte[10]);
      await().atMost(LIMIT).until(() -> writtenBytes() == 3);
    }
    try (MeterPort port = meter(LineSetting.BAUD_115200)) {
      await().atMost(LIMIT).until(() -> opened.size() == 2);
      send(port, 5);
      await().atMost(LIMIT).until(() -> writtenBytes() > 3);
    }
    assertThat(opened).containsExactly(LineSetting.BAUD_9600, LineSetting.BAUD_115200);
  }

  @Test
  void a_second_port_that_is_missing_or_lost_is_opened_again_and_explained() throws Exception {
    refusals.set(1);
    copy(Optional.of(new Second())).start();
    try (MeterPort port = meter(LineSetting.BAUD_115200)) {
      await().atMost(LIMIT).until(() -> serial().fault().isPresent());
      assertThat(serial().fault()).hasValue("P1 copy: there is no device second; plug it in.");
      send(port, 1);
      await().atMost(LIMIT).until(() -> opened.size() == 2 && serial().fault().isEmpty());
      send(port, 2);
      await().atMost(LIMIT).until(() -> writtenBytes() > 0);
      // The old telegram is gone: it may have begun when nobody could take it.
      assertThat(TelegramQueueTest.whole(written.toByteArray())).containsExactly(2);
      breaks.set(1);
      send(port, 3);
      await().atMost(LIMIT).until(() -> opened.size() == 3 && serial().fault().isEmpty());
    }
  }

  private CopyStatus.Serial serial() {
    return copy.status().serial().orElseThrow();
  }

  private static OutputSettings outputs(int port, String... allow) {
    List<Ipv4> networks = new ArrayList<>();
    for (String address : allow) {
      networks.add(new Ipv4(Ipv4.parse(address).getAsInt(), 32));
    }
    return new OutputSettings(true, List.of(), true, port, networks);
  }

  private int listening(String... allow) throws IOException {
    int port = Gateway.freePort();
    copy.use(outputs(port, allow));
    await().atMost(LIMIT).until(() -> tcp().address().isPresent());
    return port;
  }

  private CopyStatus.Tcp tcp() {
    return copy.status().tcp().orElseThrow();
  }

  private Socket connect(int port) throws IOException {
    return connect(port, "127.0.0.1");
  }

  private Socket connect(int port, String from) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(10_000);
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  @Test
  void it_is_off_until_it_is_switched_on() throws Exception {
    assertThat(copy.status()).isEqualTo(CopyStatus.OFF);
    int port = listening();
    assertThat(tcp().address()).hasValue("127.0.0.1:" + port);
    copy.use(OutputSettings.DEFAULT);
    assertThat(copy.status()).isEqualTo(CopyStatus.OFF);
  }

  @Test
  void every_client_gets_the_same_telegrams_and_what_it_sends_is_thrown_away() throws Exception {
    int port = listening();
    List<Socket> clients = List.of(connect(port), connect(port), connect(port), connect(port));
    await().atMost(LIMIT).until(() -> tcp().clients().size() == 4);
    clients.get(0).getOutputStream().write(new byte[2000]);
    try (MeterPort meter = meter(LineSetting.BAUD_115200)) {
      for (int number = 0; number < 10; number++) {
        send(meter, number);
      }
      for (Socket client : clients) {
        for (int number = 0; number < 10; number++) {
          byte[] telegram = NumberedTelegrams.telegram(number);
          assertThat(client.getInputStream().readNBytes(telegram.length)).isEqualTo(telegram);
        }
      }
    }
    assertThat(connect(port).getInputStream().read()).as("a fifth client").isEqualTo(-1);
  }

  @Test
  void a_client_that_stops_reading_loses_whole_telegrams_and_the_others_none() throws Exception {
    int port = listening();
    Socket lazy = connect(port);
    InputStream diligent = connect(port).getInputStream();
    await().atMost(LIMIT).until(() -> tcp().clients().size() == 2);
    int sent = 0;
    try (MeterPort meter = meter(LineSetting.BAUD_115200)) {
      while (tcp().clients().stream().allMatch(c -> c.lostTelegrams() < 50)) {
        send(meter, sent % 90);
        byte[] telegram = NumberedTelegrams.telegram(sent++);
        assertThat(diligent.readNBytes(telegram.length)).isEqualTo(telegram);
      }
      // It reads on: first what was on its way, then what comes from now on.
      ByteArrayOutputStream got = new ByteArrayOutputStream();
      for (int more = 0; more < 200; more++) {
        send(meter, sent % 90);
        byte[] telegram = NumberedTelegrams.telegram(sent++);
        assertThat(diligent.readNBytes(telegram.length)).isEqualTo(telegram);
        got.writeBytes(lazy.getInputStream().readNBytes(lazy.getInputStream().available()));
      }
      byte[] last = NumberedTelegrams.telegram(sent - 1);
      while (!endsWith(got.toByteArray(), last)) {
        got.write(lazy.getInputStream().read());
      }
      assertThat(TelegramQueueTest.whole(got.toByteArray())).hasSizeBetween(200, sent - 50);
    }
    assertThat(tcp().clients()).anyMatch(c -> c.lostTelegrams() == 0);
  }

  private static boolean endsWith(byte[] stream, byte[] end) {
    int from = stream.length - end.length;
    return from >= 0 && Arrays.equals(stream, from, stream.length, end, 0, end.length);
  }

  @Test
  void only_those_who_are_allowed_get_it() throws Exception {
    int port = listening("127.0.0.2");
    assertThat(connect(port).getInputStream().read()).isEqualTo(-1);
    connect(port, "127.0.0.2");
    await().atMost(LIMIT).until(() -> tcp().clients().size() == 1);
    assertThat(tcp().clients().get(0).address()).isEqualTo("127.0.0.2");
  }

  @Test
  void a_port_that_is_taken_is_told_and_taken_once_it_is_free() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      copy.use(outputs(other.getLocalPort()));
      await().atMost(LIMIT).until(() -> tcp().fault().isPresent());
      assertThat(tcp().fault().orElseThrow())
          .startsWith("P1 copy: cannot listen on TCP port " + other.getLocalPort());
    }
    await().atMost(LIMIT).until(() -> tcp().address().isPresent() && tcp().fault().isEmpty());
  }
}
