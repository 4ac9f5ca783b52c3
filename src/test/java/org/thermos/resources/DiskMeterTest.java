package org.thermos.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.log.Log;
import org.thermos.process.Broker;
import org.thermos.process.BrokerEvent;
import org.thermos.process.NativeBinary;
import org.thermos.process.ProcessEntry;
import org.thermos.process.ProcessTable;

/** Tasks held to their disk, with a real broker and its meter. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskMeterTest {
  private static final int MEGABYTE = 1 << 20;

  @TempDir Path directory;

  private final List<String> errors = new ArrayList<>();
  private final AtomicLong nanoTime = new AtomicLong();
  private Broker broker;
  private DiskMeter meter;

  @BeforeEach
  void start() throws Exception {
    broker = Broker.start(NativeBinary.locate());
    broker.wakeAfter(Duration.ofSeconds(30));
    Log log =
        new Log() {
          @Override
          public void info(String message) {}

          @Override
          public void error(String message) {
            errors.add(message);
          }
        };
    meter = new DiskMeter(broker, log, nanoTime::get);
  }

  @AfterEach
  void end() throws Exception {
    broker.close();
  }

  @Test
  void tellsOfAnOverrunOfSandboxLogsAndCheckpointsTogether() throws Exception {
    Path sandbox = make("sandbox");
    Path logs = make("logs");
    Path checkpoints = make("checkpoints");
    meter.start("task", List.of(sandbox, logs, checkpoints), 3 * MEGABYTE);
    assertThat(meter.used("task")).isEmpty();
    take();
    assertThat(meter.used("task")).hasValue(0);

    Files.write(sandbox.resolve("a"), new byte[2 * MEGABYTE]);
    Files.write(logs.resolve("b"), new byte[MEGABYTE]);
    Files.write(checkpoints.resolve("c"), new byte[MEGABYTE]);

    DiskOverrun overrun = awaitOverrun();
    assertThat(overrun).isEqualTo(new DiskOverrun("task", 3 * MEGABYTE, overrun.used()));
    assertThat(overrun.used()).isGreaterThan(3 * MEGABYTE);
    assertThat(meter.used("task").orElseThrow()).isEqualTo(overrun.used());
    assertThat(new DiskOverrun("task", 10, 20).message())
        .isEqualTo("Disk limit exceeded.  Reserved 10 bytes vs used 20 bytes.");
  }

  @Test
  void holdsEachTaskToItsOwnAndForgetsThem() throws Exception {
    Path first = make("first");
    Path second = make("second");
    Files.write(second.resolve("file"), new byte[2 * MEGABYTE]);
    meter.start("first", List.of(first), MEGABYTE);
    meter.start("second", List.of(second), MEGABYTE);
    assertThat(awaitOverrun().task()).isEqualTo("second");

    meter.stop("second");
    assertThat(meter.used("second")).isEmpty();
    Files.write(first.resolve("file"), new byte[2 * MEGABYTE]);
    assertThat(awaitOverrun().task()).isEqualTo("first");
  }

  @Test
  void tellsOfAnOverrunOnce() throws Exception {
    Path sandbox = make("sandbox");
    Files.write(sandbox.resolve("file"), new byte[2 * MEGABYTE]);
    meter.start("task", List.of(sandbox), MEGABYTE);
    awaitOverrun();

    Files.write(sandbox.resolve("more"), new byte[2 * MEGABYTE]);
    while (meter.used("task").orElse(0) < 4 * MEGABYTE) {
      assertThat(take()).isEmpty();
    }
  }

  @Test
  void startsTheMeterAgainUnlessItOnlyDies() throws Exception {
    Path sandbox = make("sandbox");
    meter.start("task", List.of(sandbox), MEGABYTE);
    take();

    nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(11));
    killMeter();
    while (errors.isEmpty()) {
      take();
    }
    assertThat(errors.get(0)).contains("it is started again");
    Files.write(sandbox.resolve("file"), new byte[2 * MEGABYTE]);
    awaitOverrun();

    killMeter();
    while (errors.size() < 2) {
      take();
    }
    assertThat(errors.get(1)).contains("no disk limit is enforced");
  }

  /** As where the meter was killed for lack of memory, and processes are lacking as well. */
  @Test
  void aMeterThatCannotBeStartedAgainIsNoReasonForTasksToEnd() throws Exception {
    meter.start("task", List.of(make("sandbox")), MEGABYTE);
    take();

    nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(11));
    leaveNoDescriptorToTheBroker();
    killMeter();
    while (errors.size() < 2) {
      take();
    }
    assertThat(errors.get(1)).startsWith("Cannot hold task task to its disk limit any more: ");
  }

  private static void leaveNoDescriptorToTheBroker() throws Exception {
    int pid = meters().get(0).parent(); // Other tests that run have brokers too, but no meters.
    int used = 0;
    while (Files.exists(Path.of("/proc/" + pid + "/fd/" + used), LinkOption.NOFOLLOW_LINKS)) {
      used++;
    }
    Process limiting =
        new ProcessBuilder("prlimit", "--pid", Integer.toString(pid), "--nofile=" + used).start();
    assertThat(limiting.waitFor()).isZero();
  }

  private static void killMeter() throws IOException {
    for (ProcessEntry meter : meters()) {
      // Not by the broker, which may have no descriptor left to do it with.
      ProcessHandle.of(meter.identity().pid()).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** Those of this JVM's brokers. */
  private static List<ProcessEntry> meters() throws IOException {
    int own = (int) ProcessHandle.current().pid();
    ProcessTable table = new ProcessTable();
    List<ProcessEntry> meters = new ArrayList<>();
    for (ProcessEntry entry : table.all()) {
      boolean ours =
          entry.name().equals("thermos-meter")
              && table.find(entry.parent()).map(ProcessEntry::parent).orElse(0) == own;
      if (ours) {
        meters.add(entry);
      }
    }
    return meters;
  }

  private DiskOverrun awaitOverrun() throws IOException {
    Optional<DiskOverrun> overrun = take();
    while (overrun.isEmpty()) {
      overrun = take();
    }
    return overrun.get();
  }

  private Optional<DiskOverrun> take() throws IOException {
    BrokerEvent event = broker.next();
    assertThat(event).isNotInstanceOfAny(BrokerEvent.TimerFired.class, BrokerEvent.Closed.class);
    return meter.handle(event);
  }

  private Path make(String name) throws IOException {
    return Files.createDirectories(directory.toRealPath().resolve(name));
  }
}
