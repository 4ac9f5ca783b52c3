package org.thermos.process;

import java.io.IOException;
import org.thermos.process.CoordinatorSpec.Root;
import org.thermos.process.CoordinatorSpec.ShellProfile;
import org.thermos.process.CoordinatorSpec.StandardInput;
import org.thermos.process.ProgramSpec.ProcessGroup;

/** How specs look on the wire. */
final class SpecFrames {
  private SpecFrames() {}

  static FrameWriter launch(int request, CoordinatorSpec spec) throws IOException {
    LogSpec log = spec.log();
    LogSpec.Rotate rotate = log.mode() instanceof LogSpec.Rotate r ? r : null;
    return new FrameWriter(Wire.LAUNCH, request)
        .string(spec.checkpoint().toString())
        .string(spec.process())
        .i64(spec.waitingSeq())
        .strings(spec.command())
        .path(spec.directory())
        .u8(spec.root() == Root.CHROOT_TO_DIRECTORY ? 1 : 0)
        .u8(
            spec.userSwitch()
                .map(change -> change.moment() == UserSwitch.Moment.BEFORE_SPAWN ? 1 : 2)
                .orElse(0))
        .account(spec.userSwitch().map(UserSwitch::account))
        .environment(spec.environment())
        .path(spec.profile().map(ShellProfile::probe))
        .string(spec.profile().map(ShellProfile::bashEnv).orElse(""))
        .string(log.base().toString())
        .strings(log.components())
        .u8(destination(log.destination()))
        .u8(rotate == null ? 0 : 1)
        .i64(rotate == null ? 0 : rotate.limit())
        .i32(rotate == null ? 0 : rotate.backups())
        .u8(spec.standardInput() == StandardInput.INHERITED ? 1 : 0)
        .string(spec.title());
  }

  static FrameWriter spawn(int request, ProgramSpec spec) throws IOException {
    return new FrameWriter(Wire.SPAWN, request)
        .strings(spec.command())
        .environment(spec.environment())
        .path(spec.directory())
        .u8(spec.group() == ProcessGroup.OWN ? 1 : 0)
        .path(spec.output())
        .u8(spec.account().isPresent() ? 1 : 0)
        .account(spec.account());
  }

  static FrameWriter run(int request, CommandSpec spec, int timeoutMilliseconds)
      throws IOException {
    return new FrameWriter(Wire.RUN, request)
        .i32(timeoutMilliseconds)
        .strings(spec.command())
        .environment(spec.environment())
        .path(spec.directory())
        .u8(1)
        .string("")
        .u8(spec.account().isPresent() ? 1 : 0)
        .account(spec.account());
  }

  static FrameWriter identity(int type, int request, ProcessIdentity process) throws IOException {
    return new FrameWriter(type, request).i32(process.pid()).i64(process.startTicks());
  }

  private static int destination(LogSpec.Destination destination) {
    return switch (destination) {
      case FILE -> 0;
      case CONSOLE -> 1;
      case BOTH -> 2;
      case NONE -> 3;
    };
  }
}
