package org.thermos.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskPlannerTest {
  private static final Duration START = Duration.ZERO;

  // The worked examples of planner 2.7.

  @Test
  void ofThreeInOrderTheFirstMayStart() throws Exception {
    TaskPlanner plan =
        plan(List.of(process("p1"), process("p2"), process("p3")), List.of("p1", "p2", "p3"));

    assertThat(plan.runnableAt(START)).containsExactly("p1");
  }

  @Test
  void aFailedPredecessorBlocksForEver() throws Exception {
    TaskPlanner plan = plan(List.of(process("p1"), process("p2")), List.of("p1", "p2"));

    plan.setRunning("p1");
    plan.addFailure("p1", at(1));

    assertThat(plan.runnableAt(at(100))).isEmpty();
    assertThat(plan.waitingAt(at(100))).isEmpty();
    assertThat(plan.running()).isEmpty();
    assertThat(plan.nextDue(at(100))).isEmpty();
    assertThat(plan.isComplete()).isFalse();
  }

  @Test
  void anEphemeralDoesNotHoldBackCompletion() throws Exception {
    TaskPlanner plan = plan(List.of(process("p1"), ephemeral("p2", 1)));

    plan.setRunning("p1");
    plan.addFailure("p1", at(1));

    assertThat(plan.isComplete()).isTrue();
    assertThat(plan.failed()).containsExactly("p1");
  }

  @Test
  void minDurationGatesEachProcessFromItsLastEnd() throws Exception {
    TaskPlanner plan =
        plan(
            List.of(
                new PlannedProcess("d3", true, false, 1, at(3)),
                new PlannedProcess("d5", true, false, 1, at(5)),
                new PlannedProcess("d7", true, false, 1, at(7))));
    for (String name : List.of("d3", "d5", "d7")) {
      plan.setRunning(name);
    }
    plan.addSuccess("d7", at(1));
    plan.addSuccess("d3", at(2));
    plan.addSuccess("d5", at(2));

    assertThat(plan.nextDue(at(3))).contains(at(5));
    assertThat(plan.waitingAt(at(3))).containsExactly("d3", "d5", "d7");
    assertThat(plan.runnableAt(at(5))).containsExactly("d3");
    assertThat(plan.waitingAt(at(5))).containsExactly("d5", "d7");
    assertThat(plan.nextDue(at(5))).contains(at(5));
    assertThat(plan.runnableAt(at(7))).containsExactly("d3", "d5");
    assertThat(plan.runnableAt(at(8))).containsExactly("d3", "d5", "d7");
  }

  @Test
  void lossesDoNotCountAsFailures() throws Exception {
    TaskPlanner plan = plan(List.of(process("p", 2)));

    outcomes(plan, "p", "failure", "lost");
    assertThat(plan.failed()).isEmpty();
    outcomes(plan, "p", "failure");

    assertThat(plan.failed()).containsExactly("p");
  }

  @Test
  void theRunLimitCountsEveryKindOfEnd() throws Exception {
    TaskPlanner plan = TaskPlanner.create(List.of(process("p", 100)), List.of(), new RunLimit(3));

    outcomes(plan, "p", "failure", "lost", "failure");

    assertThat(plan.runnableAt(at(1000))).isEmpty();
    assertThat(plan.failed()).containsExactly("p");
  }

  @Test
  void aDaemonWithoutFailureLimitRunsUntilTheRunLimit() throws Exception {
    TaskPlanner plan =
        TaskPlanner.create(
            List.of(new PlannedProcess("d", true, false, 0, Duration.ZERO)),
            List.of(),
            new RunLimit(100));

    for (int run = 0; run < 99; run++) {
      outcomes(plan, "d", run % 2 == 0 ? "failure" : "success");
      assertThat(plan.isComplete()).isFalse();
    }
    outcomes(plan, "d", "success");

    assertThat(plan.failed()).containsExactly("d");
    assertThat(plan.isComplete()).isTrue();
  }

  // The outcome rules of planner 2.4, row by row. Max failures, limit, outcomes, standing.

  @ParameterizedTest
  @CsvSource({
    "plain,     1,   9, success,                 finished",
    "plain,     1,   9, failure,                 failed",
    "plain,     2,   9, failure,                 again",
    "plain,     2,   9, failure failure,         failed",
    "plain,     2,   9, failure success,         finished",
    "plain,     0,   9, failure failure failure, again",
    "plain,    -1,   9, failure,                 failed",
    "plain,     1,   9, lost lost lost,          again",
    "plain,     1,   1, success,                 failed",
    "plain,     1,   2, lost lost,               failed",
    "daemon,    1,   9, success success,         again",
    "daemon,    1,   9, failure,                 failed",
    "daemon,    2,   9, failure success failure, failed",
    "daemon,    0,   9, failure failure failure, again",
    "daemon,    1,   2, success success,         failed",
    "ephemeral, 1,   9, success,                 finished",
    "ephemeral, 1,   9, failure,                 finished",
    "ephemeral, 2,   9, failure,                 again",
    "ephemeral, 0,   3, failure failure failure, failed",
    "ephemeral, 5,   1, success,                 failed",
  })
  void outcomeDecidesWhetherAProcessRunsAgain(
      String kind, long maxFailures, long limit, String outcomes, String standing)
      throws Exception {
    PlannedProcess process =
        new PlannedProcess(
            "p", kind.equals("daemon"), kind.equals("ephemeral"), maxFailures, Duration.ZERO);
    TaskPlanner plan = TaskPlanner.create(List.of(process), List.of(), new RunLimit(limit));

    outcomes(plan, "p", outcomes.split(" ", -1));

    String found =
        plan.finished().contains("p")
            ? "finished"
            : plan.failed().contains("p") ? "failed" : "again";
    assertThat(found).isEqualTo(standing);
    assertThat(plan.runnableAt(at(1000)).contains("p")).isEqualTo(standing.equals("again"));
  }

  @Test
  void anEphemeralAtItsLimitLetsItsDependentsStart() throws Exception {
    TaskPlanner plan = plan(List.of(ephemeral("e1", 1), ephemeral("e2", 1)), List.of("e1", "e2"));

    outcomes(plan, "e1", "failure");

    assertThat(plan.runnableAt(START)).containsExactly("e2");
  }

  @Test
  void giveUpFailsAtOnce() throws Exception {
    TaskPlanner plan = plan(List.of(process("p", 0)));

    plan.setRunning("p");
    plan.setFailed("p");

    assertThat(plan.failed()).containsExactly("p");
    assertThat(plan.isComplete()).isTrue();
  }

  // Building a plan, planner 2.2.

  @Test
  void orderIsThatOfDeclaration() throws Exception {
    TaskPlanner plan = plan(List.of(process("z"), process("a"), process("m")));

    assertThat(plan.runnableAt(START)).containsExactly("z", "a", "m");
    assertThat(plan.runnableAt(START, 2)).containsExactly("z", "a");
    plan.setRunning("a");
    assertThat(plan.runnableAt(START)).containsExactly("z", "m");
  }

  @Test
  void ordersOfTheOtherPlanAreIgnored() throws Exception {
    TaskPlanner plan =
        plan(List.of(process("a"), process("b")), List.of("x", "y"), List.of("b", "a"));

    assertThat(plan.runnableAt(START)).containsExactly("b");
  }

  @Test
  void ordersHalfInsideOrEmptyAreRefused() {
    assertInvalid(List.of(process("a")), List.of("a", "x"), "Invalid process dependencies!");
    assertInvalid(List.of(process("a")), List.of(), "Invalid process dependencies!");
  }

  @Test
  void nothingMayDependOnADaemon() {
    assertInvalid(
        List.of(daemon("d"), process("p")),
        List.of("d", "p"),
        "Process p may not depend upon daemon process d");
  }

  @Test
  void onlyAnEphemeralMayDependOnAnEphemeral() {
    assertInvalid(
        List.of(ephemeral("e", 1), process("p")),
        List.of("e", "p"),
        "Non-ephemeral process p may not depend upon ephemeral process e");
  }

  @Test
  void aDaemonOrAnEphemeralMayDependOnARegularProcess() throws Exception {
    TaskPlanner plan =
        plan(
            List.of(process("p"), daemon("d"), ephemeral("e", 1)),
            List.of("p", "d"),
            List.of("p", "e"));

    assertThat(plan.runnableAt(START)).containsExactly("p");
  }

  @Test
  void theSameNameTwiceInARowIsACycleAndASingleNameIsNothing() throws Exception {
    assertInvalid(
        List.of(process("a")), List.of("a", "a"), "Cycles detected in the task schedule!");
    assertThat(plan(List.of(process("a")), List.of("a")).runnableAt(START)).containsExactly("a");
  }

  @Test
  void ofTwoWithTheSameNameTheLaterWins() throws Exception {
    TaskPlanner plan = plan(List.of(process("a", 1), process("b"), process("a", 2)));

    outcomes(plan, "a", "failure");

    assertThat(plan.failed()).isEmpty();
    assertThat(plan.runnableAt(START)).containsExactly("a", "b");
  }

  // The time gate, planner 2.5.

  @Test
  void theFirstRunIsNotGated() throws Exception {
    TaskPlanner plan = plan(List.of(new PlannedProcess("p", false, false, 1, at(1000))));

    assertThat(plan.runnableAt(START)).containsExactly("p");
    assertThat(plan.nextDue(START)).contains(START);
  }

  @Test
  void recoveredEndsKeepTheirTimes() throws Exception {
    TaskPlanner plan = plan(List.of(new PlannedProcess("p", false, false, 0, at(10))));

    plan.setRunning("p");
    plan.addFailure("p", at(-4));

    assertThat(plan.runnableAt(START)).isEmpty();
    assertThat(plan.nextDue(START)).contains(at(6));
  }

  @Test
  void aGatedProcessThatRunsAfterAllIsWaitedForNoMore() throws Exception {
    TaskPlanner plan = plan(List.of(new PlannedProcess("p", false, false, 0, at(10))));
    outcomes(plan, "p", "failure");

    plan.setRunning("p");

    assertThat(plan.waitingAt(START)).isEmpty();
    assertThat(plan.nextDue(START)).isEmpty();
    assertThat(plan.runnableAt(at(100))).isEmpty();
  }

  @Test
  void anAbsurdMinDurationIsOnlyVeryLong() throws Exception {
    TaskPlanner plan =
        plan(List.of(new PlannedProcess("p", true, false, 1, Duration.ofSeconds(Long.MAX_VALUE))));

    outcomes(plan, "p", "success");

    assertThat(plan.waitingAt(at(1_000_000))).containsExactly("p");
  }

  @Test
  void whatWasDueStaysDue() throws Exception {
    TaskPlanner plan = plan(List.of(new PlannedProcess("p", true, false, 1, at(5))));
    plan.setRunning("p");
    plan.addSuccess("p", at(1));
    assertThat(plan.runnableAt(at(6))).containsExactly("p");

    assertThat(plan.runnableAt(at(3))).containsExactly("p");
  }

  // Completion, planner 2.6.

  @Test
  void aPlanOfNothingOrOfEphemeralsAloneIsComplete() throws Exception {
    assertThat(plan(List.of()).isComplete()).isTrue();
    assertThat(plan(List.of(ephemeral("e", 1))).isComplete()).isTrue();
  }

  @Test
  void aDaemonKeepsThePlanIncompleteUnlessEphemeral() throws Exception {
    TaskPlanner plan = plan(List.of(daemon("d")));
    outcomes(plan, "d", "success", "success");
    assertThat(plan.isComplete()).isFalse();

    assertThat(plan(List.of(new PlannedProcess("d", true, true, 1, Duration.ZERO))).isComplete())
        .isTrue();
  }

  @Test
  void misuseIsRefused() throws Exception {
    TaskPlanner plan = plan(List.of(process("a"), process("b")), List.of("a", "b"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan.setRunning("x"))
        .withMessageContaining("x");
    assertThatIllegalStateException().isThrownBy(() -> plan.setRunning("b"));
    assertThatIllegalStateException().isThrownBy(() -> plan.addSuccess("a", START));
    assertThatIllegalArgumentException().isThrownBy(() -> new RunLimit(0));
  }

  // Scale: a whole life costs time linear in processes plus constraints.

  @Test
  @Timeout(30)
  void aHundredThousandInAChainRunToTheEnd() throws Exception {
    List<PlannedProcess> processes = many(1);
    TaskPlanner plan = plan(processes, processes.stream().map(PlannedProcess::name).toList());

    for (int step = 0; step < processes.size(); step++) {
      List<String> next = plan.runnableAt(at(step));
      assertThat(next).hasSize(1);
      outcomes(plan, next.get(0), "success");
    }

    assertThat(plan.isComplete()).isTrue();
  }

  @Test
  @Timeout(30)
  void aHundredThousandSideBySideRunToTheEndTwoAtATime() throws Exception {
    TaskPlanner plan = plan(many(2));

    for (int step = 0; !plan.isComplete(); step++) {
      Duration now = Duration.ofMillis(step);
      List<String> next = plan.runnableAt(now, 2);
      for (String name : next) {
        plan.setRunning(name);
        plan.addFailure(name, now);
      }
      assertThat(next.isEmpty() && plan.nextDue(now).isEmpty()).isFalse();
    }

    assertThat(plan.failed()).hasSize(100_000);
  }

  private static List<PlannedProcess> many(long maxFailures) {
    return IntStream.range(0, 100_000)
        .mapToObj(p -> new PlannedProcess("p" + p, false, false, maxFailures, at(5)))
        .toList();
  }

  private static void outcomes(TaskPlanner plan, String name, String... outcomes) {
    for (String outcome : outcomes) {
      plan.setRunning(name);
      switch (outcome) {
        case "success" -> plan.addSuccess(name, START);
        case "failure" -> plan.addFailure(name, START);
        case "lost" -> plan.addLost(name, START);
        default -> throw new IllegalArgumentException(outcome);
      }
    }
  }

  private static void assertInvalid(
      List<PlannedProcess> processes, List<String> order, String message) {
    assertThatThrownBy(() -> plan(processes, order))
        .isInstanceOf(InvalidScheduleException.class)
        .hasMessageStartingWith(message);
  }

  @SafeVarargs
  private static TaskPlanner plan(List<PlannedProcess> processes, List<String>... orders)
      throws InvalidScheduleException {
    List<List<String>> all = new ArrayList<>();
    for (List<String> order : orders) {
      all.add(order);
    }
    return TaskPlanner.create(processes, all, RunLimit.unlimited());
  }

  private static PlannedProcess process(String name) {
    return process(name, 1);
  }

  private static PlannedProcess process(String name, long maxFailures) {
    return new PlannedProcess(name, false, false, maxFailures, Duration.ZERO);
  }

  private static PlannedProcess daemon(String name) {
    return new PlannedProcess(name, true, false, 1, Duration.ZERO);
  }

  private static PlannedProcess ephemeral(String name, long maxFailures) {
    return new PlannedProcess(name, false, true, maxFailures, Duration.ZERO);
  }

  private static Duration at(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
