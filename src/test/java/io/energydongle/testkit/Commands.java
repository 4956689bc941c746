// SPDX-License-Identifier: Apache-2.0
package io.energydongle.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end. */
public final class Commands {

  private Commands() {}

  /**
   * What a program did.
   *
   * @param status its exit status.
   * @param out everything it wrote to standard output.
   * @param err everything it wrote to standard error.
   */
  public record Result(int status, String out, String err) {}

  /** Runs a program without input. */
  public static Result run(String... command) throws IOException, InterruptedException {
    return run(Path.of("/dev/null"), command);
  }

  /** Runs a program with a file as its input; at most a minute. */
  public static Result run(Path input, String... command) throws IOException, InterruptedException {
    Path out = Files.createTempFile("out", "");
    Path err = Files.createTempFile("err", "");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(input.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("did not end within a minute: " + List.of(command));
      }
      return new Result(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** Runs the fat JAR with the Java of this test. */
  public static Result jar(String... words) throws IOException, InterruptedException {
    return run(Path.of("/dev/null"), javaJar(words));
  }

  /** The command line of the fat JAR with the Java of this test. */
  public static String[] javaJar(String... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Gateway.SERVICE_OPTIONS);
    command.addAll(List.of("-jar", Gateway.JAR.toString()));
    command.addAll(List.of(words));
    return command.toArray(String[]::new);
  }
}
