package org.thermos.executor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.thermos.thrift.aurora.AssignedTask;
import org.thermos.thrift.aurora.Container;
import org.thermos.thrift.aurora.DockerContainer;
import org.thermos.thrift.aurora.DockerImage;
import org.thermos.thrift.aurora.Image;
import org.thermos.thrift.aurora.MesosContainer;

/** Whatever an executor is given, it says exactly once what is wrong, and ends. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class BadInputTest {
  @TempDir Path directory;
  private Cluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory);
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  @Test
  void anAssignedTaskOfAuroraFinishes() throws Exception {
    cluster.launch(AssignedTasks.bytes(AssignedTasks.of("true")));

    assertThat(cluster.awaitEnd()).endsWith("TASK_FINISHED Task finished.");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cluster.taskSandbox())))
        .isEqualTo("rwx------");
  }

  @Test
  void dataThatIsNoThrift() throws Exception {
    cluster.launch(new byte[] {-1, -2, -3, 0, 7});

    assertThat(onlyFailure()).startsWith("TASK_FAILED Could not deserialize task. ");
  }

  @Test
  void noData() throws Exception {
    cluster.launch(new byte[0]);

    assertThat(onlyFailure()).startsWith("TASK_FAILED Could not deserialize task. ");
  }

  @Test
  void truncatedThrift() throws Exception {
    byte[] data = AssignedTasks.bytes(AssignedTasks.of("true"));
    cluster.launch(Arrays.copyOf(data, data.length / 2));

    assertThat(onlyFailure()).startsWith("TASK_FAILED Could not deserialize task. ");
  }

  @Test
  void aCycle() throws Exception {
    cluster.launch(
        """
        {"name": "t",
         "processes": [{"name": "a", "cmdline": "true"}, {"name": "b", "cmdline": "true"}],
         "constraints": [{"order": ["a", "b"]}, {"order": ["b", "a"]}],
         "resources": {"cpu": 1.0, "ram": 1048576, "disk": 1048576}}
        """);

    assertThat(failure())
        .startsWith("TASK_FAILED Could not deserialize Thermos task from AssignedTask: ")
        .containsIgnoringCase("cycle");
  }

  @Test
  void anUnboundTemplate() throws Exception {
    cluster.launch(BareTask.of("echo {{nobody.knows}}"));

    assertThat(failure()).startsWith("TASK_FAILED ").contains("nobody.knows");
  }

  @Test
  void anUnboundPort() throws Exception {
    cluster.launch(BareTask.of("echo {{thermos.ports[http]}}"));

    assertThat(failure()).startsWith("TASK_FAILED ").contains("Unbound ports: http");
  }

  @Test
  void aTaskIdThatLeadsElsewhere() throws Exception {
    AssignedTask task = AssignedTasks.of("true").setTaskId("../elsewhere");
    cluster.launch(AssignedTasks.bytes(task));

    assertThat(onlyFailure()).contains("../elsewhere");
  }

  @Test
  void anUnknownRole() throws Exception {
    cluster.launch(AssignedTasks.bytes(AssignedTasks.of("true", "no-such-role")));

    assertThat(failure())
        .isEqualTo(
            "TASK_FAILED Failed to initialize sandbox: Could not create sandbox because user does"
                + " not exist: no-such-role");
  }

  @Test
  void aDockerTaskWhoseExecutorIsNotInTheContainer() throws Exception {
    AssignedTask task = AssignedTasks.of("true");
    task.getTask().setContainer(Container.docker(new DockerContainer().setImage("busybox")));
    cluster.launch(AssignedTasks.bytes(task));

    assertThat(failure())
        .startsWith(
            "TASK_FAILED Failed to initialize sandbox: Failed to create the sandbox root: /")
        .endsWith(" is in the way");
  }

  @Test
  void aTaskWithAnImageOnAMachineWithoutMesosContainerizer() throws Exception {
    AssignedTask task = AssignedTasks.of("true");
    Image image = Image.docker(new DockerImage().setName("busybox").setTag("latest"));
    task.getTask().setContainer(Container.mesos(new MesosContainer().setImage(image)));
    cluster.launch(AssignedTasks.bytes(task));

    assertThat(failure())
        .isEqualTo(
            "TASK_FAILED Cannot launch task using a filesystem image: mesos_containerizer_path "
                + " /usr/libexec/mesos/mesos-containerizer does not exist.");
  }

  @Test
  void aFileInPlaceOfTheSandbox() throws Exception {
    cluster.fetch("touch sandbox");
    cluster.launch(bytes("true"));

    assertThat(failure())
        .startsWith("TASK_FAILED Failed to initialize sandbox: Failed to create the sandbox: ");
  }

  @Test
  void aLinkInPlaceOfTheSandboxIsNotFollowed() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Set<?> before = Files.getPosixFilePermissions(elsewhere);
    cluster.fetch("ln -s " + elsewhere + " sandbox");
    cluster.launch(AssignedTasks.bytes(AssignedTasks.of("true")));

    assertThat(failure())
        .startsWith("TASK_FAILED Failed to initialize sandbox: Failed to create the sandbox: ");
    assertThat(Files.getPosixFilePermissions(elsewhere)).isEqualTo(before);
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void aLinkInPlaceOfTheCheckpointsIsNotFollowed() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    cluster.fetch("ln -s " + elsewhere + " checkpoints");
    cluster.launch(bytes("true"));

    assertThat(failure()).contains("checkpoints is a symbolic link");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void aFileInPlaceOfTheCheckpoints() throws Exception {
    cluster.fetch("touch checkpoints");
    cluster.launch(bytes("true"));

    assertThat(failure()).contains("checkpoints");
  }

  @Test
  void aMissingRunner() throws Exception {
    cluster.programs().runnerAt(directory.resolve("no-such-runner"));
    cluster.launch(BareTask.of("true"));

    assertThat(failure())
        .startsWith("TASK_FAILED Unknown exception starting runner: ")
        .contains("no-such-runner");
  }

  @Test
  void aProcessThatCannotBeStarted() throws Exception {
    cluster.fetch("mkdir sandbox; touch sandbox/.logs");
    cluster.launch(bytes("true"));

    List<String> updates = cluster.awaitEnd();
    assertThat(updates.get(updates.size() - 1))
        .startsWith("TASK_FAILED Task failed. process p: ")
        .contains("log directory");
  }

  @Test
  void noTaskAtAll() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertThat(startFor(silent.getLocalPort()).waitFor()).isEqualTo(ExecutorExit.NO_TASK.code());
    }
    assertThat(directory.resolve("thermos_executor.log"))
        .content()
        .contains("Executor timing out.");
  }

  @Test
  void anAgentThatDoesNotKnowTheExecutor() throws Exception {
    assertThat(startFor(cluster.agent().endpoint().getPort()).waitFor())
        .isEqualTo(ExecutorExit.AGENT_LOST.code());
  }

  private Process startFor(int port) throws Exception {
    ProcessBuilder builder = cluster.executor();
    builder
        .environment()
        .putAll(
            Map.of(
                "MESOS_AGENT_ENDPOINT",
                "127.0.0.1:" + port,
                "MESOS_FRAMEWORK_ID",
                "framework",
                "MESOS_EXECUTOR_ID",
                "nobody",
                "MESOS_DIRECTORY",
                directory.toString()));
    return builder.start();
  }

  @Test
  void noEnvironment() throws Exception {
    Process executor = cluster.executor().start();

    assertThat(executor.waitFor()).isEqualTo(ExecutorExit.USAGE.code());
    assertThat(new String(executor.getErrorStream().readAllBytes(), UTF_8))
        .startsWith("thermos-executor: ")
        .contains("MESOS_DIRECTORY")
        .hasLineCount(1);
  }

  @Test
  void aFlagThatDoesNotExist() throws Exception {
    Process executor = cluster.executor("--dirver=http").start();

    assertThat(executor.waitFor()).isEqualTo(ExecutorExit.USAGE.code());
    assertThat(new String(executor.getErrorStream().readAllBytes(), UTF_8))
        .isEqualTo("thermos-executor: cannot use --dirver: no such flag; did you mean --driver?\n");
  }

  private static byte[] bytes(String commandLine) {
    return BareTask.of(commandLine).getBytes(UTF_8);
  }

  /** The end of a task that got STARTING, and nothing else. */
  private String failure() throws Exception {
    List<String> updates = cluster.awaitEnd();
    assertThat(updates).hasSize(2).startsWith("TASK_STARTING");
    return updates.get(1);
  }

  private String onlyFailure() throws Exception {
    List<String> updates = cluster.awaitEnd();
    assertThat(updates).hasSize(1);
    return updates.get(0);
  }
}
