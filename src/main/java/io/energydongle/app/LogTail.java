// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Keeps the newest lines of the log in memory, for the page. Thread safe. */
final class LogTail extends AppenderBase<ILoggingEvent> {

  private static final int LINES_MAX = 300;
  private static final int LINE_LENGTH_MAX = 500;

  private final Deque<String> lines = new ArrayDeque<>();

  private LogTail() {}

  /** From now on keeps what every logger writes. */
  static LogTail begin() {
    LogTail tail = new LogTail();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    tail.setContext(root.getLoggerContext());
    tail.start();
    root.addAppender(tail);
    return tail;
  }

  @Override
  protected void append(ILoggingEvent event) {
    String line =
        event.getInstant().truncatedTo(ChronoUnit.SECONDS)
            + " "
            + event.getLevel()
            + " "
            + event.getFormattedMessage();
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      line += " (" + thrown.getClassName() + ": " + thrown.getMessage() + ")";
    }
    if (line.length() > LINE_LENGTH_MAX) {
      line = line.substring(0, LINE_LENGTH_MAX) + "...";
    }
    synchronized (lines) {
      lines.addLast(line);
      if (lines.size() > LINES_MAX) {
        lines.removeFirst();
      }
    }
  }

  /** The newest lines, oldest first. */
  List<String> lines() {
    synchronized (lines) {
      return new ArrayList<>(lines);
    }
  }
}
