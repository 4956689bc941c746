// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A port of the loopback interface that stands before another one, in changing moods. */
public final class Relay implements AutoCloseable {

  /** What it does with those who connect. */
  public enum Mood {
    FORWARDS,
    /** Accepts and says nothing. */
    SILENT,
    /** Accepts, reads a little and closes in an orderly way. */
    CLOSES,
    /** Accepts and resets. */
    RESETS,
    /** Answers as a web server would. */
    SPEAKS_SOMETHING_ELSE
  }

  private final int target;
  private final ServerSocket server;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private volatile Mood mood = Mood.FORWARDS;

  /** Stands before a port of the loopback interface. */
  public Relay(int target) throws IOException {
    this.target = target;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::serve);
  }

  /** Where to connect. */
  public int port() {
    return server.getLocalPort();
  }

  /** Treats those who come from now on like that. */
  public void be(Mood changed) {
    mood = changed;
  }

  /** Breaks all connections that exist. */
  public void cut() {
    open.forEach(Relay::closeQuietly);
    open.clear();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket caller = server.accept();
        open.add(caller);
        start(() -> treat(caller));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void treat(Socket caller) {
    try {
      switch (mood) {
        case FORWARDS -> {
          Socket called = new Socket(InetAddress.getLoopbackAddress(), target);
          open.add(called);
          start(() -> copy(caller, called));
          copy(called, caller);
        }
        case SILENT -> caller.getInputStream().readAllBytes();
        case CLOSES -> {
          caller.getInputStream().readNBytes(1);
          caller.shutdownOutput();
          caller.getInputStream().readAllBytes();
          caller.close();
        }
        case RESETS -> {
          caller.setSoLinger(true, 0);
          caller.close();
        }
        case SPEAKS_SOMETHING_ELSE -> {
          OutputStream out = caller.getOutputStream();
          out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          out.flush();
          caller.getInputStream().readAllBytes();
        }
      }
    } catch (IOException e) {
      closeQuietly(caller);
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      in.transferTo(to.getOutputStream());
    } catch (IOException e) {
      closeQuietly(from);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone all the same.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
