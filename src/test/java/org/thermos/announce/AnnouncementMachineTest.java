package org.thermos.announce;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AnnouncementMachineTest {
  private static final Duration START = Duration.ofSeconds(100);
  private final AnnouncementMachine machine =
      new AnnouncementMachine(Optional.empty(), false, START);

  @Property(tries = 2000)
  void whateverHappensThereIsNeverASecondNodeAndAlwaysOneInTheEnd(
      @ForAll long seed, @ForAll @IntRange(max = 200) int steps) {
    AnnouncementSimulation world = new AnnouncementSimulation(seed, Optional.empty(), false);

    for (int i = 0; i < steps; i++) {
      world.step();
      assertThat(world.nodes()).hasSizeLessThan(2);
    }
    world.settle();

    assertThat(world.nodes()).hasSize(1);
    assertThat(world.missingFor()).isEmpty();
    assertThat(world.reports()).noneMatch(AnnounceReport.Failed.class::isInstance);
  }

  @Property(tries = 2000)
  void afterAWithdrawalAtAnyMomentThereIsNoNode(
      @ForAll long seed, @ForAll @IntRange(max = 100) int steps) {
    AnnouncementSimulation world = new AnnouncementSimulation(seed, Optional.empty(), false);
    for (int i = 0; i < steps; i++) {
      world.step();
    }

    world.withdraw(Duration.ofSeconds(5));
    world.withdraw(Duration.ofSeconds(5));
    boolean gone = false;
    for (int i = 0; i < 50; i++) {
      gone |= world.withdrawals().contains(Withdrawal.GONE);
      assertThat(gone && !world.nodes().isEmpty()).isFalse();
      world.step();
    }
    assertThat(world.withdrawals()).hasSize(1);
    world.settle();

    assertThat(world.nodes()).isEmpty();
    assertThat(world.withdrawals()).hasSize(1);
    assertThat(world.missingFor()).isEmpty();
  }

  @Property(tries = 2000)
  void gatedItIsAnnouncedWhileHealthyAlone(@ForAll long seed, @ForAll List<Boolean> health) {
    AnnouncementSimulation world = new AnnouncementSimulation(seed, Optional.empty(), true);
    world.troubled = false;
    for (int i = 0; i < 20; i++) {
      world.step();
    }
    assertThat(world.created()).isZero();
    world.troubled = true;

    boolean last = false;
    for (boolean healthy : health) {
      world.tell(new AnnouncementEvent.Healthy(healthy));
      last = healthy;
      for (int i = 0; i < 7; i++) {
        world.step();
        assertThat(world.nodes()).hasSizeLessThan(2);
      }
    }
    world.settle();

    assertThat(world.nodes()).hasSize(last ? 1 : 0);
  }

  @Test
  void withoutABudgetTheConnectionIsWaitedForForEver() {
    AnnouncementSimulation world = new AnnouncementSimulation(1, Optional.empty(), false);

    world.tell(new AnnouncementEvent.TimeCame());
    List<AnnouncementEffect> quarter = machine.on(tick(), START.plusSeconds(15));
    List<AnnouncementEffect> year = machine.on(tick(), START.plusSeconds(31_536_000));

    assertThat(quarter)
        .containsExactly(
            new AnnouncementEffect.Log("Not announced for 15 s: no ZooKeeper answers; trying on"));
    assertThat(year).isEmpty();
    assertThat(machine.on(new AnnouncementEvent.Connected(), START.plusSeconds(31_536_001)))
        .containsExactly(new AnnouncementEffect.Create(1));
  }

  @Test
  void budgetThatIsSpentFailsTheTaskOnceAndForAll() {
    AnnouncementMachine machine =
        new AnnouncementMachine(Optional.of(Duration.ofSeconds(5)), false, START);

    assertThat(machine.on(tick(), START))
        .containsExactly(new AnnouncementEffect.WakeAt(START.plusSeconds(5)));
    assertThat(machine.on(tick(), START.plusSeconds(5)))
        .containsExactly(
            new AnnouncementEffect.Report(
                new AnnounceReport.Failed("Creating Announcer Serverset timed out.")));
    assertThat(machine.on(new AnnouncementEvent.Connected(), START.plusSeconds(6))).isEmpty();
    assertThat(
            machine.on(new AnnouncementEvent.Withdraw(START.plusSeconds(9)), START.plusSeconds(7)))
        .containsExactly(new AnnouncementEffect.Withdrawn(Withdrawal.GONE));
  }

  @Test
  void budgetIsForTheFirstConnectionOnly() {
    AnnouncementMachine machine =
        new AnnouncementMachine(Optional.of(Duration.ofSeconds(5)), false, START);
    machine.on(new AnnouncementEvent.Connected(), START.plusSeconds(4));
    machine.on(new AnnouncementEvent.Suspended(), START.plusSeconds(4));

    assertThat(machine.on(tick(), START.plusSeconds(6))).isEmpty();
  }

  @Test
  void pausesGrowToFifteenSecondsAndEachCauseIsLoggedOnce() {
    Duration now = START;
    machine.on(new AnnouncementEvent.Connected(), now);
    StringBuilder story = new StringBuilder();
    for (int operation = 1; operation <= 7; operation++) {
      String cause = operation < 4 ? "a" : "b";
      for (AnnouncementEffect effect :
          machine.on(new AnnouncementEvent.Refused(operation, cause), now)) {
        if (effect instanceof AnnouncementEffect.Log log) {
          story.append(log.message()).append(' ');
        } else if (effect instanceof AnnouncementEffect.WakeAt wake) {
          story.append(wake.when().minus(now).toSeconds()).append("s ");
          now = wake.when();
        }
      }
      assertThat(machine.on(tick(), now))
          .containsExactly(new AnnouncementEffect.Create(operation + 1));
    }

    assertThat(story.toString().trim())
        .isEqualTo("a; trying again 1s 2s 4s b; trying again 8s 15s 15s 15s");
  }

  @Test
  void plainDisconnectionChangesNothing() {
    join();

    assertThat(machine.on(new AnnouncementEvent.Suspended(), START.plusSeconds(1))).isEmpty();
    assertThat(machine.missingSince()).isEmpty();
    assertThat(machine.on(new AnnouncementEvent.Connected(), START.plusSeconds(9))).isEmpty();
  }

  @Test
  void timeWithoutAnAnnouncementCountsFromTheStartAndFromTheExpiry() {
    assertThat(machine.missingSince()).contains(START);
    join();
    assertThat(machine.missingSince()).isEmpty();
    machine.on(new AnnouncementEvent.Suspended(), START.plusSeconds(5));
    assertThat(machine.missingSince()).isEmpty();
    machine.on(new AnnouncementEvent.Expired(), START.plusSeconds(8));
    assertThat(machine.missingSince()).contains(START.plusSeconds(8));
  }

  @Test
  void nodeThatMayNotBeDeletedIsLeftAndSaidSoAtOnce() {
    join();
    machine.on(new AnnouncementEvent.Withdraw(START.plusSeconds(60)), START.plusSeconds(1));

    assertThat(machine.on(new AnnouncementEvent.Refused(3, "NOAUTH"), START.plusSeconds(2)))
        .contains(new AnnouncementEffect.Withdrawn(Withdrawal.LEFT_TO_EXPIRY));
  }

  private void join() {
    machine.on(new AnnouncementEvent.Connected(), START);
    machine.on(new AnnouncementEvent.Created(1, "n"), START);
    machine.on(new AnnouncementEvent.Watched(2), START);
  }

  private static AnnouncementEvent tick() {
    return new AnnouncementEvent.TimeCame();
  }
}
