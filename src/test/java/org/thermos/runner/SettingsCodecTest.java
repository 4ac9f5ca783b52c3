package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thermos.config.LoggerConfig;

class SettingsCodecTest {
  static final TaskSettings SETTINGS =
      new TaskSettings(
          Path.of("/root"),
          Path.of("/run/sandbox"),
          "www-data",
          33,
          true,
          Optional.of(Path.of("/usr/libexec/mesos/mesos-containerizer")),
          Optional.of("/mnt/mesos/sandbox"),
          Optional.of("/var/lib/mesos/run"),
          Optional.of("/usr/bin:/bin"),
          false,
          Map.of("http", 31000),
          Optional.of("host"),
          new LoggerDefaults(
              Optional.of(LoggerConfig.Destination.BOTH),
              Optional.of(LoggerConfig.Mode.ROTATE),
              OptionalInt.of(10),
              OptionalInt.of(3)),
          Duration.ofSeconds(60),
          Path.of("/var/tmp"),
          true);

  /** Files of this form are out there: a change has to be able to read them still. */
  private static final String LINE =
      "{\"checkpoint_root\":\"/root\",\"container_sandbox\":\"/mnt/mesos/sandbox\","
          + "\"enable_chroot\":true,\"hostname\":\"host\",\"kill_wait_secs\":60,"
          + "\"log_dir\":\"/var/tmp\","
          + "\"mesos_containerizer_path\":\"/usr/libexec/mesos/mesos-containerizer\","
          + "\"mesos_directory\":\"/var/lib/mesos/run\",\"path\":\"/usr/bin:/bin\","
          + "\"port\":{\"http\":31000},\"preserve_env\":false,"
          + "\"process_logger_destination\":\"both\",\"process_logger_mode\":\"rotate\","
          + "\"rotate_log_backups\":3,\"rotate_log_size_mb\":10,\"sandbox\":\"/run/sandbox\","
          + "\"task_reads_back\":true,\"uid\":33,\"user\":\"www-data\",\"version\":1}\n";

  @Test
  void writesOneLineWithTheNamesOfTheFlags() {
    assertThat(new String(SettingsCodec.encode(SETTINGS), StandardCharsets.UTF_8)).isEqualTo(LINE);
  }

  @Test
  void readsWhatItWroteAndIgnoresWhatItDoesNotKnow() throws Exception {
    String later = LINE.replace("{\"checkpoint_root\"", "{\"zone\":[1,{}],\"checkpoint_root\"");

    assertThat(SettingsCodec.decode(later.getBytes(StandardCharsets.UTF_8))).isEqualTo(SETTINGS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\":1 | \"version\":2 | they are of version 2",
        "\"uid\":33 | \"uid\":-1 | uid is not a number from 0",
        "\"uid\":33 | \"uid\":\"root\" | uid is not a number from 0",
        "\"uid\":33 | \"gid\":33 | uid is missing",
        "\"user\":\"www-data\" | \"user\":[] | user is not a string",
        "\"enable_chroot\":true | \"enable_chroot\":1 | enable_chroot is not true or false",
        "\"sandbox\":\"/run/sandbox\" | \"sandbox\":\"sandbox\" | sandbox is not an absolute path",
        "\"sandbox\":\"/run/sandbox\" | \"sandbox\":\"/\\u0000\" | sandbox is not an absolute path",
        "\"process_logger_mode\":\"rotate\" | \"process_logger_mode\":\"x\" | process_logger_mode is",
        "\"port\":{\"http\":31000} | \"port\":{\"http\":31000.5} | port is not a number",
      })
  void saysWhatMakesNoSense(String before, String after, String why) {
    byte[] content = LINE.replace(before, after).getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> SettingsCodec.decode(content))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(why);
  }

  @Property(tries = 300)
  void everythingComesBack(@ForAll("settings") TaskSettings settings) throws Exception {
    assertThat(SettingsCodec.decode(SettingsCodec.encode(settings))).isEqualTo(settings);
  }

  @Property(tries = 2000)
  void damageIsAnErrorOrOtherSettings(@ForAll int where, @ForAll byte what) {
    byte[] content = LINE.getBytes(StandardCharsets.UTF_8);
    content[Math.floorMod(where, content.length)] = what;
    try {
      assertThat(SettingsCodec.decode(content)).isNotNull();
    } catch (SettingsException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  @Provide
  Arbitrary<TaskSettings> settings() {
    Arbitrary<String> text = Arbitraries.strings().ofMinLength(1).ofMaxLength(20);
    Arbitrary<Path> paths =
        Arbitraries.strings().alpha().ofMinLength(1).map(name -> Path.of("/" + name));
    Arbitrary<Integer> numbers = Arbitraries.integers().greaterOrEqual(0);
    return Combinators.combine(
            paths,
            text,
            numbers,
            Arbitraries.of(true, false),
            paths.optional(),
            text.optional(),
            Arbitraries.maps(text, numbers).ofMaxSize(4))
        .as(
            (path, user, uid, chroot, containerizer, word, ports) ->
                new TaskSettings(
                    path,
                    path,
                    user,
                    uid,
                    chroot,
                    containerizer,
                    word,
                    word,
                    word,
                    !chroot,
                    ports,
                    word,
                    LoggerDefaults.NONE,
                    Duration.ofSeconds(uid),
                    path,
                    chroot));
  }
}
