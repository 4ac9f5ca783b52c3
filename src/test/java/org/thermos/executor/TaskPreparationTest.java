package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.process.Account;
import org.thermos.process.Accounts;
import org.thermos.process.CommandResult;
import org.thermos.process.CommandRunner;
import org.thermos.process.ExitStatus;
import org.thermos.sandbox.AccountPolicy;
import org.thermos.sandbox.SandboxSettings;
import org.thermos.thrift.aurora.AssignedTask;
import org.thermos.thrift.aurora.Container;
import org.thermos.thrift.aurora.DockerImage;
import org.thermos.thrift.aurora.Image;
import org.thermos.thrift.aurora.MesosContainer;

/** Executor 6.5 to 6.7: whatever is wrong with a sandbox is an answer, in the original's words. */
class TaskPreparationTest {
  private static final CommandRunner FAILING =
      spec ->
          CompletableFuture.completedFuture(
              new CommandResult.Ended(new ExitStatus(32 << 8), "mount: no\npermission\n"));

  @TempDir Path temporary;
  private Path directory;

  @BeforeEach
  void resolve() throws Exception {
    directory = temporary.toRealPath();
  }

  private PreparedRun run(Optional<String> mountPoint, String containerizer, CommandRunner commands)
      throws Exception {
    return run(
        new SandboxSettings(
            new AccountPolicy(AccountPolicy.Mode.NOSETUID, Optional.empty()),
            mountPoint,
            Optional.of(containerizer),
            true,
            List.of(),
            commands));
  }

  private PreparedRun run(SandboxSettings settings) throws Exception {
    return new PreparedRun(TaskPlace.only(directory, directory), directory, settings);
  }

  private PreparedRun run(AccountPolicy accounts) throws Exception {
    return run(settings(accounts));
  }

  private static SandboxSettings settings(AccountPolicy accounts) {
    return new SandboxSettings(
        accounts, Optional.empty(), Optional.empty(), true, List.of(), FAILING);
  }

  private static AssignedTask imageTask() {
    AssignedTask task = AssignedTasks.of("true");
    Image image = Image.docker(new DockerImage().setName("busybox").setTag("latest"));
    task.getTask().setContainer(Container.mesos(new MesosContainer().setImage(image)));
    return task;
  }

  @Test
  void anImageTakesMesosContainerizer() throws Exception {
    assertThat(run(Optional.of("/mnt"), "", FAILING).failure(imageTask()))
        .isEqualTo(
            "Cannot launch task using a filesystem image: no mesos_containerizer_path was set.");
    assertThat(directory.resolve("sandbox")).doesNotExist();
  }

  @Test
  void anImageTakesAMountPoint() throws Exception {
    assertThat(run(Optional.empty(), "/bin/sh", FAILING).failure(imageTask()))
        .isEqualTo(
            "Failed to initialize sandbox: Failed to initialize FileSystemImageSandbox: no value"
                + " specified for sandbox_mount_point");
  }

  @Test
  void whatAProgramSaysIsInTheMessage() throws Exception {
    Files.createDirectories(directory.resolve("taskfs"));

    assertThat(run(Optional.of("/mnt"), "/bin/sh", FAILING).failure(imageTask()))
        .isEqualTo(
            "Unknown exception initializing sandbox: mount -n --rbind %1$s/sandbox %1$s/taskfs/mnt"
                    .formatted(directory)
                + " failed with 32: mount: no permission");
  }

  @Test
  void aFaultIsAnAnswerToo() throws Exception {
    Files.createDirectories(directory.resolve("taskfs"));
    CommandRunner faulty =
        spec -> {
          throw new IllegalStateException("the broker is gone");
        };

    assertThat(run(Optional.of("/mnt"), "/bin/sh", faulty).failure(imageTask()))
        .isEqualTo("Unknown exception initializing sandbox: the broker is gone");
  }

  @Test
  void theRoleOwnsTheSandboxAndRunsTheProcesses() throws Exception {
    Account nobody = rootsNobody();
    List<String> command =
        run(new AccountPolicy(AccountPolicy.Mode.ROLE, Optional.empty()))
            .command(AssignedTasks.of("true", "nobody"));

    assertThat(command).contains("--setuid=nobody");
    assertThat(ownerOf(directory.resolve("sandbox"))).isEqualTo(nobody.uid());
    assertThat(ownerOf(directory)).isEqualTo(nobody.uid());
  }

  @Test
  void aliasesOfPortsReachTheRunnerAndWarningsTheLog() throws Exception {
    AssignedTask task = AssignedTasks.of("serve {{thermos.ports[web]}}");
    String job = task.getTask().getExecutorConfig().getData();
    task.getTask()
        .getExecutorConfig()
        .setData(
            job.replaceFirst(
                "[{]",
                "{\"announce\": {\"primary_port\": \"web\", \"portmap\": {\"web\": \"http\"}},"
                    + " \"task_links\": {\"a\": \"b\"}, "));
    task.setAssignedPorts(Map.of("http", 31000));
    PreparedRun run = run(new AccountPolicy(AccountPolicy.Mode.NOSETUID, Optional.empty()));

    assertThat(run.command(task)).contains("--port=http:31000", "--port=web:31000");
    assertThat(run.logged()).contains("Job: task_links are not shown anywhere");
  }

  @Test
  void anotherMayOwnIt() throws Exception {
    Account nobody = rootsNobody();
    List<String> command =
        run(new AccountPolicy(AccountPolicy.Mode.ROLE, Optional.of("nobody")))
            .command(AssignedTasks.of("true", "no-such-role"));

    assertThat(command).noneMatch(argument -> argument.startsWith("--setuid"));
    assertThat(ownerOf(directory.resolve("sandbox"))).isEqualTo(nobody.uid());
  }

  @Test
  void withNosetuidItStaysWithTheExecutor() throws Exception {
    List<String> command =
        run(new AccountPolicy(AccountPolicy.Mode.NOSETUID, Optional.of("nobody")))
            .command(AssignedTasks.of("true", "no-such-role"));

    assertThat(command)
        .noneMatch(argument -> argument.startsWith("--setuid"))
        .noneMatch(argument -> argument.startsWith("--mesos_containerizer_path"));
    assertThat(ownerOf(directory.resolve("sandbox"))).isEqualTo(Accounts.currentUid());
  }

  @Test
  void oneOfManyTasksHasADirectoryOfItsOwnThatItsAccountCanReach() throws Exception {
    Account nobody = rootsNobody();
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path executors = Files.createDirectory(directory.resolve("run"));
    Files.setPosixFilePermissions(executors, PosixFilePermissions.fromString("rwx------"));
    PreparedRun run =
        new PreparedRun(
            TaskPlace.oneOfMany(executors, executors, Cluster.TASK),
            directory,
            settings(new AccountPolicy(AccountPolicy.Mode.ROLE, Optional.empty())));
    run.await(run.start(AssignedTasks.of("id -un; pwd", "nobody"), command -> command));

    Path own = executors.resolve("tasks").resolve(Cluster.TASK);
    assertThat(run.stdout()).isEqualTo("nobody\n" + own + "/sandbox\n");
    assertThat(ownerOf(own)).isEqualTo(nobody.uid());
    assertThat(ownerOf(executors)).isEqualTo(0);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(executors)))
        .isEqualTo("rwx--x--x");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(own.resolve("task.json"))))
        .isEqualTo("rw-------");
    assertThat(executors.resolve("checkpoints")).isDirectory();
  }

  /** It would be taken for what the other has come to. */
  @Test
  void noTaskGoesOnFromTheCheckpointsOfAnother() throws Exception {
    amongMany().command(AssignedTasks.of("true"));

    assertThat(amongMany().failure(AssignedTasks.of("true")))
        .isEqualTo(
            "Cannot begin "
                + Cluster.TASK
                + ": there are checkpoints of it already; give each AssignedTask a taskId of its"
                + " own");
  }

  @Test
  void itsDirectoryIsNotMadeThroughALink() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.createSymbolicLink(directory.resolve("tasks"), elsewhere);

    assertThat(amongMany().failure(AssignedTasks.of("true")))
        .isEqualTo("Unknown exception initializing sandbox: " + directory + "/tasks is in the way");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void anImageIsForOneTask() throws Exception {
    assertThat(amongMany().failure(imageTask()))
        .startsWith("Cannot launch task using a filesystem image: the executor has one image")
        .endsWith("use --max-tasks=1 and no task group");
  }

  private PreparedRun amongMany() throws Exception {
    return new PreparedRun(
        TaskPlace.oneOfMany(directory, directory, Cluster.TASK),
        directory,
        new SandboxSettings(
            new AccountPolicy(AccountPolicy.Mode.NOSETUID, Optional.empty()),
            Optional.of("/mnt"),
            Optional.of("/bin/sh"),
            true,
            List.of(),
            FAILING));
  }

  private static Account rootsNobody() {
    assumeTrue(Accounts.currentUid() == 0, "only root can give files away");
    return new Accounts().byName("nobody").orElseThrow();
  }

  private static Object ownerOf(Path path) throws Exception {
    return Files.getAttribute(path, "unix:uid");
  }
}
