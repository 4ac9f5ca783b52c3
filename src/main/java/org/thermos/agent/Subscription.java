package org.thermos.agent;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.mesos.executor.Protos.Event;

/**
 * An executor's stream of events: filled by the agent's thread, written by the connection's. One
 * RecordIO record a chunk, as a real agent does it. Thread-safe.
 */
final class Subscription {
  /** Events waiting for an executor that does not read; beyond it the stream is cut. */
  private static final int MAX_WAITING = 1_000;

  /** An event on its way; without one, the empty chunk that ends the body. */
  private record Outgoing(ByteString record, Optional<Event> event) {
    static final Outgoing END = new Outgoing(ByteString.EMPTY, Optional.empty());
  }

  private final MediaType mediaType;
  private final Wire wire;
  private final BlockingQueue<Outgoing> records = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> cut = new CompletableFuture<>();

  Subscription(MediaType mediaType, Wire wire) {
    this.mediaType = mediaType;
    this.wire = wire;
  }

  MediaType mediaType() {
    return mediaType;
  }

  /** Queues an event; false when nobody will get it. */
  boolean send(Event event) {
    if (records.size() >= MAX_WAITING) {
      cut();
    }
    return !cut.isDone()
        && records.add(new Outgoing(record(mediaType.encode(event)), Optional.of(event)));
  }

  /** Ends the stream properly after what is queued. */
  void end() {
    records.add(Outgoing.END);
  }

  /** Breaks the stream, as a crash would. */
  void cut() {
    cut.complete(null);
    records.add(Outgoing.END);
  }

  /** Runs when the stream is cut, at once if it is already. */
  void onCut(Runnable action) {
    var unused = cut.thenRun(action);
  }

  /** Writes events as chunks until the stream has ended; nothing more after it was cut. */
  void writeTo(OutputStream out) throws IOException, InterruptedException {
    Outgoing next;
    do {
      next = records.take();
      if (cut.isDone()) {
        return;
      }
      out.write(chunk(next.record().toByteArray()));
      out.flush();
      long now = System.nanoTime();
      next.event().ifPresent(event -> wire.sent(event, now));
    } while (next.event().isPresent());
  }

  private static ByteString record(byte[] event) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(event.length + 12);
    bytes.writeBytes((event.length + "\n").getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(event);
    return ByteString.copyFrom(bytes.toByteArray());
  }

  private static byte[] chunk(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length + 12);
    String size = Integer.toHexString(content.length) + "\r\n";
    bytes.writeBytes(size.getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(content);
    bytes.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    return bytes.toByteArray();
  }
}
