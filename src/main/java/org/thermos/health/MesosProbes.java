package org.thermos.health;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.thermos.process.CommandSpec;

/** Makes probes of what Mesos' definitions say. */
final class MesosProbes {
  /** In place of no limit: a thread waits. */
  private static final Duration NO_LIMIT = Duration.ofHours(1);

  private MesosProbes() {}

  static Probe of(MesosProbe probe, Duration limit, CheckPlace place) {
    Duration timeout = limit.isZero() ? NO_LIMIT : limit;
    if (probe instanceof MesosProbe.Http http) {
      return new Probe.Http(LoopbackUrl.of(http.scheme(), http.port(), http.path()), timeout);
    }
    if (probe instanceof MesosProbe.Tcp tcp) {
      return new Probe.Tcp(tcp.port(), timeout);
    }
    MesosProbe.Command command = (MesosProbe.Command) probe;
    Map<String, String> environment = new HashMap<>(place.environment());
    environment.putAll(command.environment());
    return new Probe.Command(
        new CommandSpec(
            place.wrapper().apply(command.command()),
            environment,
            place.directory(),
            place.account(),
            timeout));
  }
}
