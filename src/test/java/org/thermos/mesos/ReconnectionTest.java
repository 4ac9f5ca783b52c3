package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thermos.mesos.MachineDriver.acknowledged;
import static org.thermos.mesos.MachineDriver.answered;
import static org.thermos.mesos.MachineDriver.event;
import static org.thermos.mesos.MachineDriver.status;
import static org.thermos.mesos.MachineDriver.subscribedEvent;
import static org.thermos.mesos.MachineDriver.task;
import static org.thermos.mesos.MachineDriver.uuid;
import static org.thermos.mesos.MachineDriver.version;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver does when it has lost its agent. */
class ReconnectionTest {

  private static final AgentAnswer ACCEPTED = answered(202);
  private static final AgentAnswer REFUSED = new AgentAnswer.NobodyListens("connection refused");
  private static final AgentAnswer ENDED = new AgentAnswer.Broken("the agent ended it");

  private final MachineDriver driver = MachineDriver.checkpointing();
  private final DriverMachine machine = driver.machine;

  /** The effects of the end of a wait for the next attempt. */
  private List<Effect> retry() {
    assertThat(driver.effects(Effect.SetTimer.class))
        .extracting(Effect.SetTimer::timer)
        .contains(Timer.RECONNECT);
    machine.timerFired(Timer.RECONNECT);
    return driver.effects();
  }

  private Call.Subscribe resubscribe() {
    List<Effect> effects = retry();
    assertThat(effects).hasSize(2);
    assertThat(effects.get(0)).isEqualTo(new Effect.ClearTimer(Timer.SETTLED));
    assertThat(effects.get(1)).isInstanceOf(Effect.Subscribe.class);
    return ((Effect.Subscribe) effects.get(1)).call().getSubscribe();
  }

  @Test
  void aLostStreamIsToldAndTriedAgainWithinTheRecoveryTimeout() {
    driver.subscribed();
    machine.streamEnded(ENDED);
    List<Effect> effects = driver.effects();
    assertThat(effects)
        .contains(
            new Effect.Deliver(new Callback.Disconnected()),
            new Effect.SetTimer(Timer.RECOVERY, Duration.ofMinutes(15)));
    assertThat(effects.get(effects.size() - 1))
        .isInstanceOfSatisfying(
            Effect.SetTimer.class,
            timer -> {
              assertThat(timer.timer()).isEqualTo(Timer.RECONNECT);
              assertThat(timer.after()).isLessThanOrEqualTo(Duration.ofMillis(50));
            });
  }

  @Test
  void aRestartingAgentIsTriedSeveralTimesWithinTheTimeItWaits() {
    driver.subscribed();
    machine.streamEnded(REFUSED);
    for (int i = 0; i < 50; i++) {
      Duration delay =
          driver.effects(Effect.SetTimer.class).stream()
              .filter(timer -> timer.timer() == Timer.RECONNECT)
              .findFirst()
              .orElseThrow()
              .after();
      assertThat(delay)
          .isBetween(Duration.ofMillis(25), TestEnvironment.RECOVERY.backoffMax().dividedBy(4));
      machine.timerFired(Timer.RECONNECT);
      machine.streamEnded(i % 2 == 0 ? answered(404) : answered(503));
    }
  }

  @Test
  void theAgentIsToldWhatItMayHaveForgotten() {
    driver.subscribed().launched("known").launched("new");
    machine.updateRequested(status("known", TaskState.TASK_STARTING));
    machine.callAnswered(ACCEPTED);
    machine.received(acknowledged("known", uuid(1)));
    machine.updateRequested(status("known", TaskState.TASK_RUNNING));
    machine.callAnswered(ACCEPTED);
    machine.streamEnded(REFUSED);
    machine.updateRequested(status("known", TaskState.TASK_FINISHED));
    Call.Subscribe subscribe = resubscribe();
    assertThat(subscribe.getUnacknowledgedTasksList()).containsExactly(task("new"));
    assertThat(subscribe.getUnacknowledgedUpdatesList())
        .extracting(update -> update.getStatus().getUuid())
        .containsExactly(uuid(2), uuid(3));

    machine.received(subscribedEvent());
    List<Effect> effects = driver.effects();
    assertThat(effects)
        .contains(new Effect.Deliver(new Callback.Reregistered(MachineDriver.agent())));
    assertThat(effects)
        .as("what came with the subscription is not posted again")
        .filteredOn(Effect.Post.class::isInstance)
        .isEmpty();
  }

  @Test
  void anUpdateSentWhileSubscribingIsPostedAfterwards() {
    driver.subscribed();
    machine.streamEnded(REFUSED);
    resubscribe();
    machine.updateRequested(status("a", TaskState.TASK_RUNNING));
    assertThat(driver.posted()).isEmpty();
    machine.received(subscribedEvent());
    assertThat(driver.posted()).isPresent();
  }

  // The crash of old agents.

  @Test
  void anAgentThatNobodyListensForHasRestarted() {
    driver.subscribed().launched("a");
    machine.streamEnded(REFUSED);
    assertThat(resubscribe().getUnacknowledgedTasksCount()).isEqualTo(1);
  }

  @Test
  void aSubscriptionWhoseAnswerIsLostMayHaveArrived() {
    driver.subscribed();
    machine.streamEnded(REFUSED);
    resubscribe();
    machine.streamEnded(ENDED);
    assertThat(retry()).containsExactly(new Effect.AskVersion());
  }

  @Test
  void evenTheFirstSubscriptionMayHaveArrived() {
    machine.started();
    driver.effects();
    machine.streamEnded(ENDED);
    assertThat(retry()).containsExactly(new Effect.AskVersion());
  }

  @Test
  void agentsWithADomainSocketAreNewEnough() {
    MachineDriver unix =
        new MachineDriver(
            TestEnvironment.checkpointing(
                new AgentEndpoint.Unix(Path.of("/s"), "/api/v1/executor")),
            false);
    unix.subscribed().launched("a");
    unix.machine.streamEnded(ENDED);
    unix.effects();
    unix.machine.timerFired(Timer.RECONNECT);
    assertThat(unix.effects(Effect.Subscribe.class)).hasSize(1);
  }

  private void lostTheStreamOnly() {
    driver.subscribed().launched("a");
    machine.streamEnded(ENDED);
    assertThat(retry()).containsExactly(new Effect.AskVersion());
  }

  @Test
  void anAgentOfAMendedVersionIsSubscribedToAgain() {
    lostTheStreamOnly();
    machine.versionAnswered(version("1.6.0"));
    assertThat(driver.effects(Effect.Subscribe.class)).hasSize(1);
  }

  @Test
  void anOldAgentIsProbedWithAnEmptyMessage() {
    lostTheStreamOnly();
    machine.versionAnswered(version("1.3.2"));
    List<Effect> effects = driver.effects();
    assertThat(effects).hasSize(1);
    Call probe = ((Effect.Probe) effects.get(0)).call();
    assertThat(probe.getType()).isEqualTo(Call.Type.MESSAGE);
    assertThat(probe.getMessage().getData().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 403, 401, 500, 503})
  void anAgentThatDoesNotTellItsVersionIsProbed(int status) {
    lostTheStreamOnly();
    machine.versionAnswered(answered(status));
    assertThat(driver.effects(Effect.Probe.class)).hasSize(1);
  }

  @Test
  void anAgentThatStillRecoversMayKnowTheSubscriptionAlready() {
    lostTheStreamOnly();
    machine.versionAnswered(version("1.3.2"));
    driver.effects();
    machine.probeAnswered(answered(503));
    assertThat(retry()).containsExactly(new Effect.AskVersion());
    machine.timerFired(Timer.SETTLED);
    machine.versionAnswered(version("1.3.2"));
    driver.effects();
    machine.probeAnswered(answered(503));
    resubscribe();
  }

  @Test
  void aProbeThatFailsSaysNothing() {
    lostTheStreamOnly();
    machine.versionAnswered(version("1.3.2"));
    driver.effects();
    machine.probeAnswered(answered(500));
    assertThat(retry()).containsExactly(new Effect.AskVersion());
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 503})
  void aProbeShowsARestart(int status) {
    lostTheStreamOnly();
    machine.timerFired(Timer.SETTLED);
    machine.versionAnswered(version("1.3.2"));
    driver.effects();
    machine.probeAnswered(answered(status));
    resubscribe();
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 400})
  void anAgentThatDoesNotKnowTheSubscriptionCannotCrashAtIt(int status) {
    lostTheStreamOnly();
    machine.versionAnswered(version("1.3.2"));
    driver.effects();
    machine.probeAnswered(answered(status));
    assertThat(driver.effects(Effect.Subscribe.class)).hasSize(1);
  }

  @Test
  void aQuestionThatIsNotAnsweredIsAskedAgain() {
    lostTheStreamOnly();
    machine.versionAnswered(new AgentAnswer.Broken("timed out"));
    assertThat(retry()).containsExactly(new Effect.AskVersion());
    machine.versionAnswered(version("1.3.2"));
    driver.effects();
    machine.probeAnswered(new AgentAnswer.Broken("timed out"));
    assertThat(retry()).containsExactly(new Effect.AskVersion());
    machine.versionAnswered(REFUSED);
    resubscribe();
  }

  /** An old agent that has not restarted, in whose eyes everything is well. */
  private List<Effect> streamless() {
    lostTheStreamOnly();
    machine.versionAnswered(version("1.3.2"));
    driver.effects();
    machine.probeAnswered(ACCEPTED);
    return driver.effects();
  }

  @Test
  void anOldAgentThatHasNotRestartedIsLeftInPeace() {
    List<Effect> effects = streamless();
    assertThat(effects).contains(new Effect.ClearTimer(Timer.RECOVERY));
    assertThat(effects).noneMatch(e -> e instanceof Effect.Subscribe || e instanceof Effect.Finish);
  }

  @Test
  void updatesGoOnWithoutTheStream() {
    streamless();
    machine.updateRequested(status("a", TaskState.TASK_RUNNING));
    machine.updateRequested(status("a", TaskState.TASK_FINISHED));
    assertThat(driver.posted()).isPresent();
    machine.stopRequested();
    machine.callAnswered(ACCEPTED);
    assertThat(driver.effects(Effect.Finish.class)).isEmpty();
    machine.callAnswered(ACCEPTED);
    assertThat(driver.effects())
        .as("accepted is all there will be")
        .contains(new Effect.Finish(Status.DRIVER_STOPPED));
  }

  @Test
  void theEndOfTheHeldConnectionEndsThePeace() {
    streamless();
    machine.streamEnded(ENDED);
    List<Effect> effects = driver.effects();
    assertThat(effects).contains(new Effect.SetTimer(Timer.RECOVERY, Duration.ofMinutes(15)));
    assertThat(effects)
        .as("told when the stream was lost")
        .doesNotContain(new Effect.Deliver(new Callback.Disconnected()));
    machine.timerFired(Timer.RECONNECT);
    assertThat(driver.effects()).containsExactly(new Effect.AskVersion());
    machine.versionAnswered(REFUSED);
    resubscribe();
    machine.received(subscribedEvent());
    assertThat(driver.delivered())
        .containsExactly(new Callback.Reregistered(MachineDriver.agent()));
  }

  // Giving up.

  @Test
  void withoutCheckpointingTheExecutorShutsDownAtOnce() {
    MachineDriver mortal = MachineDriver.notCheckpointing().subscribed().launched("a");
    mortal.machine.streamEnded(REFUSED);
    List<Effect> effects = mortal.effects();
    assertThat(effects)
        .filteredOn(Effect.Deliver.class::isInstance)
        .containsExactly(
            new Effect.Deliver(new Callback.Disconnected()),
            new Effect.Deliver(new Callback.Shutdown()));
    assertThat(effects)
        .noneMatch(e -> e instanceof Effect.SetTimer timer && timer.timer() == Timer.RECONNECT);

    mortal.machine.updateRequested(status("a", TaskState.TASK_KILLED));
    assertThat(mortal.posted()).isEmpty();
    mortal.machine.stopRequested();
    assertThat(mortal.effects())
        .as("without waiting")
        .containsExactly(new Effect.Finish(Status.DRIVER_STOPPED));
  }

  @Test
  void withoutCheckpointingTheFirstSubscriptionIsStillTriedForAWhile() {
    MachineDriver mortal = MachineDriver.notCheckpointing();
    mortal.machine.started();
    assertThat(mortal.effects())
        .contains(new Effect.SetTimer(Timer.RECOVERY, Duration.ofMinutes(1)));
    mortal.machine.streamEnded(answered(503));
    mortal.machine.timerFired(Timer.RECONNECT);
    assertThat(mortal.effects(Effect.Subscribe.class)).hasSize(1);
    mortal.machine.timerFired(Timer.RECOVERY);
    assertThat(mortal.delivered()).containsExactly(new Callback.Shutdown());
  }

  @Test
  void anAgentThatStaysAwayIsGivenUp() {
    driver.subscribed().launched("a");
    machine.streamEnded(REFUSED);
    driver.effects();
    machine.timerFired(Timer.RECOVERY);
    List<Effect> effects = driver.effects();
    assertThat(effects)
        .contains(
            new Effect.Deliver(new Callback.Shutdown()),
            new Effect.ClearTimer(Timer.RECONNECT),
            new Effect.SetTimer(Timer.SHUTDOWN, Duration.ofMinutes(5)));
    machine.streamEnded(ENDED);
    machine.received(subscribedEvent());
    assertThat(driver.effects()).as("too late").isEmpty();
    machine.timerFired(Timer.SHUTDOWN);
    assertThat(driver.effects()).contains(new Effect.Finish(Status.DRIVER_STOPPED));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 405, 406, 415, 202, 301})
  void aRefusedSubscriptionIsNotRepeated(int status) {
    machine.started();
    driver.effects();
    machine.streamEnded(new AgentAnswer.Answered(status, "Why"));
    List<Effect> effects = driver.effects();
    assertThat(effects)
        .filteredOn(Effect.Deliver.class::isInstance)
        .containsExactly(
            new Effect.Deliver(
                new Callback.Failure(
                    "Cannot subscribe: the agent answered status " + status + " 'Why'.")),
            new Effect.Deliver(new Callback.Shutdown()));
    assertThat(effects)
        .noneMatch(e -> e instanceof Effect.SetTimer timer && timer.timer() == Timer.RECONNECT);
  }

  // Stopping without the agent.

  @Test
  void whatTheAgentHasNotHeardIsKeptForItsReturn() {
    driver.subscribed().launched("a");
    machine.streamEnded(REFUSED);
    machine.updateRequested(status("a", TaskState.TASK_FINISHED));
    machine.stopRequested();
    List<Effect> effects = driver.effects();
    assertThat(effects)
        .contains(new Effect.SetTimer(Timer.STOP, Duration.ofMinutes(15).plusSeconds(5)))
        .noneMatch(Effect.Finish.class::isInstance);
    machine.timerFired(Timer.RECONNECT);
    assertThat(
            driver
                .effects(Effect.Subscribe.class)
                .get(0)
                .call()
                .getSubscribe()
                .getUnacknowledgedUpdatesCount())
        .isEqualTo(1);
    machine.received(subscribedEvent());
    assertThat(driver.effects())
        .contains(new Effect.SetTimer(Timer.ACKNOWLEDGEMENTS, Duration.ofSeconds(5)));
    machine.received(acknowledged("a", uuid(1)));
    assertThat(driver.effects()).containsExactly(new Effect.Finish(Status.DRIVER_STOPPED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"RECOVERY", "STOP"})
  void butNotForEver(Timer timer) {
    driver.subscribed().launched("a");
    machine.streamEnded(REFUSED);
    machine.updateRequested(status("a", TaskState.TASK_FINISHED));
    machine.stopRequested();
    driver.effects();
    machine.timerFired(timer);
    assertThat(driver.effects()).contains(new Effect.Finish(Status.DRIVER_STOPPED));
  }

  @Test
  void aShutdownFromTheAgentBoundsItToo() {
    driver.subscribed().launched("a");
    machine.received(event(Event.Type.SHUTDOWN).build());
    machine.streamEnded(REFUSED);
    machine.updateRequested(status("a", TaskState.TASK_KILLED));
    machine.stopRequested();
    driver.effects();
    machine.timerFired(Timer.SHUTDOWN);
    assertThat(driver.effects()).contains(new Effect.Finish(Status.DRIVER_STOPPED));
  }

  @Test
  void anEarlyEndIsPatientAndASettledOneQuickAgain() {
    driver.subscribed();
    Duration longest = Duration.ZERO;
    for (int i = 0; i < 10; i++) {
      machine.streamEnded(REFUSED);
      longest = lastDelay();
      machine.timerFired(Timer.RECONNECT);
      machine.received(subscribedEvent());
      driver.effects();
    }
    assertThat(longest).as("a series of short subscriptions").isGreaterThan(Duration.ofMillis(200));
    machine.timerFired(Timer.SETTLED);
    machine.streamEnded(REFUSED);
    assertThat(lastDelay()).isLessThanOrEqualTo(Duration.ofMillis(50));
  }

  private Duration lastDelay() {
    return driver.effects(Effect.SetTimer.class).stream()
        .filter(timer -> timer.timer() == Timer.RECONNECT)
        .reduce((a, b) -> b)
        .orElseThrow()
        .after();
  }
}
