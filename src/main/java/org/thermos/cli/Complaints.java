package org.thermos.cli;

import java.util.List;
import java.util.Optional;
import org.thermos.flags.Spelling;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what went wrong: one line, no stack trace, and an exit code that tells what it was. */
final class Complaints implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final Output output;

  Complaints(Output output) {
    this.output = output;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    output.complain(reason(e) + " (see '" + name + " --help')");
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof CommandException refusal) {
      output.complain(refusal.getMessage());
      return refusal.exitCode();
    }
    output.complain("cannot go on: internal error: " + e);
    return ExitCode.SOFTWARE;
  }

  private static String reason(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return "cannot use these arguments: " + e.getMessage().replaceFirst("^Error: ", "");
    }
    CommandLine command = e.getCommandLine();
    String word = unmatched.getUnmatched().get(0);
    if (word.startsWith("-")) {
      String option = word.replaceFirst("=.*", "");
      return "cannot use " + option + ": no such option" + guess(option, options(command));
    }
    return command.getSubcommands().isEmpty()
        ? "cannot use '" + word + "': one argument too many"
        : "cannot run '"
            + word
            + "': no such command"
            + guess(word, List.copyOf(command.getSubcommands().keySet()));
  }

  private static List<String> options(CommandLine command) {
    return command.getCommandSpec().options().stream().map(option -> option.longestName()).toList();
  }

  private static String guess(String word, List<String> names) {
    Optional<String> nearest = Spelling.nearest(word, names);
    return nearest.map(name -> ", did you mean '" + name + "'?").orElse("");
  }
}
