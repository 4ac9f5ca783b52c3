package org.thermos.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executor 6.6, Docker. */
class DockerSandboxTest {
  @TempDir Path temporary;
  private Path directory;
  private Path mounted;

  @BeforeEach
  void make() throws Exception {
    directory = temporary.resolve("var/lib/mesos/runs/latest");
    mounted = Files.createDirectories(temporary.resolve("mnt/mesos/sandbox"));
    Files.setPosixFilePermissions(mounted, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void isFoundUnderTheNameItHasOnTheHost() throws Exception {
    Sandbox sandbox = new DockerSandbox(directory, mounted);
    sandbox.create();

    assertThat(Files.readSymbolicLink(directory)).isEqualTo(mounted);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(mounted)))
        .isEqualTo("rwxr-xr-x");
    assertThat(mounted.resolve("sandbox")).isDirectory();
    assertThat(sandbox.root()).isEqualTo(directory.resolve("sandbox"));
    assertThat(sandbox.containerRoot()).isEqualTo(sandbox.root());
  }

  @Test
  void whateverIsThereIsInTheWay() throws Exception {
    Files.createDirectories(directory);

    assertThatThrownBy(() -> new DockerSandbox(directory, mounted).create())
        .isInstanceOf(SandboxException.class)
        .hasMessage("Failed to create the sandbox root: " + directory + " is in the way");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void evenALinkFromBefore() throws Exception {
    new DockerSandbox(directory, mounted).create();

    assertThatThrownBy(() -> new DockerSandbox(directory, mounted).create())
        .hasMessageStartingWith("Failed to create the sandbox root: ");
  }

  @Test
  void aMissingSandboxIsAFailure() {
    Path nowhere = temporary.resolve("nowhere");
    assertThatThrownBy(() -> new DockerSandbox(directory, nowhere).create())
        .isInstanceOf(SandboxException.class)
        .hasMessageStartingWith("Failed to create the sandbox root: " + nowhere);
  }
}
