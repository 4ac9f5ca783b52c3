package org.thermos.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.thermos.process.BrokerEvent.Parentage;

/** Events as they come over the wire. */
final class Events {
  private Events() {}

  /**
   * @param directories by the broker's number for their watch
   */
  static BrokerEvent decode(Frame frame, Map<Integer, Path> directories) throws IOException {
    return switch (frame.type()) {
      case Wire.EXITED ->
          new BrokerEvent.Exited(
              frame.i32(),
              new ExitStatus(frame.i32()),
              frame.u8() == 0 ? Parentage.OWN : Parentage.STRAY);
      case Wire.GONE -> new BrokerEvent.Gone(new ProcessIdentity(frame.i32(), frame.i64()));
      case Wire.CHANGED -> new BrokerEvent.Changed(directories.get(frame.i32()), frame.string());
      case Wire.TIMER_FIRED -> new BrokerEvent.TimerFired();
      case Wire.ECHOED -> new BrokerEvent.Echoed(frame.i32());
      case Wire.RESULT -> new BrokerEvent.CommandEnded(frame.i32(), result(frame));
      case Wire.COMPLAINT -> new BrokerEvent.Complaint(frame.i32(), frame.string());
      case Wire.RECORDED -> new BrokerEvent.Recorded(frame.i32());
      case Wire.WARNING -> new BrokerEvent.Warning(frame.string());
      case Wire.METERED -> metered(frame.i32(), frame.i64(), frame.i32());
      case Wire.METER_ENDED -> new BrokerEvent.MeterEnded(new ExitStatus(frame.i32()));
      default ->
          throw new IOException(
              "unable to understand an event of the broker: its type is " + frame.type());
    };
  }

  private static CommandResult result(Frame frame) throws IOException {
    int end = frame.u8();
    ExitStatus status = new ExitStatus(frame.i32());
    String output = frame.block();
    return switch (end) {
      case Wire.RUN_ENDED -> new CommandResult.Ended(status, output);
      case Wire.RUN_TIMED_OUT -> new CommandResult.TimedOut(output);
      case Wire.RUN_NOT_STARTED -> new CommandResult.NotRun(output);
      default ->
          throw new IOException("unable to understand how a command ended: its end is " + end);
    };
  }

  private static BrokerEvent.Metered metered(int subject, long used, int flags) {
    return new BrokerEvent.Metered(subject, used, (flags & 1) != 0, (flags & 2) != 0);
  }
}
