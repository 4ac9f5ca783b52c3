package org.thermos.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;

/**
 * All metrics of a program: values that are asked for when somebody looks. Any thread, and so must
 * be what is asked; NaN, or failing, is no sample.
 *
 * <p>A name ({@code [a-zA-Z_:][a-zA-Z0-9_:]*}) has one type; what has the same name and labels is
 * replaced.
 */
public final class Metrics {
  private final Map<String, Family> families = new TreeMap<>();

  private record Family(Type type, String help, Map<Labels, DoubleSupplier> members) {}

  private enum Type {
    COUNTER("counter"),
    GAUGE("gauge");

    private final String text;

    Type(String text) {
      this.text = text;
    }
  }

  /**
   * How often something has happened, or how much of it there has been: it only grows.
   *
   * @param name ends in {@code _total}
   */
  public void counter(String name, String help, Labels labels, DoubleSupplier value) {
    add(name, help, Type.COUNTER, labels, value);
  }

  /** How much there is of something now. */
  public void gauge(String name, String help, Labels labels, DoubleSupplier value) {
    add(name, help, Type.GAUGE, labels, value);
  }

  private void add(String name, String help, Type type, Labels labels, DoubleSupplier value) {
    if (!name.matches("[a-zA-Z_:][a-zA-Z0-9_:]*")) {
      throw new IllegalArgumentException("unable to use '" + name + "' as a metric's name");
    }
    synchronized (families) {
      Family family =
          families.computeIfAbsent(name, it -> new Family(type, help, new LinkedHashMap<>()));
      if (family.type() != type) {
        throw new IllegalArgumentException(name + " is a " + family.type().text + " already");
      }
      family.members().put(labels, value);
    }
  }

  /** Forgets whatever has these labels, among others. */
  public void forget(Labels labels) {
    synchronized (families) {
      for (Family family : families.values()) {
        family.members().keySet().removeIf(it -> it.contains(labels));
      }
      families.values().removeIf(family -> family.members().isEmpty());
    }
  }

  /** All of them in Prometheus' text format, version 0.0.4. */
  public String text() {
    return text(type -> true);
  }

  /** The counters alone: what changes only when something happens. */
  String counters() {
    return text(type -> type == Type.COUNTER);
  }

  private String text(Predicate<Type> wanted) {
    Map<String, Family> copy = new TreeMap<>();
    synchronized (families) {
      // Values may take long, or themselves look here.
      families.forEach(
          (name, it) ->
              copy.put(name, new Family(it.type(), it.help(), new LinkedHashMap<>(it.members()))));
    }
    StringBuilder out = new StringBuilder(2048);
    copy.forEach(
        (name, family) -> {
          if (wanted.test(family.type())) {
            write(name, family, out);
          }
        });
    return out.toString();
  }

  private static void write(String name, Family family, StringBuilder out) {
    String help = family.help().replace("\\", "\\\\").replace("\n", "\\n");
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(family.type().text).append('\n');
    family.members().forEach((labels, value) -> write(name, labels, value, out));
  }

  private static void write(String name, Labels labels, DoubleSupplier value, StringBuilder out) {
    double now = Double.NaN;
    try {
      now = value.getAsDouble();
    } catch (RuntimeException e) {
      // One value that cannot be had must not hide the others.
    }
    if (!Double.isNaN(now)) {
      out.append(name).append(labels.text()).append(' ').append(number(now)).append('\n');
    }
  }

  /** As the text format has numbers: whole ones without a point. */
  private static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    boolean isWhole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return isWhole ? Long.toString((long) value) : Double.toString(value);
  }
}
