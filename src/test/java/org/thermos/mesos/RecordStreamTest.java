package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.http.ChunkedInputStream;
import org.thermos.http.HttpFormatException;
import org.thermos.http.SplitInputStream;

/** Records inside chunks: neither the reads of a socket nor the chunks need to fit the records. */
class RecordStreamTest {

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] records(List<byte[]> records) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] record : records) {
      out.writeBytes(ascii(record.length + "\n"));
      out.writeBytes(record);
    }
    return out.toByteArray();
  }

  private static byte[] chunks(byte[] bytes, int... sizes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int from = 0;
    for (int i = 0; from < bytes.length; i++) {
      int size = Math.min(sizes[i % sizes.length], bytes.length - from);
      out.writeBytes(ascii(Integer.toHexString(size) + (i % 2 == 0 ? "\r\n" : ";name=value\r\n")));
      out.write(bytes, from, size);
      out.writeBytes(ascii("\r\n"));
      from += size;
    }
    out.writeBytes(ascii("0\r\nTrailer: x\r\n\r\n"));
    return out.toByteArray();
  }

  private static List<String> read(InputStream in) throws IOException {
    RecordReader reader = new RecordReader(in, 1000);
    List<String> records = new ArrayList<>();
    for (Optional<byte[]> r = reader.next(); r.isPresent(); r = reader.next()) {
      records.add(new String(r.get(), StandardCharsets.ISO_8859_1));
    }
    return records;
  }

  private static List<String> read(String bytes) throws IOException {
    return read(new ByteArrayInputStream(ascii(bytes)));
  }

  @Property
  void recordsComeOutWholeHoweverTheyAreSplit(
      @ForAll List<byte[]> records,
      @ForAll @NotEmpty @Size(max = 5) List<@IntRange(min = 1, max = 40) Integer> chunkSizes,
      @ForAll @NotEmpty @Size(max = 5) List<@IntRange(min = 1, max = 40) Integer> readSizes)
      throws IOException {
    byte[] wire = chunks(records(records), chunkSizes.stream().mapToInt(i -> i).toArray());
    InputStream in = new SplitInputStream(wire, readSizes.stream().mapToInt(i -> i).toArray());

    assertThat(read(new ChunkedInputStream(in)))
        .isEqualTo(records.stream().map(r -> new String(r, StandardCharsets.ISO_8859_1)).toList());
    assertThat(in.read()).as("the stream is left right after the last chunk").isEqualTo(-1);
  }

  @Test
  void aStreamCutAtAnyByteIsAnErrorUnlessItIsBetweenRecords() throws IOException {
    byte[] wire = records(List.of(ascii("first"), ascii("second one")));
    List<Integer> ends = List.of(0, 7, wire.length);
    for (int cut = 0; cut <= wire.length; cut++) {
      InputStream in = new ByteArrayInputStream(wire, 0, cut);
      if (ends.contains(cut)) {
        assertThat(read(in)).hasSize(ends.indexOf(cut));
      } else {
        assertThatThrownBy(() -> read(in)).as("cut at %s", cut).isInstanceOf(EOFException.class);
      }
    }
  }

  @Test
  void aChunkedStreamCutAtAnyByteIsAnError() {
    byte[] wire = chunks(ascii("some bytes"), 4);
    for (int cut = 0; cut < wire.length; cut++) {
      InputStream in = new ChunkedInputStream(new ByteArrayInputStream(wire, 0, cut));
      assertThatThrownBy(in::readAllBytes).as("cut at %s", cut).isInstanceOf(EOFException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\nx",
        "-1\nx",
        "+1\nx",
        "1 \nx",
        "x1\nx",
        "1\r\nx",
        "1001\n",
        "999999999999999999999999\n",
        "9223372036854775808\n",
        "111111111111111111111111111111111111",
        "{\"type\":\"SHUTDOWN\"}"
      })
  void aLengthThatIsNoneIsRefused(String bytes) {
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(HttpFormatException.class)
        .hasMessageStartingWith("Cannot read ");
  }

  @Test
  void anEmptyRecordIsARecord() throws IOException {
    assertThat(read("0\n2\nab")).containsExactly("", "ab");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        "x\r\n",
        "-1\r\nx",
        "0x1\r\nx",
        "1 x\r\nx",
        "1000000000000000\r\n",
        "1\r\nxy\r\n0\r\n\r\n"
      })
  void aChunkThatIsNoneIsRefused(String bytes) {
    InputStream in = new ChunkedInputStream(new ByteArrayInputStream(ascii(bytes)));
    assertThatThrownBy(in::readAllBytes)
        .isInstanceOf(HttpFormatException.class)
        .hasMessageStartingWith("Cannot read ");
  }

  @Test
  void headersOfChunksAndTrailersAreBounded() {
    for (String bytes : List.of("1;" + "x".repeat(2000), "0\r\n" + "a: b\r\n".repeat(5000))) {
      InputStream in = new ChunkedInputStream(new ByteArrayInputStream(ascii(bytes)));
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(HttpFormatException.class)
          .hasMessageContaining("too long");
    }
  }

  @Test
  void aHugeLengthAloneTakesNoMemory() {
    RecordReader reader =
        new RecordReader(
            new ByteArrayInputStream(ascii(RecordReader.RECORD_LIMIT + "\nfew")),
            RecordReader.RECORD_LIMIT);
    long before = allocated();
    assertThatThrownBy(reader::next)
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("after 3 of");
    assertThat(allocated() - before).isLessThan(8L * 1024 * 1024);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
