package org.thermos.process;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;

/**
 * The native process at this JVM's side, which does what a JVM cannot, and the one place where the
 * JVM waits.
 *
 * <p>Owned by one thread, which makes the requests and takes the events; a request waits for its
 * answer and keeps the events that come before it. Only {@link #echo} may be called by any thread.
 * The broker, and with it every lock, ends when the JVM does, however that happens; coordinators
 * and programs go on.
 */
public final class Broker implements Closeable {
  /**
   * Set by {@code thermos-native launch} to the descriptors of events and commands; no process that
   * the broker starts gets it.
   */
  static final String VARIABLE = "THERMOS_BROKER";

  private static final int EPERM = 1;
  private static final int ESRCH = 3;
  private static final int EAGAIN = 11;

  private final DataInputStream events;
  private final OutputStream commands;
  private final Queue<BrokerEvent> pending = new ArrayDeque<>();
  private final Map<Integer, Path> directories = new HashMap<>();
  private int lastRequest;
  private boolean closed;

  private Broker(InputStream events, OutputStream commands) throws IOException {
    this.events = new DataInputStream(new BufferedInputStream(events, 4096));
    this.commands = commands;
    Frame hello = Frame.read(this.events);
    int version = hello.type() == Wire.HELLO ? hello.i32() : -1;
    if (version != Wire.VERSION) {
      throw new IOException(
          "unable to talk to the broker: its language is " + version + ", ours " + Wire.VERSION);
    }
  }

  /**
   * The broker that {@code thermos-native launch} put at this JVM's side.
   *
   * @throws IllegalStateException if it was not started that way
   */
  public static Broker inherited() throws IOException {
    String descriptors = System.getenv(VARIABLE);
    int comma = descriptors == null ? -1 : descriptors.indexOf(',');
    if (comma < 0) {
      throw new IllegalStateException(
          "unable to find the broker: start this program through thermos-native launch --");
    }
    return new Broker(
        new FileInputStream("/proc/self/fd/" + descriptors.substring(0, comma)),
        new FileOutputStream("/proc/self/fd/" + descriptors.substring(comma + 1)));
  }

  /** A new broker. Its console is this JVM's standard error. */
  public static Broker start(Path binary) throws IOException {
    return start(
        new ProcessBuilder(binary.toString(), "broker", "0", "1")
            .redirectError(ProcessBuilder.Redirect.INHERIT));
  }

  static Broker start(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    return new Broker(process.getInputStream(), process.getOutputStream());
  }

  /**
   * Takes the exclusive flock on a file, which is made if it is missing, and keeps it until {@link
   * #unlock} or the end of this JVM.
   *
   * @param patience how long to wait for another process to let go of it
   * @throws LockBusyException if another process has it all that time
   * @throws NativeException if the file cannot be opened for writing
   */
  public void lock(Path file, Duration patience) throws IOException {
    int request = nextRequest();
    request(
        request,
        new FrameWriter(Wire.LOCK, request).string(file.toString()).i32(milliseconds(patience)));
  }

  /** Lets go of a lock. */
  public void unlock(Path file) throws IOException {
    int request = nextRequest();
    request(request, new FrameWriter(Wire.UNLOCK, request).string(file.toString()));
  }

  /**
   * The process that has the flock on an existing file: empty if none has, or if it is in a pid
   * namespace out of sight.
   */
  public OptionalInt lockHolder(Path file) throws IOException {
    int request = nextRequest();
    int pid = request(request, new FrameWriter(Wire.HOLDER, request).string(file.toString())).i32();
    return pid == 0 ? OptionalInt.empty() : OptionalInt.of(pid);
  }

  /**
   * Forks a coordinator, which goes its own way from here on: what becomes of the run is in its
   * checkpoint, and {@link BrokerEvent.Exited} tells when it has ended, see {@link CoordinatorEnd}.
   */
  public ProcessIdentity launch(CoordinatorSpec spec) throws IOException {
    int request = nextRequest();
    return identity(request(request, SpecFrames.launch(request, spec)));
  }

  /**
   * Starts a program; {@link BrokerEvent.Exited} tells of its end.
   *
   * @throws NativeException if it cannot be executed
   */
  public ProcessIdentity spawn(ProgramSpec spec) throws IOException {
    int request = nextRequest();
    return identity(request(request, SpecFrames.spawn(request, spec)));
  }

  /**
   * Runs a short program to its end, which {@link BrokerEvent.CommandEnded} tells of.
   *
   * @return its keeper, which ends when the program and all that it started are dead, and which
   *     kills these when the broker ends
   * @throws NativeException if there is no process to be had for it; that it cannot be executed is
   *     a result
   */
  public ProcessIdentity run(CommandSpec spec) throws IOException {
    int request = nextRequest();
    int timeout = milliseconds(spec.timeout());
    return identity(request(request, SpecFrames.run(request, spec, timeout)));
  }

  /** Signals exactly this process, never one that has its number by now. */
  public SignalResult signal(ProcessIdentity process, Signal signal) throws IOException {
    int request = nextRequest();
    try {
      request(request, SpecFrames.identity(Wire.SIGNAL, request, process).i32(signal.number()));
      return SignalResult.DELIVERED;
    } catch (NativeException e) {
      if (e.errno() == ESRCH) {
        return SignalResult.GONE;
      }
      if (e.errno() == EPERM) {
        return SignalResult.FORBIDDEN;
      }
      throw e;
    }
  }

  /**
   * Ends a coordinator, its session and all that descends from it with SIGKILL; also if it is dead
   * itself and only members of its session live. Takes at most a second.
   *
   * @return the pids still alive afterwards, at most 64 of them; usually none. Where the processes
   *     could not be looked at, for lack of descriptors, the root is taken to be alive
   */
  public List<Integer> killTree(TreeRoot root) throws IOException {
    int request = nextRequest();
    Frame reply =
        request(
            request,
            SpecFrames.identity(Wire.KILL_TREE, request, root.process()).i64(root.lastAlive()));
    List<Integer> left = new ArrayList<>();
    for (int count = reply.i32(); count > 0; count--) {
      left.add(reply.i32());
    }
    return left;
  }

  /** The same for a process that is there. */
  public List<Integer> killTree(ProcessIdentity process) throws IOException {
    return killTree(TreeRoot.present(process));
  }

  /**
   * Asks for {@link BrokerEvent.Gone} once a process that is not the broker's child has ended; at
   * once if it already has.
   */
  public void watchExit(ProcessIdentity process) throws IOException {
    int request = nextRequest();
    request(request, SpecFrames.identity(Wire.WATCH_PID, request, process));
  }

  /**
   * Asks for {@link BrokerEvent.Changed} whenever a file of this directory (not below it) is made,
   * moved in or written to. Where inotify is not to be had, changes are noticed a fraction of a
   * second later, and {@link BrokerEvent.Warning} says so once.
   *
   * <p>What this broker's coordinators write {@link BrokerEvent.Recorded} tells of without it.
   */
  public void watchDirectory(Path directory) throws IOException {
    int request = nextRequest();
    int watch =
        request(
                request,
                new FrameWriter(Wire.WATCH_DIRECTORY, request).string(directory.toString()))
            .i32();
    directories.put(watch, directory);
  }

  /** Takes back what {@link #watchDirectory} asked for; what was on its way still arrives. */
  public void forgetDirectory(Path directory) throws IOException {
    List<Integer> watches =
        directories.entrySet().stream()
            .filter(watch -> watch.getValue().equals(directory))
            .map(Map.Entry::getKey)
            .toList();
    for (int watch : watches) {
      int request = nextRequest();
      request(request, new FrameWriter(Wire.FORGET_DIRECTORY, request).i32(watch));
      directories.remove(watch);
    }
  }

  /**
   * Asks for {@link BrokerEvent.Metered} about the disk that the files below some directories take
   * together, counted as a walk without following links counts it (health 7.10). They are measured
   * by a process of their own, one for all subjects of this broker, which ends with it.
   *
   * @param subject the caller's number for it, other than 0; one that is in use is measured anew
   * @param directories absolute and without symbolic links; no directory in two subjects
   * @param limitBytes crossing it is told at once
   * @param verification how often everything may be walked, if anything on the file system has
   *     changed, to find writes that the kernel does not tell of
   */
  public void meter(
      int subject, Collection<Path> directories, long limitBytes, Duration verification)
      throws IOException {
    int request = nextRequest();
    request(
        request,
        new FrameWriter(Wire.METER, request)
            .i32(subject)
            .i32(milliseconds(verification))
            .i64(limitBytes)
            .strings(directories.stream().map(Path::toString).toList()));
  }

  /** Takes back what {@link #meter} asked for; what was on its way still arrives. */
  public void stopMeter(int subject) throws IOException {
    meter(subject, List.of(), 0, Duration.ZERO);
  }

  /**
   * Asks for one {@link BrokerEvent.TimerFired}, in place of any that was asked for before. Rounded
   * up to milliseconds.
   */
  public void wakeAfter(Duration delay) throws IOException {
    send(new FrameWriter(Wire.TIMER, 0).i32(Math.max(1, milliseconds(delay))));
  }

  /** Takes back what {@link #wakeAfter} asked for. */
  public void cancelWake() throws IOException {
    send(new FrameWriter(Wire.TIMER, 0).i32(0));
  }

  /**
   * Makes an event: how another thread, such as a signal's, wakes the owner of this broker. Any
   * thread.
   */
  public void echo(int value) throws IOException {
    send(new FrameWriter(Wire.ECHO, 0).i32(value));
  }

  /** Whether {@link #next} has an event at hand, so that it would not wait. */
  public boolean hasNext() throws IOException {
    return !pending.isEmpty() || closed || events.available() > 0;
  }

  /** Waits for the next event. */
  public BrokerEvent next() throws IOException {
    if (!pending.isEmpty()) {
      return pending.remove();
    }
    try {
      return closed ? new BrokerEvent.Closed() : Events.decode(Frame.read(events), directories);
    } catch (EOFException e) {
      closed = true;
      return new BrokerEvent.Closed();
    }
  }

  /** Ends the broker; its locks go, coordinators and programs stay. */
  @Override
  public void close() throws IOException {
    closed = true;
    try {
      send(new FrameWriter(Wire.QUIT, 0));
      // Its end of file says that the locks are free.
      events.transferTo(OutputStream.nullOutputStream());
      commands.close();
    } catch (IOException e) {
      // It is gone already.
    }
    events.close();
  }

  private int nextRequest() {
    return ++lastRequest;
  }

  private Frame request(int request, FrameWriter command) throws IOException {
    send(command);
    try {
      while (true) {
        Frame frame = Frame.read(events);
        if (frame.request() != request) {
          pending.add(Events.decode(frame, directories));
        } else if (frame.type() == Wire.REFUSED) {
          throw refusal(frame);
        } else {
          return frame;
        }
      }
    } catch (EOFException e) {
      closed = true;
      throw new IOException("unable to get an answer of the broker: it is gone", e);
    }
  }

  private void send(FrameWriter command) throws IOException {
    byte[] frame = command.frame();
    synchronized (commands) {
      commands.write(frame);
      commands.flush();
    }
  }

  private static NativeException refusal(Frame frame) throws IOException {
    int errno = frame.i32();
    int holder = frame.i32();
    String text = frame.string();
    return errno == EAGAIN
        ? new LockBusyException(errno, holder, text)
        : new NativeException(errno, text);
  }

  private static ProcessIdentity identity(Frame frame) throws IOException {
    return new ProcessIdentity(frame.i32(), frame.i64());
  }

  private static int milliseconds(Duration duration) {
    long milliseconds = duration.plusNanos(999_999).toMillis();
    return (int) Math.max(0, Math.min(milliseconds, Integer.MAX_VALUE));
  }
}
