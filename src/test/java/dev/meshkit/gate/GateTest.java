package dev.meshkit.gate;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** G2, G3, G7, G11, G30: the gate of a node over its file. */
@Timeout(60)
class GateTest {
  private static final Path SHELL = Path.of("/usr/bin/sqlite3");
  private static final Change HERE = Change.of("meshkit::transport::eu").supports(1, 2);
  private static final Change TRANSPORT =
      Change.of("meshkit::transport::{region}").supports(1, 2).keyedBy(SubjectKey.TENANT);
  private static final Scope EU = Scope.region("eu");
  private static final Subject ACME = Subject.tenant("acme");

  private static final String DECISIONS = "SELECT count(*) FROM decision";

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

  private void restart() throws InterruptedException {
    bed.restart();
    gate = DeterministicGate.open(bed.effects(), "eu").orThrow();
  }

  private static Entry entry(int version, long epoch) {
    var rollout = new Rollout(1, 10_000, List.of("acme", "b*"), List.of("zed"), false);
    return new Entry("meshkit::transport::eu", version, 1, 2, rollout, epoch);
  }

  private boolean adopt(Scope scope, long recordVersion, Entry... entries)
      throws InterruptedException {
    var record = new RecordId(1, 3, recordVersion);
    return gate.adopt(Adoption.of(scope, record, List.of(entries), new Adoption.By("ana", "pilot")))
        .orThrow();
  }

  private int decided() {
    return gate.decide(TRANSPORT, ACME).orThrow().version();
  }

  /** G2, T3: the committed version, through 20 restarts, without contact and with it. */
  @Test
  void afterAFlipANodeRunsTheCommittedVersionThroughRestarts() throws Exception {
    assertEquals(1, decided());
    assertTrue(adopt(EU, 7, entry(2, 4)));
    for (var start = 0; start < 20; start++) {
      var expected = new Decision(2, Decision.Source.COMMITTED, 4, new RecordId(1, 3, 7));
      assertEquals(Result.ok(expected), gate.decide(TRANSPORT, ACME));
      assertEquals(4, gate.epoch(TRANSPORT));
      assertEquals(1, gate.decide(TRANSPORT, Subject.tenant("zed")).orThrow().version());
      restart();
      // with contact it hears the same record again, which changes nothing
      if (start % 2 == 1) assertEquals(false, adopt(EU, 7, entry(2, 4)));
    }
  }

  /** G27, G29: what a subject was given first in an epoch, kept without a commit of its own. */
  @Test
  void theFirstDecisionOfAnEpochIsKept() throws Exception {
    adopt(EU, 7, entry(2, 4));
    assertEquals(Optional.empty(), gate.first(TRANSPORT, ACME).orThrow());
    decided();
    var first = gate.first(TRANSPORT, ACME).orThrow().orElseThrow();
    var bucket = Rule.bucket("meshkit::transport::eu", ACME);
    var expected = new FirstDecision("meshkit::transport::eu", "acme", 2, 4, bucket, first.wall());
    assertEquals(expected, first);
    assertEquals(0, bed.number(DECISIONS)); // it waits for something that is committed anyway
    assertTrue(bed.run("k", _ -> Result.ok("done")).isOk());
    // from then on it is in the file, through restarts, and no later decision of the epoch counts
    for (var start = 0; start < 3; start++) {
      bed.pass(Duration.ofMinutes(1));
      restart();
      decided();
      assertTrue(bed.run("k" + start, _ -> Result.ok("done")).isOk());
      assertEquals(Optional.of(first), gate.first(TRANSPORT, ACME).orThrow());
    }
    // but the next epoch has one of its own
    adopt(EU, 8, entry(1, 5));
    decided();
    assertEquals(5, gate.first(TRANSPORT, ACME).orThrow().orElseThrow().epoch());
    var zed = Subject.tenant("zed");
    gate.decide(TRANSPORT, zed).orThrow();
    assertTrue(bed.run("l", _ -> Result.ok("done")).isOk());
    restart();
    assertEquals(5, gate.first(TRANSPORT, ACME).orThrow().orElseThrow().epoch());
    // and what was decided in none but epochs long gone is forgotten
    adopt(EU, 9, entry(1, 6));
    assertEquals(5, gate.first(TRANSPORT, zed).orThrow().orElseThrow().epoch());
    adopt(EU, 10, entry(1, 7));
    assertEquals(Optional.empty(), gate.first(TRANSPORT, zed).orThrow());
  }

  /** A store that could not commit it keeps it for the next time. */
  @Test
  void aFirstDecisionIsNotLostWithATransaction() throws Exception {
    decided();
    var first = gate.first(TRANSPORT, ACME).orThrow();
    assertTrue(first.isPresent());
    var ledger = bed.effects().ledger();
    var failed =
        ledger.commit(
            "test.fails",
            _ -> {
              throw new IllegalStateException("planted");
            });
    assertTrue(failed instanceof Result.Err<Object>);
    assertEquals(0, bed.number(DECISIONS));
    assertTrue(ledger.commit("test.works", _ -> Result.ok(true)).isOk());
    assertEquals(1, bed.number(DECISIONS));
    restart();
    assertEquals(first, gate.first(TRANSPORT, ACME).orThrow());
  }

  /** Neither memory nor the file grows with the number of subjects. */
  @Test
  void ofSoManySubjectsTheFirstAreNoted() throws Exception {
    var last = Subject.tenant("t" + Decisions.MOST);
    for (var i = 0; i <= Decisions.MOST; i++)
      gate.decide(TRANSPORT, Subject.tenant("t" + i)).orThrow();
    assertTrue(gate.first(TRANSPORT, Subject.tenant("t0")).orThrow().isPresent());
    assertEquals(Optional.empty(), gate.first(TRANSPORT, last).orThrow());
    var ledger = bed.effects().ledger();
    do {
      assertTrue(ledger.commit("test.works", _ -> Result.ok(true)).isOk());
    } while (bed.number(DECISIONS) < Decisions.MOST);
    // another life decides for others: the newest stay, from the next one on
    bed.pass(Duration.ofDays(1));
    restart();
    gate.decide(TRANSPORT, last).orThrow();
    assertTrue(bed.effects().ledger().commit("test.works", _ -> Result.ok(true)).isOk());
    assertEquals(Decisions.MOST + 1, bed.number(DECISIONS));
    restart();
    assertTrue(gate.first(TRANSPORT, last).orThrow().isPresent());
    assertTrue(bed.number(DECISIONS) <= Decisions.MOST);
  }

  /** G7: neither in memory nor in the file. */
  @Test
  void anOlderRecordNeverReplacesANewerOne() throws Exception {
    adopt(EU, 7, entry(2, 4));
    assertEquals(false, adopt(EU, 6, entry(1, 3)));
    assertEquals(2, decided());
    restart();
    assertEquals(false, adopt(EU, 7, entry(1, 3)));
    // not even behind the back of the gate: another of the same file has adopted meanwhile
    var other = DeterministicGate.open(bed.effects(), "eu").orThrow();
    assertTrue(adopt(EU, 9, entry(2, 6)));
    var late =
        Adoption.of(EU, new RecordId(1, 3, 8), List.of(entry(1, 5)), new Adoption.By("bo", "late"));
    assertEquals(Result.ok(false), other.adopt(late));
    assertEquals(6, other.epoch(TRANSPORT));
    restart();
    assertEquals(2, decided());
    // a record without entries is a record: the baseline again, and older ones stay out
    assertTrue(adopt(EU, 10));
    assertEquals(0, gate.epoch(TRANSPORT));
    restart();
    assertEquals(false, adopt(EU, 9, entry(2, 6)));
    assertEquals(1, decided());
  }

  /** Scopes do not touch each other's entries, and an entry keeps the record that it came with. */
  @Test
  void eachScopeHasItsEntries() throws Exception {
    adopt(EU, 7, entry(2, 4));
    var tax = new Entry("shop::tax", 1, 1, 1, Rollout.complete(1), 2);
    adopt(Scope.GLOBAL, 2, tax);
    adopt(EU, 8, entry(2, 4), new Entry("other", 1, 1, 1, Rollout.complete(1), 1));
    var decision = gate.decide(TRANSPORT, ACME).orThrow();
    assertEquals(new RecordId(1, 3, 7), decision.record());
    assertEquals(3, gate.table().entries().size());
    var before = gate.table();
    restart();
    assertEquals(before, gate.table());
    assertThrows(IllegalArgumentException.class, () -> gate.decide(TRANSPORT, Subject.NONE));
  }

  /** G3, T4: the seed's run loop behind a gate, which ended, failed or died. */
  @Test
  void aGuardedServiceLoopRunsAgainAtTheNextStart() throws Exception {
    adopt(EU, 7, entry(2, 4));
    var rounds = new AtomicInteger();
    // it returned, failed, was interrupted: that is nobody's record
    for (var end : List.of("returns", "fails", "is interrupted")) {
      var loop = new FutureTask<>(() -> sessions(end, rounds));
      var thread = Thread.ofVirtual().start(loop);
      if (end.equals("is interrupted")) {
        await().until(() -> rounds.get() == 12);
        thread.interrupt();
      }
      var how = end.equals("returns") ? null : assertThrows(ExecutionException.class, loop::get);
      assertEquals(end.equals("returns"), how == null);
      thread.join();
      restart();
    }
    assertEquals(12, rounds.get());
    assertEquals(0, bed.number("SELECT count(*) FROM run"));
    assertEquals(0, bed.number("SELECT count(*) FROM effect"));
    // and no table has a column for the outcome of a run
    assertEquals(
        0,
        bed.number(
            "SELECT count(*) FROM pragma_table_info('run') WHERE name IN ('value', 'result', 'outcome')"));
    // a run that is executed again runs its branch again: only its effects are kept
    var branches =
        Branches.<String>of(TRANSPORT.in("eu"))
            .range(1, 2, _ -> Result.ok("round " + rounds.incrementAndGet()))
            .build();
    var key = RunKey.of("loop");
    assertEquals(Result.ok("round 13"), gate.execute(TRANSPORT, ACME, key, branches));
    restart();
    assertEquals(Result.ok("round 14"), gate.execute(TRANSPORT, ACME, key, branches));
  }

  /** A loop decides for each session. */
  private boolean sessions(String end, AtomicInteger rounds) throws InterruptedException {
    for (var session = 0; session < 4; session++)
      if (gate.decide(TRANSPORT, ACME).orThrow().version() == 2) rounds.incrementAndGet();
    if (end.equals("fails")) throw new IllegalStateException("a bug of the loop");
    if (end.equals("is interrupted")) new CountDownLatch(1).await();
    return true;
  }

  /** G11: by the gate's own decisions. */
  @Test
  void aRunKeepsTheVersionThatWasDecidedWhenItBegan() throws Exception {
    adopt(EU, 7, entry(1, 4));
    var outcomes = new ArrayList<>(List.of(Result.<String>err(RunsContract.LATER)));
    var branches =
        Branches.<String>of(TRANSPORT.in("eu"))
            .version(1, run -> old(run, outcomes))
            .version(2, _ -> Result.ok("new"))
            .build();
    gate.execute(TRANSPORT, ACME, RunKey.of("k"), branches);
    adopt(EU, 8, entry(2, 5));
    restart();
    outcomes.add(Result.ok("old"));
    assertEquals(Result.ok("old"), gate.execute(TRANSPORT, ACME, RunKey.of("k"), branches));
    assertEquals(Result.ok("new"), gate.execute(TRANSPORT, ACME, RunKey.of("l"), branches));
  }

  private static Result<String> old(Run run, List<Result<String>> outcomes)
      throws InterruptedException {
    run.effects().value(RunsContract.A, () -> "x").orThrow();
    return outcomes.removeFirst();
  }

  /** G30 */
  @Test
  void theViewsRunInAShellBesideALiveNode() throws Exception {
    assumeTrue(Files.isExecutable(SHELL), "no sqlite3 shell on this machine");
    adopt(EU, 7, entry(2, 4));
    bed.run("done", run -> run.effects().value(RunsContract.A, () -> "x"));
    bed.flip(2);
    bed.run(
        "open",
        run -> {
          run.effects().idempotent(RunsContract.A, Bytes.EMPTY, (_, _) -> Result.ok("x"));
          run.effects()
              .atMostOnce(
                  RunsContract.B,
                  Bytes.EMPTY,
                  (_, _) -> Result.err(RunsContract.LATER),
                  Resolver.unknown());
          return Result.err(RunsContract.LATER);
        });
    assertEquals(
        "meshkit::transport::eu|region/eu|2|1|1..2|100.00 % with acme, b* without zed|4|1/3.7|1/3.7|0|ana: pilot\n",
        shell("SELECT * FROM v_gates"));
    assertEquals(
        "c|done|1|done|1|0\nc|open|2|open|2|0\n",
        shell("SELECT change, key, version, state, effects, forgotten FROM v_runs ORDER BY id"));
    assertEquals(
        """
        c::v1::done|1|a|value|ok|0|text@1|1
        c::v2::open|1|a|idempotent|ok|1|text@1|1
        c::v2::open|2|b|at-most-once|intent|1|text@1|
        """,
        shell(
            "SELECT run, n, step, mode, state, tries, type, bytes FROM v_effects ORDER BY run, n"));
    assertTrue(
        shell("SELECT error FROM v_effects WHERE step = 'b'").startsWith("error.test.later\n"));
    for (var view : List.of("v_gates", "v_runs", "v_effects", "v_decisions"))
      shell("SELECT * FROM " + view);
    // of three runs of the change one is open under another version than the one that is committed
    unfinished(1, "old");
    unfinished(2, "new");
    bed.flip(1);
    bed.run(HERE, RunKey.of("over"), run -> run.effects().value(RunsContract.A, () -> "x"));
    assertEquals("1\n", shell("SELECT other_runs FROM v_gates"));
  }

  private void unfinished(int version, String key) throws InterruptedException {
    bed.flip(version);
    Branch<String> branch =
        run ->
            run.effects()
                .value(RunsContract.A, () -> "x")
                .flatMap(_ -> Result.err(RunsContract.LATER));
    bed.run(HERE, RunKey.of(key), branch);
  }

  private String shell(String sql) throws IOException, InterruptedException {
    var file = directory.resolve("mesh.db").toString();
    var process =
        new ProcessBuilder(SHELL.toString(), "-readonly", file, sql)
            .redirectErrorStream(true)
            .start();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), sql + "\n" + out);
    return out;
  }
}
