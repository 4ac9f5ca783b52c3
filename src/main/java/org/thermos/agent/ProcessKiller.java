package org.thermos.agent;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Kills processes together with all that hangs on them. They are stopped first, as a real agent
 * does it: a stopped process cannot fork a child that is then lost to init, and cannot end and
 * leave its pid to another.
 */
final class ProcessKiller {
  private static final Logger LOG = LogManager.getLogger(ProcessKiller.class);

  /** A tree that still grows after this many looks is not caught; it is logged. */
  private static final int MAX_ROUNDS = 100;

  // Linux's numbers, on all its architectures but three; /proc binds this class to Linux anyway.
  private static final int SIGKILL = 9;
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;

  private static final POSIX LIBC = POSIXFactory.getNativePOSIX();

  private ProcessKiller() {}

  /**
   * Makes it ready: on a busy machine the binding of libc takes seconds, in which a grace period
   * may be over.
   */
  static void load() {
    int unused = LIBC.getpid();
  }

  /** Sends SIGKILL to the closure of the processes that are roots; see {@link ProcessTree}. */
  static void kill(Predicate<ProcessRow> isRoot) {
    int self = LIBC.getpid();
    int ownSession = ProcessTable.row(self).map(ProcessRow::session).orElse(0);
    Set<ProcessRow> stopped = new HashSet<>();
    boolean grew = true;
    for (int round = 0; grew && round < MAX_ROUNDS; round++) {
      List<ProcessRow> members = ProcessTree.closure(ProcessTable.read(), isRoot, ownSession);
      grew = false;
      for (ProcessRow process : members) {
        if (process.pid() != self && !stopped.contains(process) && stop(process)) {
          stopped.add(process);
          grew = true;
        }
      }
    }
    if (grew) {
      LOG.warn("Could not catch all processes: they multiplied faster than they were stopped");
    }
    stopped.forEach(process -> signal(process.pid(), SIGKILL));
  }

  /** Stops exactly this process; false when it is gone or its pid has another one. */
  private static boolean stop(ProcessRow process) {
    signal(process.pid(), SIGSTOP);
    boolean same =
        ProcessTable.row(process.pid())
            .filter(now -> now.startTicks() == process.startTicks())
            .isPresent();
    if (!same) {
      signal(process.pid(), SIGCONT);
    }
    return same;
  }

  private static void signal(int pid, int signal) {
    // Failure means that it is gone: the agent may signal whatever it has started.
    int unused = LIBC.kill(pid, signal);
  }
}
