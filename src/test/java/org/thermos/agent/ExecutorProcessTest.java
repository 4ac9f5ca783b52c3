package org.thermos.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.Environment;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Executors as processes: what they find, how they end, and what is left of them. */
@Timeout(60)
final class ExecutorProcessTest {
  private static final String MESOS_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  @TempDir Path work;

  private final RecordingListener scheduler = new RecordingListener();
  private AgentSettings settings;
  private EmbeddedAgent agent;

  @BeforeEach
  void start() throws IOException {
    start(Samples.Checkpoint.ON);
  }

  @AfterEach
  void close() {
    agent.close();
  }

  @Test
  void theEnvironmentIsExactlyTheAgents() throws Exception {
    LaunchedExecutor launched = launch(argv("/usr/bin/env"));
    exit(launched);
    String sandbox = launched.sandbox().toString();
    String endpoint = "127.0.0.1:" + agent.endpoint().getPort();
    Map<String, String> expected = new TreeMap<>();
    expected.put("LIBPROCESS_IP", "127.0.0.1");
    expected.put("LIBPROCESS_PORT", "0");
    expected.put("MESOS_AGENT_ENDPOINT", endpoint);
    expected.put("MESOS_SLAVE_PID", "slave(1)@" + endpoint);
    expected.put("MESOS_SLAVE_ID", settings.agentId().getValue());
    expected.put("MESOS_FRAMEWORK_ID", "framework");
    expected.put("MESOS_EXECUTOR_ID", "executor");
    expected.put("MESOS_DIRECTORY", sandbox);
    expected.put("MESOS_SANDBOX", sandbox);
    expected.put("MESOS_CHECKPOINT", "1");
    expected.put("MESOS_HTTP_COMMAND_EXECUTOR", "0");
    expected.put("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "700ms");
    expected.put("MESOS_RECOVERY_TIMEOUT", "15mins");
    expected.put("MESOS_SUBSCRIPTION_BACKOFF_MAX", "700ms");
    expected.put("PATH", MESOS_PATH);
    assertThat(environment(launched)).isEqualTo(expected);
  }

  @Test
  void withoutCheckpointingNothingIsSaidOfRecovery() throws Exception {
    agent.close();
    start(Samples.Checkpoint.OFF);
    LaunchedExecutor launched = launch(argv("/usr/bin/env"));
    exit(launched);
    assertThat(environment(launched))
        .containsEntry("MESOS_CHECKPOINT", "0")
        .doesNotContainKeys("MESOS_RECOVERY_TIMEOUT", "MESOS_SUBSCRIPTION_BACKOFF_MAX");
  }

  @Test
  void theCommandsVariablesOverride() throws Exception {
    Environment environment =
        Environment.newBuilder()
            .addVariables(variable("MESOS_EXECUTOR_ID", "mine"))
            .addVariables(variable("PWD", "/usr"))
            .addVariables(variable("TEXT", "a b\n'c' \"$d\" é"))
            .build();
    ExecutorInfo executor = argv("/usr/bin/env", "-0");
    LaunchedExecutor launched =
        launch(
            executor.toBuilder()
                .setCommand(executor.getCommand().toBuilder().setEnvironment(environment))
                .build());
    exit(launched);
    assertThat(stdout(launched).split("\0", -1))
        .contains("MESOS_EXECUTOR_ID=mine", "TEXT=a b\n'c' \"$d\" é")
        .doesNotContain("MESOS_EXECUTOR_ID=executor");
  }

  @Test
  void theSandboxLiesWhereAMesosAgentHasIt() throws Exception {
    LaunchedExecutor launched = launch(shell("pwd; echo problem >&2"));
    exit(launched);
    Path runs =
        work.toRealPath()
            .resolve("slaves")
            .resolve(settings.agentId().getValue())
            .resolve("frameworks/framework/executors/executor/runs");
    assertThat(launched.sandbox()).isEqualTo(runs.resolve(launched.containerId().getValue()));
    assertThat(runs.resolve("latest")).isSymbolicLink();
    assertThat(Files.readSymbolicLink(runs.resolve("latest"))).isEqualTo(launched.sandbox());
    assertThat(stdout(launched)).isEqualTo(launched.sandbox() + "\n");
    assertThat(launched.sandbox().resolve("stderr")).hasContent("problem");
  }

  @Test
  void theLatestRunIsTheNewest() throws Exception {
    LaunchedExecutor first = launch(shell("exit 0"));
    exit(first);
    acknowledgeEnd();
    LaunchedExecutor second = agent.launch(Samples.executor("exit 0"), Samples.task("other"));
    exit(second);
    assertThat(second.sandbox())
        .isNotEqualTo(first.sandbox())
        .hasParent(first.sandbox().getParent());
    assertThat(Files.readSymbolicLink(first.sandbox().resolveSibling("latest")))
        .isEqualTo(second.sandbox());
  }

  @Test
  void theExecutorsParentLeadsItsSession() throws Exception {
    LaunchedExecutor launched = launch(argv("/bin/cat", "/proc/self/stat"));
    exit(launched);
    String stat = stdout(launched);
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    String parent = fields.get(1);
    assertThat(fields.get(2)).as("group").isEqualTo(parent);
    assertThat(fields.get(3)).as("session").isEqualTo(parent);
    int ours = ProcessTable.row((int) ProcessHandle.current().pid()).orElseThrow().session();
    assertThat(parent).isNotEqualTo(Integer.toString(ours));
  }

  @Test
  void theExecutorInheritsNoDescriptors() throws Exception {
    LaunchedExecutor launched = launch(argv("/bin/ls", "/proc/self/fd"));
    exit(launched);
    // 3 is ls reading the directory.
    assertThat(stdout(launched)).isEqualTo("0\n1\n2\n3\n");
  }

  @Test
  void argumentsArriveAsTheyAre() throws Exception {
    LaunchedExecutor launched =
        launch(argv("/usr/bin/printf", "%s|", "a b", "$HOME", "'", "", "*", "x=y"));
    exit(launched);
    assertThat(stdout(launched)).isEqualTo("a b|$HOME|'||*|x=y|");
  }

  @ParameterizedTest
  @CsvSource({"exit 0,0", "exit 1,256", "exit 7,1792", "kill -9 $$,9", "kill -15 $$,15"})
  void anEndWithoutATerminalUpdateIsAFailure(String command, int waitStatus) throws Exception {
    LaunchedExecutor launched = launch(shell(command));
    assertThat(exit(launched)).isEqualTo(waitStatus);
    assertThat(scheduler.nextEnd()).isEqualTo(new RecordingListener.End("executor", waitStatus));
    TaskStatus status = scheduler.nextUpdate().status();
    assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
    assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_SLAVE);
    assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_EXECUTOR_TERMINATED);
    assertThat(status.getMessage()).isEqualTo("Executor terminated");
    assertThat(launched.sandbox().resolve("stderr")).isEmptyFile();
  }

  @Test
  void aCommandThatDoesNotExistEndsLikeAnyOther() throws Exception {
    assertThat(exit(launch(argv("/does/not/exist")))).isEqualTo(127 << 8);
  }

  @Test
  void urisOfLocalFilesAreCopied() throws Exception {
    Path script = Files.writeString(work.resolve("run me"), "#!/bin/sh\necho fetched\n");
    Path data = Files.writeString(work.resolve("data"), "some");
    CommandInfo command =
        CommandInfo.newBuilder()
            // As long as another test's fork has it open, which the agent has just written, nobody
            // can execute it.
            .setValue("until './run me'; do sleep 0.01; done; cat sub/renamed")
            .addUris(uri(script.toString()).setExecutable(true))
            .addUris(uri("file://" + data).setOutputFile("sub/renamed"))
            .build();
    LaunchedExecutor launched =
        launch(Samples.executor("").toBuilder().setCommand(command).build());
    exit(launched);
    assertThat(stdout(launched)).isEqualTo("fetched\nsome");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(script)))
        .as("the original stays as it was")
        .doesNotContain("x");
  }

  @ParameterizedTest
  @CsvSource({
    "/does/not/exist,",
    "http://localhost:1/x,",
    "relative,",
    "/etc/hostname,../escape",
    "/etc/hostname,/tmp/escape",
    "/etc/hostname,."
  })
  void whatCannotBeFetchedFailsTheLaunch(String value, String output) {
    CommandInfo.URI.Builder uri = uri(value);
    if (output != null) {
      uri.setOutputFile(output);
    }
    assertLaunchFails(
        CommandInfo.newBuilder().setValue("true").addUris(uri).build(),
        "Failed to launch container: Failed to fetch '" + value + "': ");
  }

  @Test
  void anotherUserFailsTheLaunch() {
    assertLaunchFails(
        CommandInfo.newBuilder().setValue("true").setUser("somebody else").build(),
        "Failed to launch container: Cannot run as user 'somebody else'");
  }

  @Test
  void noCommandFailsTheLaunch() {
    assertLaunchFails(
        CommandInfo.getDefaultInstance(),
        "Failed to launch container: Cannot run a command without a value");
  }

  @Test
  void anImpossibleVariableFailsTheLaunch() {
    assertLaunchFails(
        CommandInfo.newBuilder()
            .setValue("true")
            .setEnvironment(Environment.newBuilder().addVariables(variable("A=B", "c")))
            .build(),
        "Failed to launch container: Cannot set the environment");
  }

  @ParameterizedTest
  @CsvSource({"../up", "a/b", "..", "''"})
  void idsThatLeadElsewhereAreRefused(String id) {
    ExecutorInfo executor =
        Samples.executor("true").toBuilder()
            .setExecutorId(Samples.EXECUTOR_ID.toBuilder().setValue(id))
            .build();
    assertThatThrownBy(() -> agent.launch(executor, Samples.task("task")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> agent.launch(Samples.executor("true"), Samples.task(id)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTaskIsNotLaunchedTwice() {
    launch(shell("sleep 60"));
    assertThatThrownBy(() -> launch(shell("sleep 60")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot launch task \"task\" a second time");
  }

  @Test
  void anExecutorThatIgnoresShutdownIsKilledWithAllItStarted() throws Exception {
    LaunchedExecutor launched =
        launch(
            shell(
                "trap '' TERM HUP INT;"
                    // A child, a child in another session, and a daemon of init's.
                    + " sleep 60 & echo $! > child;"
                    + " setsid sh -c 'echo $$ > session; sleep 60' &"
                    + " (setsid sh -c 'echo $$ > daemon; sleep 60' &) ;"
                    + " while :; do sleep 60; done"));
    List<Integer> pids =
        List.of(pid(launched, "child"), pid(launched, "session"), pid(launched, "daemon"));
    assertThat(pids).allMatch(pid -> ProcessTable.row(pid).isPresent());
    try (TestClient stream = TestClient.connect(agent.endpoint())) {
      stream.send(TestClient.request(MediaType.JSON, Samples.subscribe()));
      assertThat(stream.readResponse().status()).isEqualTo(200);
      assertThat(stream.readEvent(MediaType.JSON).getType()).isEqualTo(Event.Type.SUBSCRIBED);
      assertThat(stream.readEvent(MediaType.JSON).getType()).isEqualTo(Event.Type.LAUNCH);
      long told = System.nanoTime();
      agent.shutdown(Samples.EXECUTOR_ID);
      assertThat(stream.readEvent(MediaType.JSON).getType()).isEqualTo(Event.Type.SHUTDOWN);
      assertThat(exit(launched)).isEqualTo(9);
      assertThat(System.nanoTime() - told)
          .as("the grace period is granted")
          .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(600));
      stream.readEndOfStream();
    }
    await("everything is gone", () -> pids.stream().noneMatch(ExecutorProcessTest::isAlive));
    assertThat(scheduler.nextUpdate().status().getReason())
        .isEqualTo(TaskStatus.Reason.REASON_EXECUTOR_TERMINATED);
  }

  @Test
  void afterItsOwnEndOnlyOtherSessionsSurvive() throws Exception {
    LaunchedExecutor launched =
        launch(
            shell(
                "sleep 60 & echo $! > child;"
                    + " setsid sh -c 'echo $$ > session; sleep 60' &"
                    + " while ! test -s session; do sleep 0.01; done; exit 0"));
    assertThat(exit(launched)).isEqualTo(0);
    int child = pid(launched, "child");
    int session = pid(launched, "session");
    await("what shared its session is gone", () -> !isAlive(child));
    assertThat(isAlive(session)).isTrue();
    agent.close();
    await("the agent leaves nothing behind", () -> !isAlive(session));
  }

  @Test
  void aClosedAgentLeavesNothingBehind() throws Exception {
    LaunchedExecutor launched = launch(shell("echo $$ > self; sleep 60; true"));
    int pid = pid(launched, "self");
    agent.close();
    await("the executor is gone", () -> !isAlive(pid));
    assertThat(scheduler.updates()).isEmpty();
  }

  @Test
  void anExecutorThatDoesNotRegisterIsKilled() throws Exception {
    agent.close();
    Timeouts fast = Samples.FAST;
    settings =
        settings.with(
            new Timeouts(
                Duration.ofMillis(300),
                fast.reregistration(),
                fast.shutdownGrace(),
                fast.recovery(),
                fast.updateRetryMinimum(),
                fast.updateRetryMaximum(),
                fast.routing(),
                fast.recovering()));
    agent = EmbeddedAgent.start(settings, scheduler);
    assertThat(exit(launch(shell("sleep 60")))).isEqualTo(9);
    TaskStatus status = scheduler.nextUpdate().status();
    assertThat(status.getReason())
        .isEqualTo(TaskStatus.Reason.REASON_EXECUTOR_REGISTRATION_TIMEOUT);
    assertThat(status.getMessage()).isEqualTo("Executor did not register within 300ms");
  }

  @Test
  void anExecutorOutlivesTheAgentsRestart() throws Exception {
    LaunchedExecutor launched = launch(shell("echo $$ > self; sleep 60; true"));
    int pid = pid(launched, "self");
    agent.stop();
    assertThat(isAlive(pid)).isTrue();
    agent.restart();
    assertThat(exit(launched)).as("it does not subscribe in time").isEqualTo(9);
    assertThat(scheduler.nextUpdate().status().getReason())
        .isEqualTo(TaskStatus.Reason.REASON_EXECUTOR_REREGISTRATION_TIMEOUT);
  }

  private void start(Samples.Checkpoint checkpoint) throws IOException {
    settings = Samples.settings(work.toRealPath(), checkpoint);
    agent = EmbeddedAgent.start(settings, scheduler);
  }

  private LaunchedExecutor launch(ExecutorInfo executor) {
    return agent.launch(executor, Samples.task("task"));
  }

  private void assertLaunchFails(CommandInfo command, String message) {
    LaunchedExecutor launched =
        launch(Samples.executor("").toBuilder().setCommand(command).build());
    assertThatThrownBy(() -> exit(launched)).isInstanceOf(ExecutionException.class);
    assertThat(nextStatus())
        .satisfies(
            status -> {
              assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
              assertThat(status.getReason())
                  .isEqualTo(TaskStatus.Reason.REASON_CONTAINER_LAUNCH_FAILED);
              assertThat(status.getMessage()).startsWith(message);
            });
  }

  private TaskStatus nextStatus() {
    try {
      return scheduler.nextUpdate().status();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until the scheduler's acknowledgement of the task's end has arrived. */
  private void acknowledgeEnd() throws Exception {
    scheduler.nextUpdate().acknowledge();
    // A call goes through the same queue.
    agent.send(Samples.EXECUTOR_ID, new byte[0]);
  }

  private static int exit(LaunchedExecutor launched) throws Exception {
    return launched.exit().get(20, TimeUnit.SECONDS);
  }

  private static ExecutorInfo shell(String command) {
    return Samples.executor(command);
  }

  private static ExecutorInfo argv(String program, String... arguments) {
    CommandInfo command =
        CommandInfo.newBuilder()
            .setShell(false)
            .setValue(program)
            .addArguments(program)
            .addAllArguments(List.of(arguments))
            .build();
    return Samples.executor("").toBuilder().setCommand(command).build();
  }

  private static CommandInfo.URI.Builder uri(String value) {
    return CommandInfo.URI.newBuilder().setValue(value);
  }

  private static Environment.Variable variable(String name, String value) {
    return Environment.Variable.newBuilder().setName(name).setValue(value).build();
  }

  private static String stdout(LaunchedExecutor launched) throws IOException {
    return Files.readString(launched.sandbox().resolve("stdout"));
  }

  private static Map<String, String> environment(LaunchedExecutor launched) throws IOException {
    Map<String, String> environment = new TreeMap<>();
    for (String line : stdout(launched).lines().toList()) {
      String[] parts = line.split("=", 2);
      environment.put(parts[0], parts[1]);
    }
    return environment;
  }

  /** Waits for a process to have written its pid. */
  private static int pid(LaunchedExecutor launched, String file) throws Exception {
    Path path = launched.sandbox().resolve(file);
    await(file + " exists", () -> Files.exists(path) && Files.readString(path).endsWith("\n"));
    return Integer.parseInt(Files.readString(path).strip());
  }

  private static boolean isAlive(int pid) {
    return ProcessTable.row(pid).isPresent();
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Waited in vain: " + what);
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
