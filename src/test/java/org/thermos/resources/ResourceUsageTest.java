package org.thermos.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourceUsageTest {
  @Test
  void namesItsMetricsAsTheOriginalDoes() {
    ResourceSample sample =
        new ResourceSample(
            Instant.EPOCH, 3, new ProcessSample(0.5, 64, 99, 1, 1, 3, 0, "running"), 10);

    assertThat(new ResourceUsage(new ResourceLimits(2, 128, 0), sample).metrics())
        .isEqualTo(
            Map.of(
                "resource_manager.disk_used", 10.0,
                "resource_manager.disk_reserved", 0.0,
                "resource_manager.disk_percent", 0.0,
                "resource_manager.cpu_used", 0.5,
                "resource_manager.cpu_reserved", 2.0,
                "resource_manager.cpu_percent", 0.25,
                "resource_manager.ram_used", 64.0,
                "resource_manager.ram_reserved", 128.0,
                "resource_manager.ram_percent", 0.5));
  }
}
