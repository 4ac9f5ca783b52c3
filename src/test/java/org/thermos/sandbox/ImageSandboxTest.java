package org.thermos.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.config.Assignment.ContainerKind;
import org.thermos.process.Accounts;
import org.thermos.process.CommandResult;
import org.thermos.process.CommandRunner;
import org.thermos.process.ExitStatus;

/** Executor 6.6, with a real image, real accounts and real mounts, all gone with the test. */
@Timeout(120)
class ImageSandboxTest {
  private static final String MOUNT_POINT = "/mnt/mesos/sandbox";

  @TempDir Path temporary;
  private Path directory;
  private Path rootfs;
  private Path outside;
  private TestAccount user;
  private MountNamespace namespace;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Accounts.currentUid() == 0, "needs root, to mount and to make accounts");
    // Open to others, as the ways to an agent's directories are.
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    directory = Files.createDirectories(temporary.toRealPath().resolve("run"));
    rootfs = directory.resolve("taskfs");
    BusyboxImage.make(rootfs);
    outside = Files.createDirectories(temporary.toRealPath().resolve("outside"));
    for (String name : List.of("passwd", "group", "resolv.conf", "hosts", "hostname")) {
      Files.writeString(outside.resolve(name), "precious " + name + "\n");
    }
    user = new TestAccount("i");
    namespace = new MountNamespace();
  }

  @AfterEach
  void close() throws Exception {
    if (namespace != null) {
      namespace.close();
    }
    if (user != null) {
      user.close();
    }
    BusyboxImage.removeLinks(temporary);
  }

  private void create(String... volumes) throws SandboxException, IOException {
    sandbox(Optional.of(user.name()), true, volumes).create();
  }

  private Sandbox sandbox(Optional<String> owner, boolean createUser, String... volumes)
      throws SandboxException {
    return Sandbox.of(
        ContainerKind.IMAGE,
        directory,
        directory,
        owner,
        settings(Optional.of(MOUNT_POINT), createUser, namespace, volumes));
  }

  private static SandboxSettings settings(
      Optional<String> mountPoint, boolean createUser, CommandRunner runner, String... volumes) {
    return new SandboxSettings(
        new AccountPolicy(AccountPolicy.Mode.ROLE, Optional.empty()),
        mountPoint,
        Optional.empty(),
        createUser,
        List.of(volumes),
        runner);
  }

  @Test
  void theImageKnowsTheAccountAfterwards() throws Exception {
    create();

    int uid = user.account().uid();
    int gid = user.account().gid();
    assertThat(rootfs.resolve("etc/passwd"))
        .hasContent(
            "root:x:0:0:root:/root:/bin/sh\n%s:*:%d:%d::/home/%s:/bin/sh\n"
                .formatted(user.name(), uid, gid, user.name()));
    assertThat(rootfs.resolve("etc/group"))
        .hasContent("root:x:0:\n%s:*:%d:\n".formatted(user.name(), gid));
    assertThat(namespace.said("chroot", rootfs.toString(), "/bin/id", user.name()))
        .startsWith("uid=%d(%s) gid=%d(%s) groups=".formatted(uid, user.name(), gid, user.name()));
  }

  @Test
  void anAccountThatIsThereAlreadyIsLeftAlone() throws Exception {
    create();
    Object before = Files.getAttribute(rootfs.resolve("etc/passwd"), "unix:ino");
    create();

    assertThat(Files.getAttribute(rootfs.resolve("etc/passwd"), "unix:ino")).isEqualTo(before);
  }

  @Test
  void anImageWithoutAnyFilesGetsThem() throws Exception {
    Files.delete(rootfs.resolve("etc/passwd"));
    Files.delete(rootfs.resolve("etc/group"));
    Files.delete(rootfs.resolve("etc"));
    create();

    assertThat(rootfs.resolve("etc/passwd")).content().startsWith(user.name() + ":*:");
    assertThat(rootfs.resolve("etc/group")).content().startsWith(user.name() + ":*:");
    assertThat(mode(rootfs.resolve("etc/passwd"))).isEqualTo("rw-r--r--");
  }

  @Test
  void aGroupOfThatNameWithAnotherIdIsRefused() throws Exception {
    Files.writeString(rootfs.resolve("etc/group"), user.name() + ":x:7:\n");

    assertThatThrownBy(this::create)
        .isInstanceOf(SandboxException.class)
        .hasMessageStartingWith(
            "Failed to create group in sandbox for task image: " + user.name() + " is 7 in the")
        .hasMessageEndingWith("start the executor with --no-create-user)");
  }

  @Test
  void anAccountWithThatIdIsRefused() throws Exception {
    Files.writeString(
        rootfs.resolve("etc/passwd"), "node:x:" + user.account().uid() + ":7::/:/bin/sh\n");

    assertThatThrownBy(this::create)
        .isInstanceOf(SandboxException.class)
        .hasMessageStartingWith(
            "Failed to create user in sandbox for task image: "
                + user.account().uid()
                + ", the id of "
                + user.name()
                + ", is that of node");
  }

  @Test
  void withoutCreatingUsersTheImagesAccountsStayAsTheyAre() throws Exception {
    String before = Files.readString(rootfs.resolve("etc/passwd"));
    sandbox(Optional.of(user.name()), false).create();

    assertThat(rootfs.resolve("etc/passwd")).hasContent(before);
    assertOwnedByUser();
  }

  @Test
  void withoutAnOwnerNothingIsGivenAwayOrEntered() throws Exception {
    String before = Files.readString(rootfs.resolve("etc/passwd"));
    sandbox(Optional.empty(), true).create();

    assertThat(rootfs.resolve("etc/passwd")).hasContent(before);
    assertThat(Files.getAttribute(directory, "unix:uid")).isEqualTo(0);
    assertThat(mounts()).contains(" " + rootfs + MOUNT_POINT + " ");
  }

  @Test
  void anOwnerWhoIsUnknownHereIsNamed() {
    assertThatThrownBy(() -> sandbox(Optional.of("no-such"), true).create())
        .isInstanceOf(SandboxException.class)
        .hasMessage("Could not create sandbox because user does not exist: no-such");
    assertThatThrownBy(() -> sandbox(Optional.of("no-such"), false).create())
        .isInstanceOf(SandboxException.class)
        .hasMessage("Could not create sandbox because user does not exist: no-such");
  }

  @Test
  void theSandboxIsInTheImageAndTheOwners() throws Exception {
    Sandbox sandbox = sandbox(Optional.of(user.name()), true);
    sandbox.create();
    Files.writeString(sandbox.root().resolve("file"), "from the host");

    assertThat(sandbox.root()).isEqualTo(directory.resolve("sandbox"));
    assertThat(sandbox.containerRoot()).isEqualTo(Path.of(MOUNT_POINT));
    assertThat(namespace.said("chroot", rootfs.toString(), "/bin/cat", MOUNT_POINT + "/file"))
        .isEqualTo("from the host");
    assertOwnedByUser();
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(rootfs.toString());
  }

  private void assertOwnedByUser() throws IOException {
    for (Path path : List.of(directory, directory.resolve("sandbox"))) {
      assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(user.account().uid());
      assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(user.account().gid());
    }
    assertThat(mode(directory.resolve("sandbox"))).isEqualTo("rwx------");
  }

  @Test
  void volumesAreInTheImageUnderTheirOwnPaths() throws Exception {
    Path volume = Files.createDirectories(temporary.toRealPath().resolve("volume/below"));
    Files.writeString(volume.resolve("file"), "of a volume");
    Path file = Files.writeString(temporary.toRealPath().resolve("single"), "one file");
    Files.writeString(Files.createDirectories(directory.resolve("data")).resolve("f"), "relative");
    create("taskfs", volume.getParent().toString(), volume.toString(), file.toString(), "data");

    assertThat(inImage(volume.resolve("file"))).isEqualTo("of a volume");
    assertThat(inImage(file)).isEqualTo("one file");
    assertThat(inImage(Path.of("/data/f"))).isEqualTo("relative");
    assertThat(rootfs.resolve(file.toString().substring(1))).isEmptyFile();
    // One below another was there already, and taskfs is the image itself.
    assertThat(mounts().lines().filter(line -> line.contains(" " + rootfs + "/"))).hasSize(4);
  }

  @Test
  void mountsBelowAVolumeComeWithIt() throws Exception {
    Path volume = Files.createDirectories(temporary.toRealPath().resolve("volume/below"));
    Path other = Files.createDirectories(temporary.toRealPath().resolve("other"));
    Files.writeString(other.resolve("file"), "mounted below");
    namespace.said("mount", "-n", "--bind", other.toString(), volume.toString());
    create(volume.getParent().toString());

    assertThat(inImage(volume.resolve("file"))).isEqualTo("mounted below");
  }

  @Test
  void aVolumeThatTheAgentMadeReadOnlyStaysSo() throws Exception {
    Path volume = Files.createDirectories(temporary.toRealPath().resolve("volume"));
    namespace.said("mount", "-n", "--bind", volume.toString(), volume.toString());
    namespace.said("mount", "-n", "-o", "remount,bind,ro", volume.toString());
    create(volume.toString());

    assertThat(
            namespace.said(
                "chroot",
                rootfs.toString(),
                "/bin/sh",
                "-c",
                "echo x 2>/dev/null > " + volume + "/new || echo refused"))
        .contains("refused");
  }

  @Test
  void theMachinesNetworkFilesAreCopied() throws Exception {
    create();

    for (String name : List.of("resolv.conf", "hosts", "hostname")) {
      if (Files.exists(Path.of("/etc", name))) {
        assertThat(rootfs.resolve("etc/" + name)).hasSameBinaryContentAs(Path.of("/etc", name));
        assertThat(mode(rootfs.resolve("etc/" + name))).isEqualTo("rw-r--r--");
      }
    }
  }

  @Test
  void theHostsOwnFilesAreNotReplacedWhereAVolumeCoversThem() throws Exception {
    Object before = Files.getAttribute(Path.of("/etc/hosts"), "unix:ino");
    create("/etc");

    assertThat(inImage(Path.of("/etc/hosts"))).isEqualTo(Files.readString(Path.of("/etc/hosts")));
    assertThat(Files.getAttribute(Path.of("/etc/hosts"), "unix:ino")).isEqualTo(before);
  }

  @Test
  void isMountedWhenTheImagesFilesAreWrittenAndBeforeAnythingIsGivenAway() throws Exception {
    List<String> seen = new ArrayList<>();
    CommandRunner observer =
        spec -> {
          boolean isWritten = Files.exists(rootfs.resolve("etc/hosts"));
          boolean isRoots = uid(directory) == 0;
          seen.add("written " + isWritten + ", root's " + isRoots);
          return CompletableFuture.completedFuture(new CommandResult.Ended(new ExitStatus(0), ""));
        };
    Sandbox.of(
            ContainerKind.IMAGE,
            directory,
            directory,
            Optional.of(user.name()),
            settings(Optional.of(MOUNT_POINT), true, observer, "/etc"))
        .create();

    assertThat(seen).containsExactly("written true, root's true", "written true, root's true");
    assertOwnedByUser();
  }

  private static int uid(Path path) {
    try {
      return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void noLinkOfAnImageLeadsOutOfIt() throws Exception {
    Path volume = Files.createDirectories(temporary.toRealPath().resolve("volume"));
    Files.writeString(volume.resolve("file"), "of a volume");
    Files.delete(rootfs.resolve("etc/passwd"));
    link("etc/passwd", outside.resolve("passwd"));
    Files.delete(rootfs.resolve("etc/group"));
    link("etc/group", Path.of("../../../../../../../../../..", outside.toString(), "group"));
    for (String name : List.of("resolv.conf", "hosts", "hostname")) {
      link("etc/" + name, outside.resolve(name));
    }
    Path another = Files.createDirectories(outside.resolve("another"));
    link("mnt", Path.of("../../../../../../../../../..", another.toString()));
    Files.createDirectories(rootfs.resolve(temporary.toRealPath().toString().substring(1)));
    link(volume.toString().substring(1), temporary.toRealPath().resolve("outside-too"));
    Files.createDirectories(temporary.toRealPath().resolve("outside-too"));
    Map<String, String> before = state(outside);
    create(volume.toString());

    assertThat(state(outside)).isEqualTo(before);
    // Inside, they lead where the task's own processes find them.
    assertThat(inImage(volume.resolve("file"))).isEqualTo("of a volume");
    assertThat(inImage(Path.of("/etc/passwd"))).contains(user.name());
    assertThat(rootfs.resolve("etc/hosts")).hasSameBinaryContentAs(Path.of("/etc/hosts"));
    assertThat(namespace.said("chroot", rootfs.toString(), "/bin/ls", "-d", MOUNT_POINT))
        .isEqualTo(MOUNT_POINT + "\n");
    assertThat(mounts().lines().map(line -> line.split(" ", -1)[4]))
        .noneMatch(target -> target.startsWith(outside.toString()));
    assertThat(temporary.resolve("outside-too")).isEmptyDirectory();
  }

  @Test
  void aWholeDirectoryThatIsALinkLeadsNowhereElseEither() throws Exception {
    Files.delete(rootfs.resolve("etc/passwd"));
    Files.delete(rootfs.resolve("etc/group"));
    Files.delete(rootfs.resolve("etc"));
    link("etc", outside);
    Map<String, String> before = state(outside);
    create();

    assertThat(state(outside)).isEqualTo(before);
    assertThat(inImage(Path.of("/etc/passwd"))).startsWith(user.name());
  }

  @Test
  void nothingIsMadeInsideAVolume() throws Exception {
    // As this process sees it without the mount, the link leads where the volume is to be.
    Path volume = Files.createDirectories(temporary.toRealPath().resolve("volume"));
    link("mnt", volume);

    assertThatThrownBy(() -> create(volume.toString()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot mount " + directory.resolve("sandbox") + " at ")
        .hasMessageEndingWith("does not exist in the volume that is mounted above it");
    assertThat(volume).isEmptyDirectory();
  }

  @Test
  void whatMountSaysIsInTheMessage() throws Exception {
    Path volume = Files.createDirectories(temporary.toRealPath().resolve("volume"));
    Path place = rootfs.resolve(volume.toString().substring(1));
    Files.createDirectories(place.getParent());
    Files.createFile(place);

    assertThatThrownBy(() -> create(volume.toString()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("mount -n --rbind " + volume + " " + place + " failed with 32: ")
        .hasMessageContaining("not a directory");
  }

  @Test
  void aMountThatHangsIsEnded() throws Exception {
    Commands hanging =
        new Commands(
            spec -> CompletableFuture.completedFuture(hang(spec.timeout())),
            Duration.ofMillis(500));
    ImageSandbox sandbox =
        new ImageSandbox(
            new DirectorySandbox(directory, Optional.empty()),
            Path.of(MOUNT_POINT),
            true,
            List.of(),
            hanging);

    assertThatThrownBy(sandbox::create)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("mount -n --rbind ")
        .hasMessageEndingWith("was killed: it did not end within 0.5 s: waiting");
  }

  /** The time begins when it has said something, however long it takes to start. */
  private CommandResult hang(Duration timeout) {
    try {
      Process process =
          new ProcessBuilder(namespace.inside(List.of("sh", "-c", "echo waiting; exec sleep 500")))
              .start();
      try (BufferedReader out = process.inputReader()) {
        String said = out.readLine();
        assertThat(process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
        return new CommandResult.TimedOut(said);
      } finally {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void volumesThatCannotBeMountedAreNamed() {
    assertThatThrownBy(() -> create("/no/such/volume"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "cannot mount /no/such/volume at /no/such/volume of the task's image: /no/such/volume"
                + " does not exist");
    for (String path : List.of("/", "", "../../etc", "/..")) {
      assertThatThrownBy(() -> create(path))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot mount the volume " + path + ": ");
    }
    assertThat(rootfs.resolve("no")).doesNotExist();
  }

  @Test
  void aMissingImageIsNamed() throws Exception {
    Files.move(rootfs, directory.resolve("elsewhere"));

    assertThatThrownBy(this::create)
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("the agent has not mounted the task's image there");
  }

  @Test
  void aMountPointIsRequired() {
    for (Optional<String> none : List.of(Optional.<String>empty(), Optional.of(""))) {
      assertThatThrownBy(() -> settings(none, true, namespace).requireMountPoint())
          .isInstanceOf(SandboxException.class)
          .hasMessage(
              "Failed to initialize FileSystemImageSandbox: no value specified for"
                  + " sandbox_mount_point");
    }
    for (String unusable : List.of("relative", "/", "/mnt/..", "/\0")) {
      assertThatThrownBy(() -> settings(Optional.of(unusable), true, namespace).requireMountPoint())
          .isInstanceOf(SandboxException.class)
          .hasMessageStartingWith(
              "Failed to initialize FileSystemImageSandbox: cannot use sandbox_mount_point ");
    }
  }

  private String inImage(Path path) throws Exception {
    return namespace.said("chroot", rootfs.toString(), "/bin/cat", path.toString());
  }

  private String mounts() throws Exception {
    return namespace.said("cat", "/proc/self/mountinfo");
  }

  private void link(String name, Path target) throws IOException {
    Files.createSymbolicLink(rootfs.resolve(name), target);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** All there is below a directory, with owners, modes and contents. */
  private static Map<String, String> state(Path directory) throws IOException {
    Map<String, String> state = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        Object attributes =
            Files.readAttributes(
                file, "unix:uid,gid,mode,ino,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        String content = Files.isRegularFile(file) ? Files.readString(file) : "";
        state.put(file.toString(), new TreeMap<>((Map<?, ?>) attributes) + content);
      }
    }
    return state;
  }
}
