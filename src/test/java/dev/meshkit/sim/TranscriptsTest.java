package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** V24: what the cores do under a short schedule is kept, and read again when it changes. */
class TranscriptsTest {
  /** No seed finds it, as none begins with islands: so it is planted here alone. */
  private static final Mutant ISLANDS =
      new Mutant(
          "seeds are asked for entrance only",
          "gossip",
          "Healing.java",
          "var absent = absent(true);",
          "var absent = new ArrayList<>(absent(true)); absent.removeAll(seeds);",
          Scenario.GOSSIP_PARTITION,
          "GL1");

  @TempDir Path dir;

  /** Byte for byte; {@code make transcripts REWRITE=1} where a change of the cores is meant. */
  @Test
  void transcriptsReplayByteForByte() throws Exception {
    assertTrue(Transcripts.scripts(Transcripts.PLACE).size() >= 2);
    assertEquals("exit 0", run(Transcripts.PLACE, false));
    for (var script : Transcripts.scripts(Transcripts.PLACE)) {
      var end = Transcripts.text(script).lines().toList().getLast();
      assertTrue(end.endsWith(", passed"), () -> script + ": " + end);
    }
  }

  /** A transcript that differs in one byte is reported; rewriting writes the same each time. */
  @Test
  void oneByteIsADifferenceThatRewritingSettles() throws Exception {
    var script = Transcripts.scripts(Transcripts.PLACE).getFirst();
    Files.copy(script, dir.resolve("a.sim"));
    var kept = dir.resolve("a.txt");
    assertEquals("DIFFERENT " + kept + "\nexit 1", run(dir, false), "there is none");
    assertEquals("rewritten " + kept + "\nexit 0", run(dir, true));
    var first = Files.readString(kept);
    assertEquals("exit 0", run(dir, false));
    Files.writeString(kept, first.replaceFirst("trace .", "trace x"));
    assertEquals("DIFFERENT " + kept + "\nexit 1", run(dir, false));
    assertEquals("rewritten " + kept + "\nexit 0", run(dir, true));
    assertEquals(first, Files.readString(kept));
  }

  /** A transcript that is named after a bug fails where that is planted, by the oracle meant. */
  @ParameterizedTest
  @CsvSource({
    "hashicorp-memberlist-345-mass-restart, generation not compared, G1",
    "caio-foca-25-mutual-death, whoever is held dead is not heard, GL1",
    "cassandra-150-islands-of-seeds, seeds are asked for entrance only, GL1",
    "etcd-8499-removed-voter, a term adopted from outside V, S9",
    "kafka-20895-late-heartbeat, late heartbeat re-sticks, S11"
  })
  void theBugOfTheNameFailsItsTranscript(String name, String bug, String oracle) throws Exception {
    var all = Stream.concat(Mutants.all(), Stream.of(ISLANDS));
    var planted = all.filter(mutant -> mutant.name().equals(bug)).toList();
    var script = Transcripts.PLACE.resolve(name + ".sim");
    var there = new MutantLoader(planted).loadClass(Transcripts.class.getName());
    var text = (String) there.getMethod("text", Path.class).invoke(null, script);
    var end = text.lines().toList().getLast();
    assertTrue(end.contains("oracle=" + oracle + ","), end);
  }

  private static String run(Path place, boolean rewrite) throws Exception {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    var exit = Transcripts.run(place, rewrite, out);
    return bytes.toString(StandardCharsets.UTF_8) + "exit " + exit;
  }
}
