// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import io.energydongle.config.AccessSettings;
import io.energydongle.config.WholeFile;
import io.energydongle.identity.IdentityException;
import io.energydongle.identity.KeyAndCertificate;
import io.energydongle.identity.Pem;
import io.energydongle.identity.SelfMade;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page over TLS: a connector beside the plain one, with the certificate that the user brought
 * or, until then, one that the device made for itself. Opened, closed and given another certificate
 * while everything runs. Thread safe.
 *
 * <p>Source: {@code platform.md} section 8, "TLS on LAN".
 */
final class Https {

  private static final Logger LOG = LoggerFactory.getLogger(Https.class);

  private static final String SELF_MADE = "https.p12";
  private static final String UPLOADED = "https.pem";
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_USE = "2.5.29.37.0";
  private static final int RETRY_SECONDS = 30;
  private static final List<String> NAMES = List.of("energy-dongle.local", "energy-dongle");

  private final String address;
  private final int port;
  private final Path stateDir;
  private final ConnectionLimit limit;
  private @Nullable Server server;
  private @Nullable HttpConfiguration http;
  private @Nullable ServerConnector connector;
  private SslContextFactory.@Nullable Server context;
  private @Nullable KeyAndCertificate certificate;
  private boolean retrying;
  private volatile boolean wanted;
  private volatile boolean uploaded;

  /** Read by every request, which must not wait while a certificate is made. */
  private volatile Optional<Integer> openPort = Optional.empty();

  private volatile Optional<String> fault = Optional.empty();

  /**
   * A connector that is not open yet.
   *
   * @param port 0 when this board does not serve TLS; -1 takes any free port.
   * @param stateDir where keys and certificates are kept.
   */
  Https(String address, int port, Path stateDir, ConnectionLimit limit) {
    this.address = address;
    this.port = port;
    this.stateDir = stateDir;
    this.limit = limit;
  }

  /** Opens or closes, as the settings say; to be called again when they change. */
  void use(AccessSettings.Https mode) {
    boolean now = port != 0 && mode != AccessSettings.Https.OFF;
    // Whoever saves other settings does not wait until a certificate has been made.
    if (now != wanted) {
      change(now);
    }
  }

  private synchronized void change(boolean now) {
    wanted = now;
    apply();
  }

  /** The server has started; from now on the connector can be opened. */
  synchronized void attach(Server started, HttpConfiguration plain) {
    server = started;
    HttpConfiguration secure = new HttpConfiguration(plain);
    // Called by address as often as by name, so the name in the handshake proves nothing.
    secure.addCustomizer(new SecureRequestCustomizer(false));
    http = secure;
    apply();
  }

  private void apply() {
    Server to = server;
    HttpConfiguration with = http;
    if (to == null || with == null) {
      return;
    }
    if (wanted && connector == null) {
      open(to, with);
    } else if (!wanted && connector != null) {
      // The answer to whoever asked for this goes out first.
      later(1, this::closeUnlessWanted);
    }
  }

  private synchronized void again() {
    retrying = false;
    apply();
  }

  private static void later(int seconds, Runnable work) {
    CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS).execute(work);
  }

  private synchronized void closeUnlessWanted() {
    if (!wanted) {
      close();
    }
  }

  private void open(Server to, HttpConfiguration with) {
    ServerConnector opened = null;
    try {
      KeyAndCertificate using = load();
      SslContextFactory.Server tls = new SslContextFactory.Server();
      tls.setSslContext(context(using));
      tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
      opened =
          new PatientConnector(
              to, AbstractConnectionFactory.getFactories(tls, new HttpConnectionFactory(with)));
      opened.setHost(address);
      opened.setPort(Math.max(0, port));
      opened.setIdleTimeout(with.getIdleTimeout());
      opened.addBean(limit);
      to.addConnector(opened);
      opened.start();
      connector = opened;
      openPort = Optional.of(opened.getLocalPort());
      context = tls;
      certificate = using;
      fault = Optional.empty();
      LOG.info("web page on https://{}:{}", address, opened.getLocalPort());
    } catch (Exception e) {
      if (opened != null) {
        to.removeConnector(opened);
      }
      fault = Optional.of("The page cannot be served over HTTPS: " + e.getMessage() + ".");
      LOG.error(
          "the page cannot be served over https on {}:{} ({}); trying again in {} s",
          address,
          port,
          e.toString(),
          RETRY_SECONDS);
      if (!retrying) {
        retrying = true;
        later(RETRY_SECONDS, this::again);
      }
    }
  }

  /** Ends the connections that are open over TLS, and takes no more. */
  private void close() {
    ServerConnector open = connector;
    if (open == null) {
      return;
    }
    connector = null;
    openPort = Optional.empty();
    try {
      open.stop();
    } catch (Exception e) {
      LOG.warn("https connector: {}", e.toString());
    }
    if (server != null) {
      server.removeConnector(open);
    }
    LOG.info("the page is no longer served over https");
  }

  /** Port it listens on; empty while it does not. */
  Optional<Integer> port() {
    return openPort;
  }

  /** True when this board can serve TLS at all. */
  boolean isPossible() {
    return port != 0;
  }

  /** A sentence when it should listen and cannot. */
  Optional<String> fault() {
    return wanted ? fault : Optional.empty();
  }

  /**
   * The certificate in use, or the one that would be.
   *
   * @throws IdentityException when there is none and none can be made.
   */
  synchronized KeyAndCertificate certificate() throws IdentityException {
    KeyAndCertificate using = certificate;
    return using != null && connector != null ? using : load();
  }

  /** True when the certificate is one that the user brought. */
  boolean isUploaded() {
    return uploaded;
  }

  /**
   * Takes a key and certificate of the user into use.
   *
   * @param pem both of them, as they came.
   * @throws IOException when they cannot be kept; nothing was changed.
   */
  synchronized void upload(KeyAndCertificate given, String pem) throws IOException {
    WholeFile.write(stateDir.resolve(UPLOADED), pem.getBytes(StandardCharsets.ISO_8859_1));
    reload(given);
  }

  /**
   * Back to the certificate that the device made.
   *
   * @throws IOException when the other one cannot be removed; nothing was changed.
   */
  synchronized void forget() throws IOException, IdentityException {
    KeyAndCertificate selfMade = SelfMade.in(stateDir.resolve(SELF_MADE), NAMES);
    Files.deleteIfExists(stateDir.resolve(UPLOADED));
    reload(selfMade);
  }

  /**
   * What is wrong with a certificate for a page.
   *
   * @throws IdentityException with a sentence, when no browser would take it.
   */
  static void check(KeyAndCertificate given, Instant now) throws IdentityException {
    X509Certificate leaf = given.certificate();
    if (leaf.getNotAfter().toInstant().isBefore(now)) {
      throw new IdentityException("must not be over, ended on " + leaf.getNotAfter().toInstant());
    }
    if (leaf.getNotBefore().toInstant().isAfter(now)) {
      throw new IdentityException(
          "must have begun already, begins on " + leaf.getNotBefore().toInstant());
    }
    String algorithm = leaf.getPublicKey().getAlgorithm();
    if (!algorithm.equals("EC") && !algorithm.equals("RSA")) {
      throw new IdentityException("must have an EC or RSA key, because browsers take no other");
    }
    String signed = leaf.getSigAlgName();
    if (signed.startsWith("SHA1") || signed.startsWith("MD5")) {
      throw new IdentityException("must not be signed with " + signed + ", which browsers refuse");
    }
    try {
      List<String> uses = leaf.getExtendedKeyUsage();
      if (uses != null && !uses.contains(SERVER_AUTH) && !uses.contains(ANY_USE)) {
        throw new IdentityException("must be made for servers (serverAuth)");
      }
    } catch (CertificateParsingException e) {
      throw new IdentityException("holds a certificate that is damaged; copy the file as a whole");
    }
  }

  private void reload(KeyAndCertificate given) {
    certificate = given;
    uploaded = Files.exists(stateDir.resolve(UPLOADED));
    SslContextFactory.Server open = context;
    if (connector == null || open == null) {
      apply();
      return;
    }
    try {
      SSLContext fresh = context(given);
      open.reload(factory -> factory.setSslContext(fresh));
    } catch (Exception e) {
      throw new IllegalStateException("a certificate that was checked is refused", e);
    }
  }

  private KeyAndCertificate load() throws IdentityException {
    Path own = stateDir.resolve(UPLOADED);
    uploaded = Files.exists(own);
    if (uploaded) {
      try {
        String pem = Files.readString(own, StandardCharsets.ISO_8859_1);
        return KeyAndCertificate.matching(Pem.privateKey(pem), Pem.certificates(pem));
      } catch (IOException | IdentityException e) {
        LOG.error("{} cannot be used ({}); the self-made certificate is", own, e.toString());
        uploaded = false;
      }
    }
    return SelfMade.in(stateDir.resolve(SELF_MADE), NAMES);
  }

  private static SSLContext context(KeyAndCertificate using)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    char[] none = new char[0];
    store.setKeyEntry("page", using.key(), none, using.chain().toArray(new Certificate[0]));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, none);
    SSLContext context = SSLContext.getInstance("TLS");
    // Nobody has to prove who he is; left out, all authorities of the system would be loaded.
    KeyStore nobody = KeyStore.getInstance("PKCS12");
    nobody.load(null, null);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(nobody);
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
