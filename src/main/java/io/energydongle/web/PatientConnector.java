// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes connections of the page without a thread of its own for that; and none for a moment while
 * there is no free file descriptor. Jetty would try again at once, without end, and write each time
 * where it stood. Those who are connected go on being served.
 */
final class PatientConnector extends ServerConnector {

  private static final Logger LOG = LoggerFactory.getLogger(PatientConnector.class);

  private static final long PAUSE_MILLIS = 200;
  private static final long SAID_ONCE_MINUTES = 1;

  /** A connector of a server; its one selector accepts, too, which is a thread less. */
  PatientConnector(Server server, ConnectionFactory... factories) {
    super(server, null, null, null, 0, 1, factories);
  }

  @Override
  protected SelectorManager newSelectorManager(
      Executor executor, Scheduler scheduler, int selectors) {
    return new Acceptance(executor, scheduler, selectors);
  }

  private final class Acceptance extends ServerConnectorManager {

    private volatile boolean said;

    Acceptance(Executor executor, Scheduler scheduler, int selectors) {
      super(executor, scheduler, selectors);
    }

    @Override
    protected @Nullable SelectableChannel doAccept(SelectableChannel listener) throws IOException {
      try {
        return super.doAccept(listener);
      } catch (IOException e) {
        if (!listener.isOpen()) {
          throw e;
        }
        say(e);
        for (ManagedSelector each : getBeans(ManagedSelector.class)) {
          pause(listener.keyFor(each.getSelector()), each.getSelector());
        }
        return null;
      }
    }

    private void say(IOException e) {
      if (!said) {
        said = true;
        LOG.warn("cannot take new connections to the page for the moment: {}", e.toString());
        getScheduler().schedule(() -> said = false, SAID_ONCE_MINUTES, TimeUnit.MINUTES);
      }
    }

    private void pause(@Nullable SelectionKey key, Selector selector) {
      if (key == null) {
        return;
      }
      key.interestOps(0);
      getScheduler()
          .schedule(
              () -> {
                try {
                  key.interestOps(SelectionKey.OP_ACCEPT);
                  selector.wakeup();
                } catch (CancelledKeyException e) {
                  LOG.debug("the page was closed meanwhile");
                }
              },
              PAUSE_MILLIS,
              TimeUnit.MILLISECONDS);
    }
  }
}
