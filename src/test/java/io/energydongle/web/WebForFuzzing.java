// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.config.Settings;
import io.energydongle.testkit.Scratch;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One web server for all inputs of a fuzz test, and the bytes that go to it. */
final class WebForFuzzing extends RunningWebServer {

  /** After this long, what goes on is taken for a stream. */
  static final int STREAM_MILLIS = 400;

  static final int ANSWER_MILLIS = 20_000;
  private static final int ANSWER_BYTES_MAX = 256 * 1024;

  private Socket kept = new Socket();
  private InputStream in = InputStream.nullInputStream();

  WebForFuzzing() {
    state = Scratch.folder();
    start();
  }

  /**
   * What is answered.
   *
   * @param status 0 when the server only closed.
   */
  record Answer(int status, String head, String body) {
    static Answer of(String text) {
      int end = text.indexOf("\r\n\r\n");
      if (!text.startsWith("HTTP/1.") || end < 0) {
        return new Answer(0, "", text);
      }
      int status = Integer.parseInt(text.substring(9, 12));
      return new Answer(status, text.substring(0, end), text.substring(end + 4));
    }
  }

  /** Time passes, so that nobody is told to wait. */
  void pass(long millis) {
    now.addAndGet(millis * 1_000_000);
  }

  /** Sends bytes as they are, says that no more will come, and takes what comes until the end. */
  String bytes(byte[] request, int waitMillis) throws IOException {
    try (Socket socket = connect(waitMillis)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      try {
        socket.getOutputStream().write(request);
        socket.shutdownOutput();
        byte[] part = new byte[8 * 1024];
        InputStream answer = socket.getInputStream();
        for (int got = answer.read(part); got > 0; got = answer.read(part)) {
          all.write(part, 0, got);
          if (all.size() > ANSWER_BYTES_MAX) {
            break;
          }
        }
      } catch (SocketTimeoutException | SocketException e) {
        // A stream goes on for ever, and what is refused may be cut off.
      }
      return all.toString(StandardCharsets.ISO_8859_1);
    }
  }

  private Socket connect(int waitMillis) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    // Closed by reset, or thousands of closed connections would use up the ports.
    socket.setSoLinger(true, 0);
    socket.setSoTimeout(waitMillis);
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** A request with a body, over a connection that is kept. */
  Answer send(String method, String path, Map<String, String> headers, byte[] body)
      throws IOException {
    StringBuilder head =
        new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    head.append("Content-Length: " + body.length + "\r\n\r\n");
    byte[] start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = new byte[start.length + body.length];
    System.arraycopy(start, 0, all, 0, start.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    for (int tries = 0; ; tries++) {
      try {
        if (!kept.isConnected() || kept.isClosed()) {
          kept = connect(ANSWER_MILLIS);
          in = new BufferedInputStream(kept.getInputStream());
        }
        kept.getOutputStream().write(all);
        return answer();
      } catch (IOException e) {
        kept.close();
        if (tries == 2) {
          throw e;
        }
      }
    }
  }

  private Answer answer() throws IOException {
    String status = line();
    StringBuilder head = new StringBuilder(status);
    int length = 0;
    boolean close = false;
    for (String line = line(); !line.isEmpty(); line = line()) {
      head.append("\r\n").append(line);
      String lower = line.toLowerCase(java.util.Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).strip());
      }
      close |= lower.equals("connection: close");
    }
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    if (close) {
      kept.close();
    }
    return new Answer(Integer.parseInt(status.substring(9, 12)), head.toString(), body);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("closed in the middle of an answer");
      }
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  /** Back to a new device. */
  void reset() {
    try {
      if (!settings.current().equals(Settings.DEFAULT)) {
        settings.reset();
      }
    } catch (io.energydongle.config.SettingsStore.NotSavedException e) {
      throw new AssertionError(e);
    }
    asked.clear();
    trial = java.util.Optional.empty();
  }

  /** Finds what only a fault would answer. */
  static void checkNoFault(Answer answer, String request) {
    for (String trace : new String[] {"\tat ", "at org.eclipse", "Exception:", "java.lang."}) {
      if (answer.body().contains(trace) && !request.contains(trace)) {
        throw new AssertionError("an answer with a stack trace: " + answer);
      }
    }
  }
}
