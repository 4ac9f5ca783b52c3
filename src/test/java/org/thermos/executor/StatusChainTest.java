package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Executor 6.8. */
class StatusChainTest {
  private static final StatusResult WELL = new StatusResult(UpdateState.RUNNING, "well");
  private static final StatusResult FINE = new StatusResult(UpdateState.RUNNING, "fine");

  private final StatusChain chain = new StatusChain();

  @Test
  void saysNothingWhenNobodyDoes() {
    assertThat(chain.status()).isEmpty();
    assertThat(chain.verdict()).isEmpty();
  }

  @Test
  void theFirstRunningCounts() {
    chain.report(Checker.RESOURCES, FINE);
    chain.report(Checker.HEALTH, WELL);
    assertThat(chain.status()).contains(WELL);
  }

  @Test
  void startingGoesBeforeRunning() {
    chain.report(Checker.HEALTH, WELL);
    chain.report(Checker.ANNOUNCER, StatusResult.starting());
    assertThat(chain.status()).contains(StatusResult.starting());

    chain.clear(Checker.ANNOUNCER);
    assertThat(chain.status()).contains(WELL);
  }

  @Test
  void theFirstEndIsFinal() {
    StatusResult ill = StatusResult.failed("ill");
    chain.report(Checker.HEALTH, ill);
    chain.report(Checker.KILL_MANAGER, StatusResult.killed("killed"));
    chain.report(Checker.HEALTH, WELL);

    assertThat(chain.verdict()).contains(ill);
    assertThat(chain.status()).contains(ill);
  }
}
