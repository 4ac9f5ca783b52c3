package org.thermos.agent;

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

  /** An event on its way, or, without one, the empty chunk that ends the body. */
  private record Record(byte[] bytes, Optional<Event> event) {}

  private static final Record END = new Record(new byte[0], Optional.empty());

  private final MediaType mediaType;
  private final Wire wire;
  private final BlockingQueue<Record> records = new LinkedBlockingQueue<>();
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
    return !cut.isDone() && records.add(new Record(record(mediaType.encode(event)), Optional.of(event)));
  }

  /** Ends the stream properly after what is queued. */
  void end() {
    records.add(END);
  }

  /** Breaks the stream, as a crash would. */
  void cut() {
    cut.complete(null);
    records.add(END);
  }

  /** Runs when the stream is cut, at once if it is already. */
  void onCut(Runnable action) {
    var unused = cut.thenRun(action);
  }

  /** Writes events as chunks until the stream has ended; nothing more after it was cut. */
  void writeTo(OutputStream out) throws IOException, InterruptedException {
    Record record;
    do {
      record = records.take();
      if (cut.isDone()) {
        return;
      }
      out.write(chunk(record.bytes()));
      out.flush();
      long now = System.nanoTime();
      record.event().ifPresent(event -> wire.sent(event, now));
    } while (record != END);
  }

  private static byte[] record(byte[] event) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(event.length + 12);
    bytes.writeBytes((event.length + "\n").getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(event);
    return bytes.toByteArray();
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
