package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.cli.FlipKill;
import dev.meshkit.store.ChildJvm;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * G18, G23: the table of crash windows, each row with a process that is killed -9 just there. The
 * commits of the story are: 1 value, 2 row, 3 send, 4 intent and 5 outcome of the repeatable call,
 * 6 intent and 7 outcome of the one made once, 8 the end.
 */
@Timeout(120)
class CrashWindowsTest {
  private static final int SIGKILL = 128 + 9;
  private static final long SEED = 7;

  @TempDir Path directory;

  /** How many of each a row says are on disk; then, at the end of all, there is one of each. */
  @ParameterizedTest
  @CsvSource({
    // point, steps on disk, calls that arrived, whether the call made once is in doubt
    "decided, '', 0, 0, false",
    "in 1, '', 0, 0, false",
    "after 1, value OK, 0, 0, false",
    "in 2, value OK, 0, 0, false",
    "after 2, value OK|row OK, 0, 0, false",
    "in 3, value OK|row OK, 0, 0, false",
    "after 3, value OK|row OK|send OK, 0, 0, false",
    "in 4, value OK|row OK|send OK, 0, 0, false",
    "after 4, value OK|row OK|send OK|again INTENT, 0, 0, false",
    "called again, value OK|row OK|send OK|again INTENT, 1, 0, false",
    "in 5, value OK|row OK|send OK|again INTENT, 1, 0, false",
    "after 5, value OK|row OK|send OK|again OK, 1, 0, false",
    "in 6, value OK|row OK|send OK|again OK, 1, 0, false",
    "after 6, value OK|row OK|send OK|again OK|once IN_DOUBT, 1, 0, true",
    "called once, value OK|row OK|send OK|again OK|once IN_DOUBT, 1, 1, true",
    "in 7, value OK|row OK|send OK|again OK|once IN_DOUBT, 1, 1, true",
    "after 7, value OK|row OK|send OK|again OK|once OK, 1, 1, false",
    "in 8, value OK|row OK|send OK|again OK|once OK, 1, 1, false",
    "after 8, value OK|row OK|send OK|again OK|once OK, 1, 1, false",
  })
  void aRunThatWasKilledEndsAsItsRowSays(
      String point, String onDisk, int again, int once, boolean isInDoubt) throws Exception {
    // given a table of the application's, and a process that dies at this point
    try (var store = StoreFixture.open(directory)) {
      var make = "CREATE TABLE app_rows (id INTEGER PRIMARY KEY)";
      store.submit(Op.record("make", tx -> tx.update(make))).orThrow();
    }
    var saw = killed(point);
    try (var store = StoreFixture.open(directory)) {
      var story = CrashStory.open(store, directory);
      var effects =
          DeterministicEffectStore.open(store, EffectBed.OPTIONS, story.outbox()).orThrow();
      // then its row is what is on disk
      assertEquals(onDisk, recorded(effects));
      assertEquals(List.of(again, once), counts(story));
      assertEquals(
          point.equals("after 8") ? "DONE" : onDisk.isEmpty() ? "" : "OPEN", state(effects));
      // and the next attempt ends it: what was seen stays, what was done is not done again
      if (isInDoubt) {
        var doubt = CrashStory.told(effects, branch(story, false, new ArrayList<>()));
        assertEquals("error.effect.in_doubt", RuleTest.error(doubt).code());
        assertEquals(List.of(again, once), counts(story));
      }
    }
    try (var store = StoreFixture.open(directory)) {
      var story = CrashStory.open(store, directory);
      var effects =
          DeterministicEffectStore.open(store, EffectBed.OPTIONS, story.outbox()).orThrow();
      var values = new ArrayList<String>();
      for (var attempt = 0; attempt < 2; attempt++)
        assertEquals(Result.ok("done"), CrashStory.told(effects, branch(story, true, values)));
      values.addAll(saw);
      assertEquals(1, values.stream().distinct().count(), values::toString);
      assertEquals(1, number(store, "SELECT count(*) FROM app_rows"));
      assertEquals(1, number(store, "SELECT count(*) FROM task"));
      assertEquals(1, story.calls("again").stream().distinct().count());
      assertTrue(story.calls("again").size() <= again + 1);
      assertEquals(1, story.calls("once").size());
      assertEquals("DONE", state(effects));
    }
  }

  private static Branch<String> branch(CrashStory story, boolean asks, List<String> values) {
    return story.branch("parent", values::add, _ -> {}, asks);
  }

  /** What the process said that it saw. */
  private List<String> killed(String point) throws IOException, InterruptedException {
    var saw = new ArrayList<String>();
    try (var child = ChildJvm.start("", CrashChild.class, directory.toString(), point)) {
      var line = child.line();
      for (; line.isPresent() && line.get().startsWith("saw "); line = child.line())
        saw.add(line.get().substring(4));
      assertEquals(Optional.of("K"), line);
      assertEquals(SIGKILL, child.await());
    }
    return saw;
  }

  private static String recorded(DeterministicEffectStore effects) throws InterruptedException {
    var all = new ArrayList<String>();
    effects
        .ledger()
        .load("crash", "k")
        .orThrow()
        .ifPresent(
            run ->
                run.effects().stream()
                    .sorted(java.util.Comparator.comparingInt(EffectRow::n))
                    .forEach(row -> all.add(row.step() + " " + row.st())));
    return String.join("|", all);
  }

  private static String state(DeterministicEffectStore effects) throws InterruptedException {
    return effects
        .ledger()
        .load("crash", "k")
        .orThrow()
        .map(run -> run.run().st().name())
        .orElse("");
  }

  private static List<Integer> counts(CrashStory story) {
    return List.of(story.calls("again").size(), story.calls("once").size());
  }

  private static long number(Store store, String sql) throws InterruptedException {
    return store.read(read -> read.query(sql, row -> row.getLong(1)).getFirst()).orThrow();
  }

  /** Until it has adopted, a node runs what it adopted before; then it adopts on first contact. */
  @ParameterizedTest
  @CsvSource({"adopt in 1, 0", "adopt after 1, 2"})
  void anAdoptionIsThereOrNot(String point, int epoch) throws Exception {
    killed(point);
    try (var store = StoreFixture.open(directory)) {
      var effects =
          DeterministicEffectStore.open(
                  store, EffectBed.OPTIONS, CrashStory.open(store, directory).outbox())
              .orThrow();
      var gate = DeterministicGate.open(effects, "eu").orThrow();
      var change = Change.of("crash").supports(1, 2);
      assertEquals(epoch, gate.epoch(change));
      var entry = new Entry("crash", 2, 1, 2, Rollout.complete(1), 2);
      var same =
          Adoption.of(
              Scope.GLOBAL, new RecordId(1, 1, 2), List.of(entry), new Adoption.By("ana", "go"));
      assertEquals(Result.ok(epoch == 0), gate.adopt(same));
      assertEquals(2, gate.decide(change, Subject.NONE).orThrow().version());
    }
  }

  /** G3, T4: that a loop was killed is nobody's record: at each start it runs, and as committed. */
  @Test
  void aGuardedLoopThatWasKilledRunsAgainAtEachStart() throws Exception {
    for (var start = 0; start < 3; start++)
      assertEquals(List.of("2", "2", "2"), killed("in its loop"));
    try (var store = StoreFixture.open(directory)) {
      assertEquals(0, number(store, "SELECT count(*) FROM run"));
      assertEquals(0, number(store, "SELECT count(*) FROM effect"));
      assertEquals(0, number(store, "SELECT count(*) FROM effect_value"));
    }
  }

  /**
   * The row "in the middle of a flip": the link decides afresh, by what is committed, and what had
   * no receipt goes out again under its old numbers: each is applied once, in its order. Here the
   * streams have moved, and nothing that was sent before has a receipt; {@link FlipKill} at each
   * other point of a flip is a test of its own.
   */
  @Test
  @Timeout(600)
  void aFlipThatWasKilledIsDecidedAfresh() throws Exception {
    assertEquals(List.of(), FlipKill.unanswered(SEED));
  }
}
