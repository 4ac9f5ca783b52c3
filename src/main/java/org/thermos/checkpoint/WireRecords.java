package org.thermos.checkpoint;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.thrift.checkpoint.RunnerCkpt;

/** Between our records and the generated ones, which have the fields and numbers of the wire. */
final class WireRecords {
  static final String EMPTY =
      "Empty record: neither a header nor a task status nor a process status";

  private static final TaskState[] TASK_STATES = TaskState.values();
  private static final ProcessState[] PROCESS_STATES = ProcessState.values();

  private WireRecords() {}

  static RunnerCkpt toWire(CheckpointRecord record) {
    if (record instanceof RunnerHeader header) {
      return RunnerCkpt.runner_header(toWire(header));
    }
    if (record instanceof TaskStatus status) {
      return RunnerCkpt.task_status(
          new org.thermos.thrift.checkpoint.TaskStatus()
              .setState(org.thermos.thrift.checkpoint.TaskState.findByValue(status.state().value()))
              .setTimestamp_ms(status.timestamp().toEpochMilli())
              .setRunner_pid(status.runnerPid())
              .setRunner_uid(status.runnerUid()));
    }
    return RunnerCkpt.process_status(toWire((ProcessStatus) record));
  }

  private static org.thermos.thrift.checkpoint.RunnerHeader toWire(RunnerHeader header) {
    var wire =
        new org.thermos.thrift.checkpoint.RunnerHeader()
            .setTask_id(header.taskId())
            .setLaunch_time_ms(header.launchTime().toEpochMilli())
            .setSandbox(header.sandbox().toString())
            .setHostname(header.hostname())
            .setUser(header.user())
            .setPorts(header.ports());
    header.logDir().ifPresent(logDir -> wire.setLog_dir(logDir.toString()));
    header.uid().ifPresent(wire::setUid);
    return wire;
  }

  private static org.thermos.thrift.checkpoint.ProcessStatus toWire(ProcessStatus status) {
    var wire =
        new org.thermos.thrift.checkpoint.ProcessStatus()
            .setSeq(status.seq())
            .setProcess(status.process())
            .setState(
                org.thermos.thrift.checkpoint.ProcessState.findByValue(status.state().value()));
    status.coordinatorPid().ifPresent(wire::setCoordinator_pid);
    status.forkTime().ifPresent(time -> wire.setFork_time(EpochSeconds.toDouble(time)));
    status.pid().ifPresent(wire::setPid);
    status.startTime().ifPresent(time -> wire.setStart_time(EpochSeconds.toDouble(time)));
    status.stopTime().ifPresent(time -> wire.setStop_time(EpochSeconds.toDouble(time)));
    status.returnCode().ifPresent(wire::setReturn_code);
    return wire;
  }

  static CheckpointRecord fromWire(RunnerCkpt wire) throws CorruptRecordException {
    if (wire.isSetRunner_header()) {
      return fromWire(wire.getRunner_header());
    }
    if (wire.isSetTask_status()) {
      return fromWire(wire.getTask_status());
    }
    if (wire.isSetProcess_status()) {
      return fromWire(wire.getProcess_status());
    }
    throw invalid(EMPTY);
  }

  private static RunnerHeader fromWire(org.thermos.thrift.checkpoint.RunnerHeader wire)
      throws CorruptRecordException {
    require(wire.isSetTask_id(), "header", "task_id");
    require(wire.isSetLaunch_time_ms(), "header", "launch_time_ms");
    require(wire.isSetSandbox(), "header", "sandbox");
    require(wire.isSetHostname(), "header", "hostname");
    require(wire.isSetUser(), "header", "user");
    return new RunnerHeader(
        wire.getTask_id(),
        Instant.ofEpochMilli(wire.getLaunch_time_ms()),
        path("sandbox", wire.getSandbox()),
        wire.getHostname(),
        wire.getUser(),
        wire.isSetPorts() ? wire.getPorts() : Map.of(),
        wire.isSetLog_dir() ? Optional.of(path("log_dir", wire.getLog_dir())) : Optional.empty(),
        wire.isSetUid() ? OptionalInt.of(wire.getUid()) : OptionalInt.empty());
  }

  private static TaskStatus fromWire(org.thermos.thrift.checkpoint.TaskStatus wire)
      throws CorruptRecordException {
    require(wire.isSetState(), "task status", "state known to this version");
    require(wire.isSetTimestamp_ms(), "task status", "timestamp_ms");
    require(wire.isSetRunner_pid(), "task status", "runner_pid");
    require(wire.isSetRunner_uid(), "task status", "runner_uid");
    return new TaskStatus(
        TASK_STATES[wire.getState().getValue()],
        Instant.ofEpochMilli(wire.getTimestamp_ms()),
        wire.getRunner_pid(),
        wire.getRunner_uid());
  }

  private static ProcessStatus fromWire(org.thermos.thrift.checkpoint.ProcessStatus wire)
      throws CorruptRecordException {
    require(wire.isSetSeq(), "process status", "seq");
    require(wire.isSetProcess(), "process status", "process");
    require(wire.isSetState(), "process status", "state known to this version");
    return new ProcessStatus(
        wire.getSeq(),
        wire.getProcess(),
        PROCESS_STATES[wire.getState().getValue()],
        wire.isSetCoordinator_pid()
            ? OptionalInt.of(wire.getCoordinator_pid())
            : OptionalInt.empty(),
        time("fork_time", wire.isSetFork_time(), wire.getFork_time()),
        wire.isSetPid() ? OptionalInt.of(wire.getPid()) : OptionalInt.empty(),
        time("start_time", wire.isSetStart_time(), wire.getStart_time()),
        time("stop_time", wire.isSetStop_time(), wire.getStop_time()),
        wire.isSetReturn_code() ? OptionalInt.of(wire.getReturn_code()) : OptionalInt.empty());
  }

  private static void require(boolean isSet, String struct, String field)
      throws CorruptRecordException {
    if (!isSet) {
      throw invalid("The " + struct + " has no " + field);
    }
  }

  private static Path path(String field, String value) throws CorruptRecordException {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw invalid("The " + field + " is not a path: " + e.getReason());
    }
  }

  private static Optional<Instant> time(String field, boolean isSet, double seconds)
      throws CorruptRecordException {
    if (!isSet) {
      return Optional.empty();
    }
    if (!EpochSeconds.isValid(seconds)) {
      throw invalid("The " + field + " is not a time: " + seconds);
    }
    return Optional.of(EpochSeconds.toInstant(seconds));
  }

  private static CorruptRecordException invalid(String reason) {
    return new CorruptRecordException(0, reason);
  }
}
