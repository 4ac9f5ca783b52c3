package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.mesos.Protos.ContainerInfo;
import org.apache.mesos.Protos.Volume;
import org.junit.jupiter.api.Test;

class SandboxVolumesTest {
  @Test
  void areTheContainerPathsInTheirOrder() {
    ContainerInfo container =
        ContainerInfo.newBuilder()
            .setType(ContainerInfo.Type.MESOS)
            .addVolumes(volume("taskfs"))
            .addVolumes(volume("/data"))
            .addVolumes(volume("/cache"))
            .build();

    assertThat(SandboxVolumes.of(container)).containsExactly("taskfs", "/data", "/cache");
    assertThat(SandboxVolumes.of(ContainerInfo.getDefaultInstance())).isEmpty();
  }

  private static Volume volume(String path) {
    return Volume.newBuilder().setContainerPath(path).setMode(Volume.Mode.RW).build();
  }
}
