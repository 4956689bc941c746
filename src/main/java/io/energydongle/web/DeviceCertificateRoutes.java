// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import static io.energydongle.web.WebServer.API;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.identity.IdentityException;
import io.energydongle.identity.KeyAndCertificate;
import io.energydongle.web.Surroundings.DeviceCertificate;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate that the device shows to brokers, and its renewal. */
final class DeviceCertificateRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceCertificateRoutes.class);

  private final Guard guard;
  private final Bodies bodies;
  private final Surroundings surroundings;

  DeviceCertificateRoutes(Guard guard, Bodies bodies, Surroundings surroundings) {
    this.guard = guard;
    this.bodies = bodies;
    this.surroundings = surroundings;
  }

  void addTo(RoutesConfig routes) {
    routes.get(API + "/mqtt/certificate", this::show);
    routes.put(API + "/mqtt/certificate", this::bring);
    routes.post(API + "/mqtt/certificate/request", this::request);
    routes.delete(API + "/mqtt/certificate/request", this::cancel);
  }

  private void show(Context request) throws ApiException {
    guard.requireAdmin(request);
    answer(request);
  }

  private void answer(Context request) throws ApiException {
    try {
      DeviceCertificate state = surroundings.deviceCertificate();
      ObjectNode answer = JsonNodeFactory.instance.objectNode();
      answer.put("serial", state.serial());
      answer.put("requested", state.requested());
      state.inUse().ifPresent(pair -> fill(answer.putObject("in_use"), pair));
      state.waiting().ifPresent(pair -> fill(answer.putObject("waiting"), pair));
      Answers.json(request, answer);
    } catch (IdentityException e) {
      throw unusable(e);
    }
  }

  private static void fill(ObjectNode node, KeyAndCertificate pair) {
    node.put("subject", pair.certificate().getSubjectX500Principal().getName());
    node.put("issuer", pair.certificate().getIssuerX500Principal().getName());
    node.put("sha256", pair.fingerprint());
    node.put("not_after", pair.certificate().getNotAfter().toInstant().toString());
  }

  private void request(Context request) throws ApiException {
    guard.requireAdmin(request);
    try {
      String made = surroundings.certificateRequest();
      Answers.json(request, JsonNodeFactory.instance.objectNode().put("request", made));
    } catch (IdentityException e) {
      throw unusable(e);
    } catch (IOException e) {
      throw notKept(e);
    }
  }

  private void cancel(Context request) throws ApiException {
    guard.requireAdmin(request);
    try {
      surroundings.cancelCertificateRequest();
      request.status(204);
    } catch (IOException e) {
      throw notKept(e);
    }
  }

  private void bring(Context request) throws ApiException {
    guard.requireAdmin(request);
    String pem = Answers.text(bodies.read(request), "certificate");
    try {
      surroundings.bringCertificate(pem);
    } catch (IdentityException e) {
      throw Answers.invalid("certificate", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw notKept(e);
    }
    LOG.info("a new device certificate was brought");
    answer(request);
  }

  private static ApiException unusable(IdentityException e) {
    return new ApiException(503, "no-identity", String.valueOf(e.getMessage()));
  }

  private static ApiException notKept(IOException e) {
    LOG.error("device certificate: {}", e.toString());
    return new ApiException(
        507,
        "not-saved",
        "The identity folder could not be written ("
            + e.getMessage()
            + "). Check that the disk is neither full nor read-only.");
  }
}
