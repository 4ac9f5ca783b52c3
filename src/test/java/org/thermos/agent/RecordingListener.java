package org.thermos.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.Protos.ExecutorID;

/** A scheduler that notes everything and acknowledges what it is told to. */
final class RecordingListener implements Listener {
  record Message(String executor, String data) {}

  record End(String executor, int waitStatus) {}

  private final BlockingQueue<StatusUpdate> updates = new LinkedBlockingQueue<>();
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> subscribed = new LinkedBlockingQueue<>();
  private volatile boolean withholding;

  /** Acknowledges nothing from now on. */
  void withhold() {
    withholding = true;
  }

  @Override
  public void updated(StatusUpdate update) {
    updates.add(update);
    if (!withholding) {
      update.acknowledge();
    }
  }

  @Override
  public void executorSubscribed(ExecutorID executor) {
    subscribed.add(executor.getValue());
  }

  @Override
  public void messageReceived(ExecutorID executor, byte[] data) {
    messages.add(new Message(executor.getValue(), new String(data, UTF_8)));
  }

  @Override
  public void executorEnded(ExecutorID executor, int waitStatus) {
    ends.add(new End(executor.getValue(), waitStatus));
  }

  StatusUpdate nextUpdate() throws InterruptedException {
    return next(updates, "No update came");
  }

  Message nextMessage() throws InterruptedException {
    return next(messages, "No message came");
  }

  String nextSubscribed() throws InterruptedException {
    return next(subscribed, "No executor subscribed");
  }

  End nextEnd() throws InterruptedException {
    return next(ends, "No executor ended");
  }

  /** What has come already. */
  BlockingQueue<StatusUpdate> updates() {
    return updates;
  }

  private static <T> T next(BlockingQueue<T> queue, String complaint) throws InterruptedException {
    T next = queue.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError(complaint);
    }
    return next;
  }
}
