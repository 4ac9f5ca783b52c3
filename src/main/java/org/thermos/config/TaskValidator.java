package org.thermos.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thermos.config.schema.Interpolation;
import org.thermos.config.schema.Reference;
import org.thermos.config.schema.SchemaException;
import org.thermos.config.schema.Scope;
import org.thermos.config.schema.Value;

/** The validation of a task that is not bound yet (config 5.5). */
final class TaskValidator {
  /** How many references a message lists, at most. */
  private static final int REFERENCES_LISTED = 20;

  /** For whoever writes {@code awk '{{print}}'} and means no reference. */
  static final String ESCAPE_HINT =
      "Braces that are meant for the process take an ampersand: {{&...}}.";

  private TaskValidator() {}

  /** Refuses a task that could not run whatever its id, user and ports. */
  static void validate(Value.Struct task) throws ConfigException {
    try {
      TaskRules.check(TaskReader.read(task));
    } catch (SchemaException e) {
      throw notEvaluated(e);
    }
    requireAllBound(task, Scope.EMPTY);
  }

  /** Refuses what would still have an unbound reference after the runner's binding. */
  static void requireAllBound(Value.Struct value, Scope scope) throws ConfigException {
    try {
      Map<String, Integer> ports = new LinkedHashMap<>();
      for (String port : ThermosContext.portsIn(Interpolation.of(value, scope).unbound())) {
        ports.put(port, 1);
      }
      Scope dummy = ThermosContext.bind("dummy_task_id", Optional.of("dummy_user"), ports, scope);
      Set<Reference> unbound = Interpolation.of(value, dummy).unbound();
      if (!unbound.isEmpty()) {
        throw ConfigException.invalid(
            "Unexpected unbound refs: "
                + listed(unbound, " ")
                + ". Make sure you are not nesting template variables. "
                + ESCAPE_HINT);
      }
    } catch (SchemaException e) {
      throw notEvaluated(e);
    }
  }

  static ConfigException notEvaluated(SchemaException e) {
    return new ConfigException(
        ConfigException.Kind.INVALID, "Failed to fully evaluate task: " + e.getMessage(), e);
  }

  static String listed(Set<Reference> references, String separator) {
    StringBuilder text = new StringBuilder();
    int count = 0;
    for (Reference reference : references) {
      if (count == REFERENCES_LISTED) {
        return text + separator + "and " + (references.size() - count) + " more";
      }
      text.append(count == 0 ? "" : separator).append(reference);
      count++;
    }
    return text.toString();
  }
}
