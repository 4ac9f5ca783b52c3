package org.thermos.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executor 6.6, step 4. */
class HostFilesTest {
  @TempDir Path directory;
  private Path host;
  private Path rootfs;
  private ImageRoot image;

  @BeforeEach
  void make() throws Exception {
    host = Files.createDirectory(directory.resolve("host"));
    rootfs = Files.createDirectory(directory.resolve("taskfs"));
    image = ImageRoot.at(rootfs);
  }

  @Test
  void onlyWhatExistsIsCopied() throws Exception {
    Files.writeString(host.resolve("hosts"), "127.0.0.1 localhost\n");
    new HostFiles(host).copyInto(image);

    assertThat(rootfs.resolve("etc/hosts")).hasContent("127.0.0.1 localhost\n");
    assertThat(rootfs.resolve("etc")).isDirectoryNotContaining("glob:**/{resolv.conf,hostname}");
  }

  @Test
  void aLinkOfTheMachineIsFollowedAndOneOfTheImageReplaced() throws Exception {
    Files.writeString(host.resolve("stub"), "nameserver 192.0.2.1\n");
    Files.createSymbolicLink(host.resolve("resolv.conf"), Path.of("stub"));
    Path etc = Files.createDirectory(rootfs.resolve("etc"));
    Path precious = Files.writeString(rootfs.resolve("precious"), "precious");
    Files.createSymbolicLink(etc.resolve("resolv.conf"), Path.of("../precious"));
    new HostFiles(host).copyInto(image);

    assertThat(etc.resolve("resolv.conf")).isRegularFile().hasContent("nameserver 192.0.2.1\n");
    assertThat(Files.isSymbolicLink(etc.resolve("resolv.conf"))).isFalse();
    assertThat(precious).hasContent("precious");
  }

  @Test
  void whatIsTheSameAlreadyIsNotWritten() throws Exception {
    Files.writeString(host.resolve("hostname"), "rack3\n");
    Path same =
        Files.writeString(
            Files.createDirectory(rootfs.resolve("etc")).resolve("hostname"), "rack3\n");
    Object before = Files.getAttribute(same, "unix:ino");
    new HostFiles(host).copyInto(image);

    assertThat(Files.getAttribute(same, "unix:ino")).isEqualTo(before);
  }

  @Test
  void whatIsInTheWayIsNamed() throws Exception {
    Files.writeString(host.resolve("hosts"), "127.0.0.1 localhost\n");
    Path inTheWay = Files.createDirectories(rootfs.resolve("etc/hosts"));

    assertThatThrownBy(() -> new HostFiles(host).copyInto(image))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "cannot copy " + host.resolve("hosts") + " into the task's image: " + rootfs);
    assertThat(inTheWay).isEmptyDirectory();
    assertThat(rootfs.resolve("etc")).isDirectoryNotContaining("glob:**/.thermos-*");
  }
}
