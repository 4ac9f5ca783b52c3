package org.thermos.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PlannerTest {
  private static final int MANY = 100_000;

  @Test
  void onlyWhatNeedsNothingIsRunnableAtFirst() throws Exception {
    Planner planner = chain(3);

    assertThat(planner.runnable()).isEqualTo(bits(0));
  }

  @Test
  void finishingMakesTheNextOneRunnableAndSaysSo() throws Exception {
    Planner planner = chain(3);
    List<Integer> told = new ArrayList<>();

    planner.setRunning(0);
    planner.setFinished(0, told::add);

    assertThat(told).containsExactly(1);
    assertThat(planner.runnable()).isEqualTo(bits(1));
    assertThat(planner.finished()).isEqualTo(bits(0));
  }

  @Test
  void aDependentWaitsForAllItNeedsHoweverOftenItIsLinked() throws Exception {
    Planner planner = new Planner(3, List.of(new Link(0, 2), new Link(1, 2), new Link(0, 2)));

    run(planner, 0);
    assertThat(planner.runnable()).isEqualTo(bits(1));
    run(planner, 1);
    assertThat(planner.runnable()).isEqualTo(bits(2));
  }

  @Test
  void aFailureNeverMakesDependentsRunnable() throws Exception {
    Planner planner = chain(2);

    planner.setRunning(0);
    planner.setFailed(0);

    assertThat(planner.runnable()).isEqualTo(bits());
    assertThat(planner.failed()).isEqualTo(bits(0));
  }

  @Test
  void resetMakesRunnableAgain() throws Exception {
    Planner planner = chain(2);

    planner.setRunning(0);
    assertThat(planner.runnable()).isEqualTo(bits());
    planner.reset(0);

    assertThat(planner.runnable()).isEqualTo(bits(0));
    assertThat(planner.running()).isEqualTo(bits());
  }

  @Test
  void runningCanBeSaidTwice() throws Exception {
    Planner planner = chain(1);

    planner.setRunning(0);
    planner.setRunning(0);

    assertThat(planner.running()).isEqualTo(bits(0));
  }

  @Test
  void operationsAreRefusedInTheWrongState() throws Exception {
    Planner planner = chain(3);
    run(planner, 0);
    planner.setRunning(1);
    planner.setFailed(1);

    assertThatIllegalStateException()
        .isThrownBy(() -> planner.setRunning(0))
        .withMessageContaining("finished");
    assertThatIllegalStateException()
        .isThrownBy(() -> planner.setRunning(1))
        .withMessageContaining("failed");
    assertThatIllegalStateException()
        .isThrownBy(() -> planner.setRunning(2))
        .withMessageContaining("waiting for others");
    assertThatIllegalStateException().isThrownBy(() -> planner.setFinished(0, p -> {}));
    assertThatIllegalStateException().isThrownBy(() -> planner.setFailed(0));
    assertThatIllegalStateException().isThrownBy(() -> planner.reset(1));
  }

  @Test
  void cyclesAreRefused() {
    assertThatThrownBy(
            () -> new Planner(3, List.of(new Link(0, 1), new Link(1, 2), new Link(2, 1))))
        .isInstanceOf(InvalidScheduleException.class)
        .hasMessage("Cycles detected in the task schedule!");
    assertThatThrownBy(() -> new Planner(1, List.of(new Link(0, 0))))
        .isInstanceOf(InvalidScheduleException.class);
  }

  @Test
  @Timeout(30)
  void aLongChainIsDrivenToItsEnd() throws Exception {
    Planner planner = chain(MANY);

    drive(planner);

    assertThat(planner.finished().cardinality()).isEqualTo(MANY);
  }

  @Test
  @Timeout(30)
  void aChainDeclaredBackwardsIsDrivenToItsEnd() throws Exception {
    List<Link> links = new ArrayList<>();
    for (int p = 1; p < MANY; p++) {
      links.add(new Link(p, p - 1));
    }
    Planner planner = new Planner(MANY, links);

    drive(planner);

    assertThat(planner.finished().cardinality()).isEqualTo(MANY);
  }

  @Test
  @Timeout(30)
  void manySideBySideAroundOneInTheMiddleAreDrivenToTheirEnd() throws Exception {
    List<Link> links = new ArrayList<>();
    int middle = MANY / 2;
    for (int p = 0; p < MANY; p++) {
      if (p != middle) {
        links.add(p < middle ? new Link(p, middle) : new Link(middle, p));
      }
    }
    Planner planner = new Planner(MANY, links);

    drive(planner);

    assertThat(planner.finished().cardinality()).isEqualTo(MANY);
  }

  private static void drive(Planner planner) {
    for (int p = planner.runnable().nextSetBit(0); p >= 0; p = planner.runnable().nextSetBit(0)) {
      run(planner, p);
    }
  }

  private static void run(Planner planner, int p) {
    planner.setRunning(p);
    planner.setFinished(p, next -> {});
  }

  private static Planner chain(int size) throws InvalidScheduleException {
    List<Link> links = new ArrayList<>();
    for (int p = 1; p < size; p++) {
      links.add(new Link(p - 1, p));
    }
    return new Planner(size, links);
  }

  private static BitSet bits(int... members) {
    BitSet bits = new BitSet();
    for (int member : members) {
      bits.set(member);
    }
    return bits;
  }
}
