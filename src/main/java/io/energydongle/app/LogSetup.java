// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.energydongle.service.Journal;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.stream.Collectors;

/**
 * The log: lines on standard error. Found by Logback as a service; it reads no XML file, and what
 * would read one is not in the JAR.
 */
@ConfiguratorRank(ConfiguratorRank.NOMINAL)
public final class LogSetup extends ContextAwareBase implements Configurator {

  /** Called by Logback. */
  public LogSetup() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    Line line = new Line(Journal.takesTheLog());
    line.setContext(context);
    line.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(line);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("console");
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(console);
    context.getLogger("com.ghgande.j2mod").setLevel(Level.OFF);
    // They tell at every start what nobody needs to know.
    context.getLogger("org.eclipse.jetty").setLevel(Level.WARN);
    // What it logs as an error is thrown as well, and told in our words.
    context.getLogger("io.javalin").setLevel(Level.OFF);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * One line for an event, some more for its exception. For journald, which adds the time, with a
   * priority that it takes off again; source: sd-daemon(3).
   */
  static final class Line extends LayoutBase<ILoggingEvent> {

    private static final int THROWN_LINES_MAX = 24;
    private static final int LENGTH = 160;

    private final boolean journal;
    private final ZoneId zone = ZoneId.systemDefault();

    Line(boolean journal) {
      this.journal = journal;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
      StringBuilder line = new StringBuilder(LENGTH);
      Level level = event.getLevel();
      if (journal) {
        line.append('<').append(priority(level)).append('>');
      } else {
        time(event.getInstant().atZone(zone).toOffsetDateTime(), line);
        line.append(' ').append(level).append(level.levelStr.length() < 5 ? "  " : " ");
      }
      line.append(event.getFormattedMessage()).append('\n');
      IThrowableProxy thrown = event.getThrowableProxy();
      if (thrown != null) {
        String text = ThrowableProxyUtil.asString(thrown);
        line.append(text.lines().limit(THROWN_LINES_MAX).collect(Collectors.joining("\n")));
        line.append('\n');
      }
      return line.toString();
    }

    /**
     * ISO 8601. By hand, because the formatters of the JDK load the data of all languages first.
     */
    private static void time(OffsetDateTime time, StringBuilder line) {
      digits(time.getYear(), 1000, line);
      digits(time.getMonthValue(), 10, line.append('-'));
      digits(time.getDayOfMonth(), 10, line.append('-'));
      digits(time.getHour(), 10, line.append('T'));
      digits(time.getMinute(), 10, line.append(':'));
      digits(time.getSecond(), 10, line.append(':'));
      digits(time.getNano() / 1_000_000, 100, line.append('.'));
      line.append(time.getOffset());
    }

    private static void digits(int number, int first, StringBuilder line) {
      for (int place = first; place > 0; place /= 10) {
        line.append((char) ('0' + number / place % 10));
      }
    }

    private static int priority(Level level) {
      return switch (level.toInt()) {
        case Level.ERROR_INT -> 3;
        case Level.WARN_INT -> 4;
        case Level.INFO_INT -> 6;
        default -> 7;
      };
    }
  }
}
