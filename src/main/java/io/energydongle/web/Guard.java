// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.config.Secret;
import io.energydongle.config.SettingsStore;
import io.energydongle.snapshot.MonotonicClock;
import io.javalin.http.Context;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in front of every request: who may come in, and who may change something.
 *
 * <p>Source: {@code platform.md} section 8.
 */
final class Guard {

  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final String COOKIE = "session";
  private static final int PASSWORD_LENGTH_MIN = 10;
  private static final int PASSWORD_LENGTH_MAX = 128;

  private final SettingsStore settings;
  private final Surroundings surroundings;
  private final Sessions sessions;
  private final LoginDelay delay;
  private final RequestRate rate;

  Guard(SettingsStore settings, Surroundings surroundings, MonotonicClock clock) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.sessions = new Sessions(clock);
    this.delay = new LoginDelay(clock);
    this.rate = new RequestRate(clock);
  }

  /** Before everything: name, rate, and where a change comes from. */
  void check(Context request) throws ApiException {
    String host = request.header("Host");
    if (host == null || !HostNames.isOwn(host)) {
      throw new ApiException(
          421, "unknown-host", "This device is not called that; use its address or its name.");
    }
    if (!rate.allows(request.ip())) {
      throw new ApiException(429, "too-many-requests", "Too many requests; wait a second.");
    }
    if (!SAFE.contains(request.method().name())) {
      checkOrigin(request, host);
    }
  }

  /** Browsers say where a change comes from; programs say nothing, and hold no foreign cookie. */
  private static void checkOrigin(Context request, String host) throws ApiException {
    String site = request.header("Sec-Fetch-Site");
    String origin = request.header("Origin");
    boolean foreignSite = site != null && !site.equals("same-origin") && !site.equals("none");
    boolean foreignOrigin = origin != null && !host.equals(authority(origin));
    if (foreignSite || foreignOrigin) {
      throw new ApiException(
          403, "foreign-origin", "Changes are only taken from the pages of this device.");
    }
    String type = request.contentType();
    boolean body = request.contentLength() > 0 || request.header("Transfer-Encoding") != null;
    if (body && (type == null || !type.startsWith("application/json"))) {
      throw new ApiException(
          415, "json-expected", "The body must be JSON, with Content-Type: application/json.");
    }
  }

  private static String authority(String origin) {
    try {
      String authority = URI.create(origin).getRawAuthority();
      return authority == null ? "" : authority;
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** For live values: open, unless the user closed them. */
  void requireReader(Context request) throws ApiException {
    if (!settings.current().access().readingOpen()) {
      requireAdmin(request);
    }
  }

  /** For everything that changes or shows settings. */
  void requireAdmin(Context request) throws ApiException {
    if (!isAdmin(request)) {
      throw new ApiException(401, "login-required", "Log in first.");
    }
  }

  /** True when the request comes from somebody who has logged in. */
  boolean isAdmin(Context request) {
    String name = request.cookie(COOKIE);
    return name != null && sessions.touch(name);
  }

  /** Checks a password and begins a session. */
  void login(Context request, String password) throws ApiException {
    int wait = delay.secondsToWait();
    if (wait > 0) {
      throw new ApiException(
          429,
          List.of(
              new ApiException.Fault(
                  "too-many-tries", "Too many wrong passwords; wait " + wait + " s.", "password")),
          wait);
    }
    if (password.length() > PASSWORD_LENGTH_MAX || !isRight(password)) {
      delay.wrong();
      LOG.warn("wrong password from {}", request.ip());
      throw new ApiException(
          401,
          List.of(
              new ApiException.Fault(
                  "wrong-password",
                  "The password is wrong. Until it is changed it is the key on the sticker.",
                  "password")),
          0);
    }
    delay.right();
    request
        .res()
        .addHeader(
            "Set-Cookie", COOKIE + "=" + sessions.begin() + "; Path=/; HttpOnly; SameSite=Strict");
    LOG.info("login from {}", request.ip());
  }

  /** Ends the session. */
  void logout(Context request) {
    String name = request.cookie(COOKIE);
    if (name != null) {
      sessions.end(name);
    }
    request
        .res()
        .addHeader("Set-Cookie", COOKIE + "=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
  }

  /** Changes the password, which ends every session. */
  void changePassword(String password) throws ApiException, SettingsStore.NotSavedException {
    if (password.length() < PASSWORD_LENGTH_MIN || password.length() > PASSWORD_LENGTH_MAX) {
      throw new ApiException(
          422,
          List.of(
              new ApiException.Fault(
                  "invalid",
                  "must have "
                      + PASSWORD_LENGTH_MIN
                      + " to "
                      + PASSWORD_LENGTH_MAX
                      + " characters, has "
                      + password.length(),
                  "access.password")),
          0);
    }
    Secret hash = Passwords.hash(password);
    settings.change(s -> s.withAccess(s.access().withPasswordHash(hash)));
    sessions.endAll();
    LOG.info("the password was changed");
  }

  private boolean isRight(String password) {
    Optional<Secret> hash = settings.current().access().passwordHash();
    if (hash.isPresent()) {
      return Passwords.matches(password, hash.get());
    }
    return surroundings
        .stickerKey()
        .map(
            key ->
                MessageDigest.isEqual(
                    key.getBytes(StandardCharsets.UTF_8),
                    password.getBytes(StandardCharsets.UTF_8)))
        .orElse(false);
  }
}
