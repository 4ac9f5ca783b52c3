package org.thermos.executor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.thrift.TException;
import org.thermos.thrift.aurora.AssignedTask;

/** A job of one process as Aurora's scheduler sends it, with more to it than a task. */
final class Job {
  private final String commandLine;
  private final List<String> members = new ArrayList<>();
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private String role = System.getProperty("user.name");

  private Job(String commandLine) {
    this.commandLine = commandLine;
  }

  static Job of(String commandLine) {
    return new Job(commandLine);
  }

  Job as(String account) {
    role = account;
    return this;
  }

  /**
   * Adds a member of the configuration.
   *
   * @param json with single quotes for double ones
   */
  Job with(String name, String json) {
    members.add("\"" + name + "\": " + json.replace('\'', '"'));
    return this;
  }

  /** Has the scheduler assign a port. */
  Job port(String name, int number) {
    ports.put(name, number);
    return this;
  }

  byte[] data() throws TException {
    AssignedTask task = AssignedTasks.of(commandLine, role).setAssignedPorts(ports);
    String job = task.getTask().getExecutorConfig().getData();
    members.add(job.substring(1));
    task.getTask().getExecutorConfig().setData("{" + String.join(", ", members));
    return AssignedTasks.bytes(task);
  }
}
