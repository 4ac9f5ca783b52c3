package org.thermos.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A filesystem image, whose files root reads and writes here although others made it.
 *
 * <p>Paths are resolved name by name, as the kernel would for a process with the image as its root:
 * links of the image lead to where they lead inside of it, and {@code ..} never above it. Nothing
 * of the image runs meanwhile, so what has been resolved stays as it is.
 */
final class ImageRoot {
  static final int MAXIMUM_BYTES = 4 << 20;

  /** As many as the kernel follows in one path. */
  private static final int MAXIMUM_LINKS = 40;

  private static final int DIRECTORY_MODE = 0755;
  private static final int FILE_MODE = 0644;
  private static final Path UP = Path.of("..");
  private static final Path HERE = Path.of(".");

  private final Path root;

  private ImageRoot(Path root) {
    this.root = root;
  }

  /**
   * @param root the image's root directory on the host
   * @throws SandboxException if it is no directory
   */
  static ImageRoot at(Path root) throws SandboxException {
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      throw new SandboxException(
          "Failed to initialize FileSystemImageSandbox: "
              + root
              + " is no directory: the agent has not mounted the task's image there");
    }
    return new ImageRoot(root);
  }

  /**
   * Where a path of the image is on the host: a path without links, of which the end may not exist.
   *
   * @throws IOException if it leads through too many links
   */
  Path resolve(Path path) throws IOException {
    Deque<Path> names = new ArrayDeque<>();
    prepend(path, names);
    Path place = root;
    int links = 0;
    while (!names.isEmpty()) {
      Path name = names.pop();
      if (name.equals(UP)) {
        place = place.equals(root) ? root : place.getParent();
      } else if (!name.equals(HERE) && !name.toString().isEmpty()) {
        Path next = place.resolve(name);
        if (!Files.isSymbolicLink(next)) {
          place = next;
          continue;
        }
        if (++links > MAXIMUM_LINKS) {
          throw new IOException("cannot use " + path + " of the image: too many links");
        }
        Path target = Files.readSymbolicLink(next);
        place = target.isAbsolute() ? root : place;
        prepend(target, names);
      }
    }
    return place;
  }

  private static void prepend(Path path, Deque<Path> names) {
    for (int i = path.getNameCount() - 1; i >= 0; i--) {
      names.push(path.getName(i));
    }
  }

  /** Where a path is if its last name is taken for itself, even if it is a link. */
  Path resolveParent(Path path) throws IOException {
    Path parent = path.getParent();
    Path name = path.getFileName();
    if (parent == null || name == null) {
      throw new IOException("cannot use " + path + ": it is not the path of a file");
    }
    return resolve(parent).resolve(name);
  }

  /**
   * @param directory as resolved
   */
  void makeDirectories(Path directory) throws IOException {
    Path place = root;
    for (Path name : root.relativize(directory)) {
      place = name.toString().isEmpty() ? place : place.resolve(name);
      if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      Files.createDirectory(place); // Fails if there is anything else.
      Files.setAttribute(place, "unix:mode", DIRECTORY_MODE, LinkOption.NOFOLLOW_LINKS);
    }
  }

  /**
   * @param file as resolved
   */
  void makeFile(Path file) throws IOException {
    makeDirectories(file.getParent());
    write(file, new byte[0]);
    Files.setAttribute(file, "unix:mode", FILE_MODE, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * @param file as resolved
   * @return nothing if there is none
   * @throws IOException if it is no regular file, which might not end, or too large
   */
  byte[] read(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return new byte[0];
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(file + " is no regular file");
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(MAXIMUM_BYTES + 1);
      if (bytes.length > MAXIMUM_BYTES) {
        throw new IOException(file + " has more than " + MAXIMUM_BYTES + " bytes");
      }
      return bytes;
    }
  }

  /**
   * Puts a new file in the place of whatever is there, a link included, with the owner and the mode
   * of a file that was there. The old one is not written into: another image may share it.
   *
   * @param file as resolved
   */
  void replace(Path file, byte[] content) throws IOException {
    makeDirectories(file.getParent());
    Path fresh = file.resolveSibling(".thermos-" + UUID.randomUUID());
    try {
      write(fresh, content);
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        copyAttributes(file, fresh);
      } else {
        Files.setAttribute(fresh, "unix:mode", FILE_MODE, LinkOption.NOFOLLOW_LINKS);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static void copyAttributes(Path from, Path to) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(from, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
    for (String name : new String[] {"uid", "gid"}) {
      Files.setAttribute(to, "unix:" + name, attributes.get(name), LinkOption.NOFOLLOW_LINKS);
    }
    int permissions = (int) attributes.get("mode") & 0777;
    Files.setAttribute(to, "unix:mode", permissions, LinkOption.NOFOLLOW_LINKS);
  }

  private static void write(Path file, byte[] content) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            Set.of(
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}
