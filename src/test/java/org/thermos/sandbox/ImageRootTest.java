package org.thermos.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths of an image lead nowhere but into the image. */
@Timeout(60)
class ImageRootTest {
  @TempDir Path directory;
  private Path rootfs;
  private ImageRoot image;

  @BeforeEach
  void make() throws Exception {
    rootfs = Files.createDirectories(directory.toRealPath().resolve("taskfs"));
    image = ImageRoot.at(rootfs);
  }

  @AfterEach
  void removeLinks() throws Exception {
    BusyboxImage.removeLinks(directory);
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b, a/b",
    "a/b, a/b",
    "/, ''",
    "/../../etc/passwd, etc/passwd",
    "/a/./../b, b",
    "/absolute/x, etc/x",
    "/upwards/x, etc/x",
    "/usr/upwards/x, etc/x",
    "/usr/sibling, usr/lib",
    "/chain/x, etc/x",
    "/toroot/x, x",
    "/dangling/x, nowhere/x",
    "/proc/self/root/x, x",
  })
  void linksLeadWhereTheyLeadInsideTheImage(String path, String expected) throws Exception {
    Files.createDirectories(rootfs.resolve("usr/lib"));
    link("absolute", "/etc");
    link("upwards", "../../../../../../../etc");
    link("usr/upwards", "../../../../etc");
    link("usr/sibling", "lib");
    link("chain", "upwards");
    link("toroot", "/..");
    link("dangling", "/nowhere");
    link("proc", "/pseudo");
    Files.createDirectories(rootfs.resolve("pseudo/self"));
    link("pseudo/self/root", "/");

    assertThat(image.resolve(Path.of(path))).isEqualTo(rootfs.resolve(expected));
  }

  @Test
  void linksInACircleAreRefused() throws Exception {
    link("a", "b");
    link("b", "a");

    assertThatThrownBy(() -> image.resolve(Path.of("/a/x")))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot use /a/x of the image: too many links");
  }

  @Test
  void aRootThatIsALinkIsNoImage() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), rootfs);

    assertThatThrownBy(() -> ImageRoot.at(link))
        .isInstanceOf(SandboxException.class)
        .hasMessage(
            "Failed to initialize FileSystemImageSandbox: "
                + link
                + " is no directory: the agent has not mounted the task's image there");
  }

  @Test
  void whatIsMadeAllMayEnter() throws Exception {
    Path file = rootfs.resolve("a/b/c");
    image.makeFile(file);

    assertThat(file).isEmptyFile();
    assertThat(mode(rootfs.resolve("a"))).isEqualTo("rwxr-xr-x");
    assertThat(mode(rootfs.resolve("a/b"))).isEqualTo("rwxr-xr-x");
    assertThat(mode(file)).isEqualTo("rw-r--r--");
  }

  @Test
  void aLinkIsReplacedAndNotFollowed() throws Exception {
    Path outside = Files.writeString(directory.resolve("outside"), "precious");
    link("resolv.conf", outside.toString());

    image.replace(rootfs.resolve("resolv.conf"), new byte[] {'x'});

    assertThat(outside).hasContent("precious");
    assertThat(rootfs.resolve("resolv.conf")).isRegularFile().hasContent("x");
    assertThat(rootfs).isDirectoryNotContaining("glob:**/.thermos-*");
  }

  @Test
  void theFileOfAnImageThatSharesItStaysAsItIs() throws Exception {
    Path shared = Files.writeString(directory.resolve("shared"), "old");
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rw-r-----"));
    Path file = Files.createLink(rootfs.resolve("passwd"), shared);

    image.replace(file, new byte[] {'x'});

    assertThat(shared).hasContent("old");
    assertThat(file).hasContent("x");
    assertThat(mode(file)).isEqualTo("rw-r-----");
  }

  @Test
  void aFifoIsNotWaitedFor() throws Exception {
    Path fifo = rootfs.resolve("passwd");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();

    assertThatThrownBy(() -> image.read(fifo))
        .isInstanceOf(IOException.class)
        .hasMessage(fifo + " is no regular file");
  }

  @Test
  void whatIsLargeIsNotRead() throws Exception {
    Path file = Files.write(rootfs.resolve("passwd"), new byte[ImageRoot.MAXIMUM_BYTES + 1]);

    assertThatThrownBy(() -> image.read(file)).hasMessageContaining("has more than 4194304 bytes");
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(rootfs.resolve(name), Path.of(target));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
