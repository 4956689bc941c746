// SPDX-License-Identifier: Apache-2.0
import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** Inside the gateway's own JVM: eats its heap once the file that is its argument appears. */
public final class Glutton {
  private Glutton() {}

  public static void premain(String file) {
    Thread thread =
        new Thread(
            () -> {
              List<byte[]> eaten = new ArrayList<>();
              File sign = new File(file);
              try {
                while (!sign.exists()) {
                  Thread.sleep(100);
                }
              } catch (InterruptedException e) {
                return;
              }
              sign.delete();
              while (true) {
                eaten.add(new byte[1 << 20]);
              }
            },
            "glutton");
    thread.setDaemon(true);
    thread.start();
  }
}
