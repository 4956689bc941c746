// SPDX-License-Identifier: Apache-2.0

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * The least a TCP server can do: reads twelve bytes, writes the same sixty-nine every time, with a thread for
 * each client. What a
 * Modbus server takes longer than this is its own doing. Prints its port.
 */
public final class BareResponder {

  private static final int REQUEST_LENGTH = 12;
  private static final int ANSWER_LENGTH = 69;

  public static void main(String[] args) throws IOException {
    try (ServerSocket server = new ServerSocket()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      System.out.println(server.getLocalPort());
      while (true) {
        Socket client = server.accept();
        Thread thread = new Thread(() -> serve(client));
        thread.setDaemon(true);
        thread.start();
      }
    }
  }

  private static void serve(Socket client) {
    byte[] request = new byte[REQUEST_LENGTH];
    byte[] answer = new byte[ANSWER_LENGTH];
    answer[5] = ANSWER_LENGTH - 6;
    try (client) {
      client.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      while (true) {
        in.readFully(request);
        out.write(answer);
      }
    } catch (IOException e) {
      // The client has gone; the next one is welcome.
    }
  }
}
