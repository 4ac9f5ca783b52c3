package org.thermos.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * All metrics of a program. Any thread.
 *
 * <p>A name ({@code [a-zA-Z_:][a-zA-Z0-9_:]*}) has one type; with the same labels it is the same
 * metric, only a gauge is replaced.
 */
public final class Metrics {
  private final Map<String, Family> families = new TreeMap<>();
  private final AtomicLong changes = new AtomicLong();

  private record Family(Type type, String help, Map<Labels, Metric> members) {}

  private enum Type {
    COUNTER("counter"),
    GAUGE("gauge"),
    HISTOGRAM("histogram");

    private final String text;

    Type(String text) {
      this.text = text;
    }
  }

  /**
   * How often something happens.
   *
   * @param name ends in {@code _total}
   */
  public Counter counter(String name, String help, Labels labels) {
    return (Counter)
        add(name, help, Type.COUNTER, labels, () -> new Counter(changes::incrementAndGet));
  }

  /**
   * How long something takes.
   *
   * @param name ends in {@code _seconds}
   */
  public Latency latency(String name, String help, Labels labels) {
    return (Latency)
        add(name, help, Type.HISTOGRAM, labels, () -> new Latency(changes::incrementAndGet));
  }

  /**
   * How much there is of something.
   *
   * @param value cheap, and safe on any thread; NaN: there is none now
   */
  public void gauge(String name, String help, Labels labels, DoubleSupplier value) {
    synchronized (families) {
      family(name, help, Type.GAUGE).members().put(labels, new Gauge(value));
    }
    changes.incrementAndGet();
  }

  /** Forgets whatever has these labels, among others. */
  public void forget(Labels labels) {
    synchronized (families) {
      for (Family family : families.values()) {
        family.members().keySet().removeIf(it -> it.contains(labels));
      }
      families.values().removeIf(family -> family.members().isEmpty());
    }
    changes.incrementAndGet();
  }

  private Metric add(String name, String help, Type type, Labels labels, Supplier<Metric> make) {
    synchronized (families) {
      return family(name, help, type).members().computeIfAbsent(labels, it -> make.get());
    }
  }

  private Family family(String name, String help, Type type) {
    if (!name.matches("[a-zA-Z_:][a-zA-Z0-9_:]*")) {
      throw new IllegalArgumentException("unable to use '" + name + "' as a metric's name");
    }
    Family family =
        families.computeIfAbsent(name, it -> new Family(type, help, new LinkedHashMap<>()));
    if (family.type() != type) {
      throw new IllegalArgumentException(name + " is a " + family.type().text + " already");
    }
    return family;
  }

  /** Grows with every change but those of gauges. */
  long changes() {
    return changes.get();
  }

  /** All of them in Prometheus' text format, version 0.0.4. */
  public String text() {
    StringBuilder out = new StringBuilder(2048);
    Map<String, Family> copy = new TreeMap<>();
    synchronized (families) {
      // Gauges may take long, or themselves look here.
      families.forEach(
          (name, it) ->
              copy.put(name, new Family(it.type(), it.help(), new LinkedHashMap<>(it.members()))));
    }
    copy.forEach((name, family) -> write(name, family, out));
    return out.toString();
  }

  private static void write(String name, Family family, StringBuilder out) {
    String help = family.help().replace("\\", "\\\\").replace("\n", "\\n");
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(family.type().text).append('\n');
    family.members().forEach((labels, metric) -> metric.write(name, labels, out));
  }
}
