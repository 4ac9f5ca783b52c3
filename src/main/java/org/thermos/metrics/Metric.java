package org.thermos.metrics;

/** Something with a value, in one or more samples. */
interface Metric {
  /** Appends its samples as text. */
  void write(String name, Labels labels, StringBuilder out);

  static void sample(String name, Labels labels, double value, StringBuilder out) {
    out.append(name).append(labels.text()).append(' ').append(number(value)).append('\n');
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
