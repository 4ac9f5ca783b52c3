package org.thermos.executor;

import java.util.List;
import org.apache.mesos.Protos.ContainerInfo;
import org.apache.mesos.Protos.Volume;

/** What of an executor's container its sandbox has to know (executor 6.6). */
final class SandboxVolumes {
  private SandboxVolumes() {}

  /**
   * Where the executor sees its volumes, in their order. Whether one may be written to, the agent
   * has seen to when it mounted it.
   */
  static List<String> of(ContainerInfo container) {
    return container.getVolumesList().stream().map(Volume::getContainerPath).toList();
  }
}
