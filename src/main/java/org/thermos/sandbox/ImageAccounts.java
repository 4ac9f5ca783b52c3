package org.thermos.sandbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.thermos.log.ErrorText;
import org.thermos.process.Account;
import org.thermos.process.Accounts;

/**
 * Enters an account of this machine, and its primary group, into an image's own files (executor
 * 6.6).
 *
 * <p>The original runs groupadd and useradd with the image as their root, and checks by the image's
 * getent and id: as root, programs and libraries of the image, out of which root can break. What
 * they do to the files takes no program; and an image does not need to have any.
 */
record ImageAccounts(ImageRoot image) {
  private static final Path GROUP = Path.of("/etc/group");
  private static final Path PASSWD = Path.of("/etc/passwd");

  /** In place of a password: nobody can log in by one. */
  private static final String LOCKED = "*";

  /**
   * What is there already, just so, is left alone.
   *
   * @throws SandboxException if the name or the id is somebody else's in the image
   */
  void add(Account account) throws SandboxException {
    String uid = Integer.toUnsignedString(account.uid());
    String gid = Integer.toUnsignedString(account.gid());
    try {
      String group =
          new Accounts()
              .groupName(account.gid())
              .orElseThrow(
                  () ->
                      new IOException(
                          "the primary group of "
                              + account.name()
                              + ", "
                              + gid
                              + ", has no name on this machine"));
      add(GROUP, group, List.of(gid), String.join(":", group, LOCKED, gid, ""));
    } catch (IOException e) {
      throw failed("group", e);
    }
    try {
      add(
          PASSWD,
          account.name(),
          List.of(uid, gid),
          String.join(
              ":", account.name(), LOCKED, uid, gid, "", "/home/" + account.name(), "/bin/sh"));
    } catch (IOException e) {
      throw failed("user", e);
    }
  }

  private static SandboxException failed(String what, IOException e) {
    return new SandboxException(
        "Failed to create "
            + what
            + " in sandbox for task image: "
            + ErrorText.of(e)
            + " (change the image, or start the executor with --no-create-user)",
        e);
  }

  private void add(Path file, String name, List<String> ids, String entry) throws IOException {
    Path place = image.resolve(file);
    String content = new String(image.read(place), ISO_8859_1);
    if (AccountTable.of(file, content).lacks(name, ids)) {
      String end = content.isEmpty() || content.endsWith("\n") ? "" : "\n";
      image.replace(place, (content + end + entry + "\n").getBytes(ISO_8859_1));
    }
  }
}
