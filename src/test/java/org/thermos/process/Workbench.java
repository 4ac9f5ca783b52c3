package org.thermos.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.thermos.process.BrokerEvent.Complaint;
import org.thermos.process.BrokerEvent.Exited;
import org.thermos.process.CoordinatorSpec.Root;
import org.thermos.process.CoordinatorSpec.ShellProfile;
import org.thermos.process.CoordinatorSpec.StandardInput;
import org.thermos.thrift.checkpoint.ProcessStatus;

/** A broker, a sandbox, a checkpoint and a console of their own, for one test. */
final class Workbench implements AutoCloseable {
  static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Longer than any wait of a test; tests of the timer itself set it anew. */
  private static final Duration PATIENCE = Duration.ofSeconds(50);

  /** How long a broker tries to kill what a child has left before it tells of that one's end. */
  static final Duration SWEEP = Duration.ofMillis(300);

  final Path directory;
  final Path sandbox;
  final Path checkpoint;
  final Path console;
  final Broker broker;
  final List<BrokerEvent> seen = new ArrayList<>();

  private final Path sanitizerReport;
  private final List<ProcessIdentity> launched = new ArrayList<>();

  Workbench(Path directory, Path binary, String... options) throws IOException {
    this(directory, List.of(), binary, options);
  }

  /**
   * @param launcher what becomes the broker, being handed its command line
   */
  Workbench(Path directory, List<String> launcher, Path binary, String... options)
      throws IOException {
    this.directory = directory.toRealPath();
    sandbox = Files.createDirectories(this.directory.resolve("sandbox"));
    checkpoint = this.directory.resolve("coordinator.p");
    console = this.directory.resolve("console");
    sanitizerReport = this.directory.resolve("sanitizer");
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of(binary.toString(), "broker"));
    command.addAll(List.of(options));
    command.addAll(List.of("0", "1"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(console.toFile());
    builder.environment().put("ASAN_OPTIONS", "log_path=" + sanitizerReport + ",exitcode=99");
    builder.environment().put("UBSAN_OPTIONS", "print_stacktrace=1,log_path=" + sanitizerReport);
    broker = Broker.start(builder);
    broker.wakeAfter(PATIENCE);
  }

  /** The usual: a bash command line in the sandbox, output to files. */
  Run run(String commandLine) {
    return new Run(commandLine);
  }

  /** Waits for the event, with the others kept in {@link #seen}, where it may already be. */
  <E extends BrokerEvent> E await(Class<E> type, Predicate<E> wanted) throws IOException {
    for (int next = 0; ; next++) {
      if (next == seen.size()) {
        seen.add(broker.next());
      }
      BrokerEvent event = seen.get(next);
      if (type.isInstance(event) && wanted.test(type.cast(event))) {
        return type.cast(event);
      }
      if (event instanceof BrokerEvent.Closed || event instanceof BrokerEvent.TimerFired) {
        throw new AssertionError(
            "waited in vain for " + type + ", saw " + seen + "\n" + Files.readString(console));
      }
    }
  }

  ExitStatus awaitExit(ProcessIdentity process) throws IOException {
    return await(Exited.class, exited -> exited.pid() == process.pid()).status();
  }

  List<String> complaints() {
    return seen.stream()
        .filter(Complaint.class::isInstance)
        .map(event -> ((Complaint) event).text())
        .toList();
  }

  List<ProcessStatus> records() throws IOException {
    return Records.read(checkpoint);
  }

  /** The last record, once there are so many. */
  ProcessStatus awaitRecord(int count) throws IOException {
    broker.watchDirectory(directory);
    while (!Files.exists(checkpoint) || records().size() < count) {
      awaitNew(changed -> changed.name().equals("coordinator.p"));
    }
    return records().get(count - 1);
  }

  String log(String name) throws IOException {
    return Files.readString(
        sandbox.resolve(".logs/p/0").resolve(name), StandardCharsets.ISO_8859_1);
  }

  /** Waits until a file below the sandbox has content. */
  String awaitFile(String name) throws IOException {
    broker.watchDirectory(sandbox);
    Path file = sandbox.resolve(name);
    while (!Files.exists(file) || Files.size(file) == 0) {
      awaitNew(changed -> changed.name().equals(name));
    }
    return Files.readString(file).trim();
  }

  ProcessIdentity awaitPid(String name) throws IOException {
    return new ProcessTable().find(Integer.parseInt(awaitFile(name))).orElseThrow().identity();
  }

  private void awaitNew(Predicate<BrokerEvent.Changed> wanted) throws IOException {
    int before = seen.size();
    await(BrokerEvent.Changed.class, changed -> seen.size() > before && wanted.test(changed));
  }

  int brokerPid() throws IOException {
    ProcessIdentity probe = broker.spawn(Programs.of("sleep", "1000"));
    int pid = new ProcessTable().find(probe.pid()).orElseThrow().parent();
    broker.signal(probe, Signal.KILL);
    awaitExit(probe);
    return pid;
  }

  static boolean isAlive(ProcessIdentity process) {
    try {
      return new ProcessTable()
          .find(process.pid())
          .filter(ProcessEntry::isAlive)
          .map(ProcessEntry::identity)
          .filter(process::equals)
          .isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    // With a broker of its own, because the test may have ended the other.
    try (Broker cleaner = Broker.start(NativeBinary.locate())) {
      for (ProcessIdentity coordinator : launched) {
        cleaner.killTree(coordinator);
      }
    }
    broker.close();
    try (var reports = Files.newDirectoryStream(directory, "sanitizer*")) {
      for (Path report : reports) {
        throw new AssertionError(Files.readString(report));
      }
    }
  }

  /** A run to be, with everything at its usual value. */
  final class Run {
    Path checkpoint = Workbench.this.checkpoint;
    String process = "p";
    List<String> command;
    long waitingSeq;
    Optional<Path> cwd = Optional.of(sandbox);
    Root root = Root.HOST;
    Optional<UserSwitch> userSwitch = Optional.empty();
    Map<String, String> environment = new LinkedHashMap<>(Map.of("PATH", PATH));
    Optional<ShellProfile> profile = Optional.empty();
    List<String> components = List.of(".logs", "p", "0");
    LogSpec.Destination destination = LogSpec.Destination.FILE;
    LogSpec.Mode mode = new LogSpec.Standard();

    private Run(String commandLine) {
      command = List.of("/bin/bash", "-c", commandLine);
    }

    CoordinatorSpec spec() {
      return new CoordinatorSpec(
          checkpoint,
          process,
          waitingSeq,
          command,
          cwd,
          root,
          userSwitch,
          environment,
          profile,
          new LogSpec(sandbox, components, destination, mode),
          StandardInput.NULL_DEVICE,
          "thermos-coordinator task p");
    }

    ProcessIdentity launch() throws IOException {
      ProcessIdentity coordinator = broker.launch(spec());
      launched.add(coordinator);
      return coordinator;
    }

    /** Launches it and waits for its end. */
    CoordinatorEnd toEnd() throws IOException {
      return CoordinatorEnd.of(awaitExit(launch()));
    }
  }
}
