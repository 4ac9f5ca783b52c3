package org.thermos.health;

import java.util.Optional;
import org.thermos.config.Assignment.ContainerKind;
import org.thermos.process.Account;
import org.thermos.process.Accounts;

/**
 * Whom the commands of checks run as (health 7.3): whom the task's processes run as, unless
 * --nosetuid-health-checks says otherwise.
 *
 * <p>In a Docker container processes are the executor's, and so are checks: the role need not exist
 * there (gaps 9.3 #36). In a filesystem image the wrapper changes the account.
 */
public final class CheckAccount {
  private CheckAccount() {}

  /**
   * Finds the account.
   *
   * @param role the job's, if it has one
   * @param noSetuid --nosetuid-health-checks
   * @param executorUid only root can run anything as somebody else
   * @return empty for the executor's own account
   * @throws HealthSetupException if there is no such account on this machine
   */
  public static Optional<Account> of(
      ContainerKind container,
      Optional<String> role,
      boolean noSetuid,
      int executorUid,
      Accounts accounts)
      throws HealthSetupException {
    boolean changes = !noSetuid && executorUid == 0 && container == ContainerKind.NONE;
    if (!changes || role.isEmpty()) {
      return Optional.empty();
    }
    Optional<Account> account = accounts.byName(role.get());
    if (account.isEmpty()) {
      throw new HealthSetupException(
          "Cannot check the task's health: the command of the check has to run as '"
              + role.get()
              + "', and this machine has no such account. Create it, or start the executor with"
              + " --nosetuid-health-checks.");
    }
    return account;
  }
}
