package org.thermos.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.thermos.process.Account;
import org.thermos.process.Accounts;

/** An account of this machine, with a group of the same name, for as long as a test. Takes root. */
public final class TestAccount implements AutoCloseable {
  private final String name;

  /**
   * @param letter tells apart accounts of one test run
   */
  public TestAccount(String letter) throws IOException {
    name = "thermos" + letter + ProcessHandle.current().pid();
    run("useradd", "--no-create-home", "--user-group", name);
  }

  public String name() {
    return name;
  }

  public Account account() {
    return new Accounts().byName(name).orElseThrow();
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.onExit().join().exitValue()).as(output).isZero();
  }

  @Override
  public void close() throws IOException {
    run("userdel", name);
  }
}
