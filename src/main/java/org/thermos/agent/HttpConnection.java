package org.thermos.agent;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Serves one client. Requests are answered in order; after a SUBSCRIBE the rest of the connection
 * is the stream, and this thread only watches for the client's end of it.
 */
final class HttpConnection implements Runnable {
  private static final Logger LOG = LogManager.getLogger(HttpConnection.class);

  /** How long a client may pause within a request. Between requests it may stay. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Socket socket;
  private final Function<HttpRequest, Reply> api;

  HttpConnection(Socket socket, Function<HttpRequest, Reply> api) {
    this.socket = socket;
    this.api = api;
  }

  @Override
  public void run() {
    try (socket) {
      serve(new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
    } catch (IOException e) {
      LOG.debug("Connection {} ended: {}", socket, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Breaks the connection, whatever is under way. */
  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("Cannot close {}: {}", socket, e.toString());
    }
  }

  private void serve(InputStream in, OutputStream out) throws IOException, InterruptedException {
    HttpRequestReader reader = new HttpRequestReader(in);
    boolean goOn = true;
    while (goOn && reader.awaitRequest()) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      HttpRequest request;
      try {
        request = reader.read();
      } catch (HttpFaultException e) {
        out.write(response(new Reply.Answer(e.status(), e.getMessage())));
        return;
      }
      socket.setSoTimeout(0);
      Reply reply = api.apply(request);
      if (reply instanceof Reply.Answer answer) {
        out.write(response(answer));
        goOn = request.keepsConnection();
      } else if (reply instanceof Reply.Stream stream) {
        stream(stream.subscription(), in, out);
        goOn = false;
      }
    }
  }

  private void stream(Subscription subscription, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    subscription.onCut(this::close);
    Thread writer =
        new Thread(() -> write(subscription, out), Thread.currentThread().getName() + "-events");
    writer.setDaemon(true);
    writer.start();
    try {
      byte[] ignored = new byte[1024];
      while (in.read(ignored) >= 0) {
        // Nothing a client sends now can be answered any more.
      }
    } finally {
      subscription.cut();
      writer.join();
    }
  }

  private void write(Subscription subscription, OutputStream out) {
    try (socket) {
      String head =
          "HTTP/1.1 200 OK\r\nDate: %s\r\nTransfer-Encoding: chunked\r\nContent-Type: %s\r\n\r\n"
              .formatted(date(), subscription.mediaType().text());
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      subscription.writeTo(out);
    } catch (IOException e) {
      LOG.debug("Stream to {} broke: {}", socket, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] response(Reply.Answer answer) {
    int status = answer.status();
    byte[] body = answer.text().getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder();
    head.append("HTTP/1.1 ").append(status).append(' ').append(reason(status)).append("\r\n");
    head.append("Date: ").append(date()).append("\r\n");
    if (status == 405) {
      head.append("Allow: POST\r\n");
    }
    if (body.length > 0) {
      head.append("Content-Type: ").append(answer.contentType()).append("\r\n");
    }
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }

  private static String date() {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 202 -> "Accepted";
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 406 -> "Not Acceptable";
      case 413 -> "Request Entity Too Large";
      case 415 -> "Unsupported Media Type";
      case 431 -> "Request Header Fields Too Large";
      case 501 -> "Not Implemented";
      case 503 -> "Service Unavailable";
      default -> throw new IllegalArgumentException("Cannot name status " + status);
    };
  }
}
