package org.thermos.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.thermos.metrics.TaskMetrics.Resource;

/** The text format, as Prometheus' documentation of version 0.0.4 has it. */
class MetricsTest {
  private final Metrics metrics = new Metrics();

  @Test
  void writesEveryTypeAsPrometheusReadsIt() {
    metrics.counter("b_total", "Back\\slash,\nnew line", Labels.NONE).increment();
    metrics.gauge("a", "A gauge", Labels.of("task", "x"), () -> 0.25);
    metrics.gauge("a", "A gauge", Labels.of("task", "y"), () -> Double.POSITIVE_INFINITY);
    Latency latency = metrics.latency("c_seconds", "Time", Labels.of("task", "x"));
    latency.record(Duration.ofMillis(100));
    latency.record(Duration.ofMinutes(1));

    assertThat(metrics.text())
        .isEqualTo(
            """
            # HELP a A gauge
            # TYPE a gauge
            a{task="x"} 0.25
            a{task="y"} +Inf
            # HELP b_total Back\\\\slash,\\nnew line
            # TYPE b_total counter
            b_total 1
            # HELP c_seconds Time
            # TYPE c_seconds histogram
            c_seconds_bucket{le="0.005",task="x"} 0
            c_seconds_bucket{le="0.025",task="x"} 0
            c_seconds_bucket{le="0.1",task="x"} 1
            c_seconds_bucket{le="0.5",task="x"} 1
            c_seconds_bucket{le="1.0",task="x"} 1
            c_seconds_bucket{le="5.0",task="x"} 1
            c_seconds_bucket{le="30.0",task="x"} 1
            c_seconds_bucket{le="+Inf",task="x"} 2
            c_seconds_sum{task="x"} 60.1
            c_seconds_count{task="x"} 2
            """);
  }

  /** Whatever a task is called, its samples stay one line each and can be read back. */
  @Property(tries = 300)
  void anyTextIsALabel(@ForAll String value) {
    Metrics one = new Metrics();
    one.gauge("g", "G", Labels.of("task", value), () -> 1);

    String text = one.text();
    String sample = text.substring(text.indexOf("\ng{") + 1);
    String quoted = sample.substring("g{task=\"".length(), sample.length() - "\"} 1\n".length());

    assertThat(quoted).doesNotContain("\n");
    assertThat(unescaped(quoted)).isEqualTo(value);
  }

  private static String unescaped(String quoted) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < quoted.length(); i++) {
      char c = quoted.charAt(i);
      assertThat(c).isNotEqualTo('"');
      if (c == '\\') {
        c = quoted.charAt(++i);
        out.append(c == 'n' ? '\n' : c);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  @Test
  void aGaugeThatCannotBeReadHidesNoOther() {
    metrics.gauge("a", "A", Labels.NONE, () -> Double.NaN);
    metrics.gauge(
        "b",
        "B",
        Labels.NONE,
        () -> {
          throw new IllegalStateException();
        });
    metrics.gauge("c", "C", Labels.NONE, () -> -3);

    assertThat(metrics.text()).endsWith("# TYPE c gauge\nc -3\n").doesNotContain("NaN");
  }

  @Test
  void refusesWhatPrometheusWould() {
    metrics.counter("a_total", "A", Labels.NONE);

    assertThat(metrics.counter("a_total", "A", Labels.NONE))
        .isSameAs(metrics.counter("a_total", "A", Labels.NONE));
    assertThatThrownBy(() -> metrics.latency("a_total", "A", Labels.NONE))
        .hasMessage("a_total is a counter already");
    assertThatThrownBy(() -> metrics.counter("a b", "A", Labels.NONE)).hasMessageContaining("a b");
    assertThatThrownBy(() -> new Labels(Map.of("a-b", "x"))).hasMessageContaining("a-b");
  }

  @Test
  void tellsOfAnExecutorAndItsTasksAsLongAsTheyLast() {
    ExecutorMetrics executor = new ExecutorMetrics(metrics);
    executor.updatesSent().increment();
    executor.updatesSent().increment();
    executor.updatesAcknowledged().increment();
    executor.runnerStarts().increment();
    TaskMetrics task = executor.task("t-1");
    task.healthChecks().record(Duration.ofMillis(3));
    task.consecutiveFailures(() -> 2);
    task.snoozed(() -> 0);
    task.announcerDisconnected(() -> 1.5);
    task.resource(Resource.DISK, () -> 50, 200);
    executor.task("t-2").resource(Resource.CPU, () -> 0.5, 0);

    assertThat(metrics.text())
        .contains(
            "\nthermos_executor_updates_sent_total 2\n",
            "\nthermos_executor_updates_acknowledged_total 1\n",
            "\nthermos_executor_updates_resent_total 0\n",
            "\nthermos_executor_reconnects_total 0\n",
            "\nthermos_executor_runner_starts_total 1\n",
            "\nthermos_executor_orphan ",
            "\nthermos_health_check_seconds_count{task=\"t-1\"} 1\n",
            "\nthermos_health_consecutive_failures{task=\"t-1\"} 2\n",
            "\nthermos_health_snoozed{task=\"t-1\"} 0\n",
            "\nthermos_announcer_disconnected_seconds{task=\"t-1\"} 1.5\n",
            "\nthermos_task_disk_used_bytes{task=\"t-1\"} 50\n",
            "\nthermos_task_disk_reserved_bytes{task=\"t-1\"} 200\n",
            "\nthermos_task_disk_used_ratio{task=\"t-1\"} 0.25\n",
            "\nthermos_task_cpu_used_cores{task=\"t-2\"} 0.5\n")
        .doesNotContain("thermos_task_cpu_used_ratio{");
    assertThat(sample("thermos_executor_memory_rss_bytes"))
        .isGreaterThan(sample("thermos_executor_memory_anonymous_bytes"))
        .isGreaterThan(1e6);
    assertThat(sample("thermos_executor_cpu_seconds")).isPositive();

    task.close();
    assertThat(metrics.text()).doesNotContain("t-1").contains("t-2", "updates_sent_total 2");
  }

  private double sample(String name) {
    return metrics
        .text()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElseThrow();
  }
}
