package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.thermos.checkpoint.TaskState;
import org.thermos.executor.SupervisionEffect.PostLifecycle;
import org.thermos.executor.SupervisionEffect.SignalRunner;
import org.thermos.executor.SupervisionEffect.StopCheckers;
import org.thermos.executor.SupervisionEvent.CheckersStopped;
import org.thermos.executor.SupervisionEvent.LifecycleAnswered;
import org.thermos.executor.SupervisionEvent.Prepared;
import org.thermos.process.Signal;

/** What comes before the signals when a task has to end (executor 6.9, 6.10). */
class StopSequenceTest {
  private final MachineBench bench = new MachineBench();

  @Test
  void isAnnouncedNoMoreBeforeItIsSignalled() {
    bench.checkersAnswer = false;
    bench.run();
    bench.kill();
    assertThat(bench.all(StopCheckers.class)).hasSize(1);
    assertThat(bench.all(SignalRunner.class)).isEmpty();

    bench.handle(new CheckersStopped());
    assertThat(bench.all(SignalRunner.class)).containsExactly(new SignalRunner(Signal.USER_1));
  }

  @Test
  void anAnnouncementThatCannotBeWithdrawnIsNotWaitedForLong() {
    bench.checkersAnswer = false;
    bench.run();
    bench.kill();
    Duration asked = bench.now;
    bench.sleep();

    assertThat(bench.now.minus(asked)).isEqualTo(Duration.ofSeconds(2));
    assertThat(bench.all(SignalRunner.class)).containsExactly(new SignalRunner(Signal.USER_1));
  }

  @Test
  void aTaskThatEndsByItselfIsAnnouncedNoMore() {
    bench.run();
    bench.recorded(TaskState.SUCCESS);
    bench.exited(0);

    assertThat(bench.all(StopCheckers.class)).hasSize(1);
  }

  @Test
  void asksOverHttpAndWaitsWhereThatIsUnderstood() {
    runForHttp();
    bench.kill();
    Duration asked = bench.now;
    assertThat(posts()).containsExactly("/quitquitquit");

    bench.handle(new LifecycleAnswered(true));
    bench.sleep();
    assertThat(bench.now.minus(asked)).isEqualTo(Duration.ofSeconds(5));
    assertThat(posts()).containsExactly("/quitquitquit", "/abortabortabort");
    assertThat(bench.all(SignalRunner.class)).isEmpty();

    bench.handle(new LifecycleAnswered(true));
    bench.sleep();
    assertThat(bench.now.minus(asked)).isEqualTo(Duration.ofSeconds(10));
    assertThat(bench.all(SignalRunner.class)).containsExactly(new SignalRunner(Signal.USER_1));
  }

  @Test
  void doesNotWaitWhereNobodyUnderstands() {
    runForHttp();
    bench.kill();
    Duration asked = bench.now;
    bench.handle(new LifecycleAnswered(false));
    bench.handle(new LifecycleAnswered(false));

    assertThat(posts()).containsExactly("/quitquitquit", "/abortabortabort");
    assertThat(bench.all(SignalRunner.class)).containsExactly(new SignalRunner(Signal.USER_1));
    assertThat(bench.now).isEqualTo(asked);
  }

  @Test
  void aTaskThatStopsWhenAskedIsNotSignalled() {
    runForHttp();
    bench.kill();
    bench.handle(new LifecycleAnswered(true));
    bench.recorded(TaskState.SUCCESS);
    bench.exited(0);

    assertThat(bench.all(SignalRunner.class)).isEmpty();
    assertThat(posts()).containsExactly("/quitquitquit");
    assertThat(bench.lastUpdate()).isEqualTo("KILLED Instructed to kill task.");
  }

  @Test
  void leavesTheProcessesHalfOfWhatThereIs() {
    runForHttp();
    bench.kill(Duration.ofSeconds(6));
    Duration asked = bench.now;
    bench.handle(new LifecycleAnswered(true));
    bench.sleep();

    assertThat(bench.now.minus(asked)).isEqualTo(Duration.ofSeconds(3));
    assertThat(bench.all(SignalRunner.class)).containsExactly(new SignalRunner(Signal.USER_1));
  }

  @Test
  void longWaitsAreCutOnlyForTheTimeAfterTheSignal() {
    StopPlan plan = StopPlan.killing(Duration.ofMinutes(2), Optional.empty());

    assertThat(plan.lose()).isEqualTo(Duration.ofSeconds(110));
    assertThat(plan.terminate()).isEqualTo(Duration.ofSeconds(80));
  }

  @Test
  void aKillPolicyMayLeaveMoreThanTheStopTimeout() {
    StopPlan plan = StopPlan.killing(Duration.ofMinutes(2), Optional.of(Duration.ofMinutes(10)));

    assertThat(plan.lose()).isEqualTo(Duration.ofMinutes(10));
    assertThat(plan.force()).isEqualTo(Duration.ofMinutes(10).plusSeconds(10));
  }

  @Test
  void anAnswerThatNeverComesDoesNotHoldTheEndUp() {
    runForHttp();
    bench.shutdown();
    Duration asked = bench.now;
    bench.sleep();
    assertThat(bench.now.minus(asked)).isEqualTo(MachineBench.GRACE.dividedBy(4));
    assertThat(bench.all(SignalRunner.class)).containsExactly(new SignalRunner(Signal.USER_1));
  }

  private void runForHttp() {
    bench.launch();
    bench.handle(new Prepared(Tasks.preparedForHttp()));
    bench.recorded(TaskState.ACTIVE);
    bench.handle(MachineBench.healthy());
  }

  private List<String> posts() {
    return bench.all(PostLifecycle.class).stream().map(post -> post.step().endpoint()).toList();
  }
}
