package org.thermos.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thermos.http.ClosedPort;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpPosterTest {
  private final Watch watch = patientFor("20");
  private final BlockingQueue<Boolean> answers = new LinkedBlockingQueue<>();
  private final CountDownLatch never = new CountDownLatch(1);

  @AfterEach
  void end() {
    never.countDown();
    watch.close();
  }

  private static Watch patientFor(String seconds) {
    return new Watch(Map.of("AURORA_HTTP_SIGNALER_TIMEOUT_SECS", seconds));
  }

  private boolean post(int port) throws InterruptedException {
    return post(watch, port);
  }

  private boolean post(Watch poster, int port) throws InterruptedException {
    poster.service.poster().post(port, "/quitquitquit", answers::add);
    return answers.poll(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource({"200, true", "204, true", "299, true", "302, false", "404, false", "500, false"})
  void only2xxMeansThatTheTaskStops(int code, boolean taken) throws Exception {
    try (PlayedServer server = PlayedServer.saying(PlayedServer.answer(code, ""))) {
      assertThat(post(server.port())).isEqualTo(taken);
      assertThat(server.nextRequest())
          .startsWith("POST /quitquitquit HTTP/1.1\n")
          .contains("Content-Length: 0\n");
    }
  }

  @Test
  void whereNobodyListensNobodyIsTold() throws Exception {
    try (ClosedPort closed = new ClosedPort()) {
      assertThat(post(closed.number())).isFalse();
      assertThat(watch.logged.poll())
          .isEqualTo(
              "Cannot post to http://localhost:"
                  + closed.number()
                  + "/quitquitquit: Connection refused");
    }
  }

  @Test
  void aTaskThatDoesNotAnswerIsNotWaitedForLongerThanTheVariableSays() throws Exception {
    try (PlayedServer server = new PlayedServer((request, out) -> never.await());
        Watch hasty = patientFor("0.5")) {
      long began = System.nanoTime();
      assertThat(post(hasty, server.port())).isFalse();
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isBetween(Duration.ofMillis(500), Duration.ofSeconds(20));
      assertThat(hasty.logged.poll()).endsWith(": no answer in time");
    }
  }

  @Test
  void afterTheEndTheAnswerIsNoAndThereIsOne() throws IOException, InterruptedException {
    watch.close();
    assertThat(post(1)).isFalse();
    assertThat(answers).isEmpty();
  }
}
