package org.thermos.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.mesos.Protos.ContainerID;
import org.apache.mesos.Protos.ContainerStatus;
import org.apache.mesos.Protos.DurationInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.KillPolicy;
import org.apache.mesos.Protos.NetworkInfo;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.TaskGroupInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;
import org.junit.jupiter.api.Test;

/** The decisions, without sockets, processes or time. */
final class ExecutorMachineTest {
  private static final Instant NOW = Instant.parse("2026-11-21T16:28:22.500Z");
  private static final SlaveID AGENT = SlaveID.newBuilder().setValue("agent").build();

  private final AtomicLong uuids = new AtomicLong(1_000);
  private FrameworkInfo framework =
      FrameworkInfo.newBuilder().setUser("root").setName("f").setId(Samples.FRAMEWORK_ID).build();
  private ExecutorMachine machine = machine();

  @Test
  void queuesTasksUntilTheExecutorSubscribes() {
    assertThat(machine.launch(Samples.task("a"))).isEmpty();
    assertThat(machine.launch(Samples.task("b"))).isEmpty();
    assertThat(machine.started(OptionalInt.empty()))
        .containsExactly(
            new Effect.StartTimer(new Timer.Registration(), Timeouts.DEFAULTS.registration()));
    assertThat(sent(machine.subscribed(subscribe(), AgentPhase.RUNNING)))
        .containsExactly(Event.Type.SUBSCRIBED, Event.Type.LAUNCH, Event.Type.LAUNCH);
    assertThat(sent(machine.launch(Samples.task("c")))).containsExactly(Event.Type.LAUNCH);
  }

  @Test
  void completesAndForwardsAnUpdateAndAcknowledgesIt() {
    run("a");
    TaskStatus status = Samples.status("a", TaskState.TASK_RUNNING, 1);
    List<Effect> effects = machine.updated(status);
    assertThat(effects)
        .containsExactly(
            new Effect.Deliver(
                status.toBuilder()
                    .setSlaveId(AGENT)
                    .setExecutorId(Samples.EXECUTOR_ID)
                    .setTimestamp(NOW.toEpochMilli() / 1e3)
                    .setContainerStatus(inContainer("127.0.0.1"))
                    .build(),
                1),
            new Effect.StartTimer(new Timer.UpdateRetry("a"), Duration.ofSeconds(10)),
            new Effect.Send(Events.acknowledged(status)));
  }

  @Test
  void theExecutorsOwnAddressAndContainerAreKept() {
    run("a");
    ContainerStatus own =
        ContainerStatus.newBuilder().addNetworkInfos(address("192.0.2.7")).build();
    TaskStatus status = Samples.status("a", TaskState.TASK_RUNNING, 1);
    assertThat(
            delivered(machine.updated(status.toBuilder().setContainerStatus(own).build()))
                .get(0)
                .getContainerStatus())
        .isEqualTo(inContainer("192.0.2.7"));
    machine.acknowledged("a", Samples.uuid(1));
    ContainerStatus nested =
        ContainerStatus.newBuilder()
            .setContainerId(ContainerID.newBuilder().setValue("another"))
            .build();
    TaskStatus next = Samples.status("a", TaskState.TASK_RUNNING, 2);
    assertThat(
            delivered(machine.updated(next.toBuilder().setContainerStatus(nested).build()))
                .get(0)
                .getContainerStatus())
        .isEqualTo(nested);
  }

  @Test
  void theContainersProcessIsTold() {
    machine.launch(Samples.task("a"));
    machine.started(OptionalInt.of(77));
    machine.subscribed(subscribe(), AgentPhase.RUNNING);
    assertThat(delivered(update("a", TaskState.TASK_RUNNING, 1)))
        .singleElement()
        .satisfies(
            status -> assertThat(status.getContainerStatus().getExecutorPid()).isEqualTo(77));
  }

  @Test
  void aGroupIsHandedOverAsOneAfterSingleTasks() {
    machine.launch(group("a", "b"));
    machine.launch(Samples.task("c"));
    assertThat(machine.subscribed(subscribe(), AgentPhase.RUNNING))
        .endsWith(
            new Effect.Send(Events.launch(Samples.task("c"))),
            new Effect.Send(Events.launchGroup(group("a", "b"))));
    assertThat(machine.launch(group("d")))
        .containsExactly(new Effect.Send(Events.launchGroup(group("d"))));
    for (String task : List.of("a", "b", "c", "d")) {
      assertThat(machine.hasLive(task)).isTrue();
    }
    assertThat(machine.kill(Samples.taskId("a"), Optional.empty()))
        .as("the executor decides what becomes of the others")
        .containsExactly(new Effect.Send(Events.kill(Samples.taskId("a"), Optional.empty())));
  }

  @Test
  void aGroupOfWhichOneIsKilledTooEarlyIsNeverHandedOver() {
    machine.launch(group("a", "b"));
    assertThat(delivered(machine.kill(Samples.taskId("b"), Optional.empty())))
        .extracting(status -> status.getTaskId().getValue() + " " + status.getMessage())
        .containsExactly(
            "a A task within the task group was killed before delivery to the executor",
            "b A task within the task group was killed before delivery to the executor");
    assertThat(sent(machine.subscribed(subscribe(), AgentPhase.RUNNING)))
        .containsExactly(Event.Type.SHUTDOWN);
  }

  @Test
  void aGroupForAnEndingExecutorIsLost() {
    run("a");
    machine.shutdown();
    assertThat(delivered(machine.launch(group("b", "c"))))
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_LOST, TaskState.TASK_LOST);
  }

  @Test
  void anExecutorThatStandsByMaySubscribeWithoutATask() {
    machine.standBy();
    assertThat(sent(machine.subscribed(subscribe(), AgentPhase.RUNNING)))
        .containsExactly(Event.Type.SUBSCRIBED);
    assertThat(sent(machine.launch(Samples.task("a")))).containsExactly(Event.Type.LAUNCH);
  }

  @Test
  void anUnsubscribedExecutorGetsItsTasksWhenItIsBack() {
    run("a");
    update("a", TaskState.TASK_RUNNING, 1);
    assertThat(machine.unsubscribed()).containsExactly(new Effect.CloseStream());
    assertThat(machine.state()).isEqualTo(ExecutorMachine.State.REGISTERING);
    assertThat(machine.launch(Samples.task("b"))).isEmpty();
    assertThat(sent(machine.subscribed(subscribe(), AgentPhase.RUNNING)))
        .containsExactly(Event.Type.SUBSCRIBED, Event.Type.LAUNCH);
  }

  @Test
  void sendsATasksUpdatesOneByOneAndOtherTasksRegardless() {
    run("a", "b");
    assertThat(delivered(update("a", TaskState.TASK_STARTING, 1))).hasSize(1);
    assertThat(delivered(update("a", TaskState.TASK_RUNNING, 2))).isEmpty();
    assertThat(delivered(update("b", TaskState.TASK_RUNNING, 3))).hasSize(1);
    List<Effect> effects = machine.acknowledged("a", Samples.uuid(1));
    assertThat(effects).first().isEqualTo(new Effect.CancelTimer(new Timer.UpdateRetry("a")));
    assertThat(delivered(effects))
        .extracting(TaskStatus::getState)
        .contains(TaskState.TASK_RUNNING);
  }

  @Test
  void retriesAnUpdateMoreAndMoreSlowly() {
    run("a");
    List<Effect> effects = update("a", TaskState.TASK_RUNNING, 1);
    for (long seconds : new long[] {10, 20, 40, 80, 160, 320, 600, 600}) {
      assertThat(effects)
          .contains(new Effect.StartTimer(new Timer.UpdateRetry("a"), Duration.ofSeconds(seconds)));
      effects = machine.timedOut(new Timer.UpdateRetry("a"));
      assertThat(delivered(effects)).hasSize(1);
    }
    machine.acknowledged("a", Samples.uuid(1));
    assertThat(update("a", TaskState.TASK_FINISHED, 2))
        .as("the next one starts anew")
        .contains(new Effect.StartTimer(new Timer.UpdateRetry("a"), Duration.ofSeconds(10)));
  }

  @Test
  void anAcknowledgementOfAnotherUuidMeansNothing() {
    run("a");
    update("a", TaskState.TASK_RUNNING, 1);
    assertThat(machine.acknowledged("a", Samples.uuid(7))).isEmpty();
    assertThat(machine.acknowledged("b", Samples.uuid(1))).isEmpty();
    assertThat(delivered(machine.timedOut(new Timer.UpdateRetry("a")))).hasSize(1);
  }

  @Test
  void aRepeatedUuidIsAcknowledgedAgainAndForwardedOnce() {
    run("a");
    update("a", TaskState.TASK_RUNNING, 1);
    assertThat(sentOnly(update("a", TaskState.TASK_RUNNING, 1)))
        .containsExactly(Event.Type.ACKNOWLEDGED);
    update("a", TaskState.TASK_FINISHED, 2);
    assertThat(sentOnly(update("a", TaskState.TASK_FINISHED, 2)))
        .as("also when it ended the task")
        .containsExactly(Event.Type.ACKNOWLEDGED);
    assertThat(delivered(machine.acknowledged("a", Samples.uuid(1))))
        .extracting(TaskStatus::getUuid)
        .containsExactly(Samples.uuid(2));
    assertThat(machine.acknowledged("a", Samples.uuid(2)))
        .filteredOn(Effect.Deliver.class::isInstance)
        .isEmpty();
  }

  @Test
  void anUpdateForAnUnknownTaskIsForwardedButNotAcknowledged() {
    run("a");
    List<Effect> effects = update("x", TaskState.TASK_RUNNING, 1);
    assertThat(delivered(effects)).hasSize(1);
    assertThat(sent(effects)).isEmpty();
  }

  @Test
  void anUpdateAfterTheTasksEndIsForwardedButNotAcknowledged() {
    run("a");
    update("a", TaskState.TASK_FINISHED, 1);
    List<Effect> beforeAcknowledgement = update("a", TaskState.TASK_RUNNING, 2);
    assertThat(sent(beforeAcknowledgement)).isEmpty();
    assertThat(delivered(machine.acknowledged("a", Samples.uuid(1)))).hasSize(1);
    machine.acknowledged("a", Samples.uuid(2));
    List<Effect> afterAcknowledgement = update("a", TaskState.TASK_RUNNING, 3);
    assertThat(delivered(afterAcknowledgement)).hasSize(1);
    assertThat(sent(afterAcknowledgement)).isEmpty();
  }

  @Test
  void anotherAgentsUpdateIsDropped() {
    run("a");
    TaskStatus foreign =
        Samples.status("a", TaskState.TASK_RUNNING, 1).toBuilder()
            .setSlaveId(SlaveID.newBuilder().setValue("other"))
            .build();
    assertThat(machine.updated(foreign)).isEmpty();
  }

  @Test
  void updatesOfATaskAreBounded() {
    run("a");
    for (int i = 0; i < UpdateStream.MAX_PENDING; i++) {
      assertThat(machine.hasRoomFor(Samples.status("a", TaskState.TASK_RUNNING, i))).isTrue();
      update("a", TaskState.TASK_RUNNING, i);
    }
    assertThat(machine.hasRoomFor(Samples.status("a", TaskState.TASK_RUNNING, 5))).isTrue();
    assertThat(machine.hasRoomFor(Samples.status("a", TaskState.TASK_RUNNING, -1))).isFalse();
    assertThat(update("a", TaskState.TASK_RUNNING, -1)).isEmpty();
  }

  @Test
  void inventedTasksAreBounded() {
    run("a");
    for (int i = 0; i < UpdateStreams.MAX_STREAMS; i++) {
      update("task" + i, TaskState.TASK_RUNNING, i);
    }
    assertThat(machine.hasRoomFor(Samples.status("more", TaskState.TASK_RUNNING, -1))).isFalse();
  }

  @Test
  void aTaskKilledBeforeItsExecutorCameIsNeverHandedOver() {
    machine.launch(Samples.task("a"));
    List<Effect> killed = machine.kill(Samples.taskId("a"), Optional.empty());
    assertThat(delivered(killed))
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.getState()).isEqualTo(TaskState.TASK_KILLED);
              assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_SLAVE);
              assertThat(status.getReason())
                  .isEqualTo(TaskStatus.Reason.REASON_TASK_KILLED_DURING_LAUNCH);
            });
    assertThat(machine.subscribed(subscribe(), AgentPhase.RUNNING))
        .endsWith(
            new Effect.Send(Events.shutdown()),
            new Effect.StartTimer(new Timer.ShutdownGrace(), Timeouts.DEFAULTS.shutdownGrace()));
  }

  @Test
  void aKillCarriesItsPolicy() {
    run("a");
    KillPolicy policy =
        KillPolicy.newBuilder().setGracePeriod(DurationInfo.newBuilder().setNanoseconds(7)).build();
    assertThat(machine.kill(Samples.taskId("a"), Optional.of(policy)))
        .containsExactly(new Effect.Send(Events.kill(Samples.taskId("a"), Optional.of(policy))));
  }

  @Test
  void shutdownIsFollowedByDestructionAfterTheExecutorsOwnGracePeriod() {
    machine =
        new ExecutorMachine(
            Samples.executor("true").toBuilder()
                .setShutdownGracePeriod(DurationInfo.newBuilder().setNanoseconds(1_500_000_000))
                .build(),
            framework,
            SlaveInfo.newBuilder().setHostname("h").build(),
            ContainerID.newBuilder().setValue("c").build(),
            Timeouts.DEFAULTS,
            statuses());
    run("a");
    assertThat(machine.shutdown())
        .containsExactly(
            new Effect.CancelTimer(new Timer.Registration()),
            new Effect.Send(Events.shutdown()),
            new Effect.StartTimer(new Timer.ShutdownGrace(), Duration.ofMillis(1_500)));
    assertThat(machine.shutdown()).as("the second time").isEmpty();
    assertThat(machine.timedOut(new Timer.ShutdownGrace()))
        .containsExactly(new Effect.DestroyContainer());
    assertThat(machine.subscribed(subscribe(), AgentPhase.RUNNING))
        .containsExactly(new Effect.Send(Events.shutdown()), new Effect.CloseStream());
  }

  @Test
  void theEndOfTheExecutorEndsItsTasks() {
    run("a", "b");
    update("a", TaskState.TASK_FINISHED, 1);
    List<Effect> effects = machine.exited(1792);
    assertThat(effects).contains(new Effect.ReportEnd(1792), new Effect.CloseStream());
    assertThat(delivered(effects))
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.getTaskId().getValue()).isEqualTo("b");
              assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
              assertThat(status.getReason())
                  .isEqualTo(TaskStatus.Reason.REASON_EXECUTOR_TERMINATED);
              assertThat(status.getMessage()).isEqualTo("Executor terminated");
              assertThat(machine.isOver()).isFalse();
              machine.acknowledged("a", Samples.uuid(1));
              machine.acknowledged("b", status.getUuid());
              assertThat(machine.isOver()).isTrue();
            });
  }

  @Test
  void aTaskForAnEndingExecutorIsLost() {
    run("a");
    machine.shutdown();
    assertThat(delivered(machine.launch(Samples.task("b"))))
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.getState()).isEqualTo(TaskState.TASK_LOST);
              assertThat(status.getMessage()).isEqualTo("Executor terminating");
            });
  }

  @Test
  void anExecutorThatDoesNotRegisterIsDestroyed() {
    machine.launch(Samples.task("a"));
    assertThat(machine.timedOut(new Timer.Registration()))
        .containsExactly(new Effect.DestroyContainer());
    assertThat(delivered(machine.exited(9)))
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
              assertThat(status.getReason())
                  .isEqualTo(TaskStatus.Reason.REASON_EXECUTOR_REGISTRATION_TIMEOUT);
              assertThat(status.getMessage()).isEqualTo("Executor did not register within 1mins");
            });
  }

  @Test
  void aTaskOnItsWayWhenTheAgentCrashedIsLostUnlessTheExecutorHasIt() {
    run("a", "b");
    machine.agentStopped();
    Call.Subscribe subscribe =
        Call.Subscribe.newBuilder().addUnacknowledgedTasks(Samples.task("b")).build();
    assertThat(delivered(machine.subscribed(subscribe, AgentPhase.REREGISTERING)))
        .as("updates wait for the end of recovery")
        .isEmpty();
    assertThat(delivered(machine.agentRecovered()))
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.getTaskId().getValue()).isEqualTo("a");
              assertThat(status.getState()).isEqualTo(TaskState.TASK_LOST);
              assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_SLAVE_RESTARTED);
              assertThat(status.getMessage()).isEqualTo("Task launched during agent restart");
            });
  }

  @Test
  void partitionAwareFrameworksLearnMore() {
    framework =
        framework.toBuilder()
            .addCapabilities(
                FrameworkInfo.Capability.newBuilder()
                    .setType(FrameworkInfo.Capability.Type.PARTITION_AWARE))
            .build();
    machine = machine();
    run("a");
    machine.agentStopped();
    machine.agentRecovered();
    assertThat(delivered(machine.exited(9)))
        .singleElement()
        .satisfies(status -> assertThat(status.getState()).isEqualTo(TaskState.TASK_GONE));
  }

  @Test
  void unacknowledgedUpdatesOfAResubscriptionAreTakenAndAcknowledged() {
    run("a");
    update("a", TaskState.TASK_RUNNING, 1);
    machine.agentStopped();
    Call.Subscribe subscribe =
        Call.Subscribe.newBuilder()
            .addUnacknowledgedUpdates(
                Call.Update.newBuilder().setStatus(Samples.status("a", TaskState.TASK_RUNNING, 1)))
            .addUnacknowledgedUpdates(
                Call.Update.newBuilder().setStatus(Samples.status("a", TaskState.TASK_FINISHED, 2)))
            .build();
    assertThat(sent(machine.subscribed(subscribe, AgentPhase.REREGISTERING)))
        .containsExactly(Event.Type.SUBSCRIBED, Event.Type.ACKNOWLEDGED, Event.Type.ACKNOWLEDGED);
    assertThat(machine.agentRecovered())
        .filteredOn(Effect.Deliver.class::isInstance)
        .singleElement()
        .satisfies(
            effect -> {
              assertThat(((Effect.Deliver) effect).attempt()).isEqualTo(2);
              assertThat(((Effect.Deliver) effect).status().getUuid()).isEqualTo(Samples.uuid(1));
            });
  }

  @Test
  void onlyAnExecutorThatNeverHadATaskIsSentHome() {
    run("a");
    update("a", TaskState.TASK_FINISHED, 1);
    machine.acknowledged("a", Samples.uuid(1));
    assertThat(sent(machine.subscribed(subscribe(), AgentPhase.RUNNING)))
        .containsExactly(Event.Type.SUBSCRIBED);
  }

  private static TaskGroupInfo group(String... tasks) {
    TaskGroupInfo.Builder group = TaskGroupInfo.newBuilder();
    List.of(tasks).forEach(task -> group.addTasks(Samples.task(task)));
    return group.build();
  }

  private static ContainerStatus inContainer(String address) {
    return ContainerStatus.newBuilder()
        .setContainerId(ContainerID.newBuilder().setValue("c"))
        .addNetworkInfos(address(address))
        .build();
  }

  private static NetworkInfo address(String address) {
    return NetworkInfo.newBuilder()
        .addIpAddresses(NetworkInfo.IPAddress.newBuilder().setIpAddress(address))
        .build();
  }

  private void run(String... tasks) {
    for (String task : tasks) {
      machine.launch(Samples.task(task));
    }
    machine.subscribed(subscribe(), AgentPhase.RUNNING);
  }

  private List<Effect> update(String task, TaskState state, int seed) {
    return machine.updated(Samples.status(task, state, seed));
  }

  private static Call.Subscribe subscribe() {
    return Call.Subscribe.getDefaultInstance();
  }

  private ExecutorMachine machine() {
    return new ExecutorMachine(
        Samples.executor("true"),
        framework,
        SlaveInfo.newBuilder().setHostname("h").build(),
        ContainerID.newBuilder().setValue("c").build(),
        Timeouts.DEFAULTS,
        statuses());
  }

  private StatusFactory statuses() {
    return new StatusFactory(
        AGENT,
        "127.0.0.1",
        Clock.fixed(NOW, ZoneOffset.UTC),
        () -> new UUID(0, uuids.incrementAndGet()));
  }

  private static List<TaskStatus> delivered(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.Deliver.class::isInstance)
        .map(effect -> ((Effect.Deliver) effect).status())
        .toList();
  }

  private static List<Event.Type> sent(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.Send.class::isInstance)
        .map(effect -> ((Effect.Send) effect).event().getType())
        .toList();
  }

  private static List<Event.Type> sentOnly(List<Effect> effects) {
    assertThat(effects).allMatch(Effect.Send.class::isInstance);
    return sent(effects);
  }
}
