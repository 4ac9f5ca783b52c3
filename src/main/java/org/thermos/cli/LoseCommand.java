package org.thermos.cli;

import java.util.concurrent.Callable;
import org.thermos.checkpoint.TaskState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code thermos lose}: what SIGUSR2 asks of a runner (runner 3.8). Not the original's. */
@Command(
    name = "lose",
    header = "End tasks at once and record them as lost.",
    description = {
      "",
      "Ends the active tasks whose id matches with SIGKILL, without finalizers, and records them as"
          + " LOST, so that a scheduler starts them anew. Otherwise like 'thermos kill'.",
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
final class LoseCommand implements Callable<Integer> {
  private final Output output;

  @Mixin private StopOptions options = new StopOptions();

  LoseCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() throws CommandException, InterruptedException {
    StopWish wish = options.wish(TaskState.LOST);
    return new StopTasks(output).stop(options.tasks(output), wish, "Losing");
  }
}
