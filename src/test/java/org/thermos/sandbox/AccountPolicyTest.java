package org.thermos.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.thermos.config.Assignment.ContainerKind;

/** Executor 6.6. */
class AccountPolicyTest {
  private static final Optional<String> ROLE = Optional.of("www");
  private static final int ROOT = 0;
  private static final int SOMEBODY = 1000;

  @Test
  void theRoleOwnsAndRuns() {
    AccountPolicy policy = new AccountPolicy(AccountPolicy.Mode.ROLE, Optional.empty());
    assertThat(policy.sandboxOwner(ContainerKind.NONE, ROLE)).isEqualTo(ROLE);
    assertThat(policy.processUser(ContainerKind.NONE, ROLE, ROOT)).isEqualTo(ROLE);
    assertThat(policy.processUser(ContainerKind.NONE, ROLE, SOMEBODY)).isEmpty();
    assertThat(policy.processUser(ContainerKind.IMAGE, ROLE, ROOT)).isEqualTo(ROLE);
    assertThat(policy.sandboxOwner(ContainerKind.NONE, Optional.empty())).isEmpty();
  }

  @Test
  void nothingChangesInADockerContainer() {
    AccountPolicy policy = new AccountPolicy(AccountPolicy.Mode.ROLE, Optional.empty());
    assertThat(policy.sandboxOwner(ContainerKind.DOCKER, ROLE)).isEmpty();
    assertThat(policy.processUser(ContainerKind.DOCKER, ROLE, ROOT)).isEmpty();
  }

  @Test
  void anotherAccountMayOwn() {
    AccountPolicy policy = new AccountPolicy(AccountPolicy.Mode.ROLE, Optional.of("svc"));
    assertThat(policy.sandboxOwner(ContainerKind.NONE, ROLE)).contains("svc");
    assertThat(policy.processUser(ContainerKind.NONE, ROLE, ROOT)).isEmpty();
  }

  @Test
  void nosetuidGoesFirst() {
    AccountPolicy policy = new AccountPolicy(AccountPolicy.Mode.NOSETUID, Optional.of("svc"));
    assertThat(policy.sandboxOwner(ContainerKind.NONE, ROLE)).isEmpty();
    assertThat(policy.processUser(ContainerKind.NONE, ROLE, ROOT)).isEmpty();
  }
}
