package org.thermos.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.thermos.checkpoint.DurableFile;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.log.ErrorText;
import org.thermos.log.Log;

/**
 * The file {@code settings} beside a task's checkpoint. Only the holder of the runner lock writes
 * it, before the first process is started.
 */
final class SettingsFile {
  private static final int LIMIT = 256 * 1024;

  private final Path file;

  SettingsFile(TaskPaths paths) {
    this.file = paths.settings();
  }

  /**
   * What an earlier runner recorded; empty if none did, as the original's never does.
   *
   * @throws SettingsException if it makes no sense, or somebody else can have written it
   * @throws IOException if it cannot be read
   */
  Optional<TaskSettings> read(Provenance provenance) throws SettingsException, IOException {
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    provenance.requireFile(file);
    Optional<byte[]> content = DurableFile.read(file, LIMIT);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(SettingsCodec.decode(content.get()));
    } catch (SettingsException e) {
      throw new SettingsException("cannot use " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Records the settings of a runner that has been given them on its command line.
   *
   * @param hasBegun whether anything of the task is recorded, so that processes may run with the
   *     settings that are there
   * @throws RunnerException if those are others, in what a task cannot change on its way
   */
  void record(TaskSettings settings, boolean hasBegun, Log log)
      throws RunnerException, IOException {
    Optional<TaskSettings> recorded = Optional.empty();
    try {
      recorded = read(Provenance.ofThisProcess());
    } catch (SettingsException | IOException e) {
      String why = e instanceof IOException io ? ErrorText.of(io) : e.getMessage();
      log.error("replacing the recorded settings by those of the command line: " + why);
    }
    if (recorded.equals(Optional.of(settings))) {
      return;
    }
    List<String> differences =
        recorded.map(settings::differencesFrom).filter(any -> hasBegun).orElse(List.of());
    if (!differences.isEmpty()) {
      throw new RunnerException(
          ExitCode.INVALID_TASK,
          "Invalid task: its settings differ from those recorded in "
              + file
              + ": "
              + String.join(", ", differences)
              + "; use the former ones, or another --task_id");
    }
    DurableFile.replace(file, SettingsCodec.encode(settings));
  }
}
