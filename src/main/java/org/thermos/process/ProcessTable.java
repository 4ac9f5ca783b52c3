package org.thermos.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** The processes of this machine, from /proc. */
public final class ProcessTable {
  /** Fixed for what the kernel shows to programs, whatever its own clock does. */
  private static final int TICKS_PER_SECOND = 100;

  private final Path proc;

  public ProcessTable() {
    this(Path.of("/proc"));
  }

  ProcessTable(Path proc) {
    this.proc = proc;
  }

  /**
   * Empty if there is no such process, or it is not for us to look at.
   *
   * @throws IOException if that cannot be found out
   */
  public Optional<ProcessEntry> find(int pid) throws IOException {
    Path directory = proc.resolve(Integer.toString(pid));
    try {
      String stat = Files.readString(directory.resolve("stat"), StandardCharsets.ISO_8859_1);
      String status = Files.readString(directory.resolve("status"), StandardCharsets.ISO_8859_1);
      return Optional.of(parse(pid, stat, realUid(status)));
    } catch (NoSuchFileException | AccessDeniedException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      if (Files.notExists(directory)) {
        return Optional.empty(); // Opening what has just gone may be refused with ESRCH, too.
      }
      throw e; // No descriptors are left, say: whoever cannot be seen is not therefore gone.
    } catch (IOException | RuntimeException e) {
      // It ended while it was being read, as processes do.
      return Optional.empty();
    }
  }

  /** All processes that can be seen, by pid. */
  public List<ProcessEntry> all() throws IOException {
    List<ProcessEntry> entries = new ArrayList<>();
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(proc, "[1-9]*")) {
      for (Path directory : directories) {
        find(Integer.parseInt(directory.getFileName().toString())).ifPresent(entries::add);
      }
    }
    entries.sort((left, right) -> Integer.compare(left.pid(), right.pid()));
    return entries;
  }

  /** The pids of all that descend from a process, without the process. */
  public Set<Integer> descendants(int pid) throws IOException {
    List<ProcessEntry> entries = all();
    Set<Integer> found = new TreeSet<>();
    boolean grew = true;
    while (grew) {
      grew = false;
      for (ProcessEntry entry : entries) {
        grew |= (entry.parent() == pid || found.contains(entry.parent())) && found.add(entry.pid());
      }
    }
    found.remove(pid);
    return found;
  }

  /** When the machine was booted, to the second. */
  public Instant bootTime() throws IOException {
    for (String line : Files.readAllLines(proc.resolve("stat"), StandardCharsets.ISO_8859_1)) {
      if (line.startsWith("btime ")) {
        return Instant.ofEpochSecond(Long.parseLong(line.substring(6).trim()));
      }
    }
    throw new IOException("unable to find the boot time in " + proc.resolve("stat"));
  }

  /** When a process started, to about a second. */
  public Instant startTime(ProcessEntry entry) throws IOException {
    return bootTime().plusMillis(milliseconds(entry));
  }

  /**
   * What {@link ProcessEntry#startTicks} is for a process that starts at this time, to about a
   * second.
   *
   * @param bootTime by the clock that told the time
   */
  public static long startTicksAt(Instant time, Instant bootTime) {
    return Math.max(0, Duration.between(bootTime, time).toMillis() * TICKS_PER_SECOND / 1000);
  }

  /**
   * The process that a checkpoint means by a pid (processes 4.9), beyond doubt from here on.
   *
   * @param recorded the fork_time of a coordinator, the start_time of a process
   * @param owner whom the checkpoint's header names
   * @return empty if it has ended, or its number is another's by now
   */
  public Optional<ProcessIdentity> identify(
      int pid, Instant recorded, RecordedOwner owner, Accounts accounts) throws IOException {
    return identify(pid, recorded, List.of(bootTime()), owner, accounts);
  }

  /**
   * The same where the wall clock may have been stepped since.
   *
   * @param bootTimes when the machine was booted, by the wall clock as it is and as it was; what
   *     was recorded before that was another boot's
   */
  public Optional<ProcessIdentity> identify(
      int pid, Instant recorded, List<Instant> bootTimes, RecordedOwner owner, Accounts accounts)
      throws IOException {
    Optional<ProcessEntry> entry = find(pid).filter(ProcessEntry::isAlive);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    int uid = entry.get().uid();
    boolean isOfThatTime =
        bootTimes.stream()
            .anyMatch(
                boot ->
                    !recorded.isBefore(boot)
                        && RecordedOwner.isSoonAfter(
                            recorded, boot.plusMillis(milliseconds(entry.get()))));
    boolean ours =
        isOfThatTime && owner.owns(OptionalInt.of(uid), accounts.byUid(uid).map(Account::name));
    return ours ? entry.map(ProcessEntry::identity) : Optional.empty();
  }

  /** Clock ticks from the boot of the machine until now. */
  public long ticksNow() throws IOException {
    String uptime = Files.readString(proc.resolve("uptime"), StandardCharsets.ISO_8859_1);
    return (long) (Double.parseDouble(uptime.split(" ", 2)[0]) * TICKS_PER_SECOND);
  }

  private static long milliseconds(ProcessEntry entry) {
    return entry.startTicks() * 1000 / TICKS_PER_SECOND;
  }

  /**
   * The name of a program may hold spaces and parentheses: what counts starts after the last one.
   */
  private static ProcessEntry parse(int pid, String stat, int uid) {
    int close = stat.lastIndexOf(')');
    String name = stat.substring(stat.indexOf('(') + 1, close);
    String[] fields = stat.substring(close + 2).trim().split(" ", -1);
    return new ProcessEntry(
        pid,
        Integer.parseInt(fields[1]),
        Integer.parseInt(fields[2]),
        Integer.parseInt(fields[3]),
        fields[0].charAt(0),
        Long.parseLong(fields[19]),
        uid,
        name);
  }

  private static int realUid(String status) {
    int start = status.indexOf("\nUid:\t") + 6;
    return Integer.parseUnsignedInt(status.substring(start, status.indexOf('\t', start)));
  }
}
