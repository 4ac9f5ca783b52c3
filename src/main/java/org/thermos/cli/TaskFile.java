package org.thermos.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.thermos.config.ConfigException;
import org.thermos.config.json.JsonException;

/** The file of a task that is to be run. */
record TaskFile(Path path) {
  /**
   * What a scheduler would launch of it.
   *
   * @throws CommandException if it cannot be opened, is no task, or no executor would take it
   */
  LocalTask task(Caller caller, TaskWishes wishes) throws CommandException {
    byte[] content = InputFiles.read(path);
    try {
      return LocalTask.of(new Scheduler(caller.name()).assign(content, wishes), caller.name());
    } catch (ConfigException e) {
      throw refused(e);
    } catch (JsonException e) {
      throw new CommandException(ExitCode.DATA, "cannot read " + path + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.UNAVAILABLE, "cannot choose ports for the task: " + e.getMessage(), e);
    }
  }

  /** The executor's message without what it says of its own doing. */
  static String reason(ConfigException e) {
    return e.getMessage()
        .replaceFirst("^Could not deserialize task\\. ", "")
        .replaceFirst("^Could not deserialize Thermos task from AssignedTask: ", "");
  }

  private CommandException refused(ConfigException e) {
    return switch (e.kind()) {
      case UNREADABLE ->
          new CommandException(
              ExitCode.DATA, "cannot read " + path + " as a task: " + reason(e), e);
      case UNBOUND_PORTS ->
          new CommandException(
              ExitCode.CONFIG,
              "cannot run " + path + ": " + reason(e) + " (give each with --port NAME)",
              e);
      case INVALID ->
          new CommandException(ExitCode.CONFIG, "cannot run " + path + ": " + reason(e), e);
    };
  }
}
