package org.thermos.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskFiles;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.BoundTask;
import org.thermos.config.ProcessConfig;
import org.thermos.log.Log;
import org.thermos.process.Broker;
import org.thermos.process.BrokerEvent;
import org.thermos.process.CoordinatorEnd;
import org.thermos.process.NativeException;
import org.thermos.process.ProcessEntry;
import org.thermos.process.ProcessIdentity;
import org.thermos.process.ProcessTable;
import org.thermos.process.RecordedOwner;
import org.thermos.process.Signal;
import org.thermos.process.TreeRoot;

/**
 * Carries a task machine's effects out through the broker, and turns what the broker tells into the
 * machine's events. Knows which process of the system is whose coordinator; decides nothing. Owned
 * by the runner's one thread.
 */
final class BrokerHands implements Hands {
  /** How long a launch is put off for which the system lacked something. */
  static final Duration SHORTAGE_RETRY = Duration.ofSeconds(1);

  private static final String STREAM_PREFIX = "coordinator.";

  private final Broker broker;
  private final TaskPaths paths;
  private final TaskFiles files;
  private final BoundTask task;
  private final CoordinatorSpecs specs;
  private final CoordinatorFinder finder;
  private final Duration killWait;
  private final Clocks clocks;
  private final Log log;
  private final ProcessTable processTable = new ProcessTable();
  private final CoordinatorStreams streams;
  private final Map<String, ProcessConfig> processes = new HashMap<>();
  private final Map<String, ProcessIdentity> coordinators = new HashMap<>();
  private final Map<Integer, String> processByPid = new HashMap<>();

  /** What is to be killed with the processes whose coordinators died. */
  private final Map<String, List<TreeRoot>> roots = new HashMap<>();

  private final Map<Integer, String> complaints = new HashMap<>();

  /** What was last said of each process, which need not be said again while it is tried again. */
  private final Map<String, String> said = new HashMap<>();

  /** After which record of a process its present run begins; what was before is over. */
  private final Map<String, Long> begun = new HashMap<>();

  private final List<TaskEvent> inbox = new ArrayList<>();
  private Optional<String> lastComplaint = Optional.empty();
  private boolean isWatching;
  private boolean exited;

  /**
   * @param owner whose processes the coordinators found on a restart must be
   * @param killWait how long a graceful stop may take
   */
  BrokerHands(
      Broker broker,
      TaskPaths paths,
      TaskFiles files,
      BoundTask task,
      CoordinatorSpecs specs,
      RecordedOwner owner,
      Duration killWait,
      Clocks clocks,
      Log log) {
    this.broker = broker;
    this.paths = paths;
    this.files = files;
    this.task = task;
    this.specs = specs;
    this.finder = new CoordinatorFinder(broker, paths, owner, log);
    this.killWait = killWait;
    this.clocks = clocks;
    this.log = log;
    this.streams = new CoordinatorStreams(paths, log);
    for (ProcessConfig process : task.task().processes()) {
      processes.put(process.name(), process);
    }
  }

  /** Whether the task has been left for good. */
  boolean hasExited() {
    return exited;
  }

  /** The last thing a coordinator could not do, if any. */
  Optional<String> lastComplaint() {
    return lastComplaint;
  }

  /** The events at hand; waits for one if there is none. */
  List<TaskEvent> awaitEvents() throws IOException {
    while (inbox.isEmpty()) {
      translate(broker.next());
    }
    while (broker.hasNext()) {
      translate(broker.next());
    }
    List<TaskEvent> events = List.copyOf(inbox);
    inbox.clear();
    return events;
  }

  // --- effects ----------------------------------------------------------------------------------

  @Override
  public void perform(TaskEffect effect) throws IOException {
    if (effect instanceof TaskEffect.Launch launch) {
      launch(launch);
    } else if (effect instanceof TaskEffect.Adopt adopt) {
      adopt(adopt.run());
    } else if (effect instanceof TaskEffect.Terminate terminate) {
      signal(terminate.process(), Signal.TERMINATE);
    } else if (effect instanceof TaskEffect.Kill kill) {
      signal(kill.process(), Signal.USER_2);
    } else if (effect instanceof TaskEffect.KillTree killTree) {
      killTree(killTree.process());
    } else if (effect instanceof TaskEffect.Report report) {
      log.info(report.text());
    } else if (effect instanceof TaskEffect.CreateTaskFile) {
      files.create(task.json().getBytes(StandardCharsets.UTF_8));
    } else if (effect instanceof TaskEffect.FinishTaskFile) {
      files.finish();
    } else if (effect instanceof TaskEffect.Exit) {
      exited = true;
    } else {
      throw new IllegalArgumentException("unknown effect: " + effect);
    }
  }

  @Override
  public void wakeAt(Optional<Duration> uptime) throws IOException {
    if (uptime.isPresent()) {
      broker.wakeAfter(uptime.get().minus(clocks.now().uptime()));
    } else {
      broker.cancelWake();
    }
  }

  private void launch(TaskEffect.Launch launch) throws IOException {
    String process = launch.process();
    begun.put(process, launch.seq());
    boolean isGone = read(process);
    if (streams.damage(process).isPresent()) {
      launchFailed(process, streams.damage(process).get());
      return; // Nobody would ever learn what became of it.
    }
    if (isGone || isTracked(process)) {
      return; // There was one already, or is: a second would only be mistaken for it.
    }
    try {
      ProcessIdentity coordinator =
          broker.launch(specs.of(processes.get(process), launch.run(), launch.seq()));
      track(process, coordinator, TreeRoot.child(coordinator));
    } catch (NativeException e) {
      if (e.isShortage()) {
        say(process, e.getMessage() + "; trying again");
        inbox.add(new TaskEvent.LaunchDeferred(process, SHORTAGE_RETRY));
      } else {
        launchFailed(process, e.getMessage());
      }
    } catch (IllegalArgumentException e) {
      launchFailed(
          process, e.getMessage()); // What no command line can hold, such as a NUL character.
    }
  }

  private void launchFailed(String process, String reason) {
    lastComplaint = Optional.of("cannot start process " + process + ": " + reason);
    inbox.add(new TaskEvent.LaunchFailed(process, reason));
  }

  /**
   * Looks for the coordinator first and reads its stream then: if there is none, that is all of it.
   */
  private void adopt(ProcessStatus run) throws IOException {
    watchForOthers();
    begun.put(run.process(), run.seq());
    Optional<ProcessIdentity> found = finder.find(run);
    if (found.isPresent()) {
      track(run.process(), found.get(), TreeRoot.present(found.get()));
      broker.watchExit(found.get());
      read(run.process());
    } else {
      roots.put(run.process(), finder.remember(finder.latest(run)));
      readRecords(run.process()); // That it is gone is said once: each time may start another.
      if (!isTracked(run.process())) {
        inbox.add(new TaskEvent.CoordinatorGone(run.process()));
      }
    }
  }

  /**
   * Our broker hears from those coordinators only that it has launched itself. Asked for before
   * anything of another one is read, so that nothing written meanwhile is missed.
   */
  private void watchForOthers() throws IOException {
    if (!isWatching) {
      broker.watchDirectory(paths.checkpoints());
      isWatching = true;
    }
  }

  private void track(String process, ProcessIdentity coordinator, TreeRoot root) {
    coordinators.put(process, coordinator);
    roots.put(process, List.of(root));
    processByPid.put(coordinator.pid(), process);
  }

  private void signal(String process, Signal signal) throws IOException {
    ProcessIdentity coordinator = coordinators.get(process);
    if (isTracked(process)) {
      broker.signal(coordinator, signal);
    }
  }

  private void killTree(String process) throws IOException {
    List<Integer> survivors = new ArrayList<>();
    for (TreeRoot root : roots.getOrDefault(process, List.of())) {
      survivors.addAll(broker.killTree(root));
    }
    if (!survivors.isEmpty()) {
      log.error("cannot kill all of process " + process + ": " + survivors + " are still there");
    }
    read(process); // Its coordinator may have had the last word.
    inbox.add(new TaskEvent.TreeKilled(process, survivors));
  }

  // --- events -----------------------------------------------------------------------------------

  private void translate(BrokerEvent event) throws IOException {
    if (event instanceof BrokerEvent.Recorded recorded) {
      onRecorded(recorded.pid());
    } else if (event instanceof BrokerEvent.Changed changed) {
      onChanged(changed.name());
    } else if (event instanceof BrokerEvent.Exited exited) {
      onExited(exited.pid(), CoordinatorEnd.of(exited.status()));
    } else if (event instanceof BrokerEvent.Gone gone) {
      onGone(gone.process());
    } else if (event instanceof BrokerEvent.Complaint complaint) {
      onComplaint(complaint);
    } else if (event instanceof BrokerEvent.Warning warning) {
      log.error(warning.text());
    } else if (event instanceof BrokerEvent.TimerFired) {
      inbox.add(new TaskEvent.TimerFired());
    } else if (event instanceof BrokerEvent.Echoed echoed) {
      StopSignals.request(echoed.value(), killWait).ifPresent(inbox::add);
    } else if (event instanceof BrokerEvent.Closed) {
      throw new IOException(
          "the broker at this runner's side is gone, and the task's lock with it");
    }
  }

  private void onRecorded(int pid) throws IOException {
    String process = processByPid.get(pid);
    if (process != null) {
      read(process);
    }
  }

  private void onChanged(String file) throws IOException {
    if (file.isEmpty()) {
      // Also of those who have not been heard of yet.
      for (String process : processes.keySet()) {
        read(process);
      }
    } else if (file.startsWith(STREAM_PREFIX)) {
      String process = file.substring(STREAM_PREFIX.length());
      if (processes.containsKey(process)) {
        read(process);
      }
    }
  }

  private void onGone(ProcessIdentity coordinator) throws IOException {
    String process = processByPid.get(coordinator.pid());
    if (process != null) {
      roots.put(process, List.of(new TreeRoot(coordinator, processTable.ticksNow())));
    }
    onExited(coordinator.pid(), CoordinatorEnd.RECORDED);
  }

  private void onExited(int pid, CoordinatorEnd end) throws IOException {
    String process = processByPid.remove(pid);
    if (process == null) {
      return; // A stray that the broker collected.
    }
    read(process);
    String complaint = complaints.remove(pid);
    if (streams.damage(process).isPresent()) {
      launchFailed(process, streams.damage(process).get());
      return;
    }
    switch (end) {
      case BUSY -> inbox.add(new TaskEvent.LaunchDeferred(process, TaskMachine.LAUNCH_RETRY));
      case NOT_YET -> inbox.add(new TaskEvent.LaunchDeferred(process, SHORTAGE_RETRY));
      case WRONG_USE, FAILED ->
          inbox.add(
              new TaskEvent.LaunchFailed(
                  process, complaint == null ? "its coordinator failed" : complaint));
      case RECORDED, ABANDONED, SUPERSEDED, KILLED ->
          inbox.add(new TaskEvent.CoordinatorGone(process));
    }
  }

  private void onComplaint(BrokerEvent.Complaint complaint) {
    String process = processByPid.getOrDefault(complaint.pid(), "pid " + complaint.pid());
    complaints.put(complaint.pid(), complaint.text());
    lastComplaint = Optional.of("process " + process + ": " + complaint.text());
    say(process, complaint.text());
  }

  private void say(String process, String trouble) {
    if (!trouble.equals(said.put(process, trouble))) {
      log.error("coordinator of process " + process + ": " + trouble);
    }
  }

  /** Whether there has been a coordinator that nobody knew of and that is gone; that is told. */
  private boolean read(String process) throws IOException {
    boolean isGone = readRecords(process) && !isTracked(process);
    if (isGone) {
      inbox.add(new TaskEvent.CoordinatorGone(process));
    }
    return isGone;
  }

  /** Whether there are records of a coordinator that nobody knew of and that is not there. */
  private boolean readRecords(String process) throws IOException {
    boolean strange = false;
    for (ProcessStatus status : streams.readNew(process)) {
      inbox.add(new TaskEvent.Recorded(status));
      boolean isStranger =
          status.state() == ProcessState.FORKED
              && status.seq() > begun.getOrDefault(process, Long.MAX_VALUE)
              && !isTracked(process)
              && !isLaunched(status);
      if (isStranger && !meet(status)) {
        // What it started may be alive, and no other record tells of it.
        roots.put(process, finder.remember(finder.latest(status)));
        strange = true;
      }
    }
    return strange;
  }

  /**
   * A coordinator that an earlier runner launched may speak up after this one has started.
   *
   * @return whether it is still there
   */
  private boolean meet(ProcessStatus forked) throws IOException {
    int pid = forked.coordinatorPid().orElse(0);
    Optional<ProcessEntry> entry = processTable.find(pid).filter(ProcessEntry::isAlive);
    OptionalInt holder = finder.lockHolder(forked.process());
    if (entry.isEmpty() || holder.isEmpty() || holder.getAsInt() != pid) {
      return false;
    }
    track(forked.process(), entry.get().identity(), TreeRoot.present(entry.get().identity()));
    broker.watchExit(entry.get().identity());
    return true;
  }

  /** By this runner; its end may be heard of before its beginning. */
  private boolean isLaunched(ProcessStatus forked) {
    ProcessIdentity coordinator = coordinators.get(forked.process());
    return coordinator != null && forked.coordinatorPid().orElse(0) == coordinator.pid();
  }

  private boolean isTracked(String process) {
    ProcessIdentity coordinator = coordinators.get(process);
    return coordinator != null && process.equals(processByPid.get(coordinator.pid()));
  }
}
