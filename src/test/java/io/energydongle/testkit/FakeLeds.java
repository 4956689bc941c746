// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder with files like those of the kernel's LED class, without the kernel behind it. */
public final class FakeLeds {

  private final Path dir;

  /** An empty folder. */
  public FakeLeds(Path dir) throws IOException {
    this.dir = Files.createDirectories(dir);
  }

  /** The folder. */
  public Path dir() {
    return dir;
  }

  /** Adds a LED of one colour, lit by a trigger of the kernel, as after the boot. */
  public void add(String name, int most) throws IOException {
    Path led = Files.createDirectories(dir.resolve(name));
    Files.writeString(led.resolve("brightness"), most + "\n");
    Files.writeString(led.resolve("max_brightness"), most + "\n");
    Files.writeString(led.resolve("trigger"), "none timer heartbeat [default-on]\n");
  }

  /** Adds a LED of several colours, dark. */
  public void addMulticolor(String name, int most, String index) throws IOException {
    Path led = Files.createDirectories(dir.resolve(name));
    Files.writeString(led.resolve("brightness"), "0\n");
    Files.writeString(led.resolve("max_brightness"), most + "\n");
    Files.writeString(led.resolve("trigger"), "[none] timer heartbeat default-on\n");
    Files.writeString(led.resolve("multi_index"), index + "\n");
    Files.writeString(led.resolve("multi_intensity"), "0 0 0\n");
  }

  /** What a file of a LED holds. */
  public String read(String led, String file) throws IOException {
    return Files.readString(dir.resolve(led).resolve(file)).strip();
  }

  /** The colour that the lights {@code red} and {@code green} make. */
  public String colour(String red, String green) throws IOException {
    boolean redOn = !read(red, "brightness").equals("0");
    boolean greenOn = !read(green, "brightness").equals("0");
    return redOn ? (greenOn ? "orange" : "red") : greenOn ? "green" : "off";
  }
}
