package org.thermos.mesos;

import java.util.concurrent.atomic.AtomicLong;

/** Counts for {@link DriverStatistics}. One thread counts, any may look. */
final class DriverCounters {
  final AtomicLong sent = new AtomicLong();
  final AtomicLong acknowledged = new AtomicLong();
  final AtomicLong resent = new AtomicLong();
  final AtomicLong reconnects = new AtomicLong();

  DriverStatistics snapshot() {
    return new DriverStatistics(sent.get(), acknowledged.get(), resent.get(), reconnects.get());
  }
}
