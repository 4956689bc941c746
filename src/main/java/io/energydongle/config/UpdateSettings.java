// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.LocalTime;

/**
 * What the user chose about updates; section {@code update} of the settings.
 *
 * @param feed address of the manifest of the newest release, asked once a day; empty for never.
 * @param automatic install what the feed offers, in the quiet hours.
 * @param quietFromHour first of the quiet hours, 0..23, local time of the board.
 * @param quietToHour end of the quiet hours, 0..23; the same as the first for the whole day.
 */
public record UpdateSettings(String feed, boolean automatic, int quietFromHour, int quietToHour) {

  /** What a new device does. */
  public static final UpdateSettings DEFAULT = new UpdateSettings("", true, 2, 5);

  private static final int URL_LENGTH_MAX = 1024;

  /** True for an address that a release can be fetched from. */
  public static boolean isAddress(String url) {
    try {
      URI uri = URI.create(url);
      String scheme = String.valueOf(uri.getScheme());
      return (scheme.equals("https") || scheme.equals("http"))
          && uri.getHost() != null
          && uri.getUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Hours from the begin of the quiet hours to their end, 1..24. */
  public int quietHours() {
    int hours = Math.floorMod(quietToHour - quietFromHour, 24);
    return hours == 0 ? 24 : hours;
  }

  /** Hours since the quiet hours began; not less than {@link #quietHours} outside of them. */
  public double hoursIntoQuiet(LocalTime now) {
    double hour = now.toSecondOfDay() / 3600.0 - quietFromHour;
    return hour < 0 ? hour + 24 : hour;
  }

  void write(ObjectNode node) {
    node.put("feed", feed);
    node.put("automatic", automatic);
    node.put("quiet_from_h", quietFromHour);
    node.put("quiet_to_h", quietToHour);
  }

  static UpdateSettings read(Section section) {
    String feed = section.line("feed", DEFAULT.feed, URL_LENGTH_MAX).strip();
    if (!feed.isEmpty() && !isAddress(feed)) {
      section.wrong(
          "feed",
          "must be an address such as https://updates.example.com/energy-dongle/manifest.edu, is \""
              + feed
              + "\"");
      feed = DEFAULT.feed;
    }
    boolean automatic = section.flag("automatic", DEFAULT.automatic);
    int from = section.number("quiet_from_h", DEFAULT.quietFromHour, 0, 23);
    int to = section.number("quiet_to_h", DEFAULT.quietToHour, 0, 23);
    section.refuseUnknownKeys();
    return new UpdateSettings(feed, automatic, from, to);
  }
}
