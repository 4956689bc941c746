// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.snapshot.MonotonicClock;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the bodies of requests; bounded in size, time and number. Thread safe. */
final class Bodies {

  private static final Logger LOG = LoggerFactory.getLogger(Bodies.class);

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  /** Largest body of a request. */
  static final int BYTES_MAX = 64 * 1024;

  /** A body that trickles in holds a thread; this many may, and the others stay free. */
  static final int ARRIVING_MAX = 8;

  private static final int ARRIVING_PER_ADDRESS_MAX = 2;
  private static final long NANOS_MAX = 5_000_000_000L;

  private final MonotonicClock clock;

  /** Bodies on their way, by address. */
  private final Map<String, Integer> arriving = new HashMap<>();

  Bodies(MonotonicClock clock) {
    this.clock = clock;
  }

  /** The body, which must be one JSON object. */
  ObjectNode read(Context request) throws ApiException {
    try {
      if (JSON.readTree(bytes(request)) instanceof ObjectNode body) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(body.toString())) {
          throw new ApiException(
              400, "malformed-json", "The body holds half a character (an unpaired surrogate).");
        }
        return body;
      }
    } catch (JsonProcessingException e) {
      LOG.debug("body: {}", e.getOriginalMessage());
    } catch (IOException e) {
      throw new ApiException(400, "incomplete-body", "The body did not arrive as a whole.");
    }
    throw new ApiException(400, "malformed-json", "The body must be one JSON object.");
  }

  /** Somebody slow gets neither long nor often a thread, whoever else wants one. */
  private byte[] bytes(Context request) throws ApiException, IOException {
    InputStream in = request.req().getInputStream();
    int length = request.contentLength();
    if (length >= 0 && length <= in.available()) {
      return bytes(in);
    }
    String from = request.ip();
    synchronized (arriving) {
      int all = arriving.values().stream().mapToInt(Integer::intValue).sum();
      if (all >= ARRIVING_MAX || arriving.getOrDefault(from, 0) >= ARRIVING_PER_ADDRESS_MAX) {
        throw new ApiException(503, "busy", "Too many requests are still arriving; try again.");
      }
      arriving.merge(from, 1, Integer::sum);
    }
    try {
      return bytes(in);
    } finally {
      synchronized (arriving) {
        arriving.computeIfPresent(from, (address, count) -> count == 1 ? null : count - 1);
      }
    }
  }

  private byte[] bytes(InputStream in) throws ApiException, IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] part = new byte[4 * 1024];
    long deadline = clock.nanos() + NANOS_MAX;
    for (int count = in.read(part); count >= 0; count = in.read(part)) {
      all.write(part, 0, count);
      if (all.size() > BYTES_MAX) {
        throw Answers.tooLarge();
      }
      if (clock.nanos() - deadline > 0) {
        throw new ApiException(408, "too-slow", "The body took more than 5 s to arrive.");
      }
    }
    return all.toByteArray();
  }
}
