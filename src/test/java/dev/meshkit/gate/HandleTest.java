package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Fence;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Token;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** G5, G11: what a handler says of the task whose run came to this or that. */
class HandleTest {
  private static final Step<String> A = Step.of("a", ValueType.TEXT);
  private static final Step<String> B = Step.of("b", ValueType.TEXT);
  private static final RunKey KEY = RunKey.task(Token.of("a task"));
  private static final MeshError NEVER = error("error.test.never", MeshError.Retry.NEVER);
  private static final MeshError LATER = error("error.test.later", MeshError.Retry.SAFE_WITH_KEY);

  private final EffectBed bed = EffectBed.memory();
  private DeterministicGate gate;

  @BeforeEach
  void open() throws InterruptedException {
    gate = DeterministicGate.open(bed.effects(), "eu").orThrow();
  }

  private static MeshError error(String code, MeshError.Retry retry) {
    return MeshError.of(code, "testing", "planted", "none", retry);
  }

  private Disposition handle(Change change, Branch<String> branch) throws InterruptedException {
    var support = change.support();
    var all = Branches.<String>of(change).range(support.min(), support.max(), branch).build();
    return gate.handle(change, Subject.NONE, KEY, all);
  }

  private Disposition handle(Branch<String> branch) throws InterruptedException {
    return handle(EffectBed.CHANGE, branch);
  }

  /** Uncharged, soon again, and with a reason that names the error. */
  private static void snoozes(String code, Disposition said) {
    var snooze = assertInstanceOf(Disposition.Snooze.class, said);
    assertEquals(Duration.ofSeconds(5), snooze.pause());
    assertTrue(snooze.why().startsWith(code + ": "), snooze.why());
  }

  @Test
  void whatIsDoneIsAcknowledged() throws Exception {
    for (var again = 0; again < 2; again++)
      assertEquals(Disposition.Ack.plain(), handle(run -> run.effects().value(A, () -> "x")));
    assertEquals("DONE", bed.state(KEY.text()));
  }

  @Test
  void whatFailedForGoodIsPoison() throws Exception {
    assertEquals(new Disposition.Poison(NEVER), handle(_ -> Result.err(NEVER)));
  }

  /** §8: one that was given up is not asked for ever. */
  @Test
  void aRunThatWasGivenUpIsPoison() throws Exception {
    assertEquals(charged(LATER), handle(HandleTest::begun));
    bed.effects().abandon(EffectBed.CHANGE.name(), KEY).orThrow();
    var said = assertInstanceOf(Disposition.Poison.class, handle(HandleTest::begun));
    assertEquals("error.run.forgotten", said.why().code());
  }

  @Test
  void whatMayPassIsChargedAndTriedAgain() throws Exception {
    assertEquals(charged(LATER), handle(_ -> Result.err(LATER)));
    var canceled = new MeshError.Canceled("a strand");
    assertEquals(charged(canceled), handle(_ -> Result.err(canceled)));
    var thrown =
        handle(
            _ -> {
              throw new IllegalStateException("planted");
            });
    var retry = assertInstanceOf(Disposition.Retry.class, thrown);
    assertEquals("error.exception", retry.why().code());
  }

  private static Disposition charged(MeshError why) {
    return new Disposition.Retry(why, Duration.ZERO);
  }

  private static Result<String> begun(Run run) throws InterruptedException {
    return run.effects().value(A, () -> "x").flatMap(_ -> Result.err(LATER));
  }

  /** G5: a version that is committed, and one that the run began with. */
  @Test
  void whatThisBuildCannotRunWaits() throws Exception {
    handle(HandleTest::begun);
    var without1 = Change.of(EffectBed.CHANGE.name()).supports(2, 3);
    snoozes("error.version.conflict", handle(without1, HandleTest::begun));
    var entry = new Entry("other", 3, 1, 3, Rollout.complete(1), 1);
    var adoption =
        Adoption.of(
            Scope.GLOBAL, new RecordId(1, 3, 7), List.of(entry), new Adoption.By("ana", "pilot"));
    gate.adopt(adoption).orThrow();
    snoozes(
        "error.version.conflict",
        handle(Change.of("other").supports(1, 2), _ -> Result.ok("never")));
  }

  /** G19: a parked run. */
  @Test
  void whatDoesNotFitWhatIsRecordedWaits() throws Exception {
    handle(HandleTest::begun);
    snoozes("error.deterministic.replay", handle(run -> run.effects().value(B, () -> "x")));
    assertEquals("PARKED", bed.state(KEY.text()));
  }

  /** G16: until an operator says. */
  @Test
  void whatIsInDoubtWaits() throws Exception {
    Branch<String> call =
        run ->
            run.effects()
                .atMostOnce(A, Bytes.EMPTY, (_, _) -> Result.err(LATER), Resolver.unknown());
    assertEquals(charged(LATER), handle(call));
    snoozes("error.effect.in_doubt", handle(call));
    var happened = new Resolver.Answer.Happened<>(Bytes.utf8("x"));
    bed.effects().resolve(EffectBed.CHANGE.name(), KEY, "a", 1, happened).orThrow();
    assertEquals(Disposition.Ack.plain(), handle(call));
  }

  /** G22: a leader that was deposed meanwhile. */
  @Test
  void whatALaterLeaderHasFencedWaits() throws Exception {
    var next = new Fence(Scope.GLOBAL, 1, 8);
    bed.run("successor", run -> run.under(next).effects().value(A, () -> "x")).orThrow();
    snoozes(
        "error.fenced",
        handle(run -> run.under(new Fence(Scope.GLOBAL, 1, 7)).effects().value(A, () -> "x")));
  }

  @Test
  void whatMeetsANodeThatStopsWaits() throws Exception {
    bed.effects().close();
    snoozes("error.draining", handle(_ -> Result.ok("never")));
    var disposed = error("error.taskqueue.disposed", MeshError.Retry.NEVER);
    snoozes("error.taskqueue.disposed", Outcome.disposition(Result.err(disposed), false));
  }

  /** What could not be recorded says nothing of the deed; work that throws does. */
  @Test
  void whatAStoreCannotTakeJustNowWaits() {
    for (var code : List.of("busy", "closed", "full", "overloaded", "read_only", "unknown")) {
      var said = error("error.store." + code, MeshError.Retry.SAFE);
      snoozes("error.store." + code, Outcome.disposition(Result.err(said), false));
    }
    var threw = error("error.store.op", MeshError.Retry.SAFE);
    assertEquals(
        new Disposition.Retry(threw, Duration.ZERO), Outcome.disposition(Result.err(threw), false));
  }

  /** G13: an error may be that of the shutdown, whatever it says; the run is open. */
  @Test
  void noErrorIsPoisonWhileTheNodeStops() throws Exception {
    Branch<String> stopped =
        run -> {
          var _ = begun(run);
          bed.effects().close();
          return Result.err(NEVER);
        };
    snoozes(NEVER.code(), handle(stopped));
    assertEquals("OPEN", bed.state(KEY.text()));
  }

  /** G13: and so may that of a branch that was interrupted: what runs the handler knows why. */
  @Test
  void noErrorIsPoisonOnAThreadThatIsInterrupted() {
    Branch<String> interrupted =
        _ -> {
          Thread.currentThread().interrupt();
          return Result.err(NEVER);
        };
    assertThrows(InterruptedException.class, () -> handle(interrupted));
  }

  /** Of several strands one that has to wait is enough: the run is open. */
  @Test
  void severalErrorsWaitIfOneDoes() throws Exception {
    var doubt = error("error.effect.in_doubt", MeshError.Retry.SAFE);
    var mixed = new MeshError.Aggregate(List.of(NEVER, doubt));
    snoozes("error.aggregate", handle(_ -> Result.err(mixed)));
    var unsure = new MeshError.Aggregate(List.of(NEVER, LATER));
    assertEquals(charged(unsure), handle(_ -> Result.err(unsure)));
    var hopeless = new MeshError.Aggregate(List.of(NEVER, NEVER));
    assertEquals(new Disposition.Poison(hopeless), handle(_ -> Result.err(hopeless)));
  }

  @Test
  void interruptionIsHandedOn() {
    assertThrows(
        InterruptedException.class,
        () ->
            handle(
                _ -> {
                  throw new InterruptedException("planted");
                }));
  }
}
