package org.thermos.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.function.Consumer;
import org.thermos.process.Signal;
import org.thermos.process.UnixSignals;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ScopeType;

/** The program {@code thermos} (observer-cli 8.7). */
@Command(
    name = "thermos",
    header = "Looks at Thermos tasks, and runs them on this machine.",
    description = "",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Options may be written with dashes or underscores. 'thermos COMMAND --help' says more."
    })
public final class ThermosCommand {
  private ThermosCommand() {}

  public static void main(String[] arguments) {
    Output output =
        new Output(
            writer(new FileOutputStream(FileDescriptor.out)),
            writer(new FileOutputStream(FileDescriptor.err)),
            ZoneId.systemDefault(),
            Ansi.AUTO);
    System.exit(run(output, ThermosCommand::onStopSignals, arguments));
  }

  /**
   * Runs one command and answers its exit code.
   *
   * @param stopSignals is handed what to do when the user wants a long command to end
   */
  static int run(Output output, Consumer<Runnable> stopSignals, String... arguments) {
    int exitCode = commandLine(output, stopSignals).execute(withDashes(arguments));
    if (output.out().checkError()) {
      output.complain("cannot write to standard output");
      return ExitCode.IO_ERROR;
    }
    return exitCode;
  }

  private static CommandLine commandLine(Output output, Consumer<Runnable> stopSignals) {
    Complaints complaints = new Complaints(output);
    return new CommandLine(new ThermosCommand())
        .addSubcommand(new KillCommand(output))
        .addSubcommand(new LoseCommand(output))
        .addSubcommand(new ReadCommand(output))
        .addSubcommand(new InspectCommand(output))
        .addSubcommand(new ResolveCommand(output))
        .addSubcommand(
            new CommandLine(new LocalCommand())
                .addSubcommand(new LocalRunCommand(output, stopSignals))
                .addSubcommand(new HelpCommand()))
        .addSubcommand(new HelpCommand())
        .registerConverter(PortOption.class, new PortOption.Converter())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(complaints)
        .setExecutionExceptionHandler(complaints)
        .setOut(output.out())
        .setErr(output.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(output.ansi()));
  }

  private static void onStopSignals(Runnable action) {
    UnixSignals.handle(Signal.INTERRUPT, action);
    UnixSignals.handle(Signal.TERMINATE, action);
  }

  /** The original spells options with underscores. */
  private static String[] withDashes(String[] arguments) {
    return Arrays.stream(arguments).map(ThermosCommand::withDashes).toArray(String[]::new);
  }

  private static String withDashes(String argument) {
    if (!argument.startsWith("--")) {
      return argument;
    }
    int equals = argument.indexOf('=');
    int end = equals < 0 ? argument.length() : equals;
    return argument.substring(0, end).replace('_', '-') + argument.substring(end);
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
  }
}
