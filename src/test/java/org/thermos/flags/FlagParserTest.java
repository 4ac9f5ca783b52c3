package org.thermos.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagParserTest {
  private static final Flag TASK_ID = Flag.value("task_id", "id of the task");
  private static final Flag LOG_DIR = Flag.value("log_dir", "/var/tmp", "where the log goes");
  private static final Flag PORT = Flag.repeated("port", "a named port");
  private static final Flag CHROOT = Flag.toggle("enable_chroot", "chroot into the sandbox");

  private final FlagParser parser =
      new FlagParser("program", List.of(TASK_ID, LOG_DIR, PORT, CHROOT));

  @ParameterizedTest
  @CsvSource({"--task_id=a=b,a=b", "--task-id=x,x", "--task_id=,"})
  void readsAValueUnderEitherSpelling(String argument, String expected) throws Exception {
    assertThat(parser.parse(argument).get(TASK_ID).orElse(null)).isEqualTo(expected);
  }

  @Test
  void readsSeparateValuesRepeatsAndSwitches() throws Exception {
    FlagValues values = parser.parse("--port", "a:1", "--enable-chroot", "--port=b:2");

    assertThat(values.all(PORT)).containsExactly("a:1", "b:2");
    assertThat(values.isSet(CHROOT)).isTrue();
    assertThat(values.get(LOG_DIR)).contains("/var/tmp");
    assertThat(values.get(TASK_ID)).isEmpty();
  }

  @Test
  void theLastOfTwoValuesCounts() throws Exception {
    assertThat(parser.parse("--task_id=a", "--task-id=b").require(TASK_ID)).isEqualTo("b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--task_ids=3|cannot use --task_ids: no such flag; did you mean --task_id?",
        "--zzzzzzzzzzzz|cannot use --zzzzzzzzzzzz: no such flag, see --help",
        "word|cannot use argument 'word': program takes only flags, see --help",
        "--|cannot use argument '--': program takes only flags, see --help",
        "--task_id|cannot use --task_id: its value is missing",
        "--enable_chroot=yes|cannot use --enable_chroot=yes: --enable_chroot takes no value",
      })
  void refusesWhatItCannotObey(String argument, String message) {
    assertThatThrownBy(() -> parser.parse(argument))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void namesWhatIsRequiredAndWhatIsNotANumber() throws Exception {
    FlagValues values = parser.parse("--log_dir=many");

    assertThatThrownBy(() -> values.require(TASK_ID))
        .hasMessage("cannot start: --task_id is required");
    assertThatThrownBy(() -> values.getInt(LOG_DIR))
        .hasMessage("cannot use --log_dir=many: it is not a whole number");
  }

  @Test
  void helpListsEveryFlagWithItsDefault() {
    assertThat(parser.help())
        .isEqualTo(
            """
            usage: program [--flag=value]...

              --task_id=VALUE  id of the task
              --log_dir=VALUE  where the log goes (default /var/tmp)
              --port=VALUE...  a named port
              --enable_chroot  chroot into the sandbox
            """);
  }
}
