package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.thrift.protocol.TType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class RecordCodecTest {
  @Test
  void aTaskStatusHasTheBytesOfTheOriginal() {
    byte[] payload =
        HexFormat.of()
            .parseHex(
                "0c0003"
                    + "08000100000000"
                    + "0a0002000001a1fedf4548"
                    + "08000300002a0f"
                    + "08000400000000"
                    + "00"
                    + "00");

    assertThat(
            RecordCodec.encode(
                new TaskStatus(TaskState.ACTIVE, Instant.ofEpochMilli(0x1a1fedf4548L), 0x2a0f, 0)))
        .isEqualTo(payload);
  }

  @ParameterizedTest
  @EnumSource(ProcessState.class)
  void everyProcessStateComesBack(ProcessState state) throws Exception {
    ProcessStatus status = Records.process(5, "p", state);

    assertThat(RecordCodec.decode(RecordCodec.encode(status))).isEqualTo(status);
  }

  @ParameterizedTest
  @EnumSource(TaskState.class)
  void everyTaskStateComesBack(TaskState state) throws Exception {
    assertThat(RecordCodec.decode(RecordCodec.encode(Records.task(state))))
        .isEqualTo(Records.task(state));
  }

  @Test
  void fieldsMayComeInAnyOrderAndUnknownOnesAreSkipped() throws Exception {
    byte[] payload =
        struct(
            2,
            out -> {
              i32(out, 5, 2);
              field(out, TType.LIST, 77);
              out.writeByte(TType.STRUCT);
              out.writeInt(1);
              string(out, 1, "of the future");
              out.writeByte(TType.STOP);
              i32(out, 7, 4711);
              string(out, 2, "retired");
              string(out, 3, "p");
              field(out, TType.DOUBLE, 6);
              out.writeDouble(1.5);
              i64(out, 1, 9);
            });

    assertThat(RecordCodec.decode(payload))
        .isEqualTo(ProcessStatus.running(9, "p", 4711, Instant.ofEpochMilli(1500)));
  }

  @Test
  void oldHeadersHaveNoLogDirectoryAndNoUid() throws Exception {
    byte[] payload = struct(1, RecordCodecTest::oldHeader);

    assertThat(RecordCodec.decode(payload))
        .isEqualTo(
            new RunnerHeader(
                "old",
                Instant.ofEpochMilli(7),
                Path.of("/sandbox"),
                "host",
                "user",
                Map.of(),
                Optional.empty(),
                OptionalInt.empty()));
  }

  @Test
  void whatIsNoRecordIsInvalid() throws Exception {
    assertInvalid(new byte[] {TType.STOP}, "Empty record");
    assertInvalid(struct(4, out -> {}), "Empty record");
    assertInvalid(struct(2, out -> {}), "The process status has no seq");
    assertInvalid(struct(3, out -> i32(out, 1, 0)), "The task status has no timestamp_ms");
    assertInvalid(struct(1, out -> {}), "The header has no task_id");
    assertInvalid(
        struct(
            2,
            out -> {
              i64(out, 1, 0);
              string(out, 3, "p");
              i32(out, 5, 7);
            }),
        "The process status has no state known to this version");
    assertInvalid(
        struct(
            1,
            out -> {
              oldHeader(out);
              string(out, 7, "a\0b");
            }),
        "The log_dir is not a path");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1e300, 1e11})
  void absurdTimesAreInvalid(double time) throws Exception {
    assertInvalid(
        struct(
            2,
            out -> {
              i64(out, 1, 0);
              string(out, 3, "p");
              i32(out, 5, 1);
              field(out, TType.DOUBLE, 11);
              out.writeDouble(time);
            }),
        "The fork_time is not a time");
  }

  @Test
  void bytesLeftOverAreMalformed() {
    byte[] payload = RecordCodec.encode(Records.task(TaskState.ACTIVE));
    byte[] longer = java.util.Arrays.copyOf(payload, payload.length + 1);

    CorruptRecordException problem = malformed(longer);

    assertThat(problem).hasMessageContaining("left over");
    assertThat(problem.offset()).isEqualTo(payload.length);
  }

  @Test
  void aMapThatClaimsToBeHugeIsMalformedAndCostsNothing() throws Exception {
    for (byte type : new byte[] {TType.STRING, TType.STOP, TType.STRUCT, TType.BOOL}) {
      byte[] payload =
          struct(
              1,
              out -> {
                oldHeader(out);
                field(out, TType.MAP, 6);
                out.writeByte(type);
                out.writeByte(type);
                out.writeInt(Integer.MAX_VALUE);
              });
      malformed(payload);
    }
  }

  @Test
  void negativeAndExcessiveSizesAreMalformed() throws Exception {
    for (int size : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1000}) {
      malformed(
          struct(
              2,
              out -> {
                field(out, TType.STRING, 3);
                out.writeInt(size);
              }));
      malformed(
          struct(
              2,
              out -> {
                field(out, TType.LIST, 99);
                out.writeByte(TType.I64);
                out.writeInt(size);
              }));
    }
  }

  @Test
  void endlessNestingIsMalformed() throws Exception {
    byte[] payload =
        struct(
            2,
            out -> {
              for (int depth = 0; depth < 300_000; depth++) {
                field(out, TType.STRUCT, 99);
              }
            });

    malformed(payload);
  }

  @Test
  void aRecordTooLongForAFrameIsNotEncoded() {
    String name = "x".repeat(RecordCodec.MAX_PAYLOAD);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> RecordCodec.encode(ProcessStatus.waiting(0, name)))
        .withMessageContaining("limit");
  }

  @Test
  void portsAreWrittenInTheOrderOfTheirNames() {
    RunnerHeader one = headerWith(Map.of("a", 1L, "b", 2L, "c", 3L));
    Map<String, Long> other = new java.util.LinkedHashMap<>();
    for (String name : List.of("c", "a", "b")) {
      other.put(name, one.ports().get(name));
    }

    assertThat(RecordCodec.encode(headerWith(other))).isEqualTo(RecordCodec.encode(one));
  }

  private static RunnerHeader headerWith(Map<String, Long> ports) {
    return new RunnerHeader(
        "t", Records.NOON, Path.of("/s"), "h", "u", ports, Optional.empty(), OptionalInt.empty());
  }

  private static void assertInvalid(byte[] payload, String message) {
    CorruptRecordException problem =
        catchThrowableOfType(CorruptRecordException.class, () -> RecordCodec.decode(payload));
    assertThat(problem).hasMessageStartingWith(message);
  }

  private static CorruptRecordException malformed(byte[] payload) {
    CorruptRecordException problem =
        catchThrowableOfType(CorruptRecordException.class, () -> RecordCodec.decode(payload));
    assertThat(problem).isNotNull();
    assertThat(problem).hasMessageStartingWith("Cannot decode the record after ");
    return problem;
  }

  private interface Fields {
    void writeTo(DataOutputStream out) throws IOException;
  }

  /** A record whose only member is a struct with these fields. */
  private static byte[] struct(int member, Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    field(out, TType.STRUCT, member);
    fields.writeTo(out);
    out.writeByte(TType.STOP);
    out.writeByte(TType.STOP);
    return bytes.toByteArray();
  }

  private static void oldHeader(DataOutputStream out) throws IOException {
    string(out, 1, "old");
    i64(out, 2, 7);
    string(out, 3, "/sandbox");
    string(out, 4, "host");
    string(out, 5, "user");
  }

  private static void field(DataOutputStream out, byte type, int id) throws IOException {
    out.writeByte(type);
    out.writeShort(id);
  }

  private static void i32(DataOutputStream out, int id, int value) throws IOException {
    field(out, TType.I32, id);
    out.writeInt(value);
  }

  private static void i64(DataOutputStream out, int id, long value) throws IOException {
    field(out, TType.I64, id);
    out.writeLong(value);
  }

  private static void string(DataOutputStream out, int id, String value) throws IOException {
    field(out, TType.STRING, id);
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
