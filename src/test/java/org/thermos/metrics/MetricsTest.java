package org.thermos.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The text format, as Prometheus' documentation of version 0.0.4 has it. */
class MetricsTest {
  private final Metrics metrics = new Metrics();

  @Test
  void writesEveryTypeAsPrometheusReadsIt() {
    metrics.counter("b_total", "Back\\slash,\nnew line", Labels.NONE, () -> 1);
    metrics.gauge("a", "A gauge", Labels.of("task", "x"), () -> 0.25);
    metrics.gauge("a", "A gauge", Labels.of("task", "y"), () -> Double.POSITIVE_INFINITY);

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
    metrics.counter("a_total", "A", Labels.NONE, () -> 1);

    assertThatThrownBy(() -> metrics.gauge("a_total", "A", Labels.NONE, () -> 1))
        .hasMessage("a_total is a counter already");
    assertThatThrownBy(() -> metrics.counter("a b", "A", Labels.NONE, () -> 1))
        .hasMessageContaining("a b");
    assertThatThrownBy(() -> new Labels(Map.of("a-b", "x"))).hasMessageContaining("a-b");
  }

  @Test
  void forgetsWhatIsOver() {
    metrics.gauge("a", "A", Labels.of("task", "t-1"), () -> 1);
    metrics.gauge("a", "A", Labels.of("task", "t-2"), () -> 2);
    metrics.counter("b_total", "B", Labels.of("task", "t-1"), () -> 3);

    metrics.forget(Labels.of("task", "t-1"));

    assertThat(metrics.text()).isEqualTo("# HELP a A\n# TYPE a gauge\na{task=\"t-2\"} 2\n");
  }

  @Test
  void theKernelTellsOfThisProcess() {
    OwnProcess own = OwnProcess.here();

    double before = own.memory("Anonymous");
    double all = own.memory("Rss");
    // Whether it grows or shrinks meanwhile, all of it was more than a part at one of the moments.
    double anonymous = Math.min(before, own.memory("Anonymous"));
    assertThat(all).isGreaterThan(anonymous).isGreaterThan(1e6);
    assertThat(own.cpu()).isPositive();
    assertThat(own.orphan()).isIn(0.0, 1.0);
    assertThat(own.memory("Nothing")).isNaN();
  }
}
