package org.thermos.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * HTTP/1.1, as much of it as a client on the same machine needs: one request at a time, answered
 * with a length, in chunks or until the connection ends. Every part that the other side determines
 * is bounded.
 */
public final class HttpConnection implements Closeable {

  private static final int HEAD_LIMIT = 64 * 1024;

  private final Transport transport;
  private final InputStream in;
  private final OutputStream out;

  public HttpConnection(Transport transport) throws IOException {
    this.transport = transport;
    this.in = new BufferedInputStream(transport.input());
    this.out = new BufferedOutputStream(transport.output());
  }

  /** Writes the body of a request. */
  public interface Body {
    Body EMPTY = out -> {};

    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Sends a request and reads the head of its answer. The answer to the request before must have
   * been read to its end.
   *
   * @param requestHead request line and headers, with the empty line that ends them
   */
  public HttpResponse exchange(String requestHead, Body requestBody) throws IOException {
    out.write(requestHead.getBytes(StandardCharsets.ISO_8859_1));
    requestBody.writeTo(out);
    out.flush();

    LineReader lines = new LineReader(in, "the head of an answer", HEAD_LIMIT);
    HttpResponse response = readHead(lines);
    while (response.status() < 200) {
      response = readHead(lines);
    }
    return response;
  }

  /** How long to wait for each next byte from now on; zero for ever. */
  public void readTimeout(Duration timeout) throws IOException {
    transport.readTimeout(timeout);
  }

  /** Waits until the other side ends the connection, or sends what nobody asked for. */
  public void awaitEnd() throws IOException {
    if (in.read() >= 0) {
      throw new HttpFormatException("The other side sent something that was not asked for");
    }
  }

  @Override
  public void close() throws IOException {
    transport.close();
  }

  private HttpResponse readHead(LineReader lines) throws IOException {
    String statusLine = lines.next();
    int status = status(statusLine);
    boolean keepsAlive = statusLine.startsWith("HTTP/1.1");
    boolean chunked = false;
    long length = -1;
    Optional<String> location = Optional.empty();
    for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new HttpFormatException("Cannot read a header line: " + Quoted.text(line));
      }
      String value = line.substring(colon + 1).strip();
      switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "transfer-encoding" -> {
          if (!value.equalsIgnoreCase("chunked")) {
            throw new HttpFormatException(
                "Cannot read an answer in the transfer coding " + Quoted.text(value));
          }
          chunked = true;
        }
        case "content-length" -> {
          long declared = length(value);
          if (length >= 0 && length != declared) {
            throw new HttpFormatException("Cannot read an answer with two different lengths");
          }
          length = declared;
        }
        case "connection" -> keepsAlive &= !value.equalsIgnoreCase("close");
        case "location" -> location = Optional.of(value);
        default -> {
          // Nothing else changes how the answer is read.
        }
      }
    }
    if (status < 200 || status == 204 || status == 304) {
      return new HttpResponse(status, InputStream.nullInputStream(), keepsAlive, location);
    }
    if (chunked) {
      return new HttpResponse(status, new ChunkedInputStream(in), keepsAlive, location);
    }
    if (length >= 0) {
      return new HttpResponse(status, new FixedLengthInputStream(in, length), keepsAlive, location);
    }
    return new HttpResponse(status, in, false, location);
  }

  private static int status(String line) throws HttpFormatException {
    boolean readable =
        line.length() >= 12
            && line.startsWith("HTTP/1.")
            && line.charAt(8) == ' '
            && line.chars().skip(9).limit(3).allMatch(c -> c >= '0' && c <= '9')
            && (line.length() == 12 || line.charAt(12) == ' ');
    int status = readable ? Integer.parseInt(line, 9, 12, 10) : 0;
    if (status < 100 || status > 599) {
      throw new HttpFormatException("Cannot read the answer, it is not HTTP: " + Quoted.text(line));
    }
    return status;
  }

  private static long length(String value) throws HttpFormatException {
    if (value.isEmpty()
        || value.length() > 18
        || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new HttpFormatException("Cannot read the length of an answer: " + Quoted.text(value));
    }
    return Long.parseLong(value);
  }
}
