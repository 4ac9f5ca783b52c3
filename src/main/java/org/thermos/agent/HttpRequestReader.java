package org.thermos.agent;

import com.google.protobuf.UnsafeByteOperations;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads HTTP/1.x requests from a connection, one after the other, within bounds. */
final class HttpRequestReader {
  /**
   * A real agent has no limit of its own; this leaves room for a re-subscription that returns a
   * task with 13 MB of data in base64.
   */
  static final int MAX_BODY = 32 << 20;

  private static final int MAX_LINE = 8 << 10;
  private static final int MAX_HEADERS = 100;

  private final InputStream in;

  /**
   * @param in must support mark
   */
  HttpRequestReader(InputStream in) {
    this.in = in;
  }

  /** Waits for the first byte of a request; false when the client is done. */
  boolean awaitRequest() throws IOException {
    in.mark(1);
    int first = in.read();
    in.reset();
    return first >= 0;
  }

  /**
   * Reads a request whose first byte has arrived.
   *
   * @throws HttpFaultException when it is malformed or too large; the connection is then unusable
   */
  HttpRequest read() throws IOException, HttpFaultException {
    String line = readLine();
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || parts[0].isEmpty() || !parts[1].startsWith("/")) {
      throw new HttpFaultException(400, "Cannot read the request line");
    }
    HttpRequest.Version version =
        switch (parts[2]) {
          case "HTTP/1.1" -> HttpRequest.Version.HTTP_1_1;
          case "HTTP/1.0" -> HttpRequest.Version.HTTP_1_0;
          default -> throw new HttpFaultException(400, "Cannot serve this version of HTTP");
        };
    Map<String, String> headers = readHeaders();
    String path = parts[1].split("[?#]", 2)[0];
    return new HttpRequest(
        parts[0], path, version, headers, UnsafeByteOperations.unsafeWrap(readBody(headers)));
  }

  private Map<String, String> readHeaders() throws IOException, HttpFaultException {
    Map<String, String> headers = new HashMap<>();
    for (int count = 0; ; count++) {
      String line = readLine();
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon <= 0 || count >= MAX_HEADERS || Character.isWhitespace(line.charAt(0))) {
        throw new HttpFaultException(400, "Cannot read the headers");
      }
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (first, second) -> first + ", " + second);
    }
  }

  private byte[] readBody(Map<String, String> headers) throws IOException, HttpFaultException {
    Optional<String> encoding = Optional.ofNullable(headers.get("transfer-encoding"));
    Optional<String> length = Optional.ofNullable(headers.get("content-length"));
    if (encoding.isPresent()) {
      if (length.isPresent() || !encoding.get().equalsIgnoreCase("chunked")) {
        throw new HttpFaultException(400, "Cannot tell where the body ends");
      }
      return readChunks();
    }
    return readExactly(parseSize(length.orElse("0"), 10));
  }

  private byte[] readChunks() throws IOException, HttpFaultException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = parseSize(readLine().split(";", 2)[0].strip(), 16);
      if (size == 0) {
        readHeaders();
        return body.toByteArray();
      }
      checkSize((long) body.size() + size);
      body.writeBytes(readExactly(size));
      if (!readLine().isEmpty()) {
        throw new HttpFaultException(400, "Cannot find the end of a chunk");
      }
    }
  }

  private static int parseSize(String text, int radix) throws HttpFaultException {
    // Long enough for any size worth reading, short enough not to overflow.
    if (!text.matches("[0-9a-fA-F]{1,10}")) {
      throw new HttpFaultException(400, "Cannot read the length of the body");
    }
    try {
      long size = Long.parseLong(text, radix);
      checkSize(size);
      return (int) size;
    } catch (NumberFormatException e) {
      throw new HttpFaultException(400, "Cannot read the length of the body", e);
    }
  }

  private static void checkSize(long size) throws HttpFaultException {
    if (size > MAX_BODY) {
      throw new HttpFaultException(413, "Cannot take a body of more than " + MAX_BODY + " bytes");
    }
  }

  /** Allocates as the bytes come, not as they are promised. */
  private byte[] readExactly(int size) throws IOException {
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("The client closed within a body");
    }
    return bytes;
  }

  private String readLine() throws IOException, HttpFaultException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("The client closed within a request");
      }
      if (next == '\n') {
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
      if (line.size() >= MAX_LINE) {
        throw new HttpFaultException(431, "Cannot take a line of more than " + MAX_LINE + " bytes");
      }
      line.write(next);
    }
  }
}
