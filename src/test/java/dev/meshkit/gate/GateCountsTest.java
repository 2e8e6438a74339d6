package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.observe.Recorded;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** G30: every meter and event of decisions and effects, by what makes it move. */
@Timeout(60)
class GateCountsTest {
  private static final Change TAX = Change.of("shop::tax").supports(1, 2);
  private static final Step<String> A = RunsContract.A;
  private static final Step<String> B = RunsContract.B;
  private static final MeshError LATER = MeshError.unavailable("calling", "it is away", "wait");

  @TempDir Path directory;
  private EffectBed.Durable bed;
  private DeterministicGate gate;

  @BeforeEach
  void open() throws InterruptedException {
    bed = EffectBed.durable(directory);
    gate = DeterministicGate.open(bed.effects(), "eu").orThrow();
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private void assertSeries(String series, double value) {
    var text = bed.store().meters().scrape();
    var line = "meshkit_" + series + " " + value;
    assertTrue(text.lines().anyMatch(line::equals), () -> line + " is not in\n" + text);
  }

  private void commit(int version, long epoch) throws InterruptedException {
    var entry = new Entry(TAX.name(), version, 1, 3, Rollout.complete(1), epoch);
    var record = new RecordId(1, 1, epoch);
    gate.adopt(Adoption.of(Scope.GLOBAL, record, List.of(entry), new Adoption.By("ana", "pilot")))
        .orThrow();
  }

  @Test
  void decisionsAreCountedByWhatTheyCameTo() throws Exception {
    var tax = "change=\"shop::tax\",source=";
    gate.decide(TAX, Subject.NONE).orThrow();
    commit(2, 1);
    gate.decide(TAX, Subject.NONE).orThrow();
    Branches<String> all =
        Branches.<String>of(TAX).range(1, 2, run -> run.effects().value(A, () -> "x")).build();
    gate.execute(TAX, Subject.NONE, RunKey.of("k"), all).orThrow();
    gate.execute(TAX, Subject.NONE, RunKey.of("k"), all).orThrow();
    commit(3, 2);
    assertEquals("error.version.conflict", RuleTest.error(gate.decide(TAX, Subject.NONE)).code());
    assertSeries("gate_decisions_total{" + tax + "\"BASELINE\",version=\"1\"}", 1);
    assertSeries("gate_decisions_total{" + tax + "\"COMMITTED\",version=\"2\"}", 2);
    assertSeries("gate_decisions_total{" + tax + "\"PINNED\",version=\"2\"}", 1);
    assertSeries("gate_conflicts_total", 1);
    assertSeries("gate_version{change=\"shop::tax\"}", 3);
    assertEquals(
        List.of("COMMITTED"),
        Recorded.during(
            () -> {
              commit(2, 3);
              gate.decide(TAX, Subject.NONE).orThrow();
            },
            "meshkit.GateDecision",
            "source"));
  }

  /** More kinds than a label has values are one kind, and none is lost. */
  @Test
  void decisionsOfTooManyChangesAreCountedTogether() {
    for (var i = 0; i < 130; i++) gate.decide(Change.of("c" + i), Subject.NONE).orThrow();
    assertSeries("gate_decisions_total{change=\"c0\",source=\"BASELINE\",version=\"1\"}", 1);
    assertSeries("gate_decisions_total{change=\"_other\",source=\"BASELINE\",version=\"0\"}", 2);
  }

  @Test
  void effectsAreCountedByWhatBecameOfThem() throws Exception {
    Branch<String> branch =
        run -> {
          run.effects().value(A, () -> "x").orThrow();
          return run.effects().idempotent(B, Bytes.EMPTY, (_, _) -> Result.err(LATER));
        };
    assertEquals(
        List.of("OK", "OPEN", "OPEN"),
        Recorded.during(
            () -> {
              bed.run("k", branch);
              bed.run("k", branch);
            },
            "meshkit.EffectCapture",
            "outcome"));
    bed.run(
        "once",
        run ->
            run.effects()
                .atMostOnce(
                    A,
                    Bytes.EMPTY,
                    (_, _) -> Result.err(new MeshError.Canceled("it")),
                    Resolver.unknown()));
    assertSeries("effects_total{mode=\"VALUE\",outcome=\"OK\"}", 1);
    assertSeries("effects_total{mode=\"VALUE\",outcome=\"REPLAYED\"}", 1);
    assertSeries("effects_total{mode=\"IDEMPOTENT\",outcome=\"OPEN\"}", 2);
    assertSeries("effects_total{mode=\"AT_MOST_ONCE\",outcome=\"IN_DOUBT\"}", 1);
    assertSeries("effects_total{mode=\"LOCAL_TX\",outcome=\"FAILED\"}", 0);
    assertSeries("gate_runs{state=\"OPEN\"}", 2);
  }

  /** Two that are open on one file, as a node's and its application's are, count into one. */
  @Test
  void storesOfEffectsOnOneFileAreCountedTogether() throws Exception {
    var another = EffectBed.another(bed).orThrow();
    var other = DeterministicGate.open(another, "eu").orThrow();
    Branches<String> all =
        Branches.<String>of(TAX).range(1, 2, run -> run.effects().value(A, () -> "x")).build();
    gate.execute(TAX, Subject.NONE, RunKey.of("one"), all).orThrow();
    other.execute(TAX, Subject.NONE, RunKey.of("two"), all).orThrow();
    assertSeries("effects_total{mode=\"VALUE\",outcome=\"OK\"}", 2);
  }

  @Test
  void aRunThatDoesNotFitIsSeen() throws Exception {
    bed.run("k", run -> run.effects().value(A, () -> "x"));
    assertEquals(
        List.of("RENAMED"),
        Recorded.during(
            () -> bed.run("k", run -> run.effects().value(B, () -> "x")),
            "meshkit.ReplayMismatch",
            "why"));
  }

  @Test
  void aDeposedLeaderIsCountedOnceARun() throws Exception {
    bed.run("next", run -> run.under(new Fence(Scope.GLOBAL, 1, 8)).effects().value(A, () -> "x"));
    Branch<String> old =
        run -> {
          var effects = run.under(new Fence(Scope.GLOBAL, 1, 7)).effects();
          effects.value(A, () -> "x");
          return effects.value(B, () -> "y");
        };
    assertEquals(
        List.of("c"), Recorded.during(() -> bed.run("k", old), "meshkit.Fenced", "resource"));
    assertSeries("gate_fenced_total", 1);
  }
}
