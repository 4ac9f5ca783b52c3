package org.thermos.health;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.thermos.http.HttpConnection;
import org.thermos.http.HttpResponse;
import org.thermos.http.SocketGuard;
import org.thermos.http.SocketTransport;
import org.thermos.http.TcpSockets;
import org.thermos.http.TrustEverything;

/**
 * HTTP requests to this machine, without any limit of time: the {@link SocketGuard} has that.
 *
 * <p>Certificates are not verified. A task's certificate names the service, not localhost, and
 * whoever could forge one could as well answer the check; Mesos' executors verify none either.
 */
final class LoopbackHttp {
  private static final int MOST_REDIRECTS = 5;
  private static final byte[] IPV4 = {127, 0, 0, 1};
  private static final byte[] IPV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  private LoopbackHttp() {}

  /** Too many redirects; the message says so. */
  static final class RedirectException extends IOException {
    private static final long serialVersionUID = 1;

    RedirectException() {
      super("more than " + MOST_REDIRECTS + " redirects");
    }
  }

  /**
   * An answer.
   *
   * @param body no more than its first 64 KiB
   */
  record Answer(int status, String body, Optional<String> location) {
    Optional<LoopbackUrl> redirect(LoopbackUrl from) {
      boolean redirects =
          switch (status) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
          };
      return redirects ? location.flatMap(from::resolve) : Optional.empty();
    }
  }

  /**
   * Gets what is there, following redirects as long as they stay on this machine: of one that does
   * not, the redirect itself is the answer.
   */
  static Answer get(LoopbackUrl url, SocketGuard guard) throws IOException {
    Answer answer = exchange("GET", url, guard);
    Optional<LoopbackUrl> next = answer.redirect(url);
    for (int redirects = 1; next.isPresent(); redirects++) {
      if (redirects > MOST_REDIRECTS) {
        throw new RedirectException();
      }
      LoopbackUrl target = next.get();
      answer = exchange("GET", target, guard);
      next = answer.redirect(target);
    }
    return answer;
  }

  /** Posts an empty body, and follows nothing. */
  static Answer post(LoopbackUrl url, SocketGuard guard) throws IOException {
    return exchange("POST", url, guard);
  }

  /** Connects to a port of this machine, by whichever of its two families there is. */
  static Socket connect(int port, SocketGuard guard) throws IOException {
    try {
      return connect(IPV4, port, guard);
    } catch (ConnectException e) {
      try {
        return connect(IPV6, port, guard);
      } catch (ConnectException stillRefused) {
        throw e;
      }
    }
  }

  private static Socket connect(byte[] address, int port, SocketGuard guard) throws IOException {
    Socket socket = guard.open();
    InetAddress host = InetAddress.getByAddress("localhost", address);
    TcpSockets.connect(socket, new InetSocketAddress(host, port), Duration.ZERO);
    return socket;
  }

  private static Answer exchange(String method, LoopbackUrl url, SocketGuard guard)
      throws IOException {
    Socket wire = connect(url.port(), guard);
    Socket socket = url.tls() ? Tls.wrap(wire, url.port()) : wire;
    HttpConnection connection = new HttpConnection(new SocketTransport(wire, socket));
    HttpResponse response = connection.exchange(head(method, url), HttpConnection.Body.EMPTY);
    byte[] body = response.body().readNBytes(HttpResponse.TEXT_LIMIT);
    return new Answer(
        response.status(), new String(body, StandardCharsets.UTF_8), response.location());
  }

  private static String head(String method, LoopbackUrl url) {
    return method
        + " "
        + url.path()
        + " HTTP/1.1\r\nHost: localhost:"
        + url.port()
        + "\r\nUser-Agent: thermos\r\nAccept: */*\r\n"
        + (method.equals("POST") ? "Content-Length: 0\r\n" : "")
        + "Connection: close\r\n\r\n";
  }

  /** Loaded only where a check asks for it: megabytes. */
  private static final class Tls {
    private static final SSLContext CONTEXT = context();

    private Tls() {}

    static Socket wrap(Socket wire, int port) throws IOException {
      SSLSocket socket =
          (SSLSocket) CONTEXT.getSocketFactory().createSocket(wire, "localhost", port, true);
      socket.startHandshake();
      return socket;
    }

    private static SSLContext context() {
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustEverything()}, null);
        return context;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("cannot set up TLS", e);
      }
    }
  }
}
