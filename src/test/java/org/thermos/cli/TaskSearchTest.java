package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.checkpoint.TaskPaths;
import picocli.CommandLine.Help.Ansi;

/** Tasks looked for where somebody says, and where nobody did. */
class TaskSearchTest {
  private static final Path RUN = Path.of("slaves/S/frameworks/F/executors/E/runs/R/checkpoints");

  @TempDir private Path directory;
  private final StringWriter complaints = new StringWriter();
  private final TaskSearch search =
      new TaskSearch(
          new Output(
              new PrintWriter(new StringWriter()),
              new PrintWriter(complaints),
              ZoneOffset.UTC,
              Ansi.OFF),
          List.of(Pattern.compile("t")));

  private Path root(String name, String task) throws IOException {
    Path root = directory.toRealPath().resolve(name);
    Path active = TaskPaths.of(root, task).activeTask();
    Files.createDirectories(active.getParent());
    Files.createFile(active);
    return root;
  }

  /** Nobody can read it, root neither. */
  private Path unreadable(String name) throws IOException {
    Path root = directory.resolve(name);
    Files.createDirectories(root.resolve("tasks"));
    Files.createFile(root.resolve("tasks/active"));
    return root;
  }

  private void assertFound(Path... tasks) {
    assertThat(search.found()).extracting(TaskPaths::activeTask).containsExactlyInAnyOrder(tasks);
  }

  @Test
  void aTaskIsFoundOnceByHoweverManyNames() throws Exception {
    Path root = root("root", "t1");
    Path link = Files.createSymbolicLink(directory.resolve("link"), root);

    search.lookInto(List.of(root, link), List.of());
    search.lookIntoUnnamed(List.of(link), List.of());

    assertFound(root.resolve("tasks/active/t1"));
  }

  @Test
  void whatNobodyNamedNeedNotBeThere() {
    Path none = directory.resolve("none");

    search.lookIntoUnnamed(List.of(none), List.of(none));

    assertFound();
    assertThat(complaints.toString()).isEmpty();
  }

  @Test
  void whatNobodyNamedNeedNotBeReadable() throws Exception {
    Path bad = unreadable("bad");
    Path badRun = unreadable("agent/" + RUN);
    Path good = root("good", "t1");
    Path goodRun = root("agent/" + RUN.toString().replace("R", "S"), "t2");

    search.lookIntoUnnamed(List.of(bad, good), List.of(directory.resolve("agent")));

    assertFound(good.resolve("tasks/active/t1"), goodRun.resolve("tasks/active/t2"));
    assertThat(complaints.toString().lines())
        .hasSize(2)
        .anyMatch(line -> line.startsWith("thermos: cannot look into " + bad + ": "))
        .anyMatch(line -> line.startsWith("thermos: cannot look into " + badRun + ": "));
  }

  @Test
  void whatIsNamedHasToBeReadable() throws Exception {
    Path bad = unreadable("bad");

    assertThatThrownBy(() -> search.lookInto(List.of(bad), List.of()))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith("cannot look into " + bad + ": ");
  }
}
