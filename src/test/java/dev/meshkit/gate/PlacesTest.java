package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.gate.Places.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G17, G19, G20: where a branch is in its run, without a store. */
@Timeout(20)
class PlacesTest {
  private static final RunRow RUN = new RunRow(1, "c", "", "k", 1, 1, RunState.OPEN, false);

  private static Ask ask(String strand, Step<?> step) {
    return new Ask(strand, step, Mode.VALUE, Bytes.EMPTY);
  }

  private static Ask step(String name) {
    return ask("", Step.of(name, ValueType.TEXT));
  }

  private static Ask deed(String key) {
    return ask("", Step.of("d", ValueType.TEXT).key(key));
  }

  /** One that is recorded, its checksum right. */
  private static EffectRow row(String step, int n, EffectState st) {
    var sum = EffectRow.crc(Bytes.EMPTY, Bytes.EMPTY);
    return row(step, n, st, sum);
  }

  private static EffectRow row(String step, int n, EffectState st, int sum) {
    return new EffectRow(
        step,
        1,
        n,
        st,
        Mode.VALUE,
        Bytes.EMPTY,
        Bytes.EMPTY,
        0,
        0,
        "text",
        1,
        sum,
        Bytes.EMPTY,
        Bytes.EMPTY);
  }

  private static Places places(EffectRow... rows) {
    return new Places(RUN, List.of(rows));
  }

  private static MeshError refused(Found found) {
    return assertInstanceOf(Found.Refused.class, found).error();
  }

  private static String kind(MeshError error) {
    return error.details().getOrDefault("kind", error.code());
  }

  private static EffectRow recorded(Found found) {
    return assertInstanceOf(Found.Recorded.class, found).row();
  }

  private static Found.Open open(Found found) {
    return assertInstanceOf(Found.Open.class, found);
  }

  @Test
  void aRunHasAtMostSoManyEffects() {
    // given a run with room for one
    var rows = new ArrayList<EffectRow>();
    for (var i = 1; i < Places.MOST; i++) rows.add(row("d[" + i + "]", 0, EffectState.OK));
    var places = new Places(RUN, rows);
    var last = open(places.begin(step("last")));
    places.end(step("last"), last, Optional.of(row("last", 1, EffectState.OK)), Optional.empty());
    // then the next is refused by that, again and again, and the run is not parked for it
    for (var attempt = 0; attempt < 2; attempt++)
      assertEquals("error.validation", kind(refused(places.begin(step("more")))));
    assertEquals(rows.getFirst(), recorded(places.begin(deed("1"))));
    assertEquals(Optional.empty(), places.misfit(false));
  }

  /** A deed that captures itself would wait for itself; another thread waits for it. */
  @Test
  void whoDoesADeedCannotCaptureItAgainMeanwhile() throws Exception {
    var places = places();
    var mine = open(places.begin(deed("x")));
    assertEquals("AMBIGUOUS", kind(refused(places.begin(deed("x")))));
    var other = new FutureTask<>(() -> places.begin(deed("x")));
    Thread.ofVirtual().start(other);
    var busy = assertInstanceOf(Found.Busy.class, other.get());
    // and hears of its outcome, after which the deed is recorded for all
    var done = row("d[x]", 0, EffectState.OK);
    places.end(deed("x"), mine, Optional.of(done), Optional.of(Result.ok("v")));
    assertEquals(Optional.of(Result.ok("v")), busy.flight().await());
    assertEquals(done, recorded(places.begin(deed("x"))));
  }

  /** Who waits for a deed that came to nothing may try it. */
  @Test
  void aDeedThatCameToNothingEndsTheWait() throws Exception {
    var places = places();
    var mine = open(places.begin(deed("x")));
    places.end(deed("x"), mine, Optional.empty(), Optional.empty());
    assertEquals(Optional.empty(), mine.flight().await());
    open(places.begin(deed("x")));
  }

  /** While a step may be gone what is recorded is answered, and nothing is done. */
  @Test
  void underSuspicionNothingIsBegun() {
    var a = row("a", 1, EffectState.OK);
    var b = row("b", 2, EffectState.OK);
    var begun = row("d[begun]", 0, EffectState.INTENT);
    var late = row("late", 3, EffectState.INTENT);
    for (var next : List.of(deed("new"), deed("begun"), step("new"), step("late"))) {
      var places = places(a, b, begun, late);
      assertEquals(b, recorded(places.begin(step("b"))));
      assertEquals("REMOVED", kind(refused(places.begin(next))), next::text);
      assertEquals("REMOVED", kind(places.misfit(false).orElseThrow()), next::text);
    }
  }

  /** Not even that is answered whose content is not what was written. */
  @Test
  void underSuspicionADamagedStepIsNotAnswered() {
    var a = row("a", 1, EffectState.OK);
    var damaged = row("b", 2, EffectState.OK, 1);
    assertEquals("REMOVED", kind(refused(places(a, damaged).begin(step("b")))));
  }

  /** A branch that goes on as if nothing were, and fails for another reason, does not fit. */
  @Test
  void aSuspicionThatNothingContradictsIsAMismatch() {
    var places = places(row("a", 1, EffectState.OK), row("b", 2, EffectState.OK));
    assertEquals("b", recorded(places.begin(step("b"))).step());
    var misfit = places.misfit(false).orElseThrow();
    assertEquals("REMOVED", kind(misfit));
    assertEquals(misfit, refused(places.begin(step("a"))));
  }

  /** One that ended early has not left out what comes later; one that came to its end has. */
  @Test
  void whatIsNotVisitedIsMissedAtTheEndAlone() {
    var rows =
        List.of(
            row("z", 1, EffectState.OK),
            row("b", 2, EffectState.OK),
            row("a", 3, EffectState.OK),
            row("c", 3, EffectState.OK));
    for (var order : List.of(rows, rows.reversed())) {
      var places = new Places(RUN, order);
      recorded(places.begin(step("z")));
      assertEquals(Optional.empty(), places.misfit(false));
      var misfit = places.misfit(true).orElseThrow();
      assertEquals("b at place 2 (value, text@1)", misfit.details().get("stored"));
    }
    var places = places(row("c", 1, EffectState.OK), row("s/a", 1, EffectState.OK));
    assertEquals(
        "c at place 1 (value, text@1)", places.misfit(true).orElseThrow().details().get("stored"));
  }

  @Test
  void theFirstReasonStays() {
    var places = places();
    var first = places.park(new Mismatch(Mismatch.Kind.TYPE, "a", "b"));
    assertEquals(first, places.park(new Mismatch(Mismatch.Kind.INPUT, "c", "d")));
    assertEquals(Optional.of(first), places.misfit(true));
  }

  /** Each strand has an order of its own. */
  @Test
  void aStepIsFoundInItsStrand() {
    var places = places(row("a", 1, EffectState.OK), row("s/b", 1, EffectState.OK));
    assertEquals("s/b", recorded(places.begin(ask("s", Step.of("b", ValueType.TEXT)))).step());
    assertEquals("a", recorded(places.begin(step("a"))).step());
    assertEquals(Optional.empty(), places.misfit(true));
  }
}
