package org.thermos.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The sandbox of a task with a filesystem image (executor 6.6), which the agent has mounted at
 * {@code taskfs}. The task's processes find the sandbox at a mount point inside the image.
 *
 * <p>The steps are the original's, in an order that leaves less to chance: the image's files are
 * written before volumes cover any of them, since what is written then would be the host's; and the
 * directory is given away last, since its owner could put something else in the place of what root
 * is about to mount.
 *
 * @param sandbox what is mounted
 * @param mountPoint an absolute path as the image's processes see it
 * @param volumes container paths
 */
record ImageSandbox(
    DirectorySandbox sandbox,
    Path mountPoint,
    boolean createUser,
    List<String> volumes,
    Commands commands)
    implements Sandbox {

  @Override
  public Path root() {
    return sandbox.root();
  }

  @Override
  public Path containerRoot() {
    return mountPoint;
  }

  @Override
  public void create() throws SandboxException, IOException {
    ImageRoot image = ImageRoot.at(sandbox.directory().resolve(ImageMounts.IMAGE));
    if (createUser && sandbox.owner().isPresent()) {
      new ImageAccounts(image).add(sandbox.account());
    }
    sandbox.make();
    HostFiles.ofThisMachine().copyInto(image);
    ImageMounts mounts = new ImageMounts(image, commands);
    mounts.volumes(sandbox.directory(), volumes);
    mounts.mount(sandbox.root(), mountPoint);
    sandbox.giveToOwner();
  }
}
