import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;
import org.thermos.agent.AgentSettings;
import org.thermos.agent.EmbeddedAgent;
import org.thermos.agent.LaunchedExecutor;
import org.thermos.agent.Listener;
import org.thermos.agent.StatusUpdate;
import org.thermos.agent.Wire;

/**
 * Measures the executor on an embedded agent, in one of these ways: {@code latency REPEATS}, {@code memory}, {@code
 * many TASKS SECONDS}. Prints one line a figure, and exits with 1 if anything is not as it must be.
 */
class ExecutorBench implements Listener, Wire, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int LAUNCHES_AT_A_TIME = 8;
  private static final double MILLION = 1e6;

  private final Path work = Files.createTempDirectory("thermos-bench").toRealPath();
  private final EmbeddedAgent agent;

  /** When an event of this type was first written since the last {@link #forget}. */
  private final Map<Event.Type, Long> sent = new ConcurrentHashMap<>();

  /** By task: when the first update of each state came in. */
  private final Map<String, Map<TaskState, Long>> received = new ConcurrentHashMap<>();

  /** By task: the updates the scheduler got, in order, each once. */
  private final Map<String, List<TaskState>> updates = new ConcurrentHashMap<>();

  private final Map<ByteString, Boolean> uuids = new ConcurrentHashMap<>();

  ExecutorBench() throws IOException {
    FrameworkInfo framework =
        FrameworkInfo.newBuilder()
            .setId(FrameworkID.newBuilder().setValue("bench"))
            .setUser(System.getProperty("user.name"))
            .setName("bench")
            .setCheckpoint(true)
            .build();
    agent = EmbeddedAgent.start(AgentSettings.of(work.resolve("agent"), framework), this);
    agent.watch(this);
  }

  public static void main(String[] arguments) throws Exception {
    boolean isGood = true;
    try (ExecutorBench bench = new ExecutorBench()) {
      switch (arguments[0]) {
        case "latency" -> bench.latency(Integer.parseInt(arguments[1]));
        case "memory" -> bench.memory();
        case "many" -> isGood = bench.many(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    }
    System.exit(isGood ? 0 : 1);
  }

  // What is measured.

  private void latency(int repeats) throws Exception {
    List<Double> starts = new ArrayList<>();
    List<Double> ends = new ArrayList<>();
    List<Double> kills = new ArrayList<>();
    for (int i = 0; i < repeats; i++) {
      String ended = "end" + i;
      String told = "kill" + i;
      LaunchedExecutor ending = run(ended, "echo $EPOCHREALTIME > begin; sleep 0.5; echo $EPOCHREALTIME > end");
      ending.exit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      starts.add(time(ending, "begin") - clock(sent.get(Event.Type.LAUNCH)));
      ends.add(clock(received.get(ended).get(TaskState.TASK_FINISHED)) - time(ending, "end"));
      LaunchedExecutor killed =
          run(
              told,
              "echo $EPOCHREALTIME > begin; trap 'echo $EPOCHREALTIME > term; exit' TERM; touch ready; sleep 1000 & wait");
      await("the task is ready", () -> Files.exists(killed.sandbox().resolve("sandbox/ready")));
      await("it is told to run", () -> states(told).contains(TaskState.TASK_RUNNING));
      agent.kill(TaskID.newBuilder().setValue(told).build());
      killed.exit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      starts.add(time(killed, "begin") - clock(sent.get(Event.Type.LAUNCH)));
      kills.add(time(killed, "term") - clock(sent.get(Event.Type.KILL)));
    }
    print("LAUNCH written to process started:", starts);
    print("process ended to update at the agent:", ends);
    print("KILL written to SIGTERM handled:", kills);
  }

  private LaunchedExecutor run(String task, String commandLine) throws Exception {
    sent.clear();
    return agent.launch(executor(task), task(task, 1, commandLine));
  }

  private void memory() throws Exception {
    LaunchedExecutor launched = agent.launch(executor("memory"), task("memory", 10, "exec sleep 1000"));
    await("all run", () -> named(launched, "sleep").size() == 10);
    TimeUnit.SECONDS.sleep(5); // Until the JVMs' own start-up work is done.
    long jvms = 0;
    for (String program : List.of("ExecutorProgram", "RunnerProgram")) {
      for (ProcessHandle jvm : named(launched, program)) {
        jvms += anonymous(jvm);
        System.out.printf("%-38s %d kB%n", program + ", anonymous:", anonymous(jvm));
      }
    }
    System.out.printf("%-38s %d kB%n", "both JVMs together:", jvms);
    for (ProcessHandle broker : named(launched, "thermos-broker")) {
      System.out.printf("%-38s %d kB%n", "a broker, private:", smaps(broker, "Private_"));
    }
    List<Double> coordinators =
        named(launched, "sleep").stream()
            .map(sleep -> sleep.parent().orElseThrow())
            .map(coordinator -> (double) smaps(coordinator, "Private_"))
            .toList();
    System.out.printf("%-38s %s kB (of %d)%n", "each coordinator, private:", median(coordinators), coordinators.size());
    agent.shutdown(launchedId("memory"));
    launched.exit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private boolean many(int count, int seconds) throws Exception {
    List<String> ids = IntStream.range(0, count).mapToObj("many%03d"::formatted).toList();
    ExecutorInfo executor = executor("many", "--max-tasks=" + count);
    Semaphore free = new Semaphore(LAUNCHES_AT_A_TIME);
    running = free;
    long begin = System.nanoTime();
    LaunchedExecutor launched = null;
    for (String id : ids) {
      if (!free.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("no task began to run for minutes; see " + work);
      }
      launched = agent.launch(executor, task(id, 1, "exec sleep 100000"));
    }
    await("all run", () -> ids.stream().allMatch(id -> isSettled(id)));
    for (String id : ids) {
      if (!states(id).contains(TaskState.TASK_RUNNING)) {
        return check(false, id + " was " + states(id));
      }
    }
    print("launching them, eight at a time:", since(begin) / 1e3, "s");
    TimeUnit.SECONDS.sleep(10); // Until the JVMs' own start-up work is done.
    ProcessHandle program = named(launched, "ExecutorProgram").get(0);
    ProcessHandle broker =
        named(launched, "thermos-broker").stream()
            .filter(child -> child.parent().equals(Optional.of(program)))
            .findFirst()
            .orElseThrow();
    long before = ticks(program);
    long beforeBroker = ticks(broker);
    TimeUnit.SECONDS.sleep(seconds);
    double percent = 1.0 * (ticks(program) - before) / seconds;
    print("executor at rest:", percent, "% of a core");
    print("its broker:", 1.0 * (ticks(broker) - beforeBroker) / seconds, "% of a core");
    print("executor, anonymous memory:", anonymous(program), "kB");
    print("executor's threads:", threads(program), "");
    long runners = named(launched, "RunnerProgram").stream().mapToLong(ExecutorBench::anonymous).sum();
    print("runners, anonymous memory, each:", 1.0 * runners / count, "kB");
    sent.clear();
    agent.shutdown(launchedId("many"));
    int status = launched.exit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    boolean isGood = check(status == 0, "the executor ended with wait status " + status);
    List<TaskState> expected = List.of(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_KILLED);
    await("all updates are there", () -> ids.stream().allMatch(id -> states(id).size() >= expected.size()));
    for (String id : ids) {
      isGood &= check(states(id).equals(expected), id + " was " + states(id));
    }
    long last =
        ids.stream()
            .mapToLong(id -> received.get(id).getOrDefault(TaskState.TASK_KILLED, Long.MAX_VALUE))
            .max()
            .orElseThrow();
    double took = (last - sent.get(Event.Type.SHUTDOWN)) / MILLION;
    print("SHUTDOWN to the last TASK_KILLED:", took, "ms");
    List<ProcessHandle> left = processes(launched);
    isGood &= check(left.isEmpty(), "processes are left: " + left.stream().map(ExecutorBench::commandLine).toList());
    return isGood & check(percent < 1, "the executor does not rest") & check(took < 5_000, "too late");
  }

  private static boolean check(boolean condition, String complaint) {
    if (!condition) {
      System.out.println("NOT AS IT MUST BE: " + complaint);
    }
    return condition;
  }

  // The agent's side.

  private volatile Semaphore running = new Semaphore(0);

  private ExecutorInfo executor(String name, String... flags) {
    Path program = Path.of("scripts/thermos-executor").toAbsolutePath();
    return ExecutorInfo.newBuilder()
        .setExecutorId(launchedId(name))
        .setCommand(CommandInfo.newBuilder().setValue("exec " + program + " " + String.join(" ", flags)))
        .build();
  }

  private static ExecutorID launchedId(String name) {
    return ExecutorID.newBuilder().setValue("thermos-" + name).build();
  }

  private static TaskInfo task(String id, int processes, String commandLine) {
    String json =
        IntStream.range(0, processes)
            .mapToObj(i -> "{\"name\":\"p" + i + "\",\"cmdline\":\"" + commandLine + "\"}")
            .collect(Collectors.joining(",", "{\"name\":\"bench\",\"processes\":[", "],"))
            + "\"resources\":{\"cpu\":1.0,\"ram\":1,\"disk\":1000000000}}";
    return TaskInfo.newBuilder()
        .setTaskId(TaskID.newBuilder().setValue(id))
        .setName(id)
        .setSlaveId(SlaveID.newBuilder().setValue("filled in by the agent"))
        .setData(ByteString.copyFromUtf8(json))
        .build();
  }

  @Override
  public void updated(StatusUpdate update) {
    TaskStatus status = update.status();
    if (uuids.putIfAbsent(status.getUuid(), true) == null) {
      updates.computeIfAbsent(status.getTaskId().getValue(), id -> new ArrayList<>());
      updates.computeIfPresent(
          status.getTaskId().getValue(),
          (id, old) -> Stream.concat(old.stream(), Stream.of(status.getState())).toList());
      if (status.getState() != TaskState.TASK_STARTING) {
        running.release();
      }
    }
    update.acknowledge();
  }

  /** Whether it runs, or never will. */
  private boolean isSettled(String task) {
    return states(task).stream().anyMatch(state -> state != TaskState.TASK_STARTING);
  }

  private List<TaskState> states(String task) {
    return updates.getOrDefault(task, List.of());
  }

  @Override
  public void received(Call call, long nanoTime) {
    if (call.hasUpdate()) {
      TaskStatus status = call.getUpdate().getStatus();
      received
          .computeIfAbsent(status.getTaskId().getValue(), id -> new ConcurrentHashMap<>())
          .putIfAbsent(status.getState(), nanoTime);
    }
  }

  @Override
  public void sent(Event event, long nanoTime) {
    sent.putIfAbsent(event.getType(), nanoTime);
  }

  @Override
  public void close() throws Exception {
    agent.close();
    try (Stream<Path> files = Files.walk(work)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    }
  }

  // Times, in milliseconds.

  /** A reading of the monotonic clock as one of the wall clock, which processes can tell. */
  private static double clock(long nanoTime) {
    Instant now = Instant.now();
    long age = System.nanoTime() - nanoTime;
    return now.getEpochSecond() * 1e3 + (now.getNano() - age) / MILLION;
  }

  private static double time(LaunchedExecutor launched, String name) throws IOException {
    Path file = launched.sandbox().resolve("sandbox").resolve(name);
    return Double.parseDouble(Files.readString(file).strip()) * 1e3;
  }

  private static double since(long nanoTime) {
    return (System.nanoTime() - nanoTime) / MILLION;
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (since(begin) > PATIENCE.toMillis()) {
        throw new IllegalStateException("waited in vain until " + what);
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static void print(String what, List<Double> values) {
    System.out.printf(
        "%-38s %.1f ms (minimum %.1f, maximum %.1f, of %d)%n",
        what,
        median(values),
        values.stream().min(Double::compare).orElseThrow(),
        values.stream().max(Double::compare).orElseThrow(),
        values.size());
  }

  private static void print(String what, double value, String unit) {
    System.out.printf("%-38s %.2f %s%n", what, value, unit);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  // Processes.

  /** Those that work in the executor's directory or below it. */
  private static List<ProcessHandle> processes(LaunchedExecutor launched) {
    return ProcessHandle.allProcesses()
        .filter(
            process -> {
              try {
                return Files.readSymbolicLink(proc(process, "cwd")).startsWith(launched.sandbox());
              } catch (IOException e) {
                return false;
              }
            })
        .toList();
  }

  private static List<ProcessHandle> named(LaunchedExecutor launched, String name) {
    return processes(launched).stream()
        .filter(process -> Arrays.stream(commandLine(process).split(" ")).anyMatch(word -> word.equals(name) || word.endsWith("/" + name) || word.endsWith("." + name)))
        .filter(process -> !commandLine(process).startsWith("/bin/sh"))
        .toList();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(proc(process, "cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  private static long anonymous(ProcessHandle process) {
    return smaps(process, "Anonymous:");
  }

  private static long smaps(ProcessHandle process, String prefix) {
    return sum(process, "smaps_rollup", prefix);
  }

  private static long threads(ProcessHandle process) {
    return sum(process, "status", "Threads:");
  }

  private static long sum(ProcessHandle process, String file, String prefix) {
    try (Stream<String> lines = Files.lines(proc(process, file))) {
      return lines.filter(line -> line.startsWith(prefix)).mapToLong(line -> Long.parseLong(line.split("\\s+")[1])).sum();
    } catch (IOException e) {
      return 0;
    }
  }

  /** CPU time used, in hundredths of a second. */
  private static long ticks(ProcessHandle process) throws IOException {
    String stat = Files.readString(proc(process, "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  private static Path proc(ProcessHandle process, String name) {
    return Path.of("/proc", Long.toString(process.pid()), name);
  }
}
