// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;

/**
 * Bounds the connections of the web server. A newcomer always gets in: the one that has been idle
 * longest makes room, so that somebody who opens hundreds and says nothing keeps nobody out.
 */
final class ConnectionLimit implements Connection.Listener {

  private final int max;
  private final Set<EndPoint> open = new LinkedHashSet<>();

  ConnectionLimit(int max) {
    this.max = max;
  }

  @Override
  public void onOpened(Connection connection) {
    EndPoint leaving = null;
    synchronized (open) {
      open.add(connection.getEndPoint());
      if (open.size() > max) {
        leaving = idleLongest();
        open.remove(leaving);
      }
    }
    if (leaving != null) {
      leaving.close();
    }
  }

  /** Connections that are open. */
  int open() {
    synchronized (open) {
      return open.size();
    }
  }

  private EndPoint idleLongest() {
    EndPoint found = open.iterator().next();
    long longest = -1;
    for (EndPoint each : open) {
      long idle = each instanceof AbstractEndPoint point ? point.getIdleFor() : 0;
      if (idle > longest) {
        longest = idle;
        found = each;
      }
    }
    return found;
  }

  @Override
  public void onClosed(Connection connection) {
    synchronized (open) {
      open.remove(connection.getEndPoint());
    }
  }
}
