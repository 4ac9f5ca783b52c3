package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsTest {
  @TempDir Path directory;

  @Test
  void readsAnAccountWithAllGroupsThatListIt() throws Exception {
    Accounts accounts =
        accounts(
            "root:x:0:0:root:/root:/bin/bash\njob:x:1234:56:A, B:/home/job:/bin/sh\njobs:x:1235:57::/:/bin/sh\n",
            "job:x:56:\naudio:x:29:root,job\nother:x:30:jobs\nvideo:x:44:job\nbroken\n");
    Account job = new Account("job", 1234, 56, "/home/job", List.of(29, 44));

    assertThat(accounts.named("job")).isEqualTo(job);
    assertThat(accounts.byUid(1234)).hasValue(job);
  }

  @Test
  void skipsLinesThatAreNoAccounts() throws Exception {
    assertThat(accounts("no-such-job:x:many:56::/:/bin/sh\n+::::::\n\n", "").byName("no-such-job"))
        .isEmpty();
  }

  @Test
  void asksTheSystemForAccountsThatAreNotInItsFiles() throws Exception {
    // As for an account from LDAP: the files lack it, getent and id know it.
    Account root = accounts("", "").named("root");

    assertThat(root.uid()).isZero();
    assertThat(root.home()).isEqualTo("/root");
    assertThat(accounts("", "").byUid(0)).hasValue(root);
  }

  @Test
  void refusesUnknownUsersInTheOriginalsWords() {
    assertThatThrownBy(() -> accounts("", "").named("no-such-user"))
        .isInstanceOf(UnknownUserException.class)
        .hasMessage("Unable to get pwent information!");
    assertThat(new Accounts().byUid(987_654_321)).isEmpty();
  }

  @Test
  void knowsWhoRunsThis() throws Exception {
    assertThat(new Accounts().current().uid()).isEqualTo(Accounts.currentUid());
  }

  private Accounts accounts(String passwd, String group) throws IOException {
    return new Accounts(
        Files.writeString(directory.resolve("passwd"), passwd),
        Files.writeString(directory.resolve("group"), group));
  }
}
