package org.thermos.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.thermos.config.Assignment.ContainerKind;
import org.thermos.process.Account;
import org.thermos.process.Accounts;

class CheckAccountTest {
  private static final Optional<String> KNOWN = Optional.of("nobody");
  private static final Optional<String> UNKNOWN = Optional.of("no-such-role-here");

  private static Optional<Account> account(
      ContainerKind container, Optional<String> role, boolean noSetuid, int uid)
      throws HealthSetupException {
    return CheckAccount.of(container, role, noSetuid, uid, new Accounts());
  }

  @Test
  void rootRunsChecksAsTheRole() throws HealthSetupException {
    assertThat(account(ContainerKind.NONE, KNOWN, false, 0).map(Account::name)).isEqualTo(KNOWN);
  }

  @Test
  void whereProcessesKeepTheExecutorsAccountChecksDoToo() throws HealthSetupException {
    assertThat(account(ContainerKind.NONE, UNKNOWN, true, 0)).isEmpty();
    assertThat(account(ContainerKind.NONE, UNKNOWN, false, 1000)).isEmpty();
    assertThat(account(ContainerKind.DOCKER, UNKNOWN, false, 0)).isEmpty();
    assertThat(account(ContainerKind.IMAGE, UNKNOWN, false, 0)).isEmpty();
    assertThat(account(ContainerKind.NONE, Optional.empty(), false, 0)).isEmpty();
  }

  @Test
  void anUnknownRoleIsSaidToBeUnknown() {
    assertThatThrownBy(() -> account(ContainerKind.NONE, UNKNOWN, false, 0))
        .isInstanceOf(HealthSetupException.class)
        .hasMessageContaining("'no-such-role-here', and this machine has no such account")
        .hasMessageContaining("--nosetuid-health-checks");
  }
}
