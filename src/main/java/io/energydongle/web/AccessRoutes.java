// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static io.energydongle.web.WebServer.API;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.config.ApiToken;
import io.energydongle.config.ApiToken.Scope;
import io.energydongle.config.SettingsStore.NotSavedException;
import io.energydongle.identity.IdentityException;
import io.energydongle.identity.KeyAndCertificate;
import io.energydongle.identity.Pem;
import io.energydongle.web.ApiException.Fault;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Login, password, tokens and certificate. */
final class AccessRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(AccessRoutes.class);

  private final Guard guard;
  private final Bodies bodies;
  private final Tokens tokens;
  private final Https https;
  private final Surroundings surroundings;

  AccessRoutes(Guard guard, Bodies bodies, Tokens tokens, Https https, Surroundings surroundings) {
    this.guard = guard;
    this.bodies = bodies;
    this.tokens = tokens;
    this.https = https;
    this.surroundings = surroundings;
  }

  void addTo(RoutesConfig routes) {
    routes.post(API + "/login", this::login);
    routes.post(API + "/logout", this::logout);
    routes.put(API + "/password", this::password);
    routes.get(API + "/tokens", this::listTokens);
    routes.post(API + "/tokens", this::makeToken);
    routes.delete(API + "/tokens/{id}", this::revokeToken);
    routes.get(API + "/certificate", this::certificate);
    routes.put(API + "/certificate", this::uploadCertificate);
    routes.delete(API + "/certificate", this::forgetCertificate);
  }

  private void login(Context request) throws ApiException {
    guard.login(request, Answers.text(bodies.read(request), "password"));
    request.status(204);
  }

  private void logout(Context request) {
    guard.logout(request);
    request.status(204);
  }

  private void password(Context request) throws ApiException, NotSavedException {
    guard.requireAdmin(request);
    guard.changePassword(Answers.text(bodies.read(request), "password"));
    request.status(204);
  }

  private void listTokens(Context request) throws ApiException {
    guard.requireAdmin(request);
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode list = root.putArray("tokens");
    tokens.all().forEach(token -> fill(list.addObject(), token));
    Answers.json(request, root);
  }

  private void makeToken(Context request) throws ApiException, NotSavedException {
    guard.requireAdmin(request);
    ObjectNode body = bodies.read(request);
    List<Fault> faults = new ArrayList<>();
    String name = body.path("name").asText("").strip();
    if (name.isEmpty()
        || name.length() > ApiToken.NAME_LENGTH_MAX
        || name.chars().anyMatch(Character::isISOControl)) {
      faults.add(
          new Fault(
              "invalid", "must have 1 to " + ApiToken.NAME_LENGTH_MAX + " characters", "name"));
    }
    Optional<Scope> scope =
        Arrays.stream(Scope.values())
            .filter(each -> each.code().equals(body.path("scope").asText()))
            .findFirst();
    if (scope.isEmpty()) {
      faults.add(new Fault("invalid", "must be one of read, config", "scope"));
    }
    if (tokens.all().size() >= ApiToken.TOKENS_MAX) {
      faults.add(
          new Fault(
              "too-many-tokens",
              "There are " + ApiToken.TOKENS_MAX + " tokens already; revoke one first.",
              ""));
    }
    if (!faults.isEmpty() || scope.isEmpty()) {
      throw new ApiException(422, faults, 0);
    }
    Tokens.Made made = tokens.make(name, scope.get(), surroundings.now());
    LOG.info("API token {} was made, scope {}", made.kept().id(), scope.get().code());
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    fill(answer, made.kept());
    answer.put("token", made.text());
    request.status(201);
    Answers.json(request, answer);
  }

  private static void fill(ObjectNode node, ApiToken token) {
    node.put("id", token.id()).put("name", token.name());
    node.put("scope", token.scope().code()).put("created", token.created().toString());
  }

  private void revokeToken(Context request) throws ApiException, NotSavedException {
    guard.requireAdmin(request);
    String id = request.pathParam("id");
    if (!tokens.revoke(id)) {
      throw new ApiException(404, "unknown-token", "There is no token with that id.");
    }
    LOG.info("API token {} was revoked", id);
    request.status(204);
  }

  private void certificate(Context request) throws ApiException {
    guard.requireAdmin(request);
    requirePossible();
    try {
      answer(request, https.certificate());
    } catch (IdentityException e) {
      throw new ApiException(503, "no-certificate", String.valueOf(e.getMessage()));
    }
  }

  private void requirePossible() throws ApiException {
    if (!https.isPossible()) {
      throw new ApiException(
          501, "not-available", "HTTPS is switched off in the board file (http.https_port = 0).");
    }
  }

  private void answer(Context request, KeyAndCertificate using) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("self_made", !https.isUploaded());
    answer.put("subject", using.certificate().getSubjectX500Principal().getName());
    answer.put("sha256", using.fingerprint());
    answer.put("not_after", using.certificate().getNotAfter().toInstant().toString());
    Answers.json(request, answer);
  }

  private void uploadCertificate(Context request) throws ApiException {
    guard.requireAdmin(request);
    requirePossible();
    ObjectNode body = bodies.read(request);
    String chainText = Answers.text(body, "certificate");
    String keyText = Answers.text(body, "key");
    List<Fault> faults = new ArrayList<>();
    @Nullable List<X509Certificate> chain = null;
    @Nullable PrivateKey key = null;
    try {
      chain = Pem.certificates(chainText);
    } catch (IdentityException e) {
      faults.add(new Fault("invalid", String.valueOf(e.getMessage()), "certificate"));
    }
    try {
      key = Pem.privateKey(keyText);
    } catch (IdentityException e) {
      faults.add(new Fault("invalid", String.valueOf(e.getMessage()), "key"));
    }
    if (chain == null || key == null) {
      throw new ApiException(422, faults, 0);
    }
    try {
      KeyAndCertificate given = KeyAndCertificate.matching(key, chain);
      Https.check(given, surroundings.now());
      https.upload(given, chainText + "\n" + keyText);
      LOG.info("https certificate {} was uploaded", given.fingerprint());
      answer(request, given);
    } catch (IdentityException e) {
      throw Answers.invalid("certificate", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw notKept(e);
    }
  }

  private void forgetCertificate(Context request) throws ApiException {
    guard.requireAdmin(request);
    requirePossible();
    try {
      https.forget();
      answer(request, https.certificate());
    } catch (IOException | IdentityException e) {
      throw notKept(e);
    }
  }

  private static ApiException notKept(Exception e) {
    LOG.error("https certificate: {}", e.toString());
    return new ApiException(
        507,
        "not-saved",
        "The certificate could not be saved ("
            + e.getMessage()
            + "). Check that the disk is neither full nor read-only.");
  }
}
