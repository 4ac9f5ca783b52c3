package org.thermos.executor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What a task would serve at a port of this machine, served by the test, which so decides what is
 * answered and knows what was asked.
 */
final class TaskServer implements AutoCloseable {
  private static final int NOT_FOUND = 404;
  private static final byte[] BODY = "OK\n".getBytes(StandardCharsets.UTF_8);

  private final HttpServer server;
  private final Map<String, Integer> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile Consumer<String> listener = request -> {};

  TaskServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    int status = answers.getOrDefault(exchange.getRequestURI().getPath(), NOT_FOUND);
    requests.add(request);
    exchange.sendResponseHeaders(status, BODY.length);
    exchange.getResponseBody().write(BODY);
    exchange.close();
    listener.accept(request);
  }

  int port() {
    return server.getAddress().getPort();
  }

  void answer(String path, int status) {
    answers.put(path, status);
  }

  /** Tells of each request, as in {@code POST /quitquitquit}, once it is answered. */
  void onRequest(Consumer<String> listener) {
    this.listener = listener;
  }

  /** As in {@code POST /quitquitquit}. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
