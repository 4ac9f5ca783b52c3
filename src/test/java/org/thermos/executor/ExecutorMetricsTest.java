package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.config.Resources;
import org.thermos.log.StandardErrorLog;
import org.thermos.mesos.DriverStatistics;

/** What an executor tells of itself (executor 6.11, health 7.10). */
class ExecutorMetricsTest {
  @TempDir Path directory;

  private final AtomicReference<DriverStatistics> driver =
      new AtomicReference<>(new DriverStatistics(3, 2, 1, 4));

  @Test
  void tellsOfTheExecutorAndOfTasksAsLongAsTheyLast() throws Exception {
    Path file = directory.resolve("executor.prom");
    UsageSampler sampler = new UsageSampler(System::nanoTime);
    Resources reserved = new Resources(2, 1_000_000_000_000L, 200, 0);
    TaskUsage usage = new TaskUsage(sampler);
    usage.disk(50);
    int self = (int) ProcessHandle.current().pid();
    usage.recorded(ProcessStatus.running(2, "p", self, Instant.EPOCH));
    try (ExecutorMetrics metrics =
        new ExecutorMetrics(file, driver::get, StandardErrorLog.INSTANCE)) {
      metrics.runnerStarted();
      metrics.addUsage("t-1", usage, reserved);
      metrics.addProcesses("t-1", List.of("p", "later"), usage);
      metrics.addUsage("t-2", new TaskUsage(sampler), reserved);
      metrics.forget("t-2");
    }

    assertThat(Files.readString(file))
        .contains(
            "\nthermos_executor_updates_sent_total 3\n",
            "\nthermos_executor_updates_acknowledged_total 2\n",
            "\nthermos_executor_updates_resent_total 1\n",
            "\nthermos_executor_reconnects_total 4\n",
            "\nthermos_executor_runner_starts_total 1\n",
            "\nthermos_resource_manager_disk_used{task=\"t-1\"} 50\n",
            "\nthermos_resource_manager_disk_reserved{task=\"t-1\"} 200\n",
            "\nthermos_resource_manager_disk_percent{task=\"t-1\"} 0.25\n",
            "\nthermos_resource_manager_cpu_reserved{task=\"t-1\"} 2\n")
        .containsPattern("\nthermos_executor_memory_anonymous_bytes \\d{7,}\n")
        .containsPattern(
            "\nthermos_process_memory_rss_bytes\\{process=\"p\",task=\"t-1\"} \\d{7,}\n")
        .containsPattern("\nthermos_process_cpu_seconds\\{process=\"p\",task=\"t-1\"} \\d")
        .doesNotContain("later")
        .containsPattern("\nthermos_resource_manager_ram_used\\{task=\"t-1\"} \\d{7,}\n")
        .doesNotContain("t-2");
  }
}
