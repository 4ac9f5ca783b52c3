package org.thermos.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether the order constraints of a task make a plan for its regular processes and one for its
 * final ones (planner 2.1, 2.2). Takes time in proportion to the processes and the names in
 * constraints.
 */
public final class ConstraintValidator {
  private final Map<String, ProcessConfig> processes = new HashMap<>();
  private final Map<String, List<String>> dependents = new HashMap<>();
  private final Map<String, Integer> needs = new HashMap<>();

  private ConstraintValidator(List<ProcessConfig> processes) {
    for (ProcessConfig process : processes) {
      this.processes.put(process.name(), process);
      needs.put(process.name(), 0);
    }
  }

  /**
   * Refuses constraints that name unknown processes, mix regular and final ones, make a process
   * wait for one that never finishes, or go in a circle.
   */
  public static void check(List<ProcessConfig> processes, List<Constraint> constraints)
      throws ConfigException {
    ConstraintValidator validator = new ConstraintValidator(processes);
    for (Constraint constraint : constraints) {
      validator.add(constraint);
    }
    validator.requireNoCycle();
  }

  private void add(Constraint constraint) throws ConfigException {
    requireOnePlan(constraint.order());
    for (int i = 1; i < constraint.order().size(); i++) {
      link(processes.get(constraint.order().get(i - 1)), processes.get(constraint.order().get(i)));
    }
  }

  private void requireOnePlan(List<String> order) throws ConfigException {
    Set<Boolean> plans = new HashSet<>();
    Set<String> unknown = new HashSet<>();
    for (String name : order) {
      ProcessConfig process = processes.get(name);
      if (process == null) {
        unknown.add(name);
      } else {
        plans.add(process.isFinal());
      }
    }
    if (plans.isEmpty() && !unknown.isEmpty()) {
      // The original ignores such a constraint (gaps 9.5 #57).
      throw invalidPlan(
          "Invalid process dependencies! A constraint names only unknown processes: "
              + String.join(", ", order));
    }
    if (order.isEmpty()) {
      throw invalidPlan(
          "Invalid process dependencies! A constraint names no process in its order.");
    }
    if (plans.size() != 1 || !unknown.isEmpty()) {
      throw invalidPlan("Invalid process dependencies!");
    }
  }

  private void link(ProcessConfig before, ProcessConfig after) throws ConfigException {
    if (before.daemon()) {
      throw invalidPlan(
          "Process " + after.name() + " may not depend upon daemon process " + before.name());
    }
    if (before.ephemeral() && !after.ephemeral()) {
      throw invalidPlan(
          "Non-ephemeral process "
              + after.name()
              + " may not depend upon ephemeral process "
              + before.name());
    }
    dependents.computeIfAbsent(before.name(), name -> new ArrayList<>()).add(after.name());
    needs.merge(after.name(), 1, Integer::sum);
  }

  private void requireNoCycle() throws ConfigException {
    Deque<String> free = new ArrayDeque<>();
    needs.forEach(
        (name, count) -> {
          if (count == 0) {
            free.add(name);
          }
        });
    int ordered = 0;
    while (!free.isEmpty()) {
      ordered++;
      for (String dependent : dependents.getOrDefault(free.remove(), List.of())) {
        if (needs.merge(dependent, -1, Integer::sum) == 0) {
          free.add(dependent);
        }
      }
    }
    if (ordered < processes.size()) {
      throw invalidPlan("Cycles detected in the task schedule!");
    }
  }

  private static ConfigException invalidPlan(String why) {
    return ConfigException.invalid("Task has invalid plan: " + why);
  }
}
