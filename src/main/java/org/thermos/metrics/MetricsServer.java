package org.thermos.metrics;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Answers {@code GET /metrics} and {@code GET /health} on loopback, one client after the other on
 * one thread, which sleeps while nobody asks. Each has two seconds, for a request of at most 4 KiB
 * and for taking the answer.
 */
public final class MetricsServer implements Closeable {
  private static final int BACKLOG = 16;
  private static final int MAXIMUM_REQUEST = 4096;
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration PAUSE_AFTER_FAULT = Duration.ofSeconds(1);
  private static final String END_OF_REQUEST = "\r\n\r\n";

  private final ServerSocketChannel server;
  private final Metrics metrics;
  private final Supplier<Optional<String>> trouble;
  private final Consumer<String> log;
  private final Thread thread;

  private MetricsServer(
      ServerSocketChannel server,
      Metrics metrics,
      Supplier<Optional<String>> trouble,
      Consumer<String> log) {
    this.server = server;
    this.metrics = metrics;
    this.trouble = trouble;
    this.log = log;
    thread = new Thread(this::serve, "thermos-metrics");
    thread.setDaemon(true);
  }

  /**
   * Listens, on a thread of its own.
   *
   * @param port 0: any that is free
   * @param trouble why this program is not well; empty: it is. Asked on the server's thread
   * @param log takes what goes wrong; never what a client does
   * @throws IOException if the port cannot be had
   */
  public static MetricsServer start(
      int port, Metrics metrics, Supplier<Optional<String>> trouble, Consumer<String> log)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    } catch (IOException e) {
      server.close();
      throw new IOException("unable to serve metrics on port " + port + ": " + e.getMessage(), e);
    }
    MetricsServer started = new MetricsServer(server, metrics, trouble, log);
    started.thread.start();
    return started;
  }

  public int port() {
    return server.socket().getLocalPort();
  }

  /** Ends it; waits no longer than a client may keep it. */
  @Override
  public void close() throws IOException {
    server.close();
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel client = server.accept()) {
        serve(client);
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException | RuntimeException e) {
        pause(e);
      }
    }
  }

  /** As without descriptors, when the next accept would fail at once. */
  private void pause(Exception thrown) {
    log.accept("Cannot serve metrics: " + thrown);
    try {
      Thread.sleep(PAUSE_AFTER_FAULT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(SocketChannel client) throws IOException {
    client.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      SelectionKey key = client.register(selector, SelectionKey.OP_READ);
      long end = System.nanoTime() + PATIENCE.toNanos();
      Optional<String> request = read(client, selector, end);
      if (request.isPresent()) {
        key.interestOps(SelectionKey.OP_WRITE);
        write(client, selector, answer(request.get()), end);
      }
    }
  }

  /** Up to the empty line; empty if there is none in time or within bounds. */
  private static Optional<String> read(SocketChannel client, Selector selector, long end) {
    ByteBuffer bytes = ByteBuffer.allocate(MAXIMUM_REQUEST);
    try {
      while (bytes.hasRemaining() && isReady(selector, end) && client.read(bytes) >= 0) {
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
        if (text.contains(END_OF_REQUEST)) {
          return Optional.of(text);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // The client's matter.
    }
  }

  private static void write(SocketChannel client, Selector selector, byte[] answer, long end) {
    ByteBuffer bytes = ByteBuffer.wrap(answer);
    try {
      while (bytes.hasRemaining() && isReady(selector, end)) {
        client.write(bytes);
      }
      client.shutdownOutput();
    } catch (IOException e) {
      // The client's matter.
    }
  }

  private static boolean isReady(Selector selector, long end) throws IOException {
    long left = (end - System.nanoTime()) / 1_000_000;
    return left > 0 && selector.select(key -> {}, left) > 0;
  }

  private byte[] answer(String request) {
    String[] words = request.substring(0, request.indexOf('\r')).split(" ", -1);
    if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
      return answer("400 Bad Request", "", "this is no request of HTTP/1\n");
    }
    String path = words[1].replaceFirst("\\?.*", "");
    if (!path.equals("/metrics") && !path.equals("/health")) {
      return answer("404 Not Found", "", "there are /metrics and /health\n");
    }
    if (!words[0].equals("GET")) {
      return answer("405 Method Not Allowed", "Allow: GET\r\n", "only GET is understood\n");
    }
    if (path.equals("/metrics")) {
      return answer("200 OK", "", metrics.text());
    }
    return trouble
        .get()
        .map(why -> answer("503 Service Unavailable", "", why + "\n"))
        .orElseGet(() -> answer("200 OK", "", "ok\n"));
  }

  private static byte[] answer(String status, String header, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 "
            + status
            + "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: "
            + content.length
            + "\r\nConnection: close\r\n"
            + header
            + "\r\n";
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(start.length + content.length).put(start).put(content).array();
  }
}
