package org.thermos.config;

import java.util.List;
import java.util.Optional;
import org.thermos.config.json.Json;
import org.thermos.config.schema.Interpolation;
import org.thermos.config.schema.SchemaException;
import org.thermos.config.schema.Scope;
import org.thermos.config.schema.Value;

/**
 * An instance of a job's task: valid, with everything bound but {@code {{thermos.*}}} (config 5.8).
 * Immutable.
 */
public final class TaskInstance {
  private final Value.Struct value;
  private final Optional<String> jobName;
  private final List<String> jobWarnings;

  TaskInstance(Value.Struct value, Optional<String> jobName, List<String> jobWarnings) {
    this.value = value;
    this.jobName = jobName;
    this.jobWarnings = List.copyOf(jobWarnings);
  }

  Value.Struct value() {
    return value;
  }

  /** What the job said in vain, in addition to what is seen in its task. */
  List<String> jobWarnings() {
    return jobWarnings;
  }

  /** Which of the job's instances it is. */
  public int instance() {
    return new Fields(value).integer("instance");
  }

  /** The job's role, where the configuration names it. */
  public Optional<String> role() {
    return new Fields(value).optionalText("role");
  }

  /** What the job is known by, where the configuration names all of it. */
  public Optional<JobKey> job() {
    Optional<String> environment = new Fields(value).optionalText("environment");
    if (role().isEmpty() || environment.isEmpty() || jobName.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new JobKey(role().get(), environment.get(), jobName.get()));
  }

  /** The task as it is handed to a runner, which binds it: what is escaped still is. */
  Json runnerInput() throws SchemaException {
    return Interpolation.field(value, "task", Scope.EMPTY).orElseThrow().toJson();
  }

  /** The task instance as the original shows it: with all defaults. */
  public Json json() {
    return value.toJson();
  }
}
