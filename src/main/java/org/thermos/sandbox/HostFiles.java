package org.thermos.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.thermos.log.ErrorText;

/**
 * What a task with an image needs to know about the network it is in (executor 6.6): mesos-
 * containerizer, called by itself, leaves the image's own files as they are.
 *
 * @param directory where they are on this machine
 */
record HostFiles(Path directory) {
  private static final Path IN_IMAGE = Path.of("/etc");
  private static final List<String> NAMES = List.of("resolv.conf", "hosts", "hostname");

  static HostFiles ofThisMachine() {
    return new HostFiles(IN_IMAGE);
  }

  /**
   * Copies those that exist. A link in the image is replaced: it usually leads to what a service
   * would have made, had the image been started whole.
   */
  void copyInto(ImageRoot image) throws IOException {
    for (String name : NAMES) {
      Path source = directory.resolve(name);
      if (Files.isRegularFile(source)) {
        copy(source, image, IN_IMAGE.resolve(name));
      }
    }
  }

  private static void copy(Path source, ImageRoot image, Path target) throws IOException {
    try {
      byte[] content = contentOf(source);
      Path place = image.resolveParent(target);
      if (!Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)
          || !Arrays.equals(image.read(place), content)) {
        image.replace(place, content);
      }
    } catch (IOException e) {
      throw new IOException(
          "cannot copy " + source + " into the task's image: " + ErrorText.of(e), e);
    }
  }

  private static byte[] contentOf(Path source) throws IOException {
    try (InputStream in = Files.newInputStream(source)) {
      byte[] content = in.readNBytes(ImageRoot.MAXIMUM_BYTES + 1);
      if (content.length > ImageRoot.MAXIMUM_BYTES) {
        throw new IOException("it has more than " + ImageRoot.MAXIMUM_BYTES + " bytes");
      }
      return content;
    }
  }
}
