package org.thermos.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.mesos.Protos.ContainerID;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.TaskGroupInfo;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.thermos.agent.Reply.Answer;

/**
 * The executors of the agent, and its own life of crashes and recoveries. All but {@link #handle}
 * is used on the agent's thread only.
 */
final class Agent implements ExecutorApi.Calls {
  private static final Logger LOG = LogManager.getLogger(Agent.class);

  /** Executors running, or ended with updates that nobody acknowledged. */
  static final int MAX_EXECUTORS = 1_000;

  private final AgentSettings settings;
  private final Listener listener;
  private final AgentThread thread;
  private final StatusFactory statuses;
  private final ExecutorApi api = new ExecutorApi(this);
  private final InetSocketAddress address;
  private final ContainerStarter starter;
  private final Map<String, ExecutorSlot> slots = new LinkedHashMap<>();
  private volatile AgentPhase phase = AgentPhase.RUNNING;
  private volatile Wire wire = new Wire() {};
  private HttpServer server;
  private Future<?> nextPhase = CompletableFuture.completedFuture(null);

  Agent(AgentSettings settings, Listener listener, Launcher launcher, AgentThread thread)
      throws IOException {
    this.settings = settings;
    this.listener = listener;
    this.thread = thread;
    this.server = new HttpServer(0, api::handle);
    this.address = server.address();
    this.statuses =
        new StatusFactory(
            settings.agentId(),
            address.getAddress().getHostAddress(),
            Clock.systemUTC(),
            UUID::randomUUID);
    this.starter = new ContainerStarter(settings, launcher, address);
  }

  InetSocketAddress address() {
    return address;
  }

  @Override
  public AgentPhase phase() {
    return phase;
  }

  Optional<ExecutorSlot> slot(ExecutorID executor) {
    return Optional.ofNullable(slots.get(executor.getValue()));
  }

  Optional<ExecutorSlot> slotOf(String task) {
    return slots.values().stream().filter(slot -> slot.machine().hasLive(task)).findFirst();
  }

  void watch(Wire other) {
    wire = other;
  }

  LaunchedExecutor launch(ExecutorInfo executor, TaskInfo task) {
    return launch(executor, List.of(task), machine -> machine.launch(task));
  }

  LaunchedExecutor launch(ExecutorInfo executor, TaskGroupInfo group) {
    return launch(executor, group.getTasksList(), machine -> machine.launch(group));
  }

  LaunchedExecutor standBy(ExecutorInfo executor) {
    return launch(
        executor,
        List.of(),
        machine -> {
          machine.standBy();
          return List.of();
        });
  }

  private LaunchedExecutor launch(
      ExecutorInfo executor,
      List<TaskInfo> tasks,
      Function<ExecutorMachine, List<Effect>> launching) {
    if (phase != AgentPhase.RUNNING) {
      throw new IllegalStateException("Cannot launch a task: the agent is " + phase);
    }
    for (TaskInfo task : tasks) {
      String taskId = task.getTaskId().getValue();
      if (slotOf(taskId).isPresent()) {
        throw new IllegalArgumentException("Cannot launch task \"" + taskId + "\" a second time");
      }
    }
    removeOver();
    Optional<ExecutorSlot> known = slot(executor.getExecutorId());
    if (known.isPresent()) {
      known.get().perform(launching.apply(known.get().machine()));
      return known.get().launched();
    }
    if (slots.size() >= MAX_EXECUTORS) {
      throw new IllegalStateException("Cannot run more than " + MAX_EXECUTORS + " executors");
    }
    return start(executor, launching);
  }

  /** Crashes. */
  void stop() {
    stopListening();
    boolean checkpoint = settings.framework().getCheckpoint();
    for (ExecutorSlot slot : slots.values()) {
      slot.suspend();
      if (checkpoint) {
        slot.machine().agentStopped();
      } else {
        slot.perform(
            slot.machine()
                .abandoned(
                    TaskStatus.Reason.REASON_SLAVE_DISCONNECTED,
                    "Agent " + settings.hostname() + " disconnected"));
      }
    }
    if (!checkpoint) {
      slots.clear();
    }
  }

  void restart() throws IOException {
    if (phase != AgentPhase.STOPPED) {
      throw new IllegalStateException("Cannot restart the agent: it is " + phase);
    }
    phase = AgentPhase.ROUTING;
    try {
      server = new HttpServer(address.getPort(), api::handle);
    } catch (IOException e) {
      phase = AgentPhase.STOPPED;
      throw e;
    }
    nextPhase = thread.schedule(this::recover, settings.timeouts().routing());
  }

  void retire() {
    for (ExecutorSlot slot : slots.values()) {
      slot.perform(slot.machine().shutdown());
      slot.perform(
          slot.machine()
              .abandoned(
                  TaskStatus.Reason.REASON_SLAVE_REMOVED,
                  "Agent " + settings.hostname() + " removed: the agent unregistered"));
    }
  }

  /** Forgets everything; returns what there is to kill. */
  List<Container> close() {
    stopListening();
    slots.values().forEach(ExecutorSlot::suspend);
    slots.clear();
    return starter.started();
  }

  /** Called on a connection's thread. */
  @Override
  public Reply handle(Call call, MediaType streamType, long arrived) {
    wire.received(call, arrived);
    return thread.call(() -> dispatch(call, streamType));
  }

  private Reply dispatch(Call call, MediaType streamType) {
    boolean isSubscribe = call.getType() == Call.Type.SUBSCRIBE;
    if (phase != AgentPhase.RUNNING && !(isSubscribe && phase == AgentPhase.REREGISTERING)) {
      return Answer.RECOVERING;
    }
    removeOver();
    if (slots.isEmpty() || !call.getFrameworkId().equals(settings.framework().getId())) {
      return Answer.badRequest("Framework cannot be found");
    }
    Optional<ExecutorSlot> slot = slot(call.getExecutorId());
    if (slot.isEmpty()) {
      return Answer.badRequest("Executor cannot be found");
    }
    if (slot.get().isBanned()) {
      return new Answer(403, "Executor is not authorized");
    }
    if (slot.get().machine().state() == ExecutorMachine.State.REGISTERING && !isSubscribe) {
      return new Answer(403, "Executor is not subscribed");
    }
    return slot.get().handle(call, streamType, phase, wire);
  }

  private LaunchedExecutor start(
      ExecutorInfo executor, Function<ExecutorMachine, List<Effect>> launching) {
    ContainerID containerId =
        ContainerID.newBuilder().setValue(UUID.randomUUID().toString()).build();
    Path sandbox = starter.sandbox(executor, containerId);
    LaunchedExecutor launched =
        new LaunchedExecutor(containerId, sandbox, new CompletableFuture<>());
    ExecutorMachine machine =
        new ExecutorMachine(
            executor,
            settings.framework(),
            agentInfo(),
            containerId,
            settings.timeouts(),
            statuses);
    ExecutorSlot slot =
        new ExecutorSlot(executor.getExecutorId(), machine, launched, thread, listener);
    slots.put(executor.getExecutorId().getValue(), slot);
    slot.perform(launching.apply(machine));
    try {
      Container container = starter.start(executor, machine, sandbox);
      slot.contain(container);
      slot.perform(machine.started(container.pid()));
      var unused = container.exit().thenAccept(status -> thread.post(() -> exited(slot, status)));
    } catch (IOException e) {
      LOG.warn("Cannot launch executor {}", executor.getExecutorId().getValue(), e);
      slot.perform(machine.launchFailed(e.getMessage()));
      launched.exit().completeExceptionally(e);
    }
    return launched;
  }

  private void exited(ExecutorSlot slot, int waitStatus) {
    if (!slots.containsValue(slot)) {
      LOG.info("An executor that the agent forgot ended with wait status {}", waitStatus);
    } else if (phase.compareTo(AgentPhase.REREGISTERING) < 0) {
      slot.holdExit(waitStatus);
    } else {
      slot.perform(slot.machine().exited(waitStatus));
    }
    slot.launched().exit().complete(waitStatus);
  }

  private void stopListening() {
    phase = AgentPhase.STOPPED;
    nextPhase.cancel(false);
    server.close();
  }

  private void recover() {
    phase = AgentPhase.RECOVERING;
    nextPhase = thread.schedule(this::reregister, settings.timeouts().recovering());
  }

  private void reregister() {
    phase = AgentPhase.REREGISTERING;
    slots.values().forEach(ExecutorSlot::reap);
    nextPhase = thread.schedule(this::run, settings.timeouts().reregistration());
  }

  private void run() {
    phase = AgentPhase.RUNNING;
    slots.values().forEach(slot -> slot.perform(slot.machine().agentRecovered()));
  }

  private void removeOver() {
    slots.values().removeIf(slot -> slot.machine().isOver());
  }

  private SlaveInfo agentInfo() {
    return SlaveInfo.newBuilder()
        .setId(settings.agentId())
        .setHostname(settings.hostname())
        .setPort(address.getPort())
        .addAllResources(settings.resources())
        .build();
  }
}
