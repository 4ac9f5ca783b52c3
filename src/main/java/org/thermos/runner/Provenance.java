package org.thermos.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.thermos.process.Accounts;

/**
 * Tells files that only this account or root can have written from those that somebody else can: a
 * runner that goes by what it finds on disk does it with all its rights, and often as root in a
 * directory that belongs to the task's user.
 *
 * @param uid whose files are trusted, besides root's
 * @param gid the group that may write to them, besides root's
 */
record Provenance(int uid, int gid) {
  private static final int WRITABLE_BY_GROUP = 0020;
  private static final int WRITABLE_BY_OTHERS = 0002;

  /** In a directory with this bit nobody can replace what is another's. */
  private static final int STICKY = 01000;

  static Provenance ofThisProcess() throws IOException {
    return new Provenance(
        Accounts.currentUid(), (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
  }

  /** What the owner of a directory can rely on. */
  static Provenance ofOwner(Path directory) throws IOException {
    Map<String, Object> attributes = attributes(directory);
    return new Provenance((Integer) attributes.get("uid"), (Integer) attributes.get("gid"));
  }

  /**
   * @throws SettingsException if somebody else can have put something there, or in its place
   * @throws IOException if it is not there
   */
  void requireDirectory(Path path) throws SettingsException, IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      requireThere(path);
      throw new SettingsException(path + " is no directory");
    }
    requireOurs(path, attributes(path));
  }

  /**
   * @throws SettingsException if somebody else can have written it
   * @throws IOException if it is not there
   */
  void requireFile(Path path) throws SettingsException, IOException {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      requireThere(path);
      throw new SettingsException(path + " is no regular file");
    }
    Map<String, Object> attributes = attributes(path);
    requireOurs(path, attributes);
    if ((Integer) attributes.get("nlink") != 1) {
      throw new SettingsException(path + " has another name as well, and may be another task's");
    }
  }

  private void requireOurs(Path path, Map<String, Object> attributes) throws SettingsException {
    int owner = (Integer) attributes.get("uid");
    int group = (Integer) attributes.get("gid");
    int mode = (Integer) attributes.get("mode");
    if (owner != 0 && owner != uid) {
      throw new SettingsException(
          path + " belongs to uid " + owner + ", who must not decide what uid " + uid + " does");
    }
    boolean isSticky = (mode & STICKY) != 0 && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    boolean isOpenToGroup = (mode & WRITABLE_BY_GROUP) != 0 && group != 0 && group != gid;
    if (!isSticky && (isOpenToGroup || (mode & WRITABLE_BY_OTHERS) != 0)) {
      throw new SettingsException(path + " can be written by others than its owner");
    }
  }

  private static void requireThere(Path path) throws IOException {
    Object unused = Files.getAttribute(path, "isOther", LinkOption.NOFOLLOW_LINKS);
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    return Files.readAttributes(path, "unix:uid,gid,mode,nlink", LinkOption.NOFOLLOW_LINKS);
  }
}
