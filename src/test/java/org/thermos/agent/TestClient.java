package org.thermos.agent;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;

/** An executor's side of one connection, byte by byte; written apart from the code it tests. */
final class TestClient implements AutoCloseable {
  /** A response's head, and its body when it has a length. */
  record Response(int status, Map<String, String> headers, String body) {}

  private static final int TIMEOUT_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;

  private TestClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  static TestClient connect(InetSocketAddress agent) throws IOException {
    Socket socket = new Socket();
    socket.connect(agent, TIMEOUT_MILLIS);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return new TestClient(socket);
  }

  /** The usual request with a body. */
  static byte[] request(MediaType type, Call call) throws InvalidProtocolBufferException {
    byte[] body =
        type == MediaType.PROTOBUF
            ? call.toByteArray()
            : MessageJson.write(
                org.apache.mesos.v1.executor.Protos.Call.parseFrom(call.toByteString()));
    return request(
        "POST /api/v1/executor HTTP/1.1",
        "Content-Type: " + type.text() + "\r\nAccept: " + type.text(),
        body);
  }

  /** Any request line and headers, completed with host and length. */
  static byte[] request(String line, String headers, byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String head =
        line + "\r\nHost: x\r\n" + headers + "\r\nContent-Length: " + body.length + "\r\n\r\n";
    bytes.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }

  TestClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  TestClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Response readResponse() throws IOException {
    String status = readLine();
    Map<String, String> headers = new HashMap<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      String[] parts = line.split(": ", 2);
      headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Response(Integer.parseInt(status.split(" ", 3)[1]), headers, body);
  }

  /** The next record of a subscription's stream, which has to be one chunk. */
  byte[] readRecord() throws IOException {
    byte[] chunk = readChunk();
    String text = new String(chunk, StandardCharsets.ISO_8859_1);
    int newline = text.indexOf('\n');
    int length = Integer.parseInt(text.substring(0, newline));
    if (length != chunk.length - newline - 1) {
      throw new AssertionError("A record of " + length + " bytes in a chunk of " + chunk.length);
    }
    return ByteString.copyFrom(chunk).substring(newline + 1).toByteArray();
  }

  Event readEvent(MediaType type) throws IOException {
    byte[] record = readRecord();
    if (type == MediaType.PROTOBUF) {
      return Event.parseFrom(record);
    }
    var event = org.apache.mesos.v1.executor.Protos.Event.newBuilder();
    MessageJson.read(ByteString.copyFrom(record), event);
    return Event.parseFrom(event.build().toByteString());
  }

  /** Reads the empty chunk that ends a stream. */
  void readEndOfStream() throws IOException {
    if (readChunk().length != 0) {
      throw new AssertionError("The stream goes on");
    }
  }

  /** Reads up to the end of the connection; returns what came before it. */
  byte[] readRest() throws IOException {
    return in.readAllBytes();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private byte[] readChunk() throws IOException {
    int size = Integer.parseInt(readLine(), 16);
    byte[] chunk = in.readNBytes(size);
    if (chunk.length < size || !readLine().isEmpty()) {
      throw new EOFException("Broken chunk");
    }
    return chunk;
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("Connection ended after \"" + line + "\"");
      }
      line.append((char) next);
    }
    return line.toString().replace("\r", "");
  }
}
