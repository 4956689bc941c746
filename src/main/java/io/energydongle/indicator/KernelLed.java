// SPDX-License-Identifier: Apache-2.0
package io.energydongle.indicator;

import io.energydongle.config.BoardConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A light in the kernel's LED class: one multi-colour LED, or a red and a green one. The kernel
 * knows which chip and line that is; here are only files.
 *
 * <p>Source: {@code platform.md} section 5; Linux Documentation/leds/leds-class.rst and
 * leds-class-multicolor.rst.
 */
public final class KernelLed implements StatusLed {

  private static final String NO_TRIGGER = "none";

  /** A file of the LED class and what it has to hold for each colour. */
  private record Output(Path file, String off, String red, String green, String orange) {
    String of(Colour colour) {
      return switch (colour) {
        case OFF -> off;
        case RED -> red;
        case GREEN -> green;
        case ORANGE -> orange;
      };
    }
  }

  private final List<Output> outputs;

  private KernelLed(List<Output> outputs) {
    this.outputs = outputs;
  }

  /** Finds the light that the board file names, the multi-colour one first. */
  public static StatusLed find(BoardConfig.Indicator board) throws LightException {
    Path multicolor = board.ledsDir().resolve(board.multicolor());
    if (!board.multicolor().isEmpty() && Files.exists(multicolor.resolve("multi_intensity"))) {
      return multicolor(multicolor);
    }
    Path red = board.ledsDir().resolve(board.red());
    Path green = board.ledsDir().resolve(board.green());
    for (Path led : List.of(red, green)) {
      if (!Files.exists(led.resolve("brightness"))) {
        throw new LightException(
            "The light was not found: there is no "
                + led
                + ". Add its overlay to config.txt, or name it in the board file (indicator).");
      }
    }
    String redOn = taken(red);
    String greenOn = taken(green);
    return new KernelLed(
        List.of(
            new Output(red.resolve("brightness"), "0", redOn, "0", redOn),
            new Output(green.resolve("brightness"), "0", "0", greenOn, greenOn)));
  }

  private static StatusLed multicolor(Path led) throws LightException {
    String most = taken(led);
    List<String> parts = List.of(read(led.resolve("multi_index")).split("\\s+"));
    for (String needed : List.of("red", "green")) {
      if (!parts.contains(needed)) {
        throw new LightException(
            "The light "
                + led
                + " has no "
                + needed
                + " part. Name another one in the board file.");
      }
    }
    Path file = led.resolve("multi_intensity");
    KernelLed found =
        new KernelLed(
            List.of(
                new Output(
                    file,
                    intensities(parts, most, List.of()),
                    intensities(parts, most, List.of("red")),
                    intensities(parts, most, List.of("green")),
                    intensities(parts, most, List.of("red", "green")))));
    found.show(Colour.OFF);
    write(led.resolve("brightness"), most);
    return found;
  }

  private static String intensities(List<String> parts, String most, List<String> lit) {
    List<String> values = new ArrayList<>();
    parts.forEach(part -> values.add(lit.contains(part) ? most : "0"));
    return String.join(" ", values);
  }

  /** Ends what the kernel does with a light by itself; gives the number that stands for "on". */
  private static String taken(Path led) throws LightException {
    Path trigger = led.resolve("trigger");
    if (Files.exists(trigger) && !read(trigger).contains("[" + NO_TRIGGER + "]")) {
      write(trigger, NO_TRIGGER);
    }
    return read(led.resolve("max_brightness"));
  }

  @Override
  public void show(Colour colour) throws LightException {
    for (Output output : outputs) {
      write(output.file(), output.of(colour));
    }
  }

  private static String read(Path file) throws LightException {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      throw fault(file, e);
    }
  }

  private static void write(Path file, String text) throws LightException {
    try {
      // Never made anew: a light that is gone must not become an ordinary file.
      Files.write(
          file,
          (text + "\n").getBytes(StandardCharsets.US_ASCII),
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING);
    } catch (IOException e) {
      throw fault(file, e);
    }
  }

  private static LightException fault(Path file, IOException e) {
    return e instanceof AccessDeniedException
        ? new LightException(
            "The light cannot be switched: "
                + file
                + " may not be opened by this user. Give the file to the group of the service, as"
                + " the udev rule of the package does.")
        : new LightException(
            "The light cannot be switched: "
                + e
                + ". Check its overlay in config.txt, and the names in the board file"
                + " (indicator).");
  }
}
