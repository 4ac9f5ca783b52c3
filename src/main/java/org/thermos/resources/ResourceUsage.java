package org.thermos.resources;

import java.util.LinkedHashMap;
import java.util.Map;

/** A task's usage beside its limits, for metrics. */
public record ResourceUsage(ResourceLimits limits, ResourceSample sample) {
  /** By their names of health 7.10; what is called percent is a fraction there, and here. */
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    put(metrics, "disk", (double) sample.disk(), (double) limits.disk());
    put(metrics, "cpu", sample.process().cpu(), limits.cpu());
    put(metrics, "ram", (double) sample.process().rss(), (double) limits.ram());
    return metrics;
  }

  private static void put(Map<String, Double> metrics, String name, double used, double reserved) {
    String prefix = "resource_manager." + name;
    metrics.put(prefix + "_used", used);
    metrics.put(prefix + "_reserved", reserved);
    metrics.put(prefix + "_percent", reserved > 0 ? used / reserved : 0);
  }
}
