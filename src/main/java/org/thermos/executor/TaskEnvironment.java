package org.thermos.executor;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.mesos.Protos.Environment;
import org.apache.mesos.Protos.Environment.Variable;
import org.apache.mesos.Protos.Secret;
import org.thermos.config.Assignment.ContainerKind;
import org.thermos.config.ConfigException;
import org.thermos.config.ConfigException.Kind;
import org.thermos.runner.CarriedVariables;

/**
 * The variables that a launch sets for the task's processes. Their values may be secrets: they are
 * in no text that this makes, nor in any log.
 */
record TaskEnvironment(Map<String, String> variables) {
  static final TaskEnvironment EMPTY = new TaskEnvironment(Map.of());

  /** What the kernel takes for one variable is 128 KiB; carrying one takes a longer name. */
  private static final int MAXIMUM_BYTES = 120 * 1024;

  private static final int MAXIMUM_TOTAL = 1024 * 1024;

  TaskEnvironment {
    variables = Collections.unmodifiableMap(new TreeMap<>(variables));
  }

  static TaskEnvironment decode(Environment environment, ContainerKind container)
      throws ConfigException {
    Map<String, String> variables = new TreeMap<>();
    long total = 0;
    for (Variable variable : environment.getVariablesList()) {
      String name = checkedName(variable.getName(), container);
      String value = value(variable);
      int size = (name + value).getBytes(StandardCharsets.UTF_8).length;
      total += size;
      if (value.indexOf('\0') >= 0 || size > MAXIMUM_BYTES || total > MAXIMUM_TOTAL) {
        throw refused(name, "its value is too long for an environment, or has a NUL character");
      }
      variables.put(name, value);
    }
    return new TaskEnvironment(variables);
  }

  private static String checkedName(String name, ContainerKind container) throws ConfigException {
    boolean usable =
        !name.isEmpty() && name.indexOf('=') < 0 && name.codePoints().noneMatch(c -> c < ' ');
    if (!usable) {
      throw refused(Causes.line(name), "that is no name of a variable");
    }
    // In an image the first program is mesos-containerizer, which is still root.
    if (container == ContainerKind.IMAGE
        && name.matches("(LD_|GLIBC_|GCONV_|MESOS_|LIBPROCESS_).*")) {
      throw refused(name, "in a file system image it would reach a program that runs as root");
    }
    return name;
  }

  private static String value(Variable variable) throws ConfigException {
    if (variable.getType() == Variable.Type.VALUE) {
      return variable.getValue();
    }
    Secret secret = variable.getSecret();
    if (variable.getType() != Variable.Type.SECRET || secret.getType() != Secret.Type.VALUE) {
      throw refused(
          variable.getName(),
          "it refers to a secret that only an agent can look up: let the agent resolve it, or set"
              + " its value");
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(secret.getValue().getData().asReadOnlyByteBuffer())
          .toString();
    } catch (CharacterCodingException e) {
      throw refused(variable.getName(), "its secret is not UTF-8");
    }
  }

  private static ConfigException refused(String name, String why) {
    return new ConfigException(
        Kind.UNREADABLE,
        "Could not deserialize task. Cannot set the environment variable '" + name + "': " + why);
  }

  TaskEnvironment with(String name, String value) {
    Map<String, String> more = new TreeMap<>(variables);
    more.put(name, value);
    return new TaskEnvironment(more);
  }

  /** The runner's environment with these on board. */
  Map<String, String> onBoard(Map<String, String> runners) {
    Map<String, String> environment = new TreeMap<>(runners);
    environment.putAll(CarriedVariables.carry(variables));
    return environment;
  }

  /** Names alone. */
  @Override
  public String toString() {
    return variables.keySet().toString();
  }
}
