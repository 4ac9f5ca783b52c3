package org.thermos.executor;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.FrameworkInfo.Capability;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskGroupInfo;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.thermos.agent.AgentSettings;
import org.thermos.agent.EmbeddedAgent;
import org.thermos.agent.LaunchedExecutor;
import org.thermos.agent.Listener;
import org.thermos.agent.StatusUpdate;
import org.thermos.agent.Timeouts;
import org.thermos.checkpoint.TaskPaths;

/** An agent that starts the real executor, and what its scheduler sees. */
final class Cluster implements Listener, AutoCloseable {
  static final String TASK = "cluster-task";
  static final ExecutorID EXECUTOR = ExecutorID.newBuilder().setValue("thermos-" + TASK).build();

  /** Checkpoints, and knows TASK_KILLING. */
  static final FrameworkInfo FRAMEWORK =
      FrameworkInfo.newBuilder()
          .setId(FrameworkID.newBuilder().setValue("framework"))
          .setUser(System.getProperty("user.name"))
          .setName("test")
          .setCheckpoint(true)
          .addCapabilities(Capability.newBuilder().setType(Capability.Type.TASK_KILLING_STATE))
          .build();

  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Path directory;
  private final Programs programs;
  private final EmbeddedAgent agent;
  private final BlockingQueue<TaskStatus> updates = new LinkedBlockingQueue<>();
  private final Set<ByteString> uuids = new HashSet<>();
  private final Semaphore subscriptions = new Semaphore(0);
  private final List<String> seen = new ArrayList<>();
  private final List<TaskStatus> noted = new ArrayList<>();
  private Optional<TaskStatus> last = Optional.empty();
  private String fetched = "";
  private volatile List<String> aliveAtEnd = List.of();

  /** The agent's thread may deliver updates before whoever launches knows that it has. */
  private final CompletableFuture<LaunchedExecutor> launched = new CompletableFuture<>();

  /** With an agent that is patient with machines that have other things to do. */
  Cluster(Path directory) throws IOException {
    this(directory, GRACE);
  }

  Cluster(Path directory, Duration grace) throws IOException {
    this(directory, Timeouts.DEFAULTS.withShutdownGrace(grace), FRAMEWORK);
  }

  Cluster(Path directory, Timeouts timeouts, FrameworkInfo framework) throws IOException {
    this.directory = directory.toRealPath();
    this.programs = new Programs(this.directory);
    this.agent =
        EmbeddedAgent.start(
            AgentSettings.of(this.directory.resolve("agent"), framework).with(timeouts), this);
  }

  void launch(String json, String... flags) throws IOException {
    launch(json.getBytes(StandardCharsets.UTF_8), flags);
  }

  /** Runs shell commands in the executor's directory before it starts, as a fetcher might. */
  void fetch(String commands) {
    fetched = commands + "; ";
  }

  /** Has the executor count on this grace: the agent is more patient, and may be late. */
  void promise(Duration grace) {
    fetch("export MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD=" + grace.toMillis() + "ms");
  }

  void launch(byte[] data, String... flags) throws IOException {
    launch(task(data), flags);
  }

  void launch(TaskInfo task, String... flags) throws IOException {
    launched.complete(agent.launch(executorInfo(flags), task));
  }

  void launch(TaskGroupInfo group, String... flags) throws IOException {
    launched.complete(agent.launch(executorInfo(flags), group));
  }

  /** Starts the executor without a task, and waits for its subscription. */
  void standBy(String... flags) throws IOException, InterruptedException {
    launched.complete(agent.interfere().standBy(executorInfo(flags)));
    awaitSubscription();
  }

  /** Waits for the next subscription of the executor. */
  void awaitSubscription() throws InterruptedException {
    if (!subscriptions.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the executor did not subscribe; " + this);
    }
  }

  private ExecutorInfo executorInfo(String... flags) throws IOException {
    String command = fetched + "exec " + programs.executor() + " " + String.join(" ", flags);
    return ExecutorInfo.newBuilder()
        .setExecutorId(EXECUTOR)
        .setCommand(CommandInfo.newBuilder().setValue(command))
        .build();
  }

  /** The executor's program, without an agent: no variable is set. */
  ProcessBuilder executor(String... flags) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(programs.executor().toString());
    builder.command().addAll(List.of(flags));
    builder.environment().keySet().removeIf(name -> name.startsWith("MESOS_"));
    return builder.directory(directory.toFile());
  }

  /** Hands the executor another task. */
  void launchAnother(String id) {
    launchAnother(task(id, new byte[0]));
  }

  /** Hands the executor, which runs, another task. */
  void launchAnother(TaskInfo task) {
    agent.launch(
        ExecutorInfo.newBuilder()
            .setExecutorId(EXECUTOR)
            .setCommand(CommandInfo.newBuilder().setValue("false"))
            .build(),
        task);
  }

  static TaskInfo task(String json) {
    return task(TASK, json);
  }

  static TaskInfo task(byte[] data) {
    return task(TASK, data);
  }

  static TaskInfo task(String id, String json) {
    return task(id, json.getBytes(StandardCharsets.UTF_8));
  }

  static TaskInfo task(String id, byte[] data) {
    return taskOf(id, id).setData(ByteString.copyFrom(data)).build();
  }

  /** As of a scheduler that knows nothing of Thermos. */
  static TaskInfo.Builder task(String name, CommandInfo.Builder command) {
    return taskOf(TASK, name).setCommand(command);
  }

  private static TaskInfo.Builder taskOf(String id, String name) {
    return TaskInfo.newBuilder()
        .setTaskId(TaskID.newBuilder().setValue(id))
        .setName(name)
        .setSlaveId(SlaveID.newBuilder().setValue("to be replaced"));
  }

  /** What the executor, and its runner, are started by. */
  Programs programs() {
    return programs;
  }

  EmbeddedAgent agent() {
    return agent;
  }

  void kill() {
    agent.kill(TaskID.newBuilder().setValue(TASK).build());
  }

  void shutdown() {
    agent.shutdown(EXECUTOR);
  }

  @Override
  public void updated(StatusUpdate update) {
    ByteString uuid = update.status().getUuid();
    boolean isRepetition = !uuid.isEmpty() && !uuids.add(uuid);
    if (isRepetition) {
      update.acknowledge();
      return;
    }
    if (!isAgents(update.status())
        && isTerminal(update.status())
        && update.status().getTaskId().getValue().equals(TASK)) {
      aliveAtEnd = processes().stream().filter(this::isTasks).map(Cluster::commandLine).toList();
    }
    updates.add(update.status());
    update.acknowledge();
  }

  @Override
  public void executorSubscribed(ExecutorID executor) {
    subscriptions.release();
  }

  /** The next update. */
  TaskStatus next() throws InterruptedException {
    TaskStatus update = updates.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (update == null) {
      throw new AssertionError("no update came; " + this);
    }
    note(update);
    return update;
  }

  /** Waits for an update of this state. */
  TaskStatus await(TaskState state) throws InterruptedException {
    TaskStatus update = next();
    while (update.getState() != state) {
      if (isTerminal(update)) {
        throw new AssertionError("waited for " + state + "; " + this);
      }
      update = next();
    }
    return update;
  }

  /**
   * Waits for the end of the executor; all updates there were, as {@code TASK_STATE message}. Fails
   * if anything of the task is alive when its end is told, or of the executor afterwards.
   */
  List<String> awaitEnd() throws Exception {
    return awaitEnd(ExecutorExit.DONE);
  }

  List<String> awaitEnd(ExecutorExit exit) throws Exception {
    awaitExit(exit);
    TaskStatus update = last.orElseGet(TaskStatus::getDefaultInstance);
    while (!isTerminal(update)) {
      update = next();
    }
    TaskStatus late = updates.poll();
    if (late != null) {
      throw new AssertionError("an update after the end: " + words(late) + "; " + this);
    }
    if (!aliveAtEnd.isEmpty()) {
      throw new AssertionError("alive when the last update came: " + aliveAtEnd + "; " + this);
    }
    awaitNothingLeft();
    return seen;
  }

  /** Waits until nothing works in the executor's directory or below it. */
  void awaitNothingLeft() {
    await("nothing is left", () -> processes().isEmpty());
  }

  /** Waits for the end of the executor. */
  void awaitExit(ExecutorExit exit) throws Exception {
    int status;
    try {
      status = launched.join().exit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the executor did not end; " + this, e);
    }
    if (status != exit.code() << 8) {
      throw new AssertionError("the executor ended with wait status " + status + "; " + this);
    }
  }

  /** Everything there is, and was, without waiting: {@code TASK_STATE message}. */
  List<String> updatesSoFar() {
    int before;
    do {
      before = seen.size();
      // What the agent has begun is over when it has answered: once for the acknowledgement of one
      // update, and once for the delivery of the next.
      agent.kill(TaskID.newBuilder().setValue("none").build());
      agent.kill(TaskID.newBuilder().setValue("none").build());
      for (TaskStatus update = updates.poll(); update != null; update = updates.poll()) {
        note(update);
      }
    } while (seen.size() > before);
    return List.copyOf(seen);
  }

  /** All updates of one task so far; see {@link #updatesSoFar}. */
  List<String> updatesOf(String task) {
    updatesSoFar();
    return ofTask(task).stream().map(Cluster::words).toList();
  }

  /** Waits until a task is, or was, in this state; returns the first such update. */
  TaskStatus await(String task, TaskState state) throws InterruptedException {
    for (; ; ) {
      for (TaskStatus update : ofTask(task)) {
        if (update.getState() == state) {
          return update;
        }
        if (isTerminal(update)) {
          throw new AssertionError("waited for " + state + " of " + task + "; " + this);
        }
      }
      next();
    }
  }

  private List<TaskStatus> ofTask(String task) {
    return noted.stream().filter(update -> update.getTaskId().getValue().equals(task)).toList();
  }

  private void note(TaskStatus update) {
    seen.add(words(update));
    noted.add(update);
    last = Optional.of(update);
  }

  private static String words(TaskStatus update) {
    return (update.getState() + " " + (isAgents(update) ? "(agent) " : "") + update.getMessage())
        .strip();
  }

  private static boolean isAgents(TaskStatus update) {
    return update.getSource() != TaskStatus.Source.SOURCE_EXECUTOR;
  }

  private static boolean isTerminal(TaskStatus update) {
    return switch (update.getState()) {
      case TASK_FINISHED, TASK_FAILED, TASK_KILLED, TASK_LOST -> true;
      default -> false;
    };
  }

  Path mesosDirectory() {
    return launched.join().sandbox();
  }

  Path taskSandbox() {
    return mesosDirectory().resolve("sandbox");
  }

  /** A file in the task's sandbox. */
  Path file(String name) {
    return taskSandbox().resolve(name);
  }

  /** Makes a file in the task's sandbox, for which the task waits. */
  void touch(String name) {
    try {
      Files.createFile(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** That of one task of many. */
  Path taskSandbox(String task) {
    return mesosDirectory().resolve("tasks").resolve(task).resolve("sandbox");
  }

  TaskPaths paths() {
    return TaskPaths.of(mesosDirectory().resolve("checkpoints"), TASK);
  }

  /** What the executor has logged so far. */
  String log() {
    try {
      return Files.readString(mesosDirectory().resolve("thermos_executor.log"));
    } catch (IOException e) {
      return ""; // Not yet.
    }
  }

  /** The processes that work in the executor's directory or below it. */
  List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses().filter(this::isOurs).toList();
  }

  private boolean isOurs(ProcessHandle process) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
          .startsWith(directory);
    } catch (IOException e) {
      return false; // It has ended, or is not ours to look at.
    }
  }

  /** The runner and what works in the task's sandbox. */
  private boolean isTasks(ProcessHandle process) {
    try {
      Path place = Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"));
      return place.startsWith(taskSandbox()) || commandLine(process).contains(" --thermos_json=");
    } catch (IOException e) {
      return false;
    }
  }

  /** The one process of ours whose command line contains this. */
  ProcessHandle process(String text) {
    return processes().stream()
        .filter(process -> commandLine(process).contains(text))
        .filter(process -> !commandLine(process).startsWith("/bin/sh"))
        .min((a, b) -> Long.compare(a.pid(), b.pid()))
        .orElseThrow(() -> new AssertionError("there is no " + text + "; " + this));
  }

  /** Kills the one process of ours whose command line contains this, and waits for its end. */
  void destroy(String text) throws Exception {
    ProcessHandle process = process(text);
    process.destroyForcibly();
    process.onExit().get();
  }

  static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(
              Path.of("/proc", Long.toString(process.pid()), "cmdline"),
              StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  void await(String what, BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("waited in vain until " + what + "; " + this);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(5); // There is no event for what strangers do.
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Waits for a file in the task's sandbox. */
  void awaitFile(String name) {
    awaitFile(file(name));
  }

  void awaitFile(Path file) {
    await(file + " is there", () -> Files.exists(file));
  }

  @Override
  public void close() {
    agent.close();
    processes().forEach(ProcessHandle::destroyForcibly);
    awaitNothingLeft();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("updates: " + seen);
    if (!launched.isDone()) {
      return text.toString();
    }
    processes().forEach(process -> text.append("\nalive: ").append(commandLine(process)));
    for (String name : List.of("stdout", "stderr", "thermos_executor.log", "thermos_runner.log")) {
      Path file = mesosDirectory().resolve(name);
      try (Stream<String> lines = Files.lines(file)) {
        text.append("\n== ").append(name).append("\n");
        lines.forEach(line -> text.append(line).append('\n'));
      } catch (IOException e) {
        text.append("\nno ").append(name);
      }
    }
    return text.toString();
  }
}
