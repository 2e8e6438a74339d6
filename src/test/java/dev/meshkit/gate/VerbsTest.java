package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** G7, G8, G9 as functions: what a verb makes of an entry, or precisely why it does not. */
class VerbsTest {
  private static final Change TAX =
      Change.of("shop::tax").supports(1, 3).keyedBy(SubjectKey.TENANT);
  private static final RecordId RECORD = new RecordId(1, 17, 9);
  private static final Instant NOW = Instant.EPOCH.plus(Duration.ofHours(1));
  private static final Duration SOAK = Duration.ofMinutes(10);
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("eu", "n2");

  private static MemberReport member(NodeId node, Support support) {
    return new MemberReport(node, support, Instant.EPOCH, Map.of());
  }

  private static Verbs.Facts facts(MemberReport... members) {
    return new Verbs.Facts(NOW, SOAK, List.of(members));
  }

  private static final Verbs.Facts BOTH =
      facts(member(N1, new Support(1, 3)), member(N2, new Support(1, 2)));

  private static Entry entry(int version, Rollout rollout) {
    return new Entry(TAX.name(), version, 1, 3, rollout, 5);
  }

  private static final Entry ONE = entry(1, Rollout.complete(1));

  private static Result<Verbs.Applied> apply(Entry entry, Verb verb, Verbs.Facts facts) {
    return apply(TAX, entry, verb, facts);
  }

  private static Result<Verbs.Applied> apply(
      Change change, Entry entry, Verb verb, Verbs.Facts facts) {
    var command = new Command(verb, RECORD, entry.epoch(), "ana", "pilot");
    return Verbs.apply(change, new Committed(entry, RECORD), command, facts);
  }

  private static Entry after(Entry entry, Verb verb) {
    return apply(entry, verb, BOTH).orThrow().entry();
  }

  private static MeshError refusal(Entry entry, Verb verb, Verbs.Facts facts) {
    return RuleTest.error(apply(entry, verb, facts));
  }

  private static void assertRefused(String code, String why, MeshError error) {
    assertEquals(code, error.code(), error::text);
    assertTrue(error.why().contains(why), error::text);
    assertEquals(MeshError.Retry.NEVER, error.retry());
  }

  /** G4: from the first entry on a loop that compares epochs sees that something is committed. */
  @Test
  void theFirstEntryBeginsAnEpoch() {
    var none = Entry.baseline(TAX);
    assertEquals(0, none.epoch());
    var all = new Verb.Widen(Rollout.ALL, List.of(), List.of());
    for (var verb : List.of(new Verb.Freeze(), new Verb.Thaw(), all))
      assertEquals(1, after(none, verb).epoch(), verb.name());
    assertEquals(1, after(after(none, new Verb.Freeze()), new Verb.Thaw()).epoch());
    assertEquals(5, after(ONE, new Verb.Freeze()).epoch());
  }

  /** G7: of two that saw the same, the second finds it changed, and is told what it is now. */
  @Test
  void ofTwoAtOnceOneWins() {
    var won = after(ONE, Verb.Advance.all(2));
    var later = new Committed(won, new RecordId(1, 17, 10));
    var command = new Command(new Verb.Rollback(0), RECORD, 5, "bo", "alarm");
    var error = RuleTest.error(Verbs.apply(TAX, later, command, BOTH));
    assertEquals("error.conflict", error.code());
    assertEquals(won.text(), error.details().get("entry"));
    assertEquals("1/17.10", error.details().get("record"));
    // also when only another change of the record has moved
    var moved = new Committed(ONE, new RecordId(1, 18, 10));
    assertEquals("error.conflict", RuleTest.error(Verbs.apply(TAX, moved, command, BOTH)).code());
  }

  @Test
  void acommandSaysWhoAndWhy() {
    for (var blank : List.of("", " ")) {
      var verb = new Verb.Freeze();
      assertThrows(
          IllegalArgumentException.class, () -> new Command(verb, RECORD, 1, blank, "why"));
      assertThrows(
          IllegalArgumentException.class, () -> new Command(verb, RECORD, 1, "ana", blank));
    }
  }

  /** The table of verbs, row by row. */
  @Test
  void eachVerbMakesTheEntryThatItsRowSays() {
    var quarter = new Rollout(1, 2_500, List.of("acme"), List.of("bank*"), false);
    var advanced = after(ONE, new Verb.Advance(2, 2_500, List.of("acme"), List.of("bank*"), false));
    assertEquals(new Entry("shop::tax", 2, 1, 3, quarter, 6), advanced);
    var half = new Rollout(1, 5_000, List.of("acme", "b1"), List.of(), false);
    assertEquals(
        new Entry("shop::tax", 2, 1, 3, half, 6),
        after(advanced, new Verb.Widen(5_000, List.of("acme", "b1"), List.of())));
    assertEquals(
        new Entry("shop::tax", 1, 1, 3, Rollout.complete(2), 7),
        after(advanced, new Verb.Rollback(0)));
    var frozen = after(advanced, new Verb.Freeze());
    assertEquals(advanced.with(quarter.frozen(true)), frozen);
    assertEquals(advanced, after(frozen, new Verb.Thaw()));
    assertEquals(
        new Entry("shop::tax", 1, 1, 7, Rollout.complete(1), 5), after(ONE, new Verb.Raise(7)));
    var done = entry(2, Rollout.complete(1));
    assertEquals(
        new Entry("shop::tax", 2, 2, 3, Rollout.complete(2), 5), after(done, new Verb.Retire(2)));
  }

  /** G8 */
  @Test
  void anAdvanceIsRefusedWhileSomeAliveMemberLacksTheVersion() {
    var error = refusal(ONE, Verb.Advance.all(3), BOTH);
    assertRefused("error.precondition", "eu/n2 cannot run version 3", error);
    assertEquals("eu/n2", error.details().get("members"));
    // forced, it names those who will refuse
    var forced = new Verb.Advance(3, Rollout.ALL, List.of(), List.of(), true);
    assertEquals(List.of(N2), apply(ONE, forced, BOTH).orThrow().refusing());
    // what they run now nobody can be forced out of
    var without = facts(member(N1, new Support(2, 3)));
    assertRefused("error.precondition", "cannot run version 1", refusal(ONE, forced, without));
    // a member that does not know the change cannot run it
    var stranger = facts(member(N1, Support.NONE));
    assertRefused("error.precondition", "eu/n1", refusal(ONE, Verb.Advance.all(2), stranger));
  }

  /** G8 */
  @Test
  void anAdvanceIsRefusedWhileARolloutIsUnfinishedOrFrozen() {
    var half = entry(2, new Rollout(1, 5_000, List.of(), List.of(), false));
    assertRefused(
        "error.precondition",
        "has not reached everybody",
        refusal(half, Verb.Advance.all(3), BOTH));
    var excluding = entry(2, new Rollout(1, 10_000, List.of(), List.of("bank"), false));
    assertRefused(
        "error.precondition",
        "has not reached everybody",
        refusal(excluding, Verb.Advance.all(3), BOTH));
    var frozen = after(ONE, new Verb.Freeze());
    assertRefused("error.precondition", "it is frozen", refusal(frozen, Verb.Advance.all(2), BOTH));
    assertRefused(
        "error.precondition",
        "it is frozen",
        refusal(frozen, new Verb.Widen(10_000, List.of(), List.of()), BOTH));
    // rollback works even then, and stays frozen
    var stuck = after(half, new Verb.Freeze());
    var back = after(stuck, new Verb.Rollback(0));
    assertEquals(1, back.version());
    assertTrue(back.rollout().frozen() && back.rollout().isComplete());
  }

  /** G8 */
  @Test
  void aPercentageNeedsASubject() {
    var plain = Change.of("shop::tax").supports(1, 3);
    var error = RuleTest.error(apply(plain, ONE, Verb.Advance.some(2, 100), BOTH));
    assertRefused("error.validation", "has no subjects", error);
    assertTrue(apply(plain, ONE, Verb.Advance.all(2), BOTH).isOk());
  }

  /** G8: no member's support is in its way. */
  @Test
  void aRollbackIsAlwaysThere() {
    var two = entry(2, Rollout.complete(1));
    var applied = apply(two, new Verb.Rollback(1), facts(member(N1, new Support(2, 3)))).orThrow();
    assertEquals(1, applied.entry().version());
    assertEquals(List.of(N1), applied.refusing());
    var retired = new Entry("shop::tax", 3, 2, 3, Rollout.complete(2), 5);
    assertRefused(
        "error.validation", "the window is 2..3", refusal(retired, new Verb.Rollback(1), BOTH));
    assertRefused("error.validation", "is committed", refusal(two, new Verb.Rollback(2), BOTH));
  }

  /** G6: who was reached stays reached within an epoch. */
  @Test
  void wideningTakesNobodyBack() {
    var half = entry(2, new Rollout(1, 5_000, List.of("a"), List.of("b"), false));
    for (var less :
        List.of(
            new Verb.Widen(4_999, List.of("a"), List.of("b")),
            new Verb.Widen(6_000, List.of(), List.of("b")),
            new Verb.Widen(6_000, List.of("a"), List.of("b", "c")))) {
      assertRefused("error.validation", "only grows", refusal(half, less, BOTH));
    }
  }

  @Test
  void whatNoRecordCouldTakeIsRefused() {
    var names = IntStream.range(0, 16).mapToObj("tenant-%057d"::formatted).toList();
    var some = new Verb.Advance(2, 9_999, names, names, false);
    var most = new Entry("shop::tax", 1, 1, 3, Rollout.complete(1), 5);
    assertEquals(names, after(most, some).rollout().exclude(), "64 characters each");
    var longer = names.stream().map(name -> name + "*").toList();
    var error = refusal(ONE, new Verb.Advance(2, 0, longer, longer, false), BOTH);
    assertRefused("error.validation", "a scope record takes 2128 of one change", error);
    var many = IntStream.range(0, 17).mapToObj(Integer::toString).toList();
    assertRefused(
        "error.validation",
        "at most 16",
        refusal(ONE, new Verb.Advance(2, 0, many, List.of(), false), BOTH));
    assertRefused("error.validation", "10001", refusal(ONE, Verb.Advance.some(2, 10_001), BOTH));
    assertRefused(
        "error.validation", "the window is 1..3", refusal(ONE, Verb.Advance.all(4), BOTH));
    assertRefused("error.validation", "committed already", refusal(ONE, Verb.Advance.all(1), BOTH));
    assertRefused(
        "error.validation",
        "in use",
        refusal(entry(2, Rollout.complete(3)), new Verb.Raise(2), BOTH));
  }

  /** G9 */
  @Test
  void retireWaitsUntilNobodyHasUsedWhatIsOlderForTheSoak() {
    var done = entry(2, Rollout.complete(1));
    var retire = new Verb.Retire(2);
    var edge = NOW.minus(SOAK);
    for (var used : List.of(NOW, edge.plusMillis(1))) {
      var facts =
          facts(
              member(N1, new Support(1, 3)),
              new MemberReport(N2, new Support(1, 3), Instant.EPOCH, Map.of(1, used, 2, NOW)));
      var error = refusal(done, retire, facts);
      assertRefused("error.precondition", "in use within 10 min by eu/n2", error);
      assertEquals("eu/n2", error.details().get("members"));
    }
    var quiet =
        facts(new MemberReport(N2, new Support(1, 3), Instant.EPOCH, Map.of(1, edge, 2, NOW)));
    assertEquals(2, apply(done, retire, quiet).orThrow().entry().min());
    // a leader that has only just begun to listen knows nothing
    var fresh = facts(new MemberReport(N1, new Support(1, 3), edge.plusMillis(1), Map.of()));
    assertRefused("error.precondition", "must have heard of eu/n1", refusal(done, retire, fresh));
  }

  /** G9 */
  @Test
  void retireIsRefusedWhileSubjectsRunWhatIsOlder() {
    var retire = new Verb.Retire(2);
    var half = entry(2, new Rollout(1, 5_000, List.of(), List.of(), false));
    assertRefused("error.precondition", "still run", refusal(half, retire, BOTH));
    assertRefused("error.precondition", "still run", refusal(ONE, retire, BOTH));
    assertRefused("error.validation", "nothing below", refusal(ONE, new Verb.Retire(1), BOTH));
  }

  @Test
  void whatARecordHoldsIsReadOrRefused() {
    assertEquals(
        Result.ok(new Entry("c", 2, 1, 2, Rollout.complete(2), 3)),
        Entry.read("c", 2, 1, 2, dev.meshkit.api.Bytes.EMPTY, 3));
    for (var version : List.of(0, 2)) {
      var from0 = Entry.read("c", version, 0, 2, dev.meshkit.api.Bytes.EMPTY, 3);
      assertEquals("error.payload.malformed", RuleTest.error(from0).code());
    }
    for (var bad : List.of("ff", "0a", "0807", "08ffffffff0f", "0801109f8d06")) {
      var error = RuleTest.error(Entry.read("c", 2, 1, 2, dev.meshkit.api.Bytes.hex(bad), 3));
      assertEquals("error.payload.malformed", error.code(), bad);
    }
    // a field of a later build is left out
    assertEquals(
        Result.ok(new Entry("c", 2, 1, 2, new Rollout(1, 5, List.of(), List.of(), false), 3)),
        Entry.read("c", 2, 1, 2, dev.meshkit.api.Bytes.hex("08011005a20603616263"), 3));
  }
}
