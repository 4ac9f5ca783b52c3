package org.thermos.mesos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.thermos.http.TrustEverything;
import org.thermos.mesos.TlsSettings.Verification;

/** Puts TLS over connections to the agent, as libprocess's variables ask for. */
final class TlsSockets {

  private static final char[] NO_PASSWORD = {};

  private final SSLContext context;
  private final Verification verification;

  private TlsSockets(SSLContext context, Verification verification) {
    this.context = context;
    this.verification = verification;
  }

  /**
   * Reads certificates and keys.
   *
   * @throws EnvironmentException naming the file that cannot be used
   */
  static TlsSockets of(TlsSettings settings) throws EnvironmentException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(settings), trust(settings), null);
      return new TlsSockets(context, settings.verification());
    } catch (GeneralSecurityException | IOException e) {
      throw new EnvironmentException("Cannot set up TLS to the agent: " + e.getMessage());
    }
  }

  /** Speaks TLS over {@code wire}; the handshake has happened when this returns. */
  Socket wrap(Socket wire, AgentEndpoint.Tcp endpoint) throws IOException {
    String peer =
        verification == Verification.REVERSE_NAME
            ? InetAddress.getByName(endpoint.address()).getCanonicalHostName()
            : endpoint.address();
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(wire, peer, endpoint.port(), true);
    if (verification != Verification.NONE) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
    }
    socket.startHandshake();
    return socket;
  }

  private static KeyManager[] keys(TlsSettings settings)
      throws GeneralSecurityException, IOException {
    if (settings.certificateFile().isEmpty() || settings.keyFile().isEmpty()) {
      return new KeyManager[0];
    }
    List<X509Certificate> chain = PemFiles.certificates(settings.certificateFile().get());
    PrivateKey key = PemFiles.privateKey(settings.keyFile().get());
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setKeyEntry("executor", key, NO_PASSWORD, chain.toArray(new Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static TrustManager[] trust(TlsSettings settings)
      throws GeneralSecurityException, IOException {
    if (settings.verification() == Verification.NONE) {
      // What LIBPROCESS_SSL_VERIFY_CERT=false asks for, and libprocess does unless told otherwise.
      return new TrustManager[] {new TrustEverything()};
    }
    KeyStore store = null; // The JVM's own list.
    if (settings.authorities().isPresent()) {
      store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int index = 0;
      for (X509Certificate authority : PemFiles.certificates(settings.authorities().get())) {
        store.setCertificateEntry("authority-" + index++, authority);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}
