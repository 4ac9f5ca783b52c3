package org.thermos.agent;

import java.nio.file.Path;
import java.util.Map;
import org.apache.mesos.Protos.CommandInfo;

/**
 * What a launcher starts.
 *
 * @param sandbox exists; the working directory, with {@code stdout} and {@code stderr} in it
 * @param environment all of it
 */
public record Launch(CommandInfo command, Path sandbox, Map<String, String> environment) {
  public Launch {
    environment = Map.copyOf(environment);
  }
}
