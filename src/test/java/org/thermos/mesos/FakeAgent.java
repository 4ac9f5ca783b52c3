package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;
import org.thermos.http.LineReader;

/**
 * An agent on loopback that says and does only what the test tells it: the test takes each request
 * and answers it. Speaks the v1 messages, as a real agent does.
 */
final class FakeAgent implements Closeable {

  /** Where connections come from. */
  interface Listener extends Closeable {
    Peer accept() throws IOException;
  }

  /** One accepted connection. */
  record Peer(InputStream in, OutputStream out, Closeable socket, CountDownLatch ended) {

    Peer(InputStream in, OutputStream out, Closeable socket) {
      this(in, out, socket, new CountDownLatch(1));
    }

    /** Ends it; nothing that is sent afterwards will be read. */
    void end() throws IOException {
      socket.close();
      try {
        assertThat(ended.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IOException("interrupted", e);
      }
    }
  }

  private static final long LIMIT_SECONDS = 20;

  private static final List<String> STREAM_HEADERS =
      List.of(
          "Date: Sat, 21 Nov 2026 16:22:21 GMT",
          "Transfer-Encoding: chunked",
          "Content-Type: application/x-protobuf");

  private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
  private final List<Peer> peers = new CopyOnWriteArrayList<>();
  private Listener listener;
  private Thread acceptor;
  private int port;

  FakeAgent() throws IOException {
    listen();
  }

  FakeAgent(Listener listener) {
    this.listener = listener;
    serve();
  }

  static Listener tcp(ServerSocket server) {
    return new Listener() {
      @Override
      public Peer accept() throws IOException {
        Socket socket = server.accept();
        return new Peer(socket.getInputStream(), socket.getOutputStream(), socket);
      }

      @Override
      public void close() throws IOException {
        server.close();
      }
    };
  }

  AgentEndpoint endpoint() {
    return new AgentEndpoint.Tcp("127.0.0.1", port);
  }

  /** Begins to listen, on the port of the time before if there was one. */
  void listen() throws IOException {
    ServerSocket server = bind(port);
    port = server.getLocalPort();
    listener = tcp(server);
    serve();
  }

  /**
   * A client that looks for the agent may happen to have its port, for the moment of its attempt.
   */
  private static ServerSocket bind(int port) throws IOException {
    for (int attempt = 1; ; attempt++) {
      ServerSocket server = new ServerSocket();
      try {
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return server;
      } catch (BindException e) {
        server.close();
        if (attempt == 500) {
          throw e;
        }
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
    }
  }

  /** As when an agent dies: every connection ends and the port is closed. */
  void die() throws IOException {
    listener.close();
    try {
      acceptor.join(); // The port is free only when nobody is about to accept.
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
    for (Peer peer : peers) {
      peer.end();
    }
    peers.clear();
    requests.clear();
  }

  @Override
  public void close() throws IOException {
    die();
  }

  private void serve() {
    Listener current = listener;
    acceptor =
        new Thread(
            () -> {
              try {
                while (true) {
                  Peer peer = current.accept();
                  peers.add(peer);
                  Thread reader = new Thread(() -> read(peer), "fake-agent-connection");
                  reader.setDaemon(true);
                  reader.start();
                }
              } catch (IOException e) {
                // Closed by die().
              }
            },
            "fake-agent");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  private void read(Peer peer) {
    try (InputStream in = new BufferedInputStream(peer.in())) {
      while (true) {
        LineReader lines = new LineReader(in, "a request", 64 * 1024);
        StringBuilder head = new StringBuilder(lines.next()).append('\n');
        int length = 0;
        for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
          head.append(line).append('\n');
          if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
            length = Integer.parseInt(line.substring(15).strip());
          }
        }
        requests.add(
            new Request(head.toString(), ByteString.copyFrom(in.readNBytes(length)), peer));
      }
    } catch (IOException e) {
      // The driver or the test ended the connection.
    } finally {
      peer.ended().countDown();
    }
  }

  /** The next request of any kind. */
  Request next() throws InterruptedException {
    Request request = requests.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    assertThat(request).as("a request within %s s", LIMIT_SECONDS).isNotNull();
    return request;
  }

  Request next(Call.Type type) throws Exception {
    Request request = next();
    assertThat(request.call().getType()).as(request.head()).isEqualTo(type);
    return request;
  }

  /** Takes a SUBSCRIBE and opens the stream. */
  Stream nextSubscribe() throws Exception {
    return next(Call.Type.SUBSCRIBE).openStream();
  }

  /** Answers 404 to everything, as an agent that has no routes yet, until it is a SUBSCRIBE. */
  Request nextSubscribeAfterRestart() throws Exception {
    while (true) {
      Request request = next();
      if (request.head().startsWith("POST") && request.call().getType() == Call.Type.SUBSCRIBE) {
        return request;
      }
      request.answer(404);
    }
  }

  /**
   * Subscribes a driver that does not wait for long: what comes too late for it is asked again.
   * Returns the stream that the driver listens to.
   */
  Stream subscribeInTime(RecordingExecutor executor) throws Exception {
    Stream stream = null;
    while (executor.hasNoCallback()) {
      Request request = requests.poll(5, TimeUnit.MILLISECONDS);
      if (request == null) {
        continue;
      }
      try {
        if (request.head().startsWith("GET /version ")) {
          request.answer(200, "{\"version\":\"1.11.0\"}");
        } else {
          stream = request.openStream();
          stream.send(Event.parseFrom(MachineDriver.subscribedEvent().toByteString()));
        }
      } catch (IOException e) {
        // It has hung up.
      }
    }
    executor.next(Callback.Registered.class);
    return stream;
  }

  boolean hasNoRequest() {
    return requests.isEmpty();
  }

  /** A request that waits for its answer. */
  record Request(String head, ByteString body, Peer peer) {

    Call call() throws IOException {
      return Call.parseFrom(body);
    }

    void answer(int status) throws IOException {
      answer(status, "");
    }

    void answer(int status, String text) throws IOException {
      raw(
          "HTTP/1.1 "
              + status
              + " Status\r\nDate: Sat, 21 Nov 2026 16:22:21 GMT\r\nContent-Length: "
              + text.length()
              + "\r\n\r\n"
              + text);
    }

    void raw(String bytes) throws IOException {
      peer.out().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      peer.out().flush();
    }

    Stream openStream() throws IOException {
      raw("HTTP/1.1 200 OK\r\n" + String.join("\r\n", STREAM_HEADERS) + "\r\n\r\n");
      return new Stream(peer);
    }

    void drop() throws IOException {
      peer.end();
    }
  }

  /** The event stream. */
  record Stream(Peer peer) {

    void send(Event... events) throws IOException {
      for (Event event : events) {
        sendRecord(event.toByteArray());
      }
    }

    /**
     * One record in one chunk, as agents do; and with one write, for a driver that has what it
     * waited for may close at once.
     */
    void sendRecord(byte[] record) throws IOException {
      byte[] length = (record.length + "\n").getBytes(StandardCharsets.US_ASCII);
      ByteArrayOutputStream chunk = new ByteArrayOutputStream();
      chunk.writeBytes(chunkHeader(length.length + record.length));
      chunk.writeBytes(length);
      chunk.writeBytes(record);
      chunk.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
      peer.out().write(chunk.toByteArray());
      peer.out().flush();
    }

    void raw(String bytes) throws IOException {
      peer.out().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      peer.out().flush();
    }

    private static byte[] chunkHeader(int length) {
      return (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    void drop() throws IOException {
      peer.end();
    }
  }
}
