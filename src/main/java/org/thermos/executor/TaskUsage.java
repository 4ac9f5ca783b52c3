package org.thermos.executor;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.config.Resources;
import org.thermos.resources.ProcessSample;

/** What a task uses (health 7.10), measured when somebody asks. Any thread. */
final class TaskUsage {
  private final UsageSampler sampler;

  /** Pids of what runs, by process. */
  private final Map<String, Integer> running = new ConcurrentHashMap<>();

  private volatile long diskBytes;

  TaskUsage(UsageSampler sampler) {
    this.sampler = sampler;
  }

  /** A run changed its state. */
  void recorded(ProcessStatus status) {
    Integer before = running.remove(status.process());
    if (before != null) {
      sampler.remove(before);
    }
    if (status.state() == ProcessState.RUNNING && status.pid().isPresent()) {
      running.put(status.process(), status.pid().getAsInt());
      sampler.add(status.pid().getAsInt());
    }
  }

  /** The task is over. */
  void end() {
    running.values().forEach(sampler::remove);
    running.clear();
  }

  void disk(long bytes) {
    diskBytes = bytes;
  }

  /** The values of {@code resource_manager} (health 7.10), by what they are of. */
  double used(Resource resource) {
    return switch (resource) {
      case DISK -> diskBytes;
      case CPU -> sum(ProcessSample::cpu);
      case RAM -> sum(ProcessSample::rss);
    };
  }

  /** What is limited. */
  enum Resource {
    DISK,
    CPU,
    RAM;

    double reserved(Resources resources) {
      return switch (this) {
        case DISK -> resources.disk();
        case CPU -> resources.cpu();
        case RAM -> resources.ram();
      };
    }
  }

  private double sum(ToDoubleFunction<ProcessSample> value) {
    try {
      Map<Integer, ProcessSample> samples = sampler.samples();
      return List.copyOf(running.values()).stream()
          .map(samples::get)
          .filter(Objects::nonNull)
          .mapToDouble(value)
          .sum();
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /** A value of a process, with all that it started; NaN while it does not run. */
  double of(String process, ToDoubleFunction<ProcessSample> value) {
    Integer pid = running.get(process);
    try {
      ProcessSample sample = pid == null ? null : sampler.samples().get(pid);
      return sample == null ? Double.NaN : value.applyAsDouble(sample);
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
