package org.thermos.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.thermos.config.schema.Value;

/**
 * What a configuration says that has no effect, or hardly the one meant: nothing to refuse a task
 * for, but whoever wrote it should know (gaps 9.5 #62). Each is one line, and has no command line
 * nor any part of one: they may hold secrets.
 */
final class Warnings {
  /** The original takes eight of the ampersands that reach an executor, four of a runner's. */
  private static final Pattern ESCAPED_FOR_THE_ORIGINAL = Pattern.compile("\\{\\{&{4}");

  private Warnings() {}

  /** Of a job, what is in none of its instances. */
  static List<String> ofJob(Value.Struct job) {
    boolean links =
        job.get("task_links").filter(it -> !((Value.Mapping) it).entries().isEmpty()).isPresent();
    return links ? List.of("Job: task_links are not shown anywhere") : List.of();
  }

  /** Of a task that is bound. */
  static List<String> ofTask(Value.Struct task) {
    List<String> warnings = new ArrayList<>();
    if (task.get("user").isPresent()) {
      warnings.add("Task: user is not used: processes run as the job's role or as --setuid says");
    }
    for (Value element : new Fields(task).list("processes")) {
      Fields process = new Fields((Value.Struct) element);
      String name = "Process " + process.text("name") + ": ";
      if (process.struct("resources").isPresent()) {
        warnings.add(name + "resources are not enforced per process, only those of the task");
      }
      if (ESCAPED_FOR_THE_ORIGINAL.matcher(process.template("cmdline")).find()) {
        warnings.add(
            name
                + "an escaped tag has four ampersands or more and loses one, not all as in the"
                + " original: {{&text}} is enough for {{text}}");
      }
    }
    return warnings;
  }

  /**
   * Of an announcement.
   *
   * @param ports every port of the task by name
   */
  static List<String> ofPorts(
      Map<String, String> portmap, String primaryPort, Map<String, Integer> ports) {
    List<String> warnings = new ArrayList<>();
    Set<String> left = new TreeSet<>(portmap.keySet());
    left.removeAll(ports.keySet());
    for (String name : left) {
      warnings.add(
          "Announcer: portmap has '"
              + line(name)
              + "' stand for '"
              + line(portmap.get(name))
              + "', which leads to no port of the task: left out");
    }
    if (!ports.containsKey(primaryPort)) {
      warnings.add(
          "Announcer: the task has no port called '"
              + line(primaryPort)
              + "', its primary_port: port 0 is announced");
    }
    return warnings;
  }

  private static String line(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
