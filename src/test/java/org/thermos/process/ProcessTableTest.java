package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessTableTest {
  private static final ProcessTable TABLE = new ProcessTable();
  private static final int OWN = (int) ProcessHandle.current().pid();

  @Test
  void knowsThisProcess() throws Exception {
    ProcessEntry entry = TABLE.find(OWN).orElseThrow();

    assertThat(entry.pid()).isEqualTo(OWN);
    assertThat(entry.uid()).isEqualTo(Accounts.currentUid());
    assertThat(entry.isAlive()).isTrue();
    assertThat(TABLE.startTime(entry))
        .isCloseTo(
            ProcessHandle.current().info().startInstant().orElseThrow(),
            within(2, ChronoUnit.SECONDS));
    assertThat(ProcessTable.startTicksAt(TABLE.startTime(entry), TABLE.bootTime()))
        .isCloseTo(entry.startTicks(), within(100L));
  }

  @Test
  void readsNamesWithSpacesAndParentheses(@TempDir Path proc) throws Exception {
    Path process = Files.createDirectories(proc.resolve("42"));
    Files.writeString(
        process.resolve("stat"),
        "42 (a) R (b ) S 7 8 9 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 1000 100 18446744073709551615 1 1 0\n");
    Files.writeString(
        process.resolve("status"),
        "Name:\ta) R (b \nUmask:\t0022\nUid:\t1000\t1001\t1002\t1003\nGid:\t5\t5\t5\t5\n");

    assertThat(new ProcessTable(proc).find(42))
        .hasValue(new ProcessEntry(42, 7, 8, 9, 'S', 123456, 1000, "a) R (b "));
  }

  @Test
  void seesNothingWhereThereIsNothing(@TempDir Path proc) throws Exception {
    Files.createDirectories(proc.resolve("43"));
    Files.writeString(proc.resolve("43/stat"), "43 (torn");
    Files.writeString(proc.resolve("43/status"), "");

    assertThat(new ProcessTable(proc).find(42)).isEmpty();
    assertThat(new ProcessTable(proc).find(43)).isEmpty();
    assertThat(new ProcessTable(proc).all()).isEmpty();
  }

  @Test
  void findsDescendants() throws Exception {
    Process shell = new ProcessBuilder("/bin/sh", "-c", "sleep 1000 & echo $!; wait").start();
    try {
      int inner = Integer.parseInt(shell.inputReader().readLine());

      assertThat(TABLE.descendants(OWN)).contains((int) shell.pid(), inner).doesNotContain(OWN);
      assertThat(TABLE.descendants(inner)).isEmpty();
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly().waitFor();
    }
  }

  @Test
  void provesARecordedPid() throws Exception {
    ProcessEntry entry = TABLE.find(OWN).orElseThrow();
    Instant started = TABLE.startTime(entry);
    Accounts accounts = new Accounts();
    RecordedOwner owner = new RecordedOwner(accounts.current().name(), OptionalInt.of(entry.uid()));
    RecordedOwner other = new RecordedOwner("other", OptionalInt.of(entry.uid() + 1));

    assertThat(TABLE.identify(OWN, started, owner, accounts)).hasValue(entry.identity());
    assertThat(TABLE.identify(OWN, started.minusSeconds(11), owner, accounts)).isEmpty();
    assertThat(TABLE.identify(OWN, started, other, accounts)).isEmpty();
    assertThat(TABLE.identify(1 << 30, started, owner, accounts)).isEmpty();
  }

  /** The table of processes 4.9. */
  @ParameterizedTest
  @CsvSource({
    "1000, 1000, renamed, true",
    "0, 567, somebody, true",
    "1000, 1001, task, false",
    "1000, , task, false",
    ", 567, task, true",
    ", 1000, other, false",
    ", 1000, , false",
  })
  void tellsWhetherAProcessIsTheOwners(
      Integer headerUid, Integer uid, String user, boolean expected) {
    RecordedOwner owner = new RecordedOwner("task", optional(headerUid));

    assertThat(owner.owns(optional(uid), Optional.ofNullable(user))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"9, true", "-9, true", "11, false", "-11, false"})
  void toleratesTenSecondsOfDrift(int seconds, boolean expected) {
    Instant recorded = Instant.parse("2026-11-21T12:00:00Z");

    assertThat(RecordedOwner.isSoonAfter(recorded, recorded.plusSeconds(seconds)))
        .isEqualTo(expected);
  }

  private static OptionalInt optional(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
