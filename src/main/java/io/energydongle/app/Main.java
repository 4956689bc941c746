// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import io.energydongle.config.MeterSettings;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.List;

/** Where the program starts. */
public final class Main {

  private Main() {}

  public static void main(String[] args) throws Exception {
    CommandLine line = CommandLine.parse(List.of(args));
    OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 65536);
    System.exit(
        new Decode(
                MeterSettings.DEFAULT,
                System.in,
                out,
                System.err,
                Clock.systemUTC(),
                System::nanoTime)
            .run(line.files()));
  }
}
