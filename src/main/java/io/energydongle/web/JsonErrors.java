// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What Jetty refuses before any route sees it is told in the same form as every other error. */
final class JsonErrors extends ErrorHandler {

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String message =
        switch (response.getStatus()) {
          case 414 -> "The address is too long.";
          case 431 -> "The headers are too long; 8 KiB is the limit.";
          default -> "This is not a request that can be understood.";
        };
    byte[] json =
        ("{\"error\":{\"code\":\"bad-request\",\"message\":\"" + message + "\"}}")
            .getBytes(StandardCharsets.US_ASCII);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, json.length);
    response.write(true, ByteBuffer.wrap(json), callback);
    return true;
  }
}
