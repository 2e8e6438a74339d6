package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** O7: what no event could ever match is said so, and not answered with nothing. */
class EventPatternTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[ | why   '[' is no type of event: small letters and dots | write one such as",
        "Leader.Lost | is no type of event | --type leader.lost",
        "leader.lots | why   no event is of type 'leader.lots' | did you mean leader.lost? there are",
        "gate.* | why   no event is of type 'gate.*' | fix   there are effect.resolved, ",
      })
  void aTypeOfEventThatThereIsNotIsExitTwo(String type, String why, String fix) {
    var ran = Shell.in(directory).run("events", "--type", type);
    assertEquals(2, ran.exit(), ran.err());
    assertTrue(ran.err().startsWith("error MK-CLI-001 meshkit events --type\n"), ran.err());
    assertTrue(ran.err().contains(why), ran.err());
    assertTrue(ran.err().contains(fix), ran.err());
  }

  /** One that there is, or a pattern that fits some, is asked for: here nobody answers. */
  @ParameterizedTest
  @ValueSource(strings = {"leader.lost", "member.*", "identity.*", "*", "*er.*"})
  void whatCouldMatchIsAsked(String type) {
    assertEquals(5, Shell.in(directory).run("events", "--type", type).exit());
  }
}
