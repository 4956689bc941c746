// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import io.energydongle.process.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A child process with a limit on its time and on what is kept of its words. Arguments are visible
 * to everybody on the board, so secrets go through its standard input.
 */
final class Command {

  /** The output of a scan among thirty neighbours takes about 3 KiB. */
  static final int OUTPUT_BYTES_MAX = 64 * 1024;

  private static final int LINE_CHARS_MAX = 200;

  /** What nmcli is told in its editor it keeps in a file of its home: keys, too. It has none. */
  private static final String NO_HOME = "/nonexistent";

  /**
   * What it did.
   *
   * @param status its exit status.
   * @param out the beginning of what it wrote to standard output and standard error.
   */
  record Ended(int status, String out) {

    /** Its words for a log or a page: one line of printable signs, not too long. */
    String line() {
      return printable(out);
    }
  }

  private Command() {}

  /** Starts a process whose words stay in the pipe; for those that say little. */
  static Process start(List<String> words) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C.UTF-8");
    // The second is where NetworkManager 1.52 keeps it.
    builder.environment().put("HOME", NO_HOME);
    builder.environment().put("XDG_CACHE_HOME", NO_HOME);
    builder.directory(Path.of("/").toFile());
    return ChildProcess.start(builder);
  }

  /**
   * Runs a process to its end.
   *
   * @param input for its standard input.
   * @throws NetworkException when it cannot be started, or does not end in time.
   */
  static Ended run(List<String> words, String input, Duration timeout) throws NetworkException {
    Process process;
    try {
      process = start(words);
    } catch (IOException e) {
      throw new NetworkException(words.get(0) + " cannot be started; is it installed?");
    }
    try {
      CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> words(process));
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It did not want it; its exit status tells.
      }
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new NetworkException(
            words.get(0) + " did not answer within " + timeout.toSeconds() + " s");
      }
      return new Ended(process.exitValue(), out.join());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetworkException("interrupted");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Reads to the end, and keeps the beginning. */
  static String words(Process process) {
    try (InputStream in = process.getInputStream()) {
      String kept = new String(in.readNBytes(OUTPUT_BYTES_MAX), StandardCharsets.UTF_8);
      in.transferTo(OutputStream.nullOutputStream());
      return kept;
    } catch (IOException e) {
      return "";
    }
  }

  /** One line of printable signs, not too long. */
  static String printable(String text) {
    String line = text.strip().replaceAll("\\s+", " ").replaceAll("\\p{C}", "?");
    return line.length() > LINE_CHARS_MAX ? line.substring(0, LINE_CHARS_MAX) + "..." : line;
  }
}
