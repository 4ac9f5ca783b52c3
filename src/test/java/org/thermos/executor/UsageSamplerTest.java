package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.process.ExitStatus;
import org.thermos.resources.ProcessSample;

class UsageSamplerTest {
  private final AtomicLong nanos = new AtomicLong();
  private final UsageSampler sampler = new UsageSampler(nanos::get);
  private final int self = (int) ProcessHandle.current().pid();

  @Test
  void allThatIsAskedForTogetherComesOfOneMeasurement() throws Exception {
    sampler.add(self);
    Map<Integer, ProcessSample> first = sampler.samples();
    nanos.addAndGet(Duration.ofSeconds(4).toNanos());

    assertThat(first).containsOnlyKeys(self);
    assertThat(sampler.samples()).isSameAs(first);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(sampler.samples()).isNotSameAs(first);
  }

  @Test
  void whatHasEndedIsMeasuredNoMore() throws Exception {
    TaskUsage usage = new TaskUsage(sampler);
    usage.recorded(ProcessStatus.running(2, "p", self, Instant.EPOCH));
    assertThat(usage.used(TaskUsage.Resource.RAM)).isPositive();

    int code = new ExitStatus(0).returnCode();
    usage.recorded(ProcessStatus.ended(3, "p", ProcessState.SUCCESS, Instant.EPOCH, code));
    nanos.addAndGet(Duration.ofSeconds(5).toNanos());

    assertThat(usage.used(TaskUsage.Resource.RAM)).isZero();
    assertThat(usage.of("p", ProcessSample::rss)).isNaN();
    assertThat(sampler.samples()).isEmpty();
  }
}
