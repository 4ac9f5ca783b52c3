package org.thermos.resources;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Sums up what processes and all that descends from them use (health 7.10), from one pass over
 * /proc. It looks when it is asked and never by itself. One sampler for each set of processes,
 * since it remembers the look before. Thread-safe.
 */
public final class ResourceSampler {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Path proc;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final long pageSize = ProcStat.pageSize();

  /** CPU time at the look before, by who spent it. */
  private Map<Spender, Long> before = Map.of();

  private boolean looked;
  private long lookedAt;

  public ResourceSampler() {
    this(Path.of("/proc"), Clock.systemUTC(), System::nanoTime);
  }

  ResourceSampler(Path proc, Clock clock, LongSupplier nanoTime) {
    this.proc = proc;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /**
   * Who has vanished or cannot be read counts nothing. The disk of the sample is 0: see {@link
   * ResourceSample#withDisk}.
   *
   * @param roots pids of processes' commands, not of runner and coordinators
   * @throws IOException if there is no /proc to be read
   */
  public ResourceSample sample(Set<Integer> roots) throws IOException {
    return look(roots).together();
  }

  /**
   * What all of them use, and what each of them does.
   *
   * @param each by root, with all that descends from it
   */
  public record Look(ResourceSample together, Map<Integer, ProcessSample> each) {}

  /** The same as {@link #sample}, and of the same pass what each root uses. */
  public synchronized Look look(Set<Integer> roots) throws IOException {
    Map<Integer, ProcStat> all = ProcStat.all(proc);
    Map<Integer, List<ProcStat>> children = children(all);
    List<ProcStat> members = members(all, children, roots);
    long now = nanoTime.getAsLong();
    double seconds = looked ? (now - lookedAt) / NANOS_PER_SECOND : 0;
    Map<Integer, ProcessSample> each = new HashMap<>();
    for (int root : roots) {
      each.put(root, sum(members(all, children, Set.of(root)), seconds));
    }
    ResourceSample together =
        new ResourceSample(clock.instant(), members.size(), sum(members, seconds), 0);
    before = new HashMap<>();
    members.forEach(member -> before.put(Spender.of(member), member.ticks()));
    looked = true;
    lookedAt = now;
    return new Look(together, Map.copyOf(each));
  }

  /**
   * Of these together.
   *
   * @param seconds since the look before; 0 if there was none
   */
  private ProcessSample sum(List<ProcStat> members, double seconds) {
    if (members.isEmpty()) {
      return ProcessSample.NOTHING;
    }
    long ticks = 0;
    for (ProcStat member : members) {
      ticks += Math.max(0, member.ticks() - before.getOrDefault(Spender.of(member), 0L));
    }
    ProcStat one = members.get(0);
    return new ProcessSample(
        seconds > 0 ? ticks / ProcStat.TICKS_PER_SECOND / seconds : 0,
        members.stream().mapToLong(ProcStat::rss).sum() * pageSize,
        members.stream().mapToLong(ProcStat::virtualBytes).sum(),
        members.stream().mapToLong(ProcStat::userTicks).sum() / ProcStat.TICKS_PER_SECOND,
        members.stream().mapToLong(ProcStat::systemTicks).sum() / ProcStat.TICKS_PER_SECOND,
        members.stream().mapToInt(ProcStat::threads).sum(),
        one.nice(),
        one.status());
  }

  private static Map<Integer, List<ProcStat>> children(Map<Integer, ProcStat> all) {
    Map<Integer, List<ProcStat>> children = new HashMap<>();
    for (ProcStat process : all.values()) {
      children.computeIfAbsent(process.parent(), parent -> new ArrayList<>()).add(process);
    }
    return children;
  }

  /** The roots first, each process once. */
  private static List<ProcStat> members(
      Map<Integer, ProcStat> all, Map<Integer, List<ProcStat>> children, Set<Integer> roots) {
    List<ProcStat> members = new ArrayList<>();
    Set<Integer> known = new HashSet<>();
    for (int root : roots) {
      if (all.containsKey(root) && known.add(root)) {
        members.add(all.get(root));
      }
    }
    for (int next = 0; next < members.size(); next++) {
      for (ProcStat child : children.getOrDefault(members.get(next).pid(), List.of())) {
        if (known.add(child.pid())) {
          members.add(child);
        }
      }
    }
    return members;
  }

  /** A process beyond doubt: pids are used again. */
  private record Spender(int pid, long startTicks) {
    static Spender of(ProcStat process) {
      return new Spender(process.pid(), process.startTicks());
    }
  }
}
