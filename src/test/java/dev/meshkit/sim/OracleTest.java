package dev.meshkit.sim;

import static dev.meshkit.sim.Histories.illegal;
import static dev.meshkit.sim.Histories.legal;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.sim.Sight.Holder;
import dev.meshkit.sim.Sight.RecordAt;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** V15: each oracle is silent about a legal history and objects to an illegal one. */
@Tag(Histories.TAG)
class OracleTest {
  private static final NodeId ANN = NodeId.of("eu", "ann");
  private static final NodeId BOB = NodeId.of("eu", "bob");
  private static final NodeId CAT = NodeId.of("us", "cat");
  private static final List<String> THREE = List.of("eu/ann", "eu/bob", "us/cat");
  private static final RecordAt FIRST = new RecordAt(0, 1);

  private static Fence term(long term) {
    return new Fence(Scope.GLOBAL, 1, term);
  }

  @Test
  void oneWinnerATerm() {
    legal(new OneWinnerATerm(), new Sight.Won(ANN, term(1)), new Sight.Won(BOB, term(2)));
    illegal(new OneWinnerATerm(), new Sight.Won(ANN, term(1)), new Sight.Won(BOB, term(1)));
    illegal(new OneWinnerATerm(), new Sight.Won(ANN, term(1)), new Sight.Won(ANN, term(1)));
    illegal(new OneWinnerATerm(), new Sight.Won(ANN, term(1)), new Sight.Gained(BOB, term(1)));
  }

  @Test
  void oneVoteATermAcrossCrashes() {
    legal(
        new OneVoteATerm(),
        new Sight.Granted(ANN, term(1), BOB),
        new Sight.Granted(ANN, term(1), BOB),
        new Sight.Granted(ANN, term(2), CAT),
        new Sight.Granted(BOB, term(1), CAT));
    illegal(
        new OneVoteATerm(),
        new Sight.Granted(ANN, term(1), BOB),
        new Sight.Stopped(ANN),
        new Sight.Started(ANN),
        new Sight.Granted(ANN, term(1), CAT));
  }

  @Test
  void storesOnlyGrow() {
    legal(new StoresOnlyGrow(), stored(1, ANN, FIRST), stored(2, BOB, new RecordAt(2, 1)));
    illegal(new StoresOnlyGrow(), stored(2, ANN, FIRST), stored(1, ANN, FIRST));
    illegal(
        new StoresOnlyGrow(),
        stored(2, ANN, new RecordAt(2, 1)),
        stored(3, ANN, new RecordAt(1, 9)));
  }

  @Test
  void nothingIsShownBeforeItIsDurable() {
    legal(
        new DurableBeforeShown(),
        stored(2, BOB, FIRST),
        new Sight.Claimed(ANN, term(2), FIRST),
        new Sight.Granted(ANN, term(2), BOB),
        stored(3, NodeId.NOBODY, FIRST),
        new Sight.Granted(ANN, term(2), BOB));
    illegal(
        new DurableBeforeShown(), stored(1, BOB, FIRST), new Sight.Claimed(ANN, term(2), FIRST));
    illegal(new DurableBeforeShown(), stored(1, BOB, FIRST), new Sight.Granted(ANN, term(2), BOB));
    illegal(
        new DurableBeforeShown(),
        stored(2, NodeId.NOBODY, FIRST),
        new Sight.Granted(ANN, term(2), BOB));
    illegal(
        new DurableBeforeShown(),
        stored(2, BOB, FIRST),
        new Sight.Claimed(ANN, term(2), new RecordAt(2, 1)));
  }

  @Test
  void oneAuthorityAtAnyInstant() {
    var ann = new Holder(ANN, term(1));
    var bob = new Holder(BOB, term(2));
    legal(new OneAuthority(), authority(ann), authority(), authority(bob));
    illegal(new OneAuthority(), authority(ann), authority(ann, bob));
  }

  @Test
  void authorityUnderOneFenceIsOneInterval() {
    var ann = new Holder(ANN, term(1));
    var bob = new Holder(BOB, term(2));
    legal(new OneIntervalATerm(), authority(ann), authority(ann, bob), authority(bob), authority());
    illegal(new OneIntervalATerm(), authority(ann), authority(bob), authority(ann));
    // who stands still has not seen that it ended, but sees it when it runs again
    var stands = new Sight.Stands(ann.node());
    legal(new OneIntervalATerm(), authority(ann), stands, authority(), authority(ann));
    illegal(
        new OneIntervalATerm(), authority(ann), stands, authority(), authority(), authority(ann));
  }

  @Test
  void gainedAndLostAlternateAndFencesGrow() {
    legal(
        new GainedAndLostAlternate(),
        new Sight.Gained(ANN, term(1)),
        new Sight.Lost(ANN, term(1)),
        new Sight.Gained(ANN, term(2)),
        new Sight.Stopped(ANN),
        new Sight.Gained(ANN, term(5)));
    illegal(
        new GainedAndLostAlternate(),
        new Sight.Gained(ANN, term(1)),
        new Sight.Gained(ANN, term(2)));
    illegal(new GainedAndLostAlternate(), new Sight.Lost(ANN, term(1)));
    illegal(
        new GainedAndLostAlternate(),
        new Sight.Gained(ANN, term(2)),
        new Sight.Lost(ANN, term(2)),
        new Sight.Gained(ANN, term(2)));
  }

  @Test
  void aCalmScopeIsLed() {
    var calm = new Sight.Calm(List.of(Scope.GLOBAL), new TreeMap<>(), new TreeMap<>());
    legal(new LeaderInCalm(), authority(), authority(new Holder(ANN, term(1))), calm);
    illegal(new LeaderInCalm(), authority(new Holder(ANN, term(1))), authority(), calm);
    illegal(new LeaderInCalm(), calm);
  }

  /**
   * V15, V16: a record is committed by the disks that hold it in its own term, whoever thinks so.
   */
  @Test
  void committedRecordsStayOnOneLine() {
    legal(
        new OneLineOfRecords(),
        born(ANN),
        born(BOB),
        born(CAT),
        held(ANN, 1, at(1, 1), ""),
        held(BOB, 1, at(1, 1), ""), // committed
        held(ANN, 1, at(1, 2), "a"), // never is
        held(CAT, 2, at(1, 1), ""),
        held(CAT, 2, at(2, 1), ""),
        held(BOB, 2, at(2, 1), ""),
        held(CAT, 2, at(2, 2), "b"));
    illegal( // two contents under one id
        new OneLineOfRecords(),
        born(ANN),
        born(BOB),
        held(ANN, 1, at(1, 2), "a"),
        held(BOB, 1, at(1, 2), "b"));
    illegal( // a later leader starts below what was committed
        new OneLineOfRecords(),
        born(ANN),
        born(BOB),
        born(CAT),
        held(ANN, 1, at(1, 2), "a"),
        held(BOB, 1, at(1, 2), "a"),
        held(CAT, 2, at(2, 1), ""));
    illegal( // what is committed late was left behind by a later leader
        new OneLineOfRecords(),
        born(ANN),
        born(BOB),
        born(CAT),
        held(ANN, 1, at(1, 2), "a"),
        held(CAT, 2, at(2, 1), ""),
        held(BOB, 1, at(1, 2), "a"));
    illegal( // a retry landed again
        new OneLineOfRecords(),
        born(ANN),
        held(ANN, 1, at(1, 2), "a"),
        held(ANN, 1, at(1, 3), "a a"));
  }

  @Test
  void viewsAreCommittedAndStay() {
    legal(
        new ViewsAreCommitted(),
        born(ANN),
        born(BOB),
        viewed(ANN, at(0, 1), ""),
        held(ANN, 1, at(1, 2), "a"),
        held(BOB, 1, at(1, 2), "a"),
        new Sight.Applied(Scope.GLOBAL, "a", 2),
        viewed(ANN, at(1, 2), "a"),
        viewed(BOB, at(0, 1), ""));
    illegal( // one holder is no quorum
        new ViewsAreCommitted(),
        born(ANN),
        born(BOB),
        held(ANN, 1, at(1, 2), "a"),
        viewed(ANN, at(1, 2), "a"));
    illegal( // holders whose term has moved on say nothing
        new ViewsAreCommitted(),
        born(ANN),
        born(BOB),
        held(ANN, 1, at(1, 2), "a"),
        held(BOB, 2, at(1, 2), "a"),
        viewed(ANN, at(1, 2), "a"));
    illegal( // a restart forgot
        new ViewsAreCommitted(),
        born(ANN),
        born(BOB),
        held(ANN, 1, at(1, 2), "a"),
        held(BOB, 1, at(1, 2), "a"),
        viewed(ANN, at(1, 2), "a"),
        new Sight.Stopped(ANN),
        viewed(ANN, at(0, 1), ""));
    illegal( // told too early
        new ViewsAreCommitted(),
        born(ANN),
        born(BOB),
        held(ANN, 1, at(1, 2), "a"),
        new Sight.Applied(Scope.GLOBAL, "a", 2));
    illegal( // told, and not there later
        new ViewsAreCommitted(),
        born(ANN),
        born(BOB),
        held(ANN, 1, at(1, 2), "a"),
        held(BOB, 1, at(1, 2), "a"),
        new Sight.Applied(Scope.GLOBAL, "a", 2),
        held(ANN, 2, at(2, 3), "b"),
        held(BOB, 2, at(2, 3), "b"),
        viewed(ANN, at(2, 3), "b"));
  }

  /** E29, S13: what a disk held of those that were asked is in the generation that began. */
  @Test
  void aRecoveryLosesOnlyWhatNobodyHeld() {
    legal(new ViewsAreCommitted(), recovered("a", "b"));
    legal(new ViewsAreCommitted(), recovered("", ""));
    illegal(new ViewsAreCommitted(), recovered("a", ""));
  }

  /** {@code a} and {@code b} are told; survivors hold this, and the next generation that. */
  private static Sight[] recovered(String held, String kept) {
    var applied = new TreeSet<String>();
    if (!held.isEmpty()) applied.add(held);
    var next = kept(at(0, 4), held.isEmpty() ? kept : kept.isEmpty() ? "" : held + " " + kept);
    return new Sight[] {
      born(ANN),
      born(BOB),
      held(ANN, 1, at(1, 2), "a"),
      held(BOB, 1, at(1, 2), "a"),
      new Sight.Applied(Scope.GLOBAL, "a", 2),
      held(ANN, 1, at(1, 3), "a b"),
      held(BOB, 1, at(1, 3), "a b"),
      new Sight.Applied(Scope.GLOBAL, "b", 3),
      new Sight.Reborn(Scope.GLOBAL, 2, new TreeSet<>(), applied),
      new Sight.Held(CAT, "", new Fence(Scope.GLOBAL, 2, 0), next),
      new Sight.OfBirth(CAT, Scope.GLOBAL, 2, "x"),
      new Sight.Viewed(CAT, new Fence(Scope.GLOBAL, 2, 0), next)
    };
  }

  @Test
  void aCalmLeaderHasItsRecordCommitted() {
    var calm = new Sight.Calm(List.of(Scope.GLOBAL), new TreeMap<>(), new TreeMap<>());
    var led = authority(new Holder(ANN, term(1)));
    legal(new CalmRecordIsCommitted(), led, viewed(ANN, at(1, 1), ""), calm);
    illegal(new CalmRecordIsCommitted(), viewed(ANN, at(0, 1), ""), led, calm);
    illegal(new CalmRecordIsCommitted(), viewed(BOB, at(1, 1), ""), led, calm);
  }

  private static RecordAt at(long term, long version) {
    return new RecordAt(term, version);
  }

  /** A store that was never used. */
  private static Sight born(NodeId node) {
    return held(node, 0, FIRST, "");
  }

  /** Of three voters, in which {@code commands} are applied; their text stands for the content. */
  private static Sight held(NodeId node, long term, RecordAt record, String commands) {
    return new Sight.Held(node, "", term(term), kept(record, commands));
  }

  private static Sight viewed(NodeId node, RecordAt record, String commands) {
    return new Sight.Viewed(node, term(record.term()), kept(record, commands));
  }

  private static Sight.Kept kept(RecordAt record, String commands) {
    var applied = commands.isEmpty() ? List.<String>of() : List.of(commands.split(" "));
    return new Sight.Kept(record, commands, THREE, applied);
  }

  private static Sight stored(long term, NodeId voted, RecordAt record) {
    return new Sight.Stored(ANN, term(term), voted, record);
  }

  private static Sight authority(Holder... holders) {
    return new Sight.Authority(Scope.GLOBAL, List.of(holders));
  }
}
