package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OwnDirectoryTest {
  private static final int TASKS = 8;
  private static final int ROUNDS = 50;

  @TempDir Path directory;

  @Test
  void tasksThatComeTogetherAreNotInEachOthersWay() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(TASKS);
    CyclicBarrier together = new CyclicBarrier(TASKS);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        Path executors = Files.createDirectory(directory.resolve("round-" + round));
        List<Future<?>> made = new ArrayList<>();
        for (int task = 0; task < TASKS; task++) {
          TaskPlace place = TaskPlace.oneOfMany(executors, executors, "task-" + task);
          made.add(
              threads.submit(
                  () -> {
                    together.await(30, TimeUnit.SECONDS);
                    OwnDirectory.make(place);
                    return null;
                  }));
        }
        for (Future<?> each : made) {
          each.get();
        }
        assertThat(executors.resolve("tasks")).isDirectory();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
