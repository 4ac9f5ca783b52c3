package org.thermos.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What processes use together, on a made /proc and on the real one. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ResourceSamplerTest {
  private static final Instant NOW = Instant.parse("2020-01-02T03:04:05Z");

  @TempDir Path proc;

  private final AtomicLong nanoTime = new AtomicLong(5);

  @Test
  void sumsUpARootAndAllThatDescendsFromIt() throws Exception {
    process(10, 1, "bash", 'S', 100, 50, 2, 1000, 4096, 10);
    process(11, 10, "a) R 1 (b", 'R', 200, 0, 3, 1001, 8192, 20);
    process(12, 11, "worker", 'R', 0, 25, 1, 1002, 100, 30);
    process(20, 1, "other", 'R', 9999, 9999, 9, 1003, 9999, 9999);

    ResourceSample sample = sampler().sample(Set.of(10, 99));

    assertThat(sample.time()).isEqualTo(NOW);
    assertThat(sample.processes()).isEqualTo(3);
    assertThat(sample.process())
        .isEqualTo(
            new ProcessSample(0, 60 * ProcStat.pageSize(), 12388, 3.0, 0.75, 6, 5, "sleeping"));
  }

  @Test
  void countsCoresBetweenTwoLooks() throws Exception {
    process(10, 1, "bash", 'S', 100, 0, 1, 1000, 0, 0);
    process(11, 10, "old", 'R', 5000, 0, 1, 1001, 0, 0);
    ResourceSampler sampler = sampler();
    assertThat(sampler.sample(Set.of(10)).process().cpu()).isZero();

    // 1 s for the one, 2 s for a new one; what vanished counts nothing, not less than that.
    nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(2));
    process(10, 1, "bash", 'S', 150, 50, 1, 1000, 0, 0);
    process(11, 10, "its number, used again", 'R', 200, 0, 1, 2001, 0, 0);
    assertThat(sampler.sample(Set.of(10)).process().cpu()).isCloseTo(1.5, within(0.001));

    nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(2));
    assertThat(sampler.sample(Set.of(10)).process().cpu()).isZero();
    assertThat(sampler.sample(Set.of(77)).process()).isEqualTo(ProcessSample.NOTHING);
  }

  @Test
  void passesOverWhatCannotBeRead() throws Exception {
    process(10, 1, "bash", 'S', 100, 0, 1, 1000, 0, 0);
    Files.createDirectories(proc.resolve("11"));
    Files.createDirectories(proc.resolve("12"));
    Files.writeString(proc.resolve("12/stat"), "12 (half");

    assertThat(sampler().sample(Set.of(10, 11, 12)).processes()).isEqualTo(1);
  }

  @Test
  @Timeout(60)
  void measuresARealBusyProcess() throws Exception {
    Process busy = new ProcessBuilder("bash", "-c", "(while :; do :; done) & wait").start();
    try {
      ResourceSampler sampler = new ResourceSampler();
      Set<Integer> roots = Set.of((int) busy.pid());
      ResourceSample sample = sampler.sample(roots);
      while (sample.processes() < 2 || sample.process().user() < 0.1) {
        sample = sampler.sample(roots);
      }

      assertThat(sample.process().rss()).isBetween(100_000L, 100_000_000L);
      assertThat(sample.process().vms()).isGreaterThan(sample.process().rss());
      assertThat(sample.process().threads()).isEqualTo(2);
    } finally {
      busy.descendants().forEach(ProcessHandle::destroyForcibly);
      busy.destroyForcibly().waitFor();
    }
  }

  private ResourceSampler sampler() {
    return new ResourceSampler(proc, Clock.fixed(NOW, ZoneOffset.UTC), nanoTime::get);
  }

  private void process(
      int pid,
      int parent,
      String name,
      char state,
      long user,
      long system,
      int threads,
      long start,
      long virtualBytes,
      long pages)
      throws IOException {
    Path directory = Files.createDirectories(proc.resolve(Integer.toString(pid)));
    Files.writeString(
        directory.resolve("stat"),
        "%d (%s) %c %d 1 1 0 -1 4194560 0 0 0 0 %d %d 0 0 20 5 %d 0 %d %d %d 18446744073709551615 1\n"
            .formatted(
                pid, name, state, parent, user, system, threads, start, virtualBytes, pages));
  }
}
