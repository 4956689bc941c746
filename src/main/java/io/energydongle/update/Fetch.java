// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches over HTTPS, whose certificates are checked with the authorities of the system, or over
 * plain HTTP: what is fetched is signed, so the way it takes decides about nothing.
 */
final class Fetch {

  private static final int REDIRECTS_MAX = 5;
  private static final int CONNECT_MILLIS_MAX = 15_000;
  private static final int SILENCE_MILLIS_MAX = 30_000;

  private Fetch() {}

  /**
   * What is at an address.
   *
   * @param at where it was in the end.
   */
  record Opened(InputStream stream, URI at) {}

  /** Opens what is at an address; every failure is a refusal with a sentence. */
  static Opened open(URI from) throws Refusal {
    URI uri = from;
    try {
      for (int i = 0; i <= REDIRECTS_MAX; i++) {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(CONNECT_MILLIS_MAX);
        connection.setReadTimeout(SILENCE_MILLIS_MAX);
        connection.setRequestProperty("User-Agent", Manifest.PRODUCT);
        connection.setUseCaches(false);
        int status = connection.getResponseCode();
        if (status == 200) {
          return new Opened(new Disconnecting(connection), uri);
        }
        String location = connection.getHeaderField("Location");
        connection.disconnect();
        if (status / 100 != 3) {
          throw failed(uri, "the server answers with status " + status);
        }
        uri = next(uri, location);
      }
      throw failed(from, "it leads to more than " + REDIRECTS_MAX + " other addresses");
    } catch (UnknownHostException e) {
      throw failed(uri, "there is no server of that name; check the address and the DNS server");
    } catch (SocketTimeoutException e) {
      throw failed(uri, "the server does not answer");
    } catch (SSLException e) {
      throw failed(
          uri, "its certificate is not trusted (" + e.getMessage() + "); check the clock too");
    } catch (IOException e) {
      throw failed(uri, String.valueOf(e.getMessage()));
    }
  }

  private static URI next(URI uri, @Nullable String location) throws Refusal {
    URI next;
    try {
      next = uri.resolve(URI.create(location == null ? "" : location));
    } catch (IllegalArgumentException e) {
      throw failed(uri, "it leads to something that is no address");
    }
    boolean http = "http".equals(next.getScheme());
    if (!http && !"https".equals(next.getScheme())) {
      throw failed(uri, "it leads to an address that is neither https nor http");
    }
    if (http && "https".equals(uri.getScheme())) {
      throw failed(uri, "it leads from https to plain http");
    }
    return next;
  }

  static Refusal failed(URI uri, String why) {
    return new Refusal("not-fetched", uri + " cannot be fetched: " + why + ".");
  }

  /** Ends the connection with the stream, however much is left. */
  private static final class Disconnecting extends FilterInputStream {
    private final HttpURLConnection connection;

    Disconnecting(HttpURLConnection connection) throws IOException {
      super(connection.getInputStream());
      this.connection = connection;
    }

    @Override
    public void close() throws IOException {
      // First, because closing would read on to the end.
      connection.disconnect();
      super.close();
    }
  }
}
