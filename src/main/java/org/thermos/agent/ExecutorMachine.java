package org.thermos.agent;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.mesos.Protos.ContainerID;
import org.apache.mesos.Protos.ContainerStatus;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.KillPolicy;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.TaskGroupInfo;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;

/**
 * The life of one executor and its tasks as the agent sees it: each method is something that
 * happened, and returns what is to be done about it, in order. It touches nothing outside.
 *
 * <p>Where Mesos versions differ it is the newer agent: a stream that was dropped may be replaced
 * while tasks run (fixed in 1.4.2, 1.5.1 and 1.6.0).
 */
final class ExecutorMachine {
  /** A real agent's states of an executor. */
  enum State {
    REGISTERING,
    RUNNING,
    TERMINATING,
    TERMINATED
  }

  /** What the scheduler is told of tasks that were alive when the executor ended. */
  private record Termination(TaskState state, TaskStatus.Reason reason, String message) {
    static final Termination PLAIN =
        new Termination(
            TaskState.TASK_FAILED,
            TaskStatus.Reason.REASON_EXECUTOR_TERMINATED,
            "Executor terminated");
  }

  private final ExecutorInfo executor;
  private final FrameworkInfo framework;
  private final SlaveInfo agent;
  private final ContainerID container;
  private final Timeouts timeouts;
  private final StatusFactory statuses;
  private final UpdateStreams updates;
  private final ExecutorTasks tasks = new ExecutorTasks();

  private State state = State.REGISTERING;
  private boolean abandoned;
  private boolean standingBy;
  private OptionalInt pid = OptionalInt.empty();
  private Termination termination = Termination.PLAIN;

  ExecutorMachine(
      ExecutorInfo executor,
      FrameworkInfo framework,
      SlaveInfo agent,
      ContainerID container,
      Timeouts timeouts,
      StatusFactory statuses) {
    this.executor = executor;
    this.framework = framework;
    this.agent = agent;
    this.container = container;
    this.timeouts = timeouts;
    this.statuses = statuses;
    this.updates = new UpdateStreams(timeouts);
  }

  State state() {
    return state;
  }

  /** How long this executor may take to end after SHUTDOWN. */
  Duration shutdownGrace() {
    return executor.hasShutdownGracePeriod()
        ? Duration.ofNanos(executor.getShutdownGracePeriod().getNanoseconds())
        : timeouts.shutdownGrace();
  }

  /** The executor has ended and the scheduler has acknowledged the end of every task. */
  boolean isOver() {
    return state == State.TERMINATED && (abandoned || (tasks.isSettled() && updates.isSettled()));
  }

  boolean hasLive(String task) {
    return tasks.isQueued(task) || tasks.isLaunched(task);
  }

  boolean hasRoomFor(TaskStatus status) {
    return updates.hasSeen(status) || updates.hasRoomFor(status.getTaskId().getValue());
  }

  /** It is to stay although it has no task yet. */
  void standBy() {
    standingBy = true;
  }

  /** The container was started, and this is its process, if it has one. */
  List<Effect> started(OptionalInt process) {
    pid = process;
    return List.of(new Effect.StartTimer(new Timer.Registration(), timeouts.registration()));
  }

  /** The container could not be started. */
  List<Effect> launchFailed(String why) {
    List<Effect> effects = new ArrayList<>();
    state = State.TERMINATED;
    termination =
        new Termination(
            TaskState.TASK_FAILED,
            TaskStatus.Reason.REASON_CONTAINER_LAUNCH_FAILED,
            "Failed to launch container: " + why);
    endTasks(effects);
    return effects;
  }

  /** The scheduler wants a task run. */
  List<Effect> launch(TaskInfo task) {
    List<Effect> effects = new ArrayList<>();
    switch (state) {
      case REGISTERING -> tasks.queue(task);
      case RUNNING -> {
        tasks.launch(task.getTaskId().getValue());
        effects.add(new Effect.Send(Events.launch(task)));
      }
      case TERMINATING, TERMINATED -> drop(task, effects);
    }
    return effects;
  }

  /** The scheduler wants tasks run that share their fate. */
  List<Effect> launch(TaskGroupInfo group) {
    List<Effect> effects = new ArrayList<>();
    switch (state) {
      case REGISTERING -> tasks.queue(group);
      case RUNNING -> {
        group.getTasksList().forEach(task -> tasks.launch(task.getTaskId().getValue()));
        effects.add(new Effect.Send(Events.launchGroup(group)));
      }
      case TERMINATING, TERMINATED -> group.getTasksList().forEach(task -> drop(task, effects));
    }
    return effects;
  }

  /**
   * The executor opened a stream.
   *
   * @param phase while others re-register, an executor without tasks is not sent home
   */
  List<Effect> subscribed(Call.Subscribe subscribe, AgentPhase phase) {
    List<Effect> effects = new ArrayList<>();
    if (abandoned || state == State.TERMINATING || state == State.TERMINATED) {
      effects.add(new Effect.Send(Events.shutdown()));
      effects.add(new Effect.CloseStream());
      return effects;
    }
    state = State.RUNNING;
    effects.add(new Effect.CancelTimer(new Timer.Registration()));
    if (phase == AgentPhase.RUNNING && tasks.isUseless() && !standingBy) {
      // Its tasks were killed before it came: it gets SHUTDOWN and never SUBSCRIBED.
      effects.addAll(shutdown());
      return effects;
    }
    effects.add(new Effect.Send(Events.subscribed(executor, framework, agent, container)));
    effects.add(new Effect.ReportSubscribed());
    for (Call.Update update : subscribe.getUnacknowledgedUpdatesList()) {
      effects.addAll(updated(update.getStatus()));
    }
    dropUndelivered(subscribe, effects);
    ExecutorTasks.Queue queue = tasks.launchQueued();
    queue.tasks().forEach(task -> effects.add(new Effect.Send(Events.launch(task))));
    queue.groups().forEach(group -> effects.add(new Effect.Send(Events.launchGroup(group))));
    return effects;
  }

  /** The executor sent an update. Only those of live tasks, and repetitions, are acknowledged. */
  List<Effect> updated(TaskStatus received) {
    List<Effect> effects = new ArrayList<>();
    if (abandoned
        || statuses.isForeign(received)
        || received.getUuid().size() != CallValidation.UUID_SIZE
        || received.getState() == TaskState.TASK_STAGING
        || !hasRoomFor(received)) {
      return effects;
    }
    String task = received.getTaskId().getValue();
    boolean isLive = tasks.isLaunched(task);
    boolean isRepetition = updates.hasSeen(received);
    if (!isRepetition) {
      TaskStatus completed = statuses.complete(received, executor.getExecutorId());
      if (isLive) {
        tasks.moveTo(received.getState(), task);
        completed = statuses.inContainer(completed, container());
      }
      updates.add(completed, effects);
    }
    if (isLive || (isRepetition && tasks.isTerminated(task))) {
      effects.add(new Effect.Send(Events.acknowledged(received)));
    }
    return effects;
  }

  /** The executor sent a message to the scheduler. */
  List<Effect> messageFromExecutor(ByteString data) {
    return List.of(new Effect.DeliverMessage(data));
  }

  /** The scheduler sent a message to the executor; lost when it is not there. */
  List<Effect> messageToExecutor(ByteString data) {
    return state == State.RUNNING ? List.of(new Effect.Send(Events.message(data))) : List.of();
  }

  /** The scheduler wants a task killed. */
  List<Effect> kill(TaskID task, Optional<KillPolicy> policy) {
    List<Effect> effects = new ArrayList<>();
    Optional<TaskGroupInfo> group = tasks.queuedGroup(task.getValue());
    if (group.isPresent()) {
      String why = "A task within the task group was killed before delivery to the executor";
      for (TaskInfo member : group.get().getTasksList()) {
        end(member.getTaskId().getValue(), killedDuringLaunch(why), effects);
      }
    } else if (tasks.isQueued(task.getValue())) {
      String why = "Killed before delivery to the executor";
      end(task.getValue(), killedDuringLaunch(why), effects);
    } else if (state == State.RUNNING) {
      effects.add(new Effect.Send(Events.kill(task, policy)));
    }
    return effects;
  }

  /** The agent takes the executor for gone: it has to subscribe before it may say anything else. */
  List<Effect> unsubscribed() {
    if (state == State.RUNNING) {
      state = State.REGISTERING;
    }
    return List.of(new Effect.CloseStream());
  }

  /** The executor has to go. One that has not subscribed yet is told when it does. */
  List<Effect> shutdown() {
    if (state != State.REGISTERING && state != State.RUNNING) {
      return List.of();
    }
    state = State.TERMINATING;
    return List.of(
        new Effect.CancelTimer(new Timer.Registration()),
        new Effect.Send(Events.shutdown()),
        new Effect.StartTimer(new Timer.ShutdownGrace(), shutdownGrace()));
  }

  /** A timer that was asked for ran out. */
  List<Effect> timedOut(Timer timer) {
    List<Effect> effects = new ArrayList<>();
    if (timer instanceof Timer.UpdateRetry retry) {
      updates.retry(retry.task(), effects);
    } else if (timer instanceof Timer.ShutdownGrace && state == State.TERMINATING) {
      effects.add(new Effect.DestroyContainer());
    } else if (timer instanceof Timer.Registration && state == State.REGISTERING) {
      destroy(
          new Termination(
              TaskState.TASK_FAILED,
              TaskStatus.Reason.REASON_EXECUTOR_REGISTRATION_TIMEOUT,
              "Executor did not register within " + MesosDuration.format(timeouts.registration())),
          effects);
    }
    return effects;
  }

  /**
   * The executor's process ended.
   *
   * @param waitStatus as wait(2) reports it: exit 7 is 1792, SIGKILL is 9
   */
  List<Effect> exited(int waitStatus) {
    List<Effect> effects = new ArrayList<>();
    state = State.TERMINATED;
    effects.add(new Effect.CancelTimer(new Timer.Registration()));
    effects.add(new Effect.CancelTimer(new Timer.ShutdownGrace()));
    effects.add(new Effect.CloseStream());
    effects.add(new Effect.ReportEnd(waitStatus));
    endTasks(effects);
    return effects;
  }

  /** The scheduler acknowledged an update. */
  List<Effect> acknowledged(String task, ByteString uuid) {
    List<Effect> effects = new ArrayList<>();
    updates
        .acknowledge(task, uuid, effects)
        .filter(status -> TaskStates.isTerminal(status.getState()))
        .ifPresent(status -> tasks.forget(task));
    return effects;
  }

  /**
   * The agent crashed with checkpointing on: it will remember tasks and updates, but no requests.
   */
  void agentStopped() {
    updates.pause();
    if (state != State.TERMINATED) {
      state = State.REGISTERING;
    }
    tasks.launchQueued();
  }

  /** The time is over in which executors may subscribe again to an agent that came back. */
  List<Effect> agentRecovered() {
    List<Effect> effects = new ArrayList<>();
    updates.resume(effects);
    if (state == State.REGISTERING) {
      destroy(
          new Termination(
              TaskStates.lost(framework, TaskState.TASK_GONE),
              TaskStatus.Reason.REASON_EXECUTOR_REREGISTRATION_TIMEOUT,
              "Executor did not re-register within "
                  + MesosDuration.format(timeouts.reregistration())),
          effects);
    }
    return effects;
  }

  /** The master gave the agent up: it reports the tasks as lost, and what follows is ignored. */
  List<Effect> abandoned(TaskStatus.Reason reason, String message) {
    List<Effect> effects = new ArrayList<>();
    abandoned = true;
    for (String task : tasks.live()) {
      TaskStatus lost = statuses.fromMaster(task, executor.getExecutorId(), reason, message);
      effects.add(new Effect.Deliver(lost, 1));
    }
    return effects;
  }

  private void drop(TaskInfo task, List<Effect> effects) {
    Termination dropped =
        new Termination(
            TaskStates.lost(framework, TaskState.TASK_DROPPED),
            TaskStatus.Reason.REASON_EXECUTOR_TERMINATED,
            state == State.TERMINATING ? "Executor terminating" : "Executor terminated");
    end(task.getTaskId().getValue(), dropped, effects);
  }

  private static Termination killedDuringLaunch(String why) {
    return new Termination(
        TaskState.TASK_KILLED, TaskStatus.Reason.REASON_TASK_KILLED_DURING_LAUNCH, why);
  }

  private ContainerStatus container() {
    ContainerStatus.Builder status = ContainerStatus.newBuilder().setContainerId(container);
    pid.ifPresent(status::setExecutorPid);
    return status.build();
  }

  private void destroy(Termination how, List<Effect> effects) {
    state = State.TERMINATING;
    termination = how;
    effects.add(new Effect.DestroyContainer());
  }

  private void endTasks(List<Effect> effects) {
    if (!abandoned) {
      tasks.live().forEach(task -> end(task, termination, effects));
    }
  }

  private void end(String task, Termination how, List<Effect> effects) {
    tasks.moveTo(how.state(), task);
    updates.add(
        statuses.fromAgent(
            task, executor.getExecutorId(), how.state(), how.reason(), how.message()),
        effects);
  }

  /** A task that was on its way when the stream or the agent broke never reached the executor. */
  private void dropUndelivered(Call.Subscribe subscribe, List<Effect> effects) {
    Set<String> held =
        subscribe.getUnacknowledgedTasksList().stream()
            .map(task -> task.getTaskId().getValue())
            .collect(Collectors.toSet());
    Termination dropped =
        new Termination(
            TaskStates.lost(framework, TaskState.TASK_DROPPED),
            TaskStatus.Reason.REASON_SLAVE_RESTARTED,
            "Task launched during agent restart");
    for (String task : tasks.staging()) {
      if (!held.contains(task)) {
        end(task, dropped, effects);
      }
    }
  }
}
