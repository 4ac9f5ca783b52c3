package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class RecordCodecPropertyTest {
  @Property
  void everyRecordComesBack(@ForAll("records") CheckpointRecord record) throws Exception {
    assertThat(RecordCodec.decode(RecordCodec.encode(record))).isEqualTo(record);
  }

  @Property
  void whatComesBackHasTheSameBytes(@ForAll("records") CheckpointRecord record) throws Exception {
    byte[] payload = RecordCodec.encode(record);

    assertThat(RecordCodec.encode(RecordCodec.decode(payload))).isEqualTo(payload);
  }

  @Property
  void microsecondsSurviveTheDouble(@ForAll("times") Instant time) {
    Instant rounded = EpochSeconds.rounded(time);

    assertThat(EpochSeconds.toInstant(EpochSeconds.toDouble(rounded))).isEqualTo(rounded);
    assertThat(Duration.between(time, rounded).abs()).isLessThanOrEqualTo(Duration.ofNanos(500));
  }

  @Property(tries = 2000)
  void anyBytesAreARecordOrOneKindOfError(@ForAll byte[] bytes) {
    assertDecodesOrFails(bytes);
  }

  @Property(tries = 2000)
  void aRecordWithDamageIsARecordOrOneKindOfError(
      @ForAll("records") CheckpointRecord record, @ForAll int where, @ForAll byte what) {
    byte[] payload = RecordCodec.encode(record);
    payload[Math.floorMod(where, payload.length)] = what;
    assertDecodesOrFails(payload);
  }

  @Property
  void everyRecordHasOneLineOfPrintableText(@ForAll("records") CheckpointRecord record) {
    assertThat(RecordText.of(record)).matches("[ -~]+");
  }

  private static void assertDecodesOrFails(byte[] bytes) {
    try {
      assertThat(RecordCodec.decode(bytes)).isNotNull();
    } catch (CorruptRecordException e) {
      assertThat(e.offset()).isBetween(0, bytes.length);
      assertThat(e).message().isNotBlank();
    }
  }

  @Provide
  Arbitrary<Instant> times() {
    return Arbitraries.longs()
        .between(-2_000_000_000L, 4_000_000_000L)
        .flatMap(
            seconds ->
                Arbitraries.integers()
                    .between(0, 999_999_999)
                    .map(nanos -> Instant.ofEpochSecond(seconds, nanos)));
  }

  @Provide
  Arbitrary<CheckpointRecord> records() {
    return Arbitraries.oneOf(headers(), taskStatuses(), processStatuses());
  }

  private Arbitrary<CheckpointRecord> headers() {
    return Combinators.combine(
            text(),
            times(),
            paths(),
            text(),
            text(),
            Arbitraries.maps(text(), Arbitraries.longs()).ofMaxSize(5),
            paths().optional(),
            numbers())
        .as(RunnerHeader::new);
  }

  private Arbitrary<CheckpointRecord> taskStatuses() {
    return Combinators.combine(
            Arbitraries.of(TaskState.class),
            times(),
            Arbitraries.integers(),
            Arbitraries.integers())
        .as(TaskStatus::new);
  }

  private Arbitrary<CheckpointRecord> processStatuses() {
    return Combinators.combine(
            Combinators.combine(Arbitraries.longs(), text()).as(Tuple::of),
            Arbitraries.of(ProcessState.class),
            numbers(),
            times().optional(),
            numbers(),
            times().optional(),
            times().optional(),
            numbers())
        .as(
            (id, state, coordinator, fork, pid, start, stop, code) ->
                new ProcessStatus(
                    id.get1(), id.get2(), state, coordinator, fork, pid, start, stop, code));
  }

  /** Anything but half a surrogate pair, which UTF-8 does not have. */
  private static Arbitrary<String> text() {
    return Arbitraries.strings()
        .filter(text -> text.chars().noneMatch(c -> Character.isSurrogate((char) c)));
  }

  private static Arbitrary<Path> paths() {
    return text().map(text -> Path.of("/" + text.replace('\0', '0')));
  }

  private static Arbitrary<OptionalInt> numbers() {
    return Arbitraries.integers()
        .optional()
        .map(
            (Optional<Integer> number) ->
                number.isPresent() ? OptionalInt.of(number.get()) : OptionalInt.empty());
  }
}
