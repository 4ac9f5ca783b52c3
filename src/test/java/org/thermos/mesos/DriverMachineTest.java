package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thermos.mesos.MachineDriver.acknowledged;
import static org.thermos.mesos.MachineDriver.answered;
import static org.thermos.mesos.MachineDriver.event;
import static org.thermos.mesos.MachineDriver.kill;
import static org.thermos.mesos.MachineDriver.launch;
import static org.thermos.mesos.MachineDriver.status;
import static org.thermos.mesos.MachineDriver.subscribedEvent;
import static org.thermos.mesos.MachineDriver.task;
import static org.thermos.mesos.MachineDriver.taskId;
import static org.thermos.mesos.MachineDriver.uuid;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.Protos.DurationInfo;
import org.apache.mesos.Protos.KillPolicy;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskGroupInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a driver as long as nobody loses the other. */
class DriverMachineTest {

  private static final AgentAnswer ACCEPTED = answered(202);

  private final MachineDriver driver = MachineDriver.checkpointing();
  private final DriverMachine machine = driver.machine;

  @Test
  void startingSubscribesAndDoesNotWaitForEver() {
    machine.started();
    assertThat(driver.effects())
        .containsExactly(
            new Effect.SetTimer(Timer.RECOVERY, Duration.ofMinutes(15)),
            new Effect.ClearTimer(Timer.SETTLED),
            new Effect.Subscribe(
                Call.newBuilder()
                    .setType(Call.Type.SUBSCRIBE)
                    .setExecutorId(
                        TestEnvironment.checkpointing(MachineDriver.ENDPOINT).executorId())
                    .setFrameworkId(
                        TestEnvironment.checkpointing(MachineDriver.ENDPOINT).frameworkId())
                    .setSubscribe(Call.Subscribe.getDefaultInstance())
                    .build()));
  }

  @Test
  void theFirstSubscriptionRegistersAndLaterOnesReregister() {
    machine.started();
    driver.effects();
    machine.received(subscribedEvent());
    List<Effect> first = driver.effects();
    assertThat(first).contains(new Effect.ClearTimer(Timer.RECOVERY));
    assertThat(first)
        .contains(
            new Effect.Deliver(
                new Callback.Registered(
                    subscribedEvent().getSubscribed().getExecutorInfo(),
                    subscribedEvent().getSubscribed().getFrameworkInfo(),
                    MachineDriver.agent())));
    machine.received(subscribedEvent());
    assertThat(driver.delivered())
        .containsExactly(new Callback.Reregistered(MachineDriver.agent()));
  }

  @Test
  void eventsBecomeCallbacksInTheirOrder() {
    driver.subscribed();
    machine.received(launch("a"));
    machine.received(
        event(Event.Type.MESSAGE)
            .setMessage(Event.Message.newBuilder().setData(ByteString.copyFromUtf8("hello")))
            .build());
    machine.received(kill("a"));
    machine.received(
        event(Event.Type.ERROR).setError(Event.Error.newBuilder().setMessage("bad")).build());
    machine.received(event(Event.Type.SHUTDOWN).build());
    assertThat(driver.delivered())
        .containsExactly(
            new Callback.Launch(task("a")),
            new Callback.Message(ByteString.copyFromUtf8("hello")),
            new Callback.Kill(taskId("a"), Optional.empty()),
            new Callback.Failure("bad"),
            new Callback.Shutdown());
  }

  @Test
  void aKillPolicyIsPassedOn() {
    KillPolicy policy =
        KillPolicy.newBuilder()
            .setGracePeriod(DurationInfo.newBuilder().setNanoseconds(7_000_000_000L))
            .build();
    driver.subscribed();
    machine.received(
        event(Event.Type.KILL)
            .setKill(Event.Kill.newBuilder().setTaskId(taskId("a")).setKillPolicy(policy))
            .build());
    assertThat(driver.delivered())
        .containsExactly(new Callback.Kill(taskId("a"), Optional.of(policy)));
  }

  @Test
  void heartbeatsAndUnknownEventsDoNothing() {
    driver.subscribed();
    machine.received(event(Event.Type.HEARTBEAT).build());
    machine.received(event(Event.Type.UNKNOWN).build());
    assertThat(driver.effects()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Event.Type.class,
      names = {"SUBSCRIBED", "LAUNCH", "LAUNCH_GROUP", "KILL", "ACKNOWLEDGED", "MESSAGE", "ERROR"})
  void anEventWithoutItsContentIsIgnoredAndLogged(Event.Type type) {
    driver.subscribed();
    machine.received(event(type).build());
    assertThat(driver.effects())
        .containsExactly(
            new Effect.Log("Ignored an event of type " + type + " without its content."));
  }

  @Test
  void tasksOfAGroupFailUnlessTheExecutorTakesGroups() {
    Event group =
        event(Event.Type.LAUNCH_GROUP)
            .setLaunchGroup(
                Event.LaunchGroup.newBuilder()
                    .setTaskGroup(
                        TaskGroupInfo.newBuilder().addTasks(task("a")).addTasks(task("b"))))
            .build();
    driver.subscribed();
    machine.received(group);
    TaskStatus first = driver.posted().orElseThrow().getUpdate().getStatus();
    assertThat(first.getTaskId()).isEqualTo(taskId("a"));
    assertThat(first.getState()).isEqualTo(TaskState.TASK_FAILED);
    assertThat(first.getMessage())
        .isEqualTo("This executor launches single tasks, not task groups.");
    machine.callAnswered(ACCEPTED);
    assertThat(driver.posted().orElseThrow().getUpdate().getStatus().getTaskId())
        .isEqualTo(taskId("b"));

    MachineDriver groups =
        new MachineDriver(TestEnvironment.checkpointing(MachineDriver.ENDPOINT), true).subscribed();
    groups.machine.received(group);
    assertThat(groups.delivered())
        .containsExactly(new Callback.LaunchGroup(group.getLaunchGroup().getTaskGroup()));
  }

  // Updates.

  @Test
  void anUpdateIsCompleted() {
    driver.subscribed();
    machine.updateRequested(
        status("a", TaskState.TASK_RUNNING).toBuilder().setMessage("healthy").build());
    TaskStatus sent = driver.posted().orElseThrow().getUpdate().getStatus();
    assertThat(sent)
        .isEqualTo(
            TaskStatus.newBuilder()
                .setTaskId(taskId("a"))
                .setState(TaskState.TASK_RUNNING)
                .setMessage("healthy")
                .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                .setExecutorId(TestEnvironment.checkpointing(MachineDriver.ENDPOINT).executorId())
                .setSlaveId(MachineDriver.agent().getId())
                .setTimestamp(1795278141.5)
                .setUuid(uuid(1))
                .build());
  }

  @Test
  void aTimestampOfTheExecutorIsKept() {
    driver.subscribed();
    machine.updateRequested(
        status("a", TaskState.TASK_RUNNING).toBuilder().setTimestamp(12.5).build());
    assertThat(driver.posted().orElseThrow().getUpdate().getStatus().getTimestamp())
        .isEqualTo(12.5);
  }

  @Test
  void oneCallIsPostedAtATimeInTheOrderTheyCame() {
    driver.subscribed();
    machine.updateRequested(status("a", TaskState.TASK_STARTING));
    machine.messageRequested(ByteString.copyFromUtf8("between"));
    machine.updateRequested(status("a", TaskState.TASK_RUNNING));
    assertThat(driver.effects(Effect.Post.class)).hasSize(1);
    machine.callAnswered(ACCEPTED);
    assertThat(driver.posted().orElseThrow().getMessage().getData().toStringUtf8())
        .isEqualTo("between");
    machine.callAnswered(ACCEPTED);
    assertThat(driver.posted().orElseThrow().getUpdate().getStatus().getState())
        .isEqualTo(TaskState.TASK_RUNNING);
    machine.callAnswered(ACCEPTED);
    assertThat(driver.posted()).isEmpty();
  }

  @Test
  void nothingIsPostedBeforeTheSubscription() {
    machine.started();
    machine.updateRequested(status("a", TaskState.TASK_RUNNING));
    assertThat(driver.posted()).isEmpty();
    machine.received(subscribedEvent());
    assertThat(driver.posted()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(ints = {503, 404, 500, 401, 403})
  void anUpdateThatIsNotAcceptedYetIsRetriedBeforeTheNext(int status) {
    driver.subscribed();
    machine.updateRequested(status("a", TaskState.TASK_STARTING));
    machine.updateRequested(status("a", TaskState.TASK_RUNNING));
    Call first = driver.posted().orElseThrow();
    machine.callAnswered(answered(status));
    List<Effect> effects = driver.effects();
    assertThat(effects).filteredOn(Effect.Post.class::isInstance).isEmpty();
    assertThat(effects)
        .anySatisfy(
            e ->
                assertThat(e)
                    .isInstanceOfSatisfying(
                        Effect.SetTimer.class,
                        t -> assertThat(t.timer()).isEqualTo(Timer.RETRY_CALL)));
    machine.timerFired(Timer.RETRY_CALL);
    assertThat(driver.posted()).as("the same, uuid included").contains(first);
  }

  @Test
  void anUpdateThatGotLostIsRetriedAndAMessageIsNot() {
    driver.subscribed();
    machine.messageRequested(ByteString.copyFromUtf8("once"));
    machine.updateRequested(status("a", TaskState.TASK_STARTING));
    driver.effects();
    machine.callAnswered(new AgentAnswer.Broken("lost"));
    machine.timerFired(Timer.RETRY_CALL);
    Call update = driver.posted().orElseThrow();
    assertThat(update.hasUpdate()).isTrue();
    machine.callAnswered(new AgentAnswer.Broken("lost"));
    machine.timerFired(Timer.RETRY_CALL);
    assertThat(driver.posted()).contains(update);
  }

  @Test
  void theSameTroubleIsLoggedOnce() {
    driver.subscribed();
    machine.updateRequested(status("a", TaskState.TASK_STARTING));
    for (int i = 0; i < 3; i++) {
      machine.callAnswered(answered(503));
      machine.timerFired(Timer.RETRY_CALL);
    }
    assertThat(driver.effects(Effect.Log.class)).hasSize(1);
  }

  @Test
  void anAcknowledgementBeforeTheAnswerIsGoodEnough() {
    driver.subscribed();
    machine.updateRequested(status("a", TaskState.TASK_STARTING));
    driver.effects();
    machine.received(acknowledged("a", uuid(1)));
    machine.callAnswered(answered(503));
    machine.timerFired(Timer.RETRY_CALL);
    assertThat(driver.posted()).isEmpty();
  }

  @Test
  void acknowledgementsMayComeTwiceOrForNothing() {
    driver.subscribed().launched("a");
    machine.updateRequested(status("a", TaskState.TASK_STARTING));
    machine.callAnswered(ACCEPTED);
    driver.effects();
    machine.received(acknowledged("a", uuid(1)));
    machine.received(acknowledged("a", uuid(1)));
    machine.received(acknowledged("a", uuid(77)));
    machine.received(acknowledged("nobody", ByteString.EMPTY));
    assertThat(driver.effects()).isEmpty();
  }

  @Test
  void aRefusedUpdateIsDroppedAndTold() {
    driver.subscribed();
    machine.updateRequested(status("a", TaskState.TASK_STARTING));
    machine.updateRequested(status("a", TaskState.TASK_RUNNING));
    machine.callAnswered(new AgentAnswer.Answered(400, "Invalid call"));
    List<Effect> effects = driver.effects();
    String text = "Dropped a call of type UPDATE: the agent answered status 400 'Invalid call'.";
    assertThat(effects)
        .contains(new Effect.Log(text), new Effect.Deliver(new Callback.Failure(text)));
    machine.callAnswered(ACCEPTED);
    machine.streamEnded(new AgentAnswer.NobodyListens("connection refused"));
    machine.timerFired(Timer.RECONNECT);
    assertThat(
            driver
                .effects(Effect.Subscribe.class)
                .get(0)
                .call()
                .getSubscribe()
                .getUnacknowledgedUpdatesList())
        .extracting(update -> update.getStatus().getState())
        .containsExactly(TaskState.TASK_RUNNING);
  }

  @Test
  void stagingIsForTheAgentToSay() {
    driver.subscribed();
    machine.updateRequested(status("a", TaskState.TASK_STAGING));
    List<Effect> effects = driver.effects();
    assertThat(effects).hasSize(2);
    assertThat(effects.get(0)).isInstanceOf(Effect.Deliver.class);
    assertThat(effects.get(1)).isEqualTo(new Effect.Finish(Status.DRIVER_ABORTED));
  }

  // Ends.

  @Test
  void stoppingWaitsForAcknowledgementsAndDeliversNothingMore() {
    driver.subscribed();
    machine.updateRequested(status("a", TaskState.TASK_FINISHED));
    machine.stopRequested();
    assertThat(driver.effects())
        .contains(new Effect.SetTimer(Timer.ACKNOWLEDGEMENTS, Duration.ofSeconds(5)));
    machine.received(launch("b"));
    machine.received(event(Event.Type.SHUTDOWN).build());
    assertThat(driver.delivered()).isEmpty();
    machine.callAnswered(ACCEPTED);
    assertThat(driver.effects(Effect.Finish.class)).isEmpty();
    machine.received(acknowledged("a", uuid(1)));
    assertThat(driver.effects()).containsExactly(new Effect.Finish(Status.DRIVER_STOPPED));
  }

  @Test
  void stoppingWaitsForTheAnswerToo() {
    driver.subscribed();
    machine.updateRequested(status("a", TaskState.TASK_FINISHED));
    machine.stopRequested();
    machine.received(acknowledged("a", uuid(1)));
    assertThat(driver.effects(Effect.Finish.class)).isEmpty();
    machine.callAnswered(ACCEPTED);
    assertThat(driver.effects(Effect.Finish.class)).hasSize(1);
  }

  @Test
  void acknowledgementsThatNeverComeAreNotWaitedForForEver() {
    driver.subscribed();
    machine.updateRequested(status("nobody", TaskState.TASK_FINISHED));
    machine.callAnswered(ACCEPTED);
    machine.stopRequested();
    driver.effects();
    machine.timerFired(Timer.ACKNOWLEDGEMENTS);
    assertThat(driver.effects())
        .containsExactly(
            new Effect.Log("Stopping with 1 status updates that the agent has not acknowledged."),
            new Effect.Finish(Status.DRIVER_STOPPED));
  }

  @Test
  void stoppingWithNothingToSayIsImmediate() {
    driver.subscribed();
    machine.stopRequested();
    assertThat(driver.effects()).containsExactly(new Effect.Finish(Status.DRIVER_STOPPED));
  }

  @Test
  void abortingIsImmediate() {
    driver.subscribed();
    machine.updateRequested(status("a", TaskState.TASK_FINISHED));
    driver.effects();
    machine.abortRequested();
    assertThat(driver.effects()).containsExactly(new Effect.Finish(Status.DRIVER_ABORTED));
  }

  @Test
  void shutdownMayComeFirst() {
    machine.started();
    driver.effects();
    machine.received(event(Event.Type.SHUTDOWN).build());
    assertThat(driver.effects())
        .containsExactly(
            new Effect.Deliver(new Callback.Shutdown()),
            new Effect.SetTimer(Timer.SHUTDOWN, Duration.ofMillis(4_500)));
    machine.stopRequested();
    assertThat(driver.effects()).containsExactly(new Effect.Finish(Status.DRIVER_STOPPED));
  }

  @Test
  void anExecutorThatIgnoresShutdownIsLeftAfterItsGracePeriod() {
    driver.subscribed();
    machine.received(event(Event.Type.SHUTDOWN).build());
    machine.received(event(Event.Type.SHUTDOWN).build());
    assertThat(driver.delivered()).as("told once").containsExactly(new Callback.Shutdown());
    machine.timerFired(Timer.SHUTDOWN);
    assertThat(driver.effects(Effect.Finish.class))
        .containsExactly(new Effect.Finish(Status.DRIVER_STOPPED));
  }
}
