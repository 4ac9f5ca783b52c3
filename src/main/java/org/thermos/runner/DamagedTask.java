package org.thermos.runner;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.thermos.checkpoint.CheckpointLoader;
import org.thermos.checkpoint.CheckpointProblem;
import org.thermos.checkpoint.LoadedCheckpoint;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskHistory;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.log.Log;
import org.thermos.process.Broker;
import org.thermos.process.RecordedOwner;
import org.thermos.process.TreeRoot;

/**
 * Kills what a task left whose checkpoint is damaged: the holders of the locks on the processes'
 * streams, which are coordinators whatever the records say, and whom the intact records name. The
 * files stay as they are, so that it can be found out what happened (unlike checkpoints 1.12, where
 * the task is called finished and its processes go on).
 */
final class DamagedTask {
  private static final String STREAM_PREFIX = "coordinator.";

  /** Of a checkpoint without a header only the locks tell whose anything is. */
  private static final RecordedOwner NOBODY = new RecordedOwner("", OptionalInt.empty());

  /** More streams than any task has. */
  private static final int MOST_STREAMS = 100_000;

  private final TaskPaths paths;
  private final Broker broker;
  private final Log log;
  private final List<String> killed = new ArrayList<>();
  private final List<String> unknown = new ArrayList<>();
  private final List<Integer> survivors = new ArrayList<>();

  private DamagedTask(TaskPaths paths, Broker broker, Log log) {
    this.paths = paths;
    this.log = log;
    this.broker = broker;
  }

  /**
   * @throws RunnerException if somebody else can have written what is there
   */
  static DamagedTask of(ResumeOptions options, Broker broker, Log log)
      throws RunnerException, IOException {
    TaskPaths paths = Takeover.paths(options);
    try {
      Takeover.requireOurs(paths, Provenance.ofThisProcess());
    } catch (SettingsException e) {
      throw new RunnerException(
          ExitCode.INVALID_TASK, "cannot kill what is left: " + e.getMessage(), e);
    }
    return new DamagedTask(paths, broker, log);
  }

  /**
   * Kills what can be known, holding the runner's lock.
   *
   * @return what was done and what could not be known, in one line
   * @throws RunnerException if something is still alive afterwards
   */
  String killAll() throws RunnerException, IOException {
    broker.lock(paths.runnerCheckpoint(), TaskRunner.HANDOVER_PATIENCE);
    LoadedCheckpoint intact = CheckpointLoader.load(paths.runnerCheckpoint());
    for (String process : processes(intact.history())) {
      kill(process, intact.history());
    }
    String done = "killed " + (killed.isEmpty() ? "nothing" : String.join(", ", killed));
    String damage = intact.problem().map(this::words).orElse("it can be read to its end");
    String report =
        done
            + "; the checkpoint stays as it is: "
            + damage
            + (unknown.isEmpty() ? "" : "; what is not known: " + String.join(", ", unknown))
            + "; a process whose start is recorded beyond the damage alone, and whose coordinator is"
            + " gone, may still run";
    if (!survivors.isEmpty()) {
      throw new RunnerException(
          ExitCode.UNKNOWN_ERROR,
          "cannot kill " + survivors + ", which are still there; " + report);
    }
    return report;
  }

  private String words(CheckpointProblem problem) {
    return paths.runnerCheckpoint() + ": offset " + problem.offset() + ": " + problem.reason();
  }

  /** Those of the intact records, and those that have a stream of their own. */
  private Set<String> processes(TaskHistory history) throws IOException {
    Set<String> names = new TreeSet<>(history.processes());
    try (DirectoryStream<Path> streams =
        Files.newDirectoryStream(paths.checkpoints(), STREAM_PREFIX + "*")) {
      for (Path stream : streams) {
        names.add(stream.getFileName().toString().substring(STREAM_PREFIX.length()));
        if (names.size() > MOST_STREAMS) {
          throw new IOException(paths.checkpoints() + " has too many streams to be a task's");
        }
      }
    }
    return names;
  }

  private void kill(String process, TaskHistory history) throws IOException {
    List<TreeRoot> roots = roots(process, history);
    for (TreeRoot root : roots) {
      survivors.addAll(broker.killTree(root));
    }
    if (!roots.isEmpty()) {
      int pid = roots.get(0).process().pid();
      killed.add("process " + process + " (coordinator " + pid + ")");
    }
  }

  private List<TreeRoot> roots(String process, TaskHistory history) throws IOException {
    try {
      CoordinatorRun own = CoordinatorRun.read(paths.processCheckpoint(process), process);
      own.damage().ifPresent(damage -> unknown.add("the rest of " + damage));
      RecordedOwner owner =
          history
              .header()
              .map(header -> new RecordedOwner(header.user(), header.uid()))
              .orElse(NOBODY);
      CoordinatorFinder finder = new CoordinatorFinder(broker, paths, owner, log);
      if (history.header().isEmpty() && finder.lockHolder(process).isEmpty()) {
        unknown.add("whose the coordinator of process " + process + " is");
        return List.of();
      }
      Optional<ProcessStatus> run = history.lastRun(process).or(own::last);
      return finder.roots(run.orElse(ProcessStatus.waiting(0, process)));
    } catch (IllegalArgumentException e) {
      unknown.add("what process " + process + " is: " + e.getMessage());
      return List.of();
    }
  }
}
