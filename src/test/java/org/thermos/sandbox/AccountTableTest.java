package org.thermos.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What groupadd and useradd would say to an image's files (executor 6.6). */
class AccountTableTest {
  private static final AccountTable PASSWD =
      AccountTable.of(
          Path.of("/etc/passwd"),
          "root:x:0:0:root:/root:/bin/sh\n\nbroken\n+::::::\nnode:x:1000:1000::/home/node:/bin/sh");

  @Test
  void aNewNameWithANewIdIsMissing() throws Exception {
    assertThat(PASSWD.lacks("web", List.of("1001", "1001"))).isTrue();
    assertThat(AccountTable.of(Path.of("/etc/group"), "").lacks("web", List.of("7"))).isTrue();
  }

  @Test
  void theSameAccountIsFine() throws Exception {
    assertThat(PASSWD.lacks("node", List.of("1000", "1000"))).isFalse();
  }

  @Test
  void theNameWithOtherIdsIsRefused() {
    assertThatThrownBy(() -> PASSWD.lacks("node", List.of("1000", "5")))
        .isInstanceOf(IOException.class)
        .hasMessage("node is 1000:1000 in the image's /etc/passwd, and not 1000:5");
  }

  @Test
  void theIdOfAnotherIsRefused() {
    assertThatThrownBy(() -> PASSWD.lacks("web", List.of("1000", "1000")))
        .isInstanceOf(IOException.class)
        .hasMessage("1000, the id of web, is that of node in the image's /etc/passwd");
  }

  @Test
  void anEntryThatIsCutShortIsNoMatch() {
    AccountTable cut = AccountTable.of(Path.of("/etc/passwd"), "web:x");
    assertThatThrownBy(() -> cut.lacks("web", List.of("7", "7"))).isInstanceOf(IOException.class);
  }
}
