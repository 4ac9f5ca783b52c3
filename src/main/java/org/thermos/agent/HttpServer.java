package org.thermos.agent;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Accepts connections on the loopback interface, a thread for each.
 *
 * <p>The JDK's own server would answer {@code Expect: 100-continue}, split events over chunks,
 * notice the end of a silent stream only when writing to it, and cannot break connections the way a
 * crash does: all of it would differ from a real agent just where drivers go wrong.
 */
final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(HttpServer.class);

  /** Executors hold one or two each; further clients are turned away. */
  static final int MAX_CONNECTIONS = 64;

  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private static final int ATTEMPTS = 20;
  private static final Duration FORK_PATIENCE = Duration.ofSeconds(10);
  private static final Duration FORK_PAUSE = Duration.ofMillis(5);
  private static final int FIRST_PORT = 20_000;
  private static final int FIRST_EPHEMERAL_PORT = 32_768; // Linux' default

  private final ServerSocket listener;
  private final Function<HttpRequest, Reply> api;
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
  private final Thread acceptor;
  private final AtomicInteger accepted = new AtomicInteger();

  /**
   * @param port 0 for any, else one that an earlier server of this JVM had
   */
  HttpServer(int port, Function<HttpRequest, Reply> api) throws IOException {
    this.api = api;
    this.listener = port == 0 ? listenAnywhere() : listenAgain(port);
    this.acceptor = start(this::accept, "agent-accept");
  }

  /**
   * At a port that the kernel gives to nobody by itself: while the agent is stopped, somebody's
   * connection might have it.
   */
  private static ServerSocket listenAnywhere() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return listen(ThreadLocalRandom.current().nextInt(FIRST_PORT, FIRST_EPHEMERAL_PORT));
      } catch (IOException e) {
        // Taken: the next one.
      }
    }
    return listen(0);
  }

  /**
   * What this JVM was forking when the earlier server closed, an executor for example, has its
   * socket open too until it executes a program.
   */
  private static ServerSocket listenAgain(int port) throws IOException {
    long end = System.nanoTime() + FORK_PATIENCE.toNanos();
    while (true) {
      try {
        return listen(port);
      } catch (IOException e) {
        if (!(e.getCause() instanceof BindException) || System.nanoTime() > end) {
          throw e;
        }
        LockSupport.parkNanos(FORK_PAUSE.toNanos()); // There is no event for it.
      }
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket listener = new ServerSocket();
    try {
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
      return listener;
    } catch (IOException e) {
      listener.close();
      throw new IOException("Cannot listen on 127.0.0.1:" + port + ": " + e.getMessage(), e);
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** Refuses new connections and breaks all others; then this has the port no more. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      LOG.warn("Cannot stop listening on {}: {}", listener, e.toString());
    }
    connections.forEach(HttpConnection::close);
    try {
      // The kernel keeps the port as long as a thread is within accept.
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        serve(listener.accept());
      } catch (IOException e) {
        LOG.debug("Cannot accept a connection: {}", e.toString());
      }
    }
  }

  private void serve(Socket socket) throws IOException {
    if (connections.size() >= MAX_CONNECTIONS) {
      LOG.warn("Refused {}: {} connections are open", socket, MAX_CONNECTIONS);
      socket.close();
      return;
    }
    socket.setTcpNoDelay(true);
    HttpConnection connection = new HttpConnection(socket, api);
    connections.add(connection);
    var unused =
        start(
            () -> {
              try {
                connection.run();
              } finally {
                connections.remove(connection);
              }
            },
            "agent-http-" + accepted.incrementAndGet());
    if (listener.isClosed()) {
      connection.close();
    }
  }

  private static Thread start(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
