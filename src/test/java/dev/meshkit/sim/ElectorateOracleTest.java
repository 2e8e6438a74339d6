package dev.meshkit.sim;

import static dev.meshkit.sim.Histories.illegal;
import static dev.meshkit.sim.Histories.legal;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Header;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.Why;
import dev.meshkit.sim.Sight.RecordAt;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** V15, V16: the oracles where voters change: silent about legal histories, not about illegal. */
@Tag(Histories.TAG)
class ElectorateOracleTest {
  private static final NodeId ANN = NodeId.of("eu", "ann");
  private static final NodeId BOB = NodeId.of("eu", "bob");
  private static final NodeId CAT = NodeId.of("us", "cat");
  private static final RecordAt FIRST = new RecordAt(0, 1);
  private static final RecordAt WON = new RecordAt(1, 1);
  private static final RecordAt NEXT = new RecordAt(1, 2);
  private static final String A = "eu/ann 1";
  private static final String B = "eu/bob 1";
  private static final String C = "us/cat 1";

  /** S8: a record's parent is its leader's, also if a newcomer holds it first. */
  @Test
  void aNewcomerMayHoldARecordFirst() {
    var offer = new Sight.Offered(ANN, term(1), kept(NEXT, A, B));
    legal(
        new OneLineOfRecords(),
        held(ANN, 0, kept(FIRST, A)),
        held(CAT, 0, kept(FIRST, A)),
        held(BOB, 0, kept(FIRST, A)),
        held(ANN, 1, kept(WON, A)),
        offer,
        held(BOB, 1, kept(NEXT, A, B)),
        held(ANN, 1, kept(NEXT, A, B)),
        held(CAT, 2, kept(NEXT, A, B)));
  }

  /** S8, F4: an edge that changes two voters breaks what the proof stands on. */
  @Test
  void twoVotersAStepAreIllegal() {
    illegal(
        new OneLineOfRecords(),
        held(ANN, 0, kept(FIRST, A)),
        held(ANN, 1, kept(WON, A)),
        new Sight.Offered(ANN, term(1), kept(NEXT, A, B, C)));
    illegal(
        new OneLineOfRecords(), held(ANN, 0, kept(FIRST, A, B)), held(ANN, 1, kept(NEXT, A, C)));
  }

  /** S8: two records of one term and version, one of them only offered. */
  @Test
  void anotherOfferInOneTermIsIllegal() {
    illegal(
        new OneLineOfRecords(),
        held(ANN, 0, kept(FIRST, A)),
        held(ANN, 1, kept(WON, A)),
        new Sight.Offered(ANN, term(1), kept(NEXT, A, B)),
        new Sight.Offered(ANN, term(1), kept(NEXT, A, C)));
  }

  /** S13, V16: who holds a record without voting by it, or with another store, counts nothing. */
  @Test
  void onlyItsVotersCommitARecord() {
    legal(
        new ViewsAreCommitted(),
        held(ANN, 0, kept(FIRST, A, B)),
        held(BOB, 0, kept(FIRST, A, B)),
        held(ANN, 1, kept(WON, A, B)),
        held(BOB, 1, kept(WON, A, B)),
        viewed(ANN, kept(WON, A, B)));
    illegal(
        new ViewsAreCommitted(),
        held(ANN, 0, kept(FIRST, A, B)),
        held(CAT, 0, kept(FIRST, A, B)),
        held(ANN, 1, kept(WON, A, B)),
        held(CAT, 1, kept(WON, A, B)),
        viewed(ANN, kept(WON, A, B)));
    illegal(
        new ViewsAreCommitted(),
        held(ANN, 0, kept(FIRST, A, B)),
        held(BOB, 0, kept(FIRST, A, B)),
        held(ANN, 1, kept(WON, A, B)),
        new Sight.Wiped(BOB),
        new Sight.Held(BOB, "2", term(1), kept(WON, A, B)),
        viewed(ANN, kept(WON, A, B)));
  }

  /** S2, S3: a lost disk begins anew, and as another voter only. */
  @Test
  void aWipedNodeIsAnotherVoter() {
    legal(
        new OneVoteATerm(),
        new Sight.Granted(ANN, term(1), BOB),
        new Sight.Wiped(ANN),
        new Sight.Granted(ANN, term(1), CAT));
    illegal(
        new OneVoteATerm(),
        new Sight.Granted(ANN, term(1), BOB),
        new Sight.Wiped(BOB),
        new Sight.Granted(ANN, term(1), CAT));
    legal(new StoresOnlyGrow(), stored(ANN, 2), new Sight.Wiped(ANN), stored(ANN, 0));
    illegal(new StoresOnlyGrow(), stored(ANN, 2), new Sight.Wiped(BOB), stored(ANN, 0));
  }

  /** L6: nobody need lead where the latest record's voters are lost; else somebody must. */
  @Test
  void aScopeWhoseVotersAreLostMayStandStill() {
    var calm = new Sight.Calm(List.of(Scope.GLOBAL), new TreeMap<>(), new TreeMap<>());
    legal(
        new LeaderInCalm(),
        held(ANN, 0, kept(FIRST, A, B)),
        held(BOB, 0, kept(FIRST, A, B)),
        new Sight.Wiped(BOB),
        new Sight.Held(BOB, "2", term(0), kept(FIRST, A, B)),
        calm);
    illegal(
        new LeaderInCalm(),
        held(ANN, 0, kept(FIRST, A, B)),
        held(BOB, 0, kept(FIRST, A, B)),
        held(CAT, 0, kept(FIRST, A, B)),
        new Sight.Wiped(CAT),
        calm);
  }

  /** S9, E33. */
  @Test
  void outsidersChangeNothing() {
    legal(new OutsidersChangeNothing(), new Sight.Outside(ANN, CAT, "5 nobody", "5 nobody"));
    illegal(new OutsidersChangeNothing(), new Sight.Outside(ANN, CAT, "5 nobody", "9 nobody"));
    legal(new OutsidersChangeNothing(), new Sight.Forged(ANN, CAT, "BIRTH", true, false));
    illegal(new OutsidersChangeNothing(), new Sight.Forged(ANN, CAT, "BIRTH", true, true));
    illegal(new OutsidersChangeNothing(), new Sight.Forged(ANN, CAT, "BYTES", false, false));
  }

  /** E16, E24, S11: each minds its own rule. */
  @Test
  void wordsBindNobody() {
    for (var rule : List.of("E16", "E24", "S11")) {
      var oracle = new WordsBindNobody(rule);
      legal(oracle, new Sight.Unmoved(ANN, CAT, rule, "5 cat", "5 cat"));
      legal(oracle, new Sight.Unmoved(ANN, CAT, "another", "5 cat", "6 cat"));
      illegal(oracle, new Sight.Unmoved(ANN, CAT, rule, "5 cat", "6 cat"));
    }
  }

  /** L7: elections before anybody leads are as they are; after that there is none. */
  @Test
  void aWorkingLeaderIsNotSucceeded() {
    legal(
        new RejoiningIsQuiet(),
        new Sight.Won(ANN, term(1)),
        new Sight.Won(BOB, term(2)),
        new Sight.Gained(BOB, term(2)));
    illegal(
        new RejoiningIsQuiet(),
        new Sight.Won(ANN, term(1)),
        new Sight.Gained(ANN, term(1)),
        new Sight.Won(BOB, term(2)));
  }

  /** L7: who was granted a later term before somebody led goes on to ask for it, once. */
  @Test
  void whoHadWonAPreVoteMayCostALeaderItsTerm() {
    legal(
        new RejoiningIsQuiet(),
        granted(2),
        new Sight.Gained(ANN, term(1)),
        new Sight.Won(BOB, term(3)));
    illegal(
        new RejoiningIsQuiet(),
        granted(2),
        new Sight.Gained(ANN, term(1)),
        new Sight.Won(BOB, term(3)),
        new Sight.Won(ANN, term(4)));
    illegal(
        new RejoiningIsQuiet(),
        granted(1),
        new Sight.Gained(ANN, term(1)),
        new Sight.Won(BOB, term(2)));
    illegal(
        new RejoiningIsQuiet(),
        new Sight.Gained(ANN, term(1)),
        granted(2),
        new Sight.Won(BOB, term(2)));
  }

  private static Sight granted(long term) {
    var first = new RecordId(0, 1);
    var header = new Header(Scope.GLOBAL, 1, Bytes.EMPTY, term, first, Bytes.EMPTY);
    var answer = new Frame.Answer(1, term, Why.GRANTED, Duration.ZERO);
    return new Sight.Sent(CAT, new Frame(header, answer));
  }

  private static Fence term(long term) {
    return new Fence(Scope.GLOBAL, 1, term);
  }

  private static Sight.Kept kept(RecordAt at, String... voters) {
    return new Sight.Kept(at, String.join(",", voters), List.of(voters), List.of());
  }

  private static Sight held(NodeId node, long term, Sight.Kept record) {
    return new Sight.Held(node, "1", term(term), record);
  }

  private static Sight viewed(NodeId node, Sight.Kept record) {
    return new Sight.Viewed(node, term(record.at().term()), record);
  }

  private static Sight stored(NodeId node, long term) {
    return new Sight.Stored(node, term(term), NodeId.NOBODY, FIRST);
  }
}
