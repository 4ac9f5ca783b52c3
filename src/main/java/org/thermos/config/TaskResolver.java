package org.thermos.config;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.thermos.config.Assignment.ContainerKind;
import org.thermos.config.json.JsonWriter;
import org.thermos.config.schema.Interpolation;
import org.thermos.config.schema.SchemaException;
import org.thermos.config.schema.Scope;
import org.thermos.config.schema.StructType;
import org.thermos.config.schema.Value;

/**
 * Works out a {@link Resolution}: everything before the first process is started (executor 6.7).
 */
final class TaskResolver {
  static final String NOT_NEGATIVE = "it must not be negative";

  private final Assignment assignment;
  private final TaskInstance instance;

  private TaskResolver(Assignment assignment, TaskInstance instance) {
    this.assignment = assignment;
    this.instance = instance;
  }

  static Resolution resolve(Assignment assignment, String executorUser) throws ConfigException {
    try {
      TaskInstance instance = TaskInstanceReader.read(assignment);
      return new TaskResolver(assignment, instance).resolve(executorUser);
    } catch (SchemaException e) {
      throw prefixed(TaskValidator.notEvaluated(e));
    } catch (ConfigException e) {
      throw prefixed(e);
    }
  }

  /** See {@link Resolution#requestedPorts}. */
  static Set<String> requestedPorts(Assignment assignment) throws ConfigException {
    try {
      TaskInstance instance = TaskInstanceReader.read(assignment);
      return new TaskResolver(assignment, instance).requestedPorts();
    } catch (SchemaException e) {
      throw prefixed(TaskValidator.notEvaluated(e));
    } catch (ConfigException e) {
      throw prefixed(e);
    }
  }

  private Set<String> requestedPorts() throws ConfigException, SchemaException {
    Map<String, String> portmap = portmap();
    Set<String> names = new TreeSet<>(portmap.keySet());
    names.addAll(TaskTemplate.of(instance.runnerInput()).requiredPorts());
    return PortResolver.unresolved(portmap, names);
  }

  private static ConfigException prefixed(ConfigException e) {
    return new ConfigException(
        e.kind(), "Could not deserialize Thermos task from AssignedTask: " + e.getMessage(), e);
  }

  private Resolution resolve(String executorUser) throws ConfigException, SchemaException {
    Map<String, String> portmap = portmap();
    Map<String, Integer> ports = PortResolver.resolve(portmap, assignment.ports());
    Optional<String> role = assignment.job().map(JobKey::role).or(instance::role);
    String user =
        assignment.container() == ContainerKind.DOCKER ? executorUser : role.orElse(executorUser);
    String runnerInput = JsonWriter.write(instance.runnerInput());
    BoundTask bound =
        TaskTemplate.parse(runnerInput.getBytes(StandardCharsets.UTF_8))
            .bind(assignment.taskId(), user, ports);
    return new Resolution(
        assignment,
        instance,
        ports,
        healthCheckReader().read(ports),
        lifecycle(ports),
        announcement(ports),
        role,
        resources(bound.task()),
        runnerInput,
        bound,
        user,
        warnings(portmap, ports));
  }

  private List<String> warnings(Map<String, String> portmap, Map<String, Integer> ports)
      throws SchemaException {
    List<String> warnings = new ArrayList<>(instance.jobWarnings());
    warnings.addAll(Warnings.ofTask(field("task").orElseThrow()));
    Optional<Value.Struct> announce = field("announce");
    if (announce.isPresent()) {
      String primary = new Fields(announce.get()).text("primary_port");
      warnings.addAll(Warnings.ofPorts(portmap, primary, ports));
    }
    return warnings;
  }

  private HealthCheckReader healthCheckReader() throws SchemaException {
    return new HealthCheckReader(assignment, field("health_check_config").orElseThrow());
  }

  private static Resources resources(Task task) throws ConfigException {
    if (task.resources().isEmpty()) {
      throw ConfigException.invalid("Task[resources] is required.");
    }
    return task.resources().get();
  }

  private Optional<Value.Struct> field(String name) throws SchemaException {
    return field(instance.value(), name);
  }

  private static Optional<Value.Struct> field(Value.Struct struct, String name)
      throws SchemaException {
    return Interpolation.field(struct, name, Scope.EMPTY).map(Value.Struct.class::cast);
  }

  private Map<String, String> portmap() throws SchemaException {
    Map<String, String> portmap = new TreeMap<>();
    Optional<Value.Struct> announce = field("announce");
    if (announce.isPresent()) {
      Value entries = Interpolation.field(announce.get(), "portmap", Scope.EMPTY).orElseThrow();
      for (Value.Mapping.Entry entry : ((Value.Mapping) entries).entries()) {
        portmap.put(Fields.text(entry.key()), Fields.text((Value.Scalar) entry.value()));
      }
    }
    return portmap;
  }

  static void require(boolean holds, StructType type, String field, String rule)
      throws ConfigException {
    if (!holds) {
      throw ConfigException.invalid(
          "Got invalid task: " + type.typeName() + "[" + field + "] failed: " + rule + ".");
    }
  }

  private Lifecycle lifecycle(Map<String, Integer> ports) throws ConfigException, SchemaException {
    Optional<Value.Struct> lifecycle = field("lifecycle");
    Optional<Value.Struct> http =
        lifecycle.isPresent() ? field(lifecycle.get(), "http") : Optional.empty();
    if (http.isEmpty()) {
      return new Lifecycle.Unmanaged("no lifecycle");
    }
    Fields fields = new Fields(http.get());
    Integer port = ports.get(fields.text("port"));
    if (port == null) {
      return new Lifecycle.Unmanaged("port '" + fields.text("port") + "' is not in the port map");
    }
    return new Lifecycle.Http(
        port, List.of(step(fields, "graceful_shutdown"), step(fields, "shutdown")));
  }

  private static Lifecycle.Step step(Fields fields, String name) throws ConfigException {
    Duration grace = fields.seconds(name + "_wait_secs");
    require(!grace.isNegative(), AuroraSchema.HTTP_LIFECYCLE, name + "_wait_secs", NOT_NEGATIVE);
    return new Lifecycle.Step(fields.text(name + "_endpoint"), grace);
  }

  private Optional<Announcement> announcement(Map<String, Integer> ports)
      throws ConfigException, SchemaException {
    Optional<Value.Struct> announce = field("announce");
    if (announce.isEmpty()) {
      return Optional.empty();
    }
    Fields fields = new Fields(announce.get());
    Optional<String> path = fields.optionalText("zk_path");
    Optional<JobKey> job = assignment.job().or(instance::job);
    if (path.isEmpty() && job.isEmpty()) {
      throw ConfigException.invalid(
          "Got invalid task: MesosJob[announce] needs a role, an environment and a name of the job"
              + " to make a path of, or Announcer[zk_path].");
    }
    return Optional.of(
        new Announcement(
            ports.getOrDefault(fields.text("primary_port"), 0),
            path,
            job,
            assignment.instance(),
            healthCheckReader().timing().patience()));
  }
}
