package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.PATIENCE;
import static dev.meshkit.link.PostOffice.number;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.Outbox;
import dev.meshkit.api.Received;
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
import dev.meshkit.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** G5: a message whose work is a run of the gate, from its sender's queue to its receipt. */
@Timeout(120)
class GatedHandlerTest {
  private static final Step<Unit> BOOK = Step.of("book", ValueType.NOTHING);
  private static final Outbox NONE =
      (_, _, _, _) -> {
        throw new IllegalStateException("nothing is sent");
      };

  @TempDir Path directory;

  private final AtomicReference<Change> build =
      new AtomicReference<>(Change.of("shop::tax").supports(1, 1));
  private final AtomicReference<DeterministicGate> gate = new AtomicReference<>();
  private final List<Integer> attempts = new CopyOnWriteArrayList<>();

  /** G5: its sender keeps it, charges nothing, and hears of it once: from a build that can. */
  @Test
  void aMessageWaitsForTheBuildThatCanRunIt() throws Exception {
    try (var office = new PostOffice(directory, Map.of("sale", this::sold))) {
      // given a receiver that lacks what is committed
      gate.set(committed(office.receiver));
      var sent = office.send("sale", "17");
      await().atMost(PATIENCE).until(() -> attempts.size() >= 2);
      assertEquals(0, number(office.sender, "SELECT attempt FROM task"));
      assertEquals(List.of(), office.reasons());
      // when it has a build that can
      build.set(Change.of("shop::tax").supports(1, 2));
      assertEquals(Result.ok(), sent.await(PATIENCE));
      // then it is done, once, at what is still its first attempt
      assertEquals(1, number(office.receiver, "SELECT count(*) FROM app_sale"));
      assertEquals(List.of(1), attempts.stream().distinct().toList());
      assertEquals(0, number(office.sender, "SELECT count(*) FROM task"));
    }
  }

  private static DeterministicGate committed(Store store) throws InterruptedException {
    var effects = DeterministicEffectStore.open(store, EffectOptions.DEFAULTS, NONE).orThrow();
    var gate = DeterministicGate.open(effects, "eu").orThrow();
    var entry = new Entry("shop::tax", 2, 1, 2, Rollout.complete(1), 1);
    var record = new RecordId(1, 1, 1);
    gate.adopt(Adoption.of(Scope.GLOBAL, record, List.of(entry), new Adoption.By("ana", "pilot")))
        .orThrow();
    return gate;
  }

  private Disposition sold(Received received) throws InterruptedException {
    attempts.add(received.attempt());
    var change = build.get();
    var branches =
        Branches.<Unit>of(change).range(1, change.support().max(), GatedHandlerTest::book).build();
    return gate.get().handle(change, Subject.NONE, RunKey.task(received.token()), branches);
  }

  private static Result<Unit> book(Run run) throws InterruptedException {
    return run.effects()
        .localTx(
            BOOK,
            tx -> {
              tx.update("CREATE TABLE IF NOT EXISTS app_sale (version INTEGER) STRICT");
              tx.update("INSERT INTO app_sale VALUES (?)", run.version());
              return Unit.UNIT;
            });
  }
}
