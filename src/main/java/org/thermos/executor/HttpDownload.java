package org.thermos.executor;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.thermos.http.HttpConnection;
import org.thermos.http.HttpResponse;
import org.thermos.http.SocketGuard;
import org.thermos.http.SocketTransport;
import org.thermos.http.TcpSockets;
import org.thermos.log.TimerThread;

/**
 * Gets one body over http or https. Redirects are followed, but not from https to http.
 *
 * @param maximumBytes of the body
 * @param limit for all of it, however steadily the other side keeps sending
 */
record HttpDownload(long maximumBytes, Duration limit) {
  private static final int MAXIMUM_REDIRECTS = 10;
  private static final int OK = 200;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;
  private static final int HIGHEST_PORT = 65535;

  /** Blocks; whatever goes wrong is told without the URI. */
  void into(URI uri, WritableByteChannel target) throws IOException {
    TimerThread timer = new TimerThread("thermos-download");
    try (SocketGuard guard = new SocketGuard()) {
      var unused = timer.schedule(guard::expire, limit.toNanos(), TimeUnit.NANOSECONDS);
      try {
        follow(uri, guard, target);
      } catch (IOException e) {
        throw guard.isExpired() ? new IOException("it takes too long", e) : e;
      }
    } finally {
      timer.shutdownNow();
    }
  }

  private void follow(URI uri, SocketGuard guard, WritableByteChannel target) throws IOException {
    URI current = uri;
    for (int hops = 0; hops <= MAXIMUM_REDIRECTS; hops++) {
      HttpResponse response = get(current, guard);
      if (response.status() == OK) {
        copy(response.body(), target);
        return;
      }
      if (!REDIRECTS.contains(response.status())) {
        throw new IOException("the answer is HTTP status " + response.status());
      }
      current = redirected(current, response.location());
    }
    throw new IOException("it is redirected more than " + MAXIMUM_REDIRECTS + " times");
  }

  private static HttpResponse get(URI uri, SocketGuard guard) throws IOException {
    boolean secure = scheme(uri).equals("https");
    int port = uri.getPort() >= 0 ? uri.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
    if (port > HIGHEST_PORT) {
      throw new IOException("there is no port " + port);
    }
    Socket wire = connect(uri.getHost(), port, guard);
    wire.setSoTimeout((int) LONGEST_SILENCE.toMillis());
    Socket socket = secure ? encrypted(wire, uri.getHost(), port) : wire;
    return new HttpConnection(new SocketTransport(wire, socket))
        .exchange(head(uri), HttpConnection.Body.EMPTY);
  }

  /** By whichever address answers. */
  private static Socket connect(String host, int port, SocketGuard guard) throws IOException {
    IOException failure = new IOException("its host has no address");
    for (InetAddress address : InetAddress.getAllByName(host)) {
      try {
        Socket socket = guard.open();
        TcpSockets.connect(socket, new InetSocketAddress(address, port), LONGEST_SILENCE);
        return socket;
      } catch (IOException e) {
        failure = e;
      }
    }
    throw failure;
  }

  private static Socket encrypted(Socket wire, String host, int port) throws IOException {
    SSLSocketFactory factory = trusting();
    String name = host.replaceAll("[\\[\\]]", ""); // Of an IPv6 address.
    SSLSocket socket = (SSLSocket) factory.createSocket(wire, name, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS"); // The certificate has to name the host.
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static SSLSocketFactory trusting() throws IOException {
    try {
      return SSLContext.getDefault().getSocketFactory(); // The authorities that the JDK trusts.
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private static String head(URI uri) {
    URI ascii = URI.create(uri.toASCIIString());
    String path = Optional.ofNullable(ascii.getRawPath()).filter(it -> !it.isEmpty()).orElse("/");
    return "GET "
        + path
        + (ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery())
        + " HTTP/1.1\r\nHost: "
        + ascii.getHost()
        + (ascii.getPort() < 0 ? "" : ":" + ascii.getPort())
        + "\r\nUser-Agent: thermos\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
        + "Connection: close\r\n\r\n";
  }

  private static URI redirected(URI from, Optional<String> location) throws IOException {
    if (location.isEmpty()) {
      throw new IOException("it is redirected to nowhere");
    }
    try {
      URI target = from.resolve(new URI(location.get()));
      boolean sound =
          scheme(target).equals("https")
              || (scheme(target).equals("http") && scheme(from).equals("http"));
      if (!sound || target.getHost() == null) {
        throw new IOException(
            "it is redirected to " + target.getScheme() + ", which is not followed");
      }
      return target;
    } catch (URISyntaxException e) {
      throw new IOException("it is redirected to what is no URI", e);
    }
  }

  private static String scheme(URI uri) {
    return Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
  }

  private void copy(InputStream body, WritableByteChannel target) throws IOException {
    long total = 0;
    byte[] buffer = new byte[16 * 1024];
    for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
      total += count;
      if (total > maximumBytes) {
        throw new IOException("it has more than " + maximumBytes + " bytes");
      }
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
      while (bytes.hasRemaining()) {
        target.write(bytes);
      }
    }
  }
}
