package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.process.CoordinatorSpec.Root;
import org.thermos.process.CoordinatorSpec.StandardInput;
import org.thermos.process.ProgramSpec.ProcessGroup;

/**
 * What is no frame is answered with a refusal or the broker's end, and AddressSanitizer and UBSan
 * stay silent.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MalformedFramesTest {
  private static final int WRONG_USE = 100;
  private static final int EINVAL = 22;

  /** The requests of the samples that start a process. */
  private static final Set<Integer> STARTING = Set.of(1, 2, 12);

  @TempDir Path directory;

  /** Everything is done here: what a changed name makes beside it goes with its parent. */
  private Path nested;

  private Process broker;
  private DataInputStream events;

  @BeforeEach
  void start() throws Exception {
    nested = Files.createDirectory(directory.resolve("nested"));
    ProcessBuilder builder =
        new ProcessBuilder(Binaries.sanitized().toString(), "broker", "0", "1")
            .redirectError(directory.resolve("console").toFile());
    builder.environment().put("ASAN_OPTIONS", "exitcode=99");
    broker = builder.start();
    events = new DataInputStream(broker.getInputStream());
    assertThat(Frame.read(events).type()).isEqualTo(Wire.HELLO);
  }

  @AfterEach
  void end() throws Exception {
    broker.destroyForcibly().waitFor();
  }

  @Test
  void endsAtAnImpossibleLength() throws Exception {
    send(new byte[] {0x7f, 0, 0, 0, 1});

    assertThat(broker.waitFor()).isEqualTo(WRONG_USE);
    assertThat(directory.resolve("console"))
        .content()
        .contains("unable to read a command of 2130706432 bytes");
  }

  @Test
  void endsQuietlyInTheMiddleOfAFrame() throws Exception {
    send(new byte[] {0, 0, 1, 0, 1, 0, 0});
    broker.getOutputStream().close();

    assertThat(broker.waitFor()).isZero();
  }

  @Test
  void refusesAnUnknownCommand() throws Exception {
    send(new FrameWriter(77, 5).frame());

    Frame reply = Frame.read(events);
    assertThat(reply.type()).isEqualTo(Wire.REFUSED);
    assertThat(reply.request()).isEqualTo(5);
  }

  @Test
  void refusesTextsThatCouldNotBeUsedWhereTheyLie() throws Exception {
    byte[] inner = new FrameWriter(Wire.HOLDER, 1).string("/etc/passwd").frame();
    inner[inner.length - "/passwd".length() - 1] = 0;
    byte[] endless = new FrameWriter(Wire.HOLDER, 2).string("/etc/passwd").frame();
    endless[endless.length - 1] = 'x';
    for (byte[] frame : List.of(inner, endless)) {
      send(frame);
      Frame reply = Frame.read(events);
      assertThat(reply.type()).isEqualTo(Wire.REFUSED);
      assertThat(reply.i32()).isEqualTo(EINVAL);
    }
  }

  @Test
  void takesALaunchOfMegabytesAndFailsItWithTheReason() throws Exception {
    send(SpecFrames.launch(1, launch("true " + "x".repeat(5_000_000))).frame());
    assertThat(Frame.read(events).type()).isEqualTo(Wire.DONE);
    Frame event = Frame.read(events);
    while (event.type() != Wire.EXITED) {
      event = Frame.read(events);
    }

    // The kernel takes no argument that long; the original fails too, without telling.
    assertThat(Records.read(nested.resolve("coordinator.p")).get(2).getReturn_code())
        .isEqualTo(126);
    assertThat(nested.resolve("p/stderr")).content().contains("Argument list too long");
  }

  @Test
  void survivesFramesThatAreCutShort() throws Exception {
    for (byte[] whole : samples()) {
      for (int length = 9; length < whole.length; length++) {
        byte[] frame = Arrays.copyOf(whole, length);
        ByteBuffer.wrap(frame).putInt(length - Integer.BYTES);
        send(frame);
      }
    }
    assertStillObeys();
  }

  @Test
  void survivesFramesWithChangedBytes() throws Exception {
    Random random = new Random(20261121);
    List<byte[]> samples = samples();
    for (int i = 0; i < 3000; i++) {
      byte[] frame = samples.get(random.nextInt(samples.size())).clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        // Neither the length, nor the type: another command might mean a process that is not ours.
        frame[9 + random.nextInt(frame.length - 9)] = (byte) random.nextInt(256);
      }
      send(frame);
    }
    assertStillObeys();
  }

  private void assertStillObeys() throws IOException, InterruptedException {
    send(new FrameWriter(Wire.ECHO, 0).i32(4711).frame());
    // Also to the end of all that was started: it would still write where the test tidies up.
    Set<Integer> running = new HashSet<>();
    boolean obeyed = false;
    try {
      while (!obeyed || !running.isEmpty()) {
        Frame event = Frame.read(events);
        if (event.type() == Wire.DONE && STARTING.contains(event.request())) {
          running.add(event.i32());
        } else if (event.type() == Wire.EXITED) {
          running.remove(event.i32());
        } else if (event.type() == Wire.ECHOED) {
          obeyed = obeyed || event.i32() == 4711;
        }
      }
    } catch (EOFException e) {
      throw new AssertionError("the broker ended with " + broker.waitFor() + "\n" + console(), e);
    }
    broker.getOutputStream().close();
    assertThat(broker.waitFor()).as(console()).isZero();
    // Its coordinators report here too.
    assertThat(console()).doesNotContain("Sanitizer").doesNotContain("runtime error");
  }

  private String console() throws IOException {
    return Files.readString(directory.resolve("console"));
  }

  /** Not the killing of trees: a changed pid might be somebody's. */
  private List<byte[]> samples() throws IOException {
    List<byte[]> samples = new ArrayList<>();
    ProcessIdentity nobody = new ProcessIdentity(1, 1L << 60);
    samples.add(SpecFrames.launch(1, launch("true")).frame());
    samples.add(SpecFrames.spawn(2, program()).frame());
    samples.add(SpecFrames.run(12, command(), 1000).frame());
    samples.add(
        new FrameWriter(Wire.LOCK, 3).string(nested.resolve("lock").toString()).i32(0).frame());
    samples.add(new FrameWriter(Wire.UNLOCK, 4).string(nested.resolve("lock").toString()).frame());
    samples.add(new FrameWriter(Wire.HOLDER, 5).string(nested.resolve("lock").toString()).frame());
    samples.add(SpecFrames.identity(Wire.SIGNAL, 6, nobody).i32(0).frame());
    samples.add(SpecFrames.identity(Wire.WATCH_PID, 7, nobody).frame());
    samples.add(new FrameWriter(Wire.WATCH_DIRECTORY, 8).string(nested.toString()).frame());
    samples.add(new FrameWriter(Wire.TIMER, 9).i32(1).frame());
    samples.add(new FrameWriter(Wire.ECHO, 10).i32(1).frame());
    samples.add(
        new FrameWriter(Wire.METER, 11)
            .i32(1)
            .i32(1000)
            .i64(4096)
            .strings(List.of(nested.toString()))
            .frame());
    return samples;
  }

  private CoordinatorSpec launch(String commandLine) {
    return new CoordinatorSpec(
        nested.resolve("coordinator.p"),
        "p",
        0,
        List.of("/bin/bash", "-c", commandLine),
        Optional.of(nested),
        Root.HOST,
        Optional.empty(),
        Map.of("A", "b"),
        Optional.empty(),
        new LogSpec(nested, List.of("p"), LogSpec.Destination.FILE, new LogSpec.Rotate(1000, 2)),
        StandardInput.NULL_DEVICE,
        "thermos-coordinator malformed p");
  }

  private static ProgramSpec program() {
    return new ProgramSpec(
        List.of("/bin/true"),
        Map.of("A", "b"),
        Optional.of(Path.of("/")),
        ProcessGroup.OWN,
        Optional.empty(),
        Optional.empty());
  }

  private static CommandSpec command() {
    return new CommandSpec(
        List.of("/bin/true"),
        Map.of("A", "b"),
        Optional.of(Path.of("/")),
        Optional.empty(),
        Duration.ofSeconds(1));
  }

  private void send(byte[] frame) throws IOException {
    broker.getOutputStream().write(frame);
    broker.getOutputStream().flush();
  }
}
