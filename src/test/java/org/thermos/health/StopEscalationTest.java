package org.thermos.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.thermos.config.Lifecycle;
import org.thermos.health.StopEscalation.Next;
import org.thermos.health.StopEscalation.Next.Post;
import org.thermos.health.StopEscalation.Next.Wait;

class StopEscalationTest {
  private static final Lifecycle.Http LIFECYCLE =
      new Lifecycle.Http(
          8080,
          List.of(
              new Lifecycle.Step("/quit", Duration.ofSeconds(5)),
              new Lifecycle.Step("/abort", Duration.ofSeconds(7))));

  private static Duration at(int seconds) {
    return Duration.ofSeconds(1000 + seconds);
  }

  private static StopEscalation escalation(int budget) {
    return new StopEscalation(LIFECYCLE, at(budget));
  }

  @Test
  void aStepThatIsTakenGetsItsTimeAndThenTheNextOneComes() {
    StopEscalation escalation = escalation(100);
    assertThat(escalation.next(at(0))).isEqualTo(new Post(0, 8080, "/quit"));
    assertThat(escalation.next(at(0))).isEqualTo(new Wait(at(100)));
    escalation.answered(0, true, at(1));
    assertThat(escalation.next(at(1))).isEqualTo(new Wait(at(6)));
    assertThat(escalation.next(at(5))).isEqualTo(new Wait(at(6)));
    assertThat(escalation.next(at(6))).isEqualTo(new Post(1, 8080, "/abort"));
    escalation.answered(1, true, at(6));
    assertThat(escalation.next(at(12))).isEqualTo(new Wait(at(13)));
    assertThat(escalation.next(at(13))).isEqualTo(Next.Over.OVER);
  }

  @Test
  void aStepThatIsNotTakenIsFollowedAtOnce() {
    StopEscalation escalation = escalation(100);
    escalation.next(at(0));
    escalation.answered(0, false, at(1));
    assertThat(escalation.next(at(1))).isEqualTo(new Post(1, 8080, "/abort"));
    escalation.answered(1, false, at(2));
    assertThat(escalation.next(at(2))).isEqualTo(Next.Over.OVER);
  }

  @Test
  void aTaskThatHasEndedIsToldNothingMore() {
    StopEscalation escalation = escalation(100);
    escalation.next(at(0));
    escalation.ended();
    assertThat(escalation.next(at(1))).isEqualTo(Next.Over.OVER);
    escalation.answered(0, true, at(1));
    assertThat(escalation.next(at(2))).isEqualTo(Next.Over.OVER);
  }

  @Test
  void theBudgetCutsTheTimeOfAStep() {
    StopEscalation escalation = escalation(3);
    escalation.next(at(0));
    escalation.answered(0, true, at(1));
    assertThat(escalation.next(at(1))).isEqualTo(new Wait(at(3)));
    assertThat(escalation.next(at(3))).isEqualTo(Next.Over.OVER);
  }

  @Test
  void theBudgetCutsTheWaitForAnAnswer() {
    StopEscalation escalation = escalation(3);
    escalation.next(at(0));
    assertThat(escalation.next(at(2))).isEqualTo(new Wait(at(3)));
    assertThat(escalation.next(at(3))).isEqualTo(Next.Over.OVER);
  }

  @Test
  void withoutTimeNothingIsPosted() {
    assertThat(escalation(0).next(at(0))).isEqualTo(Next.Over.OVER);
  }

  @Test
  void lateAndRepeatedAnswersSayNothing() {
    StopEscalation escalation = escalation(100);
    escalation.answered(0, false, at(0));
    assertThat(escalation.next(at(0))).isEqualTo(new Post(0, 8080, "/quit"));
    escalation.answered(0, true, at(0));
    escalation.answered(0, false, at(1));
    assertThat(escalation.next(at(1))).isEqualTo(new Wait(at(5)));
    escalation.next(at(5));
    escalation.answered(0, false, at(6));
    assertThat(escalation.next(at(6))).isEqualTo(new Wait(at(100)));
  }
}
