package org.thermos.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimerThreadTest {
  @Test
  void nothingGoesWrongInSilence() throws Exception {
    BlockingQueue<String> faults = new LinkedBlockingQueue<>();
    CountDownLatch alive = new CountDownLatch(1);
    TimerThread timer = new TimerThread("timer");
    try {
      timer.execute(
          () ->
              Thread.currentThread()
                  .setUncaughtExceptionHandler(
                      (thread, thrown) ->
                          faults.add(thread.getName() + " " + thrown.getMessage())));
      timer.execute(
          () -> {
            throw new IllegalStateException("at once");
          });
      assertThat(faults.poll(10, TimeUnit.SECONDS)).isEqualTo("timer at once");
      var unused =
          timer.schedule(
              () -> {
                throw new AssertionError("later");
              },
              1,
              TimeUnit.MILLISECONDS);
      assertThat(faults.poll(10, TimeUnit.SECONDS)).isEqualTo("timer later");
      timer.execute(alive::countDown);
      assertThat(alive.await(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      timer.shutdownNow();
    }
  }
}
