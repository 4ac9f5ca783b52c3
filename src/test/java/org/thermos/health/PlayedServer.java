package org.thermos.health;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A task's server on the loopback device, which answers each connection as a test plays it. */
final class PlayedServer implements AutoCloseable {
  private final ServerSocket socket;
  private final Answer answer;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> endings = new LinkedBlockingQueue<>();

  /** What the server does with a connection after it has read the head of a request. */
  interface Answer {
    void write(String requestLine, OutputStream out) throws Exception;
  }

  PlayedServer(Answer answer) throws IOException {
    this(new ServerSocket(0, 500, InetAddress.getLoopbackAddress()), answer);
  }

  PlayedServer(ServerSocket socket, Answer answer) {
    this.socket = socket;
    this.answer = answer;
    daemon(this::accept);
  }

  /** Always the same bytes. */
  static PlayedServer saying(String bytes) throws IOException {
    return new PlayedServer((request, out) -> out.write(bytes.getBytes(StandardCharsets.UTF_8)));
  }

  static String answer(int status, String body) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return "HTTP/1.1 " + status + " Any\r\nContent-Length: " + length + "\r\n\r\n" + body;
  }

  int port() {
    return socket.getLocalPort();
  }

  /** The line of the next request and its headers that came meanwhile; waits for it. */
  String nextRequest() throws InterruptedException {
    return requests.poll(20, TimeUnit.SECONDS);
  }

  int requestsWaiting() {
    return requests.size();
  }

  /** Waits until a connection has ended, from either side. */
  boolean awaitEnd() throws InterruptedException {
    return endings.poll(20, TimeUnit.SECONDS) != null;
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = socket.accept();
        connections.add(connection);
        daemon(() -> serve(connection));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
      StringBuilder head = new StringBuilder();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        head.append(line).append('\n');
      }
      if (head.length() > 0) {
        requests.add(head.toString());
        answer.write(head.substring(0, head.indexOf("\n")), connection.getOutputStream());
      }
    } catch (Exception e) {
      // The other side left.
    } finally {
      endings.add("ended");
    }
  }

  private static void daemon(Runnable job) {
    Thread thread = new Thread(job, "played-server");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
