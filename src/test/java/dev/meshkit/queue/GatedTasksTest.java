package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Outbox;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Unit;
import dev.meshkit.gate.Adoption;
import dev.meshkit.gate.Branches;
import dev.meshkit.gate.Change;
import dev.meshkit.gate.DeterministicEffectStore;
import dev.meshkit.gate.DeterministicGate;
import dev.meshkit.gate.EffectOptions;
import dev.meshkit.gate.Entry;
import dev.meshkit.gate.RecordId;
import dev.meshkit.gate.Rollout;
import dev.meshkit.gate.Run;
import dev.meshkit.gate.RunKey;
import dev.meshkit.gate.Step;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.ValueType;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** G5, G11, Q18: tasks whose work is a run of the gate, over a queue and a gate in one file. */
@Timeout(60)
class GatedTasksTest {
  private static final int ASKED = 10;
  private static final Step<Unit> BOOK = Step.of("book", ValueType.NOTHING);
  private static final Outbox NONE =
      (_, _, _, _) -> {
        throw new IllegalStateException("nothing is sent");
      };

  @TempDir Path directory;

  private final ManualClocks clocks = new ManualClocks();
  private final QueueOptions options = QueueOptions.of("q").maxAttempts(2);
  private final AtomicBoolean fails = new AtomicBoolean();
  private final List<Integer> booked = new ArrayList<>();

  /** A build that can run these versions of the change, from its start to its stop. */
  private final class Build implements AutoCloseable {
    final QueueFixture fixture;
    final DeterministicGate gate;
    final Change change;

    Build(int min, int max) throws InterruptedException {
      fixture = QueueFixture.open(directory, options, clocks);
      var effects =
          DeterministicEffectStore.open(fixture.store(), EffectOptions.DEFAULTS, NONE).orThrow();
      gate = DeterministicGate.open(effects, "eu").orThrow();
      change = Change.of("shop::tax").supports(min, max);
    }

    void commit(int version, long record) throws InterruptedException {
      var entry = new Entry(change.name(), version, 1, 2, Rollout.complete(1), record);
      var id = new RecordId(1, 1, record);
      gate.adopt(Adoption.of(Scope.GLOBAL, id, List.of(entry), new Adoption.By("ana", "pilot")))
          .orThrow();
    }

    /** What became of the task, as far as it is to be had. */
    Settled work() throws InterruptedException {
      var lease = fixture.queue().lease(1, Duration.ZERO).orThrow().getFirst();
      var support = change.support();
      var branches =
          Branches.<Unit>of(change)
              .range(support.min(), support.max(), GatedTasksTest.this::sold)
              .build();
      var said = gate.handle(change, Subject.NONE, RunKey.task(lease.token()), branches);
      return fixture.queue().settle(lease, said).orThrow();
    }

    /** Asks again and again, as often as would have killed the task several times over. */
    void refuses(long attempts) throws InterruptedException {
      for (var time = 0; time < ASKED; time++) {
        assertInstanceOf(Settled.Requeued.class, work());
        assertEquals(attempts, fixture.number("SELECT attempt FROM task"));
        assertEquals(0, fixture.queue().stats().dead());
        assertEquals(List.of(), fixture.leaseNow(1), "it pauses");
        fixture.pass(clocks, Duration.ofSeconds(5));
      }
    }

    @Override
    public void close() {
      fixture.close();
    }
  }

  /** Books, once; and then fails, as long as the test wants that. */
  private Result<Unit> sold(Run run) throws InterruptedException {
    var sold =
        run.effects()
            .localTx(
                BOOK,
                tx -> {
                  tx.update("CREATE TABLE IF NOT EXISTS app_sale (version INTEGER) STRICT");
                  tx.update("INSERT INTO app_sale VALUES (?)", run.version());
                  booked.add(run.version());
                  return Unit.UNIT;
                });
    return fails.get() ? sold.flatMap(_ -> Result.err(QueueFixture.WHY)) : sold;
  }

  /** G5: only that work is refused, uncharged, and the build that can do it does it once. */
  @Test
  void aTaskWaitsForTheBuildThatCanRunIt() throws Exception {
    // given a build that lacks what is committed
    try (var old = new Build(1, 1)) {
      old.commit(2, 7);
      old.fixture.enqueue("a sale");
      old.refuses(0);
      assertEquals(List.of(), booked);
    }
    // when it is upgraded
    try (var newer = new Build(1, 2)) {
      newer.fixture.pass(clocks, Duration.ofSeconds(5));
      assertEquals(new Settled.Done(), newer.work());
      // then the task is done once, and gone
      assertEquals(List.of(2), booked);
      assertEquals(1, newer.fixture.number("SELECT count(*) FROM app_sale"));
      assertEquals(0, newer.fixture.number("SELECT count(*) FROM task"));
      assertEquals(0, newer.fixture.queue().stats().dead());
    }
  }

  /** G11: through a flip and a build that has its version no more, a task's run keeps it. */
  @Test
  void aTaskThatHasBegunIsFinishedUnderItsVersion() throws Exception {
    try (var first = new Build(1, 2)) {
      first.fixture.enqueue("a sale");
      fails.set(true);
      assertInstanceOf(Settled.Requeued.class, first.work());
      first.commit(2, 7);
      fails.set(false);
    }
    try (var without = new Build(2, 2)) {
      without.fixture.pass(clocks, Duration.ofMinutes(5)); // it had failed, and that is charged
      without.refuses(1);
    }
    try (var both = new Build(1, 2)) {
      assertEquals(new Settled.Done(), both.work());
      assertEquals(List.of(1), booked);
      assertEquals(0, both.fixture.number("SELECT count(*) FROM task"));
    }
  }
}
