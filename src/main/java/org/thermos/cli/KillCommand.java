package org.thermos.cli;

import java.util.concurrent.Callable;
import org.thermos.checkpoint.TaskState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code thermos kill} (observer-cli 8.7). */
@Command(
    name = "kill",
    header = "Kill tasks: SIGTERM, finalizers, SIGKILL.",
    description = {
      "",
      "Kills the active tasks whose id matches. A task's runner is asked to end it; if it has none"
          + " any more, one is started that takes the task over as it was begun. It returns when"
          + " nothing of the tasks is alive and that is recorded.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the tasks are over, or none matched",
      "1:a task could not be ended, or not within its time",
      "64:the command line cannot be understood",
      "66:a root that was given does not exist, or cannot be read",
      "69:the runner's program cannot be found"
    })
final class KillCommand implements Callable<Integer> {
  private final Output output;

  @Mixin private StopOptions options = new StopOptions();

  KillCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() throws CommandException, InterruptedException {
    StopWish wish = options.wish(TaskState.KILLED);
    return new StopTasks(output).stop(options.tasks(output), wish, "Killing");
  }
}
