// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.config.AccessSettings;
import io.energydongle.config.ApiToken.Scope;
import io.energydongle.config.NetworkSettings;
import io.energydongle.config.Secret;
import io.energydongle.config.SettingsStore;
import io.energydongle.snapshot.MonotonicClock;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
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
  private static final String BEARER = "Bearer ";
  private static final int PASSWORD_LENGTH_MIN = 10;
  private static final int PASSWORD_LENGTH_MAX = 128;

  private final SettingsStore settings;
  private final Surroundings surroundings;
  private final Sessions sessions;
  private final LoginDelay delay;
  private final RequestRate rate;
  private final Tokens tokens;
  private final Https https;
  private volatile Optional<Secret> passwordHash;

  /** What somebody may do; each may do what those before it may. */
  private enum Level {
    NOBODY,
    READ,
    CONFIG,
    ADMIN
  }

  Guard(
      SettingsStore settings,
      Surroundings surroundings,
      Tokens tokens,
      Https https,
      MonotonicClock clock) {
    this.https = https;
    this.settings = settings;
    this.surroundings = surroundings;
    this.sessions = new Sessions(clock);
    this.delay = new LoginDelay(clock);
    this.rate = new RequestRate(clock);
    this.tokens = tokens;
    this.passwordHash = settings.current().access().passwordHash();
    settings.addListener(changed -> endSessionsOfAnOlderPassword(changed.access().passwordHash()));
  }

  /** Everybody has to log in again. */
  void endSessions() {
    sessions.endAll();
  }

  private void endSessionsOfAnOlderPassword(Optional<Secret> hash) {
    if (!hash.equals(passwordHash)) {
      passwordHash = hash;
      sessions.endAll();
    }
  }

  /** Before everything: name, rate, and where a change comes from. */
  void check(Context request) throws ApiException {
    String host = request.header("Host");
    boolean own = host != null && HostNames.isOwn(host, request.req().getLocalAddr());
    if (!own && leadToPage(request)) {
      return;
    }
    if (host == null || !own) {
      throw new ApiException(
          421, "unknown-host", "This device is not called that; use its address or its name.");
    }
    requireTls(request, host);
    if (!rate.allows(request.ip())) {
      throw new ApiException(429, "too-many-requests", "Too many requests; wait a second.");
    }
    if (!SAFE.contains(request.method().name())) {
      checkOrigin(request, host);
    }
  }

  /**
   * True when a request may have the reading without another look: it calls the device by its name,
   * anybody may read, and there is room for it. Everything else goes the long way and learns why.
   */
  boolean mayReadAtOnce(String host, String calledAddress, String from) {
    AccessSettings access = settings.current().access();
    return access.readingOpen()
        && access.https() != AccessSettings.Https.REQUIRED
        && HostNames.isOwn(host, calledAddress)
        && rate.allows(from);
  }

  /**
   * On the access point every name leads here, and phones ask for well-known ones to find out
   * whether there is a page to log in on; this answer opens it. True when it was given.
   */
  private boolean leadToPage(Context request) {
    if (!request.method().equals(HandlerType.GET) || !isOnAccessPoint(request)) {
      return false;
    }
    request.header("Cache-Control", "no-store");
    request.redirect("http://" + request.req().getLocalAddr() + "/", HttpStatus.FOUND);
    request.skipRemainingHandlers();
    return true;
  }

  /** True when a request came over the device's own Wi-Fi. */
  private boolean isOnAccessPoint(Context request) {
    return surroundings
        .network()
        .accessPoint()
        .filter(own -> own.address().equals(request.req().getLocalAddr()))
        .isPresent();
  }

  /** For settings, and on the access point of a device whose network was not chosen yet. */
  void requireConfigOrFirstUse(Context request) throws ApiException {
    boolean firstUse =
        settings.current().network().connection() == NetworkSettings.Connection.FIRST_USE;
    if (!firstUse || !isOnAccessPoint(request)) {
      requireConfig(request);
    }
  }

  /** Where TLS is mandatory, pages lead to it and everything else is refused. */
  private void requireTls(Context request, String host) throws ApiException {
    Optional<Integer> port = https.port();
    if (isSecure(request)
        || port.isEmpty()
        || settings.current().access().https() != AccessSettings.Https.REQUIRED) {
      return;
    }
    String address = "https://" + HostNames.withoutPort(host) + ":" + port.get();
    if (request.method().equals(HandlerType.GET) && !request.path().startsWith("/api/")) {
      request.redirect(address + request.path(), HttpStatus.TEMPORARY_REDIRECT);
      request.skipRemainingHandlers();
      return;
    }
    throw new ApiException(403, "https-required", "This device answers on " + address + " only.");
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
    if (body && request.path().equals(UpdateRoutes.FILE)) {
      // A form of another site can send plain text or a form, but not this.
      if (type == null || !type.startsWith("application/octet-stream")) {
        throw new ApiException(
            415,
            "file-expected",
            "The body must be a release, with Content-Type: application/octet-stream.");
      }
      return;
    }
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
    Level level = level(request);
    if (level == Level.NOBODY && !settings.current().access().readingOpen()) {
      throw loginRequired();
    }
  }

  /** For settings and actions. */
  void requireConfig(Context request) throws ApiException {
    require(request, Level.CONFIG);
  }

  /** For passwords, tokens, certificates and what touches them: nobody but who has logged in. */
  void requireAdmin(Context request) throws ApiException {
    require(request, Level.ADMIN);
  }

  private void require(Context request, Level least) throws ApiException {
    Level level = level(request);
    if (level == Level.NOBODY) {
      throw loginRequired();
    }
    if (level.compareTo(least) < 0) {
      throw new ApiException(
          403,
          "scope-too-small",
          least == Level.ADMIN
              ? "A token cannot do that; log in with the password."
              : "This token may only read; make one with the scope config.");
    }
  }

  private static ApiException loginRequired() {
    return new ApiException(401, "login-required", "Log in first.");
  }

  /** True when the request comes from somebody who has logged in. */
  boolean isAdmin(Context request) {
    String name = request.cookie(cookie(request));
    return name != null && sessions.touch(name);
  }

  /** What this request may do. A token that is not known is an error, even where none is needed. */
  private Level level(Context request) throws ApiException {
    String authorization = request.header("Authorization");
    if (authorization == null) {
      return isAdmin(request) ? Level.ADMIN : Level.NOBODY;
    }
    Optional<Scope> scope =
        authorization.startsWith(BEARER)
            ? tokens.scopeOf(authorization.substring(BEARER.length()).strip())
            : Optional.empty();
    if (scope.isEmpty()) {
      throw new ApiException(
          401,
          "unknown-token",
          "This token is not known here. Send one that was made on the settings page as"
              + " Authorization: Bearer.");
    }
    return scope.get() == Scope.CONFIG ? Level.CONFIG : Level.READ;
  }

  /** A browser takes a name with this prefix over TLS only, so the two never mix. */
  private static String cookie(Context request) {
    return isSecure(request) ? "__Host-session" : "session";
  }

  /** True when the request came over TLS. */
  static boolean isSecure(Context request) {
    return request.scheme().equals("https");
  }

  /** Checks a password and begins a session. */
  void login(Context request, String password) throws ApiException {
    int wait = delay.secondsToWaitOrTry();
    if (wait > 0) {
      throw new ApiException(
          429,
          List.of(
              new ApiException.Fault(
                  "too-many-tries", "Too many wrong passwords; wait " + wait + " s.", "password")),
          wait);
    }
    if (password.length() > PASSWORD_LENGTH_MAX || !isRight(password)) {
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
    setCookie(request, sessions.begin(), "");
    LOG.info("login from {}", request.ip());
  }

  /** Ends the session. */
  void logout(Context request) {
    String name = request.cookie(cookie(request));
    if (name != null) {
      sessions.end(name);
    }
    setCookie(request, "", "; Max-Age=0");
  }

  private static void setCookie(Context request, String value, String age) {
    String secure = isSecure(request) ? "; Secure" : "";
    request
        .res()
        .addHeader(
            "Set-Cookie",
            cookie(request) + "=" + value + "; Path=/; HttpOnly; SameSite=Strict" + secure + age);
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
