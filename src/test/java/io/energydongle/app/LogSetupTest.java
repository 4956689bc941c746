// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogSetupTest {

  private static LoggingEvent event(Level level, @Nullable Throwable thrown) {
    Logger logger = new LoggerContext().getLogger("test");
    return new LoggingEvent("here", logger, level, "{} volts", thrown, new Object[] {230});
  }

  @Test
  void the_journal_gets_a_priority_and_no_time() {
    LogSetup.Line line = new LogSetup.Line(true);
    assertThat(line.doLayout(event(Level.ERROR, null))).isEqualTo("<3>230 volts\n");
    assertThat(line.doLayout(event(Level.WARN, null))).isEqualTo("<4>230 volts\n");
    assertThat(line.doLayout(event(Level.INFO, null))).isEqualTo("<6>230 volts\n");
  }

  @Test
  void people_get_time_and_level() {
    LogSetup.Line line = new LogSetup.Line(false);
    String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d)";
    assertThat(line.doLayout(event(Level.INFO, null))).matches(time + " INFO  230 volts\n");
    assertThat(line.doLayout(event(Level.ERROR, null))).matches(time + " ERROR 230 volts\n");
  }

  @Test
  void an_exception_is_told_in_some_lines_and_not_in_all() {
    String text = new LogSetup.Line(true).doLayout(event(Level.ERROR, new IOException("no room")));
    assertThat(text).startsWith("<3>230 volts\njava.io.IOException: no room\n").endsWith("\n");
    assertThat(text.lines()).hasSizeBetween(3, 25);
  }
}
