package org.thermos.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {
  @TempDir Path directory;

  private final Metrics metrics = new Metrics();

  @Test
  void isWrittenWhenSomethingChanged() throws Exception {
    Path path = directory.resolve("metrics.prom");
    MetricsFile file = new MetricsFile(path, metrics);
    AtomicLong counter = new AtomicLong();
    metrics.counter("a_total", "A", Labels.NONE, counter::get);
    metrics.gauge("b", "B", Labels.NONE, System::nanoTime);

    assertThat(file.writeIfChanged()).isTrue();
    assertThat(path).content().contains("a_total 0\n");
    assertThat(file.writeIfChanged()).isFalse();
    counter.incrementAndGet();
    assertThat(file.writeIfChanged()).isTrue();
    assertThat(path).content().contains("a_total 1\n");
    assertThat(Files.getPosixFilePermissions(path))
        .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(directory.toFile().list()).containsExactly("metrics.prom");
  }

  @Test
  void followsNoLink() throws Exception {
    metrics.counter("a_total", "A", Labels.NONE, () -> 1);
    Path victim = Files.writeString(directory.resolve("victim"), "untouched");
    Path path = Files.createSymbolicLink(directory.resolve("metrics.prom"), victim);
    Files.createSymbolicLink(directory.resolve(".metrics.prom.new"), victim);

    assertThat(new MetricsFile(path, metrics).writeIfChanged()).isTrue();

    assertThat(victim).hasContent("untouched");
    assertThat(Files.isSymbolicLink(path)).isFalse();
  }

  @Test
  void isTriedAgainIfItCouldNotBeWritten() throws Exception {
    metrics.counter("a_total", "A", Labels.NONE, () -> 1);
    Path path = Files.createDirectories(directory.resolve("metrics.prom/full")).getParent();
    MetricsFile file = new MetricsFile(path, metrics);

    assertThatThrownBy(file::writeIfChanged).isInstanceOf(IOException.class);
    Files.delete(path.resolve("full"));
    Files.delete(path);
    assertThat(file.writeIfChanged()).isTrue();
  }

  /** Whoever reads it sees one state, not a part. */
  @Test
  void isAlwaysWhole() throws Exception {
    Path path = directory.resolve("metrics.prom");
    MetricsFile file = new MetricsFile(path, metrics);
    AtomicLong count = new AtomicLong();
    metrics.counter("a_total", "A", Labels.NONE, count::get);
    metrics.counter("z_total", "Z", Labels.NONE, count::get);
    file.writeIfChanged();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 300; i++) {
                  assertThat(Files.readString(path)).endsWith("\n").contains("\nz_total ");
                }
              } catch (IOException | AssertionError e) {
                failure.set(e);
              }
            });
    reader.start();
    while (reader.isAlive()) {
      count.incrementAndGet();
      file.writeIfChanged();
    }

    assertThat(failure.get()).isNull();
  }
}
