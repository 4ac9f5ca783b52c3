package org.thermos.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.process.Account;
import org.thermos.process.Accounts;

/** Executor 6.6. */
class DirectorySandboxTest {
  @TempDir Path directory;

  @Test
  void anExistingOneIsFine() throws Exception {
    Files.createDirectory(directory.resolve("sandbox"));
    Sandbox sandbox = new DirectorySandbox(directory, Optional.empty());
    sandbox.create();
    assertThat(sandbox.root()).isEqualTo(directory.resolve("sandbox")).isDirectory();
    assertThat(sandbox.containerRoot()).isEqualTo(sandbox.root());
  }

  @Test
  void isTheOwnersAlone() throws Exception {
    assumeTrue(Accounts.currentUid() == 0, "only root can give files away");
    Account nobody = new Accounts().named("nobody");
    new DirectorySandbox(directory, Optional.of("nobody")).create();

    for (Path path : new Path[] {directory, directory.resolve("sandbox")}) {
      assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(nobody.uid());
      assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(nobody.gid());
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("sandbox"))))
        .isEqualTo("rwx------");
  }

  @Test
  void aLinkIsNotFollowed() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.createSymbolicLink(directory.resolve("sandbox"), elsewhere);
    Object mode = Files.getAttribute(elsewhere, "unix:mode");

    assertThatThrownBy(() -> new DirectorySandbox(directory, Optional.of("nobody")).create())
        .isInstanceOf(SandboxException.class)
        .hasMessageStartingWith("Failed to create the sandbox: ");
    assertThat(Files.getAttribute(elsewhere, "unix:mode")).isEqualTo(mode);
    assertThat(Files.getAttribute(elsewhere, "unix:uid", LinkOption.NOFOLLOW_LINKS))
        .isEqualTo(Accounts.currentUid());
  }

  @Test
  void aMissingParentIsAFailure() {
    assertThatThrownBy(
            () -> new DirectorySandbox(directory.resolve("none"), Optional.empty()).create())
        .isInstanceOf(SandboxException.class)
        .hasMessageStartingWith("Failed to create the sandbox: ");
  }

  @Test
  void anUnknownOwnerIsNamed() {
    assertThatThrownBy(() -> new DirectorySandbox(directory, Optional.of("no-such")).create())
        .isInstanceOf(SandboxException.class)
        .hasMessage("Could not create sandbox because user does not exist: no-such");
  }
}
