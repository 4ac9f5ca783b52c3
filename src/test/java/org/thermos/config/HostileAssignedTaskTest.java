package org.thermos.config;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.thermos.config.ConfigException.Kind;

/**
 * Bytes that no scheduler sent: each is decoded or refused, in time and within the memory there is.
 */
class HostileAssignedTaskTest {
  private static final LaunchContext CONTEXT = new LaunchContext("id", "host", Map.of());

  private static byte[] reference() throws Exception {
    try (InputStream in =
        HostileAssignedTaskTest.class.getResourceAsStream(
            "/golden/assigned/bad_thrift_reference/assigned_task.bin")) {
      return in.readAllBytes();
    }
  }

  private static void resolveOrRefuse(byte[] data) {
    try {
      assertThat(Resolution.of(Assignment.decode(data, CONTEXT), "executor")).isNotNull();
    } catch (ConfigException e) {
      assertThat(e.getMessage()).startsWith("Could not deserialize ");
    }
  }

  @Test
  void cutAnywhere() throws Exception {
    byte[] data = reference();
    assertTimeoutPreemptively(
        ofSeconds(50),
        () -> {
          for (int length = 0; length < data.length; length++) {
            byte[] cut = Arrays.copyOf(data, length);
            assertThatThrownBy(() -> Assignment.decode(cut, CONTEXT))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("Could not deserialize task.")
                .extracting("kind")
                .isEqualTo(Kind.UNREADABLE);
          }
        });
  }

  @Test
  void withAnyByteChanged() throws Exception {
    byte[] data = reference();
    assertTimeoutPreemptively(
        ofSeconds(100),
        () -> {
          for (int i = 0; i < data.length; i++) {
            for (int change : new int[] {0xff, 0x80, 0x01, 0x0f}) {
              byte[] changed = data.clone();
              changed[i] ^= (byte) change;
              resolveOrRefuse(changed);
            }
          }
        });
  }

  @Property(tries = 2000)
  void anyBytes(@ForAll byte[] data) {
    resolveOrRefuse(data);
  }

  @Test
  void nestedWithoutEnd() {
    byte[] structs = new byte[3_000_000];
    for (int i = 0; i < structs.length; i += 3) {
      structs[i] = 12; // a struct, field 99
      structs[i + 2] = 99;
    }
    byte[] lists = new byte[5_000_000];
    lists[0] = 15; // a list, field 99
    lists[2] = 99;
    for (int i = 3; i + 5 <= lists.length; i += 5) {
      lists[i] = 15; // of lists, each of one
      lists[i + 4] = 1;
    }
    assertTimeoutPreemptively(
        ofSeconds(20),
        () -> {
          assertThatThrownBy(() -> Assignment.decode(structs, CONTEXT))
              .isInstanceOf(ConfigException.class);
          assertThatThrownBy(() -> Assignment.decode(lists, CONTEXT))
              .isInstanceOf(ConfigException.class);
        });
  }

  @Test
  void largerThanItIs() {
    for (int type : new int[] {11, 13, 14, 15}) {
      ByteBuffer data = ByteBuffer.allocate(16).put((byte) type).putShort((short) 5);
      if (type == 13) {
        data.put((byte) 11).put((byte) 8);
      } else if (type != 11) {
        data.put((byte) 2);
      }
      data.putInt(Integer.MAX_VALUE);
      assertThatThrownBy(() -> Assignment.decode(data.array(), CONTEXT))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("Could not deserialize task.");
    }
  }

  @Test
  void acceptsACommandLineOfFiveMegabytes() throws Exception {
    byte[] data = reference();
    String text = new String(data, StandardCharsets.ISO_8859_1);
    int command = text.indexOf("./svc -p");
    int length = text.indexOf("{\"") - 4;
    String filler = "x".repeat(5_000_000);
    byte[] large =
        (text.substring(0, command) + filler + text.substring(command))
            .getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer.wrap(large).putInt(length, ByteBuffer.wrap(data).getInt(length) + filler.length());
    assertTimeoutPreemptively(
        ofSeconds(20),
        () -> {
          Resolution resolution = Resolution.of(Assignment.decode(large, CONTEXT), "executor");
          assertThat(resolution.boundTask().task().processes().get(0).cmdline())
              .startsWith(filler + "./svc -p 31000");
        });
  }
}
