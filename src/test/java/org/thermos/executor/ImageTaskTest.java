package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.process.Accounts;
import org.thermos.process.Executables;
import org.thermos.sandbox.AccountPolicy;
import org.thermos.sandbox.BusyboxImage;
import org.thermos.sandbox.MountNamespace;
import org.thermos.sandbox.SandboxSettings;
import org.thermos.sandbox.TestAccount;
import org.thermos.thrift.aurora.AssignedTask;
import org.thermos.thrift.aurora.Container;
import org.thermos.thrift.aurora.DockerContainer;
import org.thermos.thrift.aurora.DockerImage;
import org.thermos.thrift.aurora.Image;
import org.thermos.thrift.aurora.MesosContainer;

/**
 * Tasks in images from the assignment to the end of the runner, with stand-ins for mesos-
 * containerizer that really change namespace, root directory and account (executor 6.6, 6.7,
 * processes 4.6).
 */
@Timeout(180)
class ImageTaskTest {
  private static final String ENTER =
      "exec unshare --mount chroot --userspec=\"$user\" \"$rootfs\" /bin/sh -c"
          + " 'cd \"$0\" && exec \"$@\"' \"$directory\" /bin/bash -c \"$command\"";

  /** Mesos 1.2 and later. */
  private static final List<String> NEWER =
      List.of(
          "[ $# = 1 ] && { echo 'launch: --launch_info=VALUE is missing' >&2; exit 1; }",
          "[ $# = 3 ] || exit 64",
          "info=${3#--launch_info=}",
          "field() { printf %s \"$info\" | sed -n 's/.*\"'$1'\":\"\\([^\"]*\\)\".*/\\1/p'; }",
          "rootfs=$(field rootfs) user=$(field user) directory=$(field working_directory)",
          "command=$(printf %s \"$info\" | sed 's/.*\"-c\",\"\\([^\"]*\\)\".*/\\1/')",
          ENTER);

  private static final List<String> OLDER =
      List.of(
          "[ $# = 1 ] && { echo 'launch: --command=VALUE is missing' >&2; exit 1; }",
          "for argument; do case $argument in",
          "--rootfs=*) rootfs=${argument#*=};; --user=*) user=${argument#*=};;",
          "--working_directory=*) directory=${argument#*=};;",
          "--command=*) command=$(printf %s \"${argument#*=}\""
              + " | sed 's/.*\"-c\",\"\\([^\"]*\\)\".*/\\1/');;",
          "esac; done",
          ENTER);

  @TempDir Path temporary;
  private Path directory;
  private Path rootfs;
  private TestAccount user;
  private MountNamespace namespace;

  static Stream<List<String>> forms() {
    return Stream.of(NEWER, OLDER);
  }

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Accounts.currentUid() == 0, "needs root, to mount and to make accounts");
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    directory = Files.createDirectories(temporary.toRealPath().resolve("run"));
    rootfs = directory.resolve("taskfs");
    BusyboxImage.make(rootfs);
    user = new TestAccount("t");
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

  private PreparedRun run(List<String> containerizer, AccountPolicy policy, boolean createUser)
      throws IOException {
    Path program =
        Executables.script(
            temporary.toRealPath().resolve("mesos-containerizer"),
            containerizer.toArray(String[]::new));
    return new PreparedRun(
        TaskPlace.only(directory, directory),
        temporary.toRealPath(),
        new SandboxSettings(
            policy,
            Optional.of("/mnt/mesos/sandbox"),
            Optional.of(program.toString()),
            createUser,
            List.of("taskfs"),
            namespace));
  }

  private PreparedRun run(List<String> containerizer) throws IOException {
    return run(containerizer, policy(Optional.empty()), true);
  }

  private static AccountPolicy policy(Optional<String> executeAs) {
    return new AccountPolicy(AccountPolicy.Mode.ROLE, executeAs);
  }

  private AssignedTask task(String commandLine) {
    AssignedTask task = AssignedTasks.of(commandLine, user.name());
    Image image = Image.docker(new DockerImage().setName("busybox").setTag("latest"));
    task.getTask().setContainer(Container.mesos(new MesosContainer().setImage(image)));
    return task;
  }

  @ParameterizedTest
  @MethodSource("forms")
  void runsInsideTheImageAsTheRole(List<String> containerizer) throws Exception {
    PreparedRun run = run(containerizer);
    run.await(
        run.start(
            task("/bin/id; pwd; echo $HOME; /bin/ls /; /bin/ls /etc; echo data > file"),
            namespace::inside));

    int uid = user.account().uid();
    int gid = user.account().gid();
    assertThat(run.stdout().lines())
        .as(run.stderr())
        .startsWith(
            "uid=%d(%s) gid=%d(%s) groups=%d(%s)"
                .formatted(uid, user.name(), gid, user.name(), gid, user.name()),
            "/mnt/mesos/sandbox",
            "/mnt/mesos/sandbox")
        .contains("bin", "passwd", "hosts")
        .doesNotContain("usr", "home");
    Path file = directory.resolve("sandbox/file");
    assertThat(file).hasContent("data");
    assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(uid);
  }

  @Test
  void theProfileIsFoundInsideTheImage() throws Exception {
    PreparedRun run = run(NEWER);
    run.await(
        run.start(
            task("echo $BASH_ENV; . $BASH_ENV; echo $GREETING"),
            command -> {
              writeProfile("export GREETING=hello\n");
              return namespace.inside(command);
            }));

    assertThat(run.stdout())
        .as(run.stderr())
        .isEqualTo("/mnt/mesos/sandbox/.thermos_profile\nhello\n");
  }

  private void writeProfile(String text) {
    Path profile = directory.resolve("sandbox/.thermos_profile");
    try {
      Files.writeString(profile, text);
      Files.setPosixFilePermissions(profile, PosixFilePermissions.fromString("rw-r--r--"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void nothingIsLeftOfATaskThatIsKilled(List<String> containerizer) throws Exception {
    PreparedRun run = run(containerizer);
    Process runner =
        run.start(task("echo up > up; /bin/sleep 1234 & /bin/sleep 1234"), namespace::inside);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (Files.notExists(directory.resolve("sandbox/up")) && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    assertThat(new ProcessBuilder("kill", "-USR1", Long.toString(runner.pid())).start().waitFor())
        .isZero();
    run.await(runner);

    assertThat(
            ProcessHandle.allProcesses()
                .filter(p -> p.info().user().filter(user.name()::equals).isPresent()))
        .isEmpty();
  }

  @Test
  void withExecuteAsUserTheRunnerIsNotToldToChangeItsAccount() throws Exception {
    try (TestAccount service = new TestAccount("s")) {
      List<String> command =
          run(NEWER, policy(Optional.of(service.name())), true).command(task("true"));

      assertThat(command)
          .contains("--container_sandbox=/mnt/mesos/sandbox", "--sandbox=" + directory + "/sandbox")
          .noneMatch(argument -> argument.startsWith("--setuid"));
      assertThat(Files.getAttribute(directory.resolve("sandbox"), "unix:uid"))
          .isEqualTo(service.account().uid());
      assertThat(Files.readString(rootfs.resolve("etc/passwd")))
          .contains(service.name())
          .doesNotContain(user.name());
    }
  }

  @Test
  void withNosetuidNothingIsGivenAway() throws Exception {
    AccountPolicy policy = new AccountPolicy(AccountPolicy.Mode.NOSETUID, Optional.empty());
    PreparedRun run = run(OLDER, policy, true);
    run.await(run.start(task("/bin/id -u"), namespace::inside));

    assertThat(run.stdout()).as(run.stderr()).isEqualTo("0\n");
    assertThat(Files.getAttribute(directory.resolve("sandbox"), "unix:uid")).isEqualTo(0);
    assertThat(Files.readString(rootfs.resolve("etc/passwd"))).doesNotContain(user.name());
  }

  @Test
  void inADockerContainerTheSandboxIsWhereDockerMountedIt() throws Exception {
    Path inside = Files.createDirectories(temporary.resolve("mnt/mesos/sandbox"));
    Path onHost = temporary.toRealPath().resolve("slaves/runs/latest");
    PreparedRun run =
        new PreparedRun(
            TaskPlace.only(onHost, inside),
            temporary.toRealPath(),
            new SandboxSettings(
                policy(Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                true,
                List.of(),
                namespace));
    AssignedTask task = AssignedTasks.of("id -un; echo data > file", "a-role-unknown-here");
    task.getTask().setContainer(Container.docker(new DockerContainer().setImage("busybox")));
    run.await(run.start(task, command -> command));

    assertThat(run.stdout()).isEqualTo("root\n");
    assertThat(inside.resolve("sandbox/file")).hasContent("data");
    assertThat(inside.resolve("checkpoints")).isDirectory();
  }
}
