package dev.meshkit.sim;

import static dev.meshkit.sim.Histories.illegal;
import static dev.meshkit.sim.Histories.legal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Durable;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Profile;
import dev.meshkit.election.RecordId;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** V10, V11, V15: what disks do, and who says so when they do what they should not. */
@Tag(Histories.TAG)
class DiskOracleTest {
  private static final NodeId ANN = NodeId.of("eu", "ann");
  private static final NodeId BOB = NodeId.of("eu", "bob");
  private static final Fence TERM = new Fence(Scope.GLOBAL, 1, 5);
  private static final Sight CALM = new Sight.Calm(List.of(), new TreeMap<>(), new TreeMap<>());

  /** V10: a lying fsync alone takes back what had completed; the next honest write stays. */
  @Test
  void aLieIsShownByACrash() {
    var disk = disk();
    write(disk, 1);
    disk.lie();
    write(disk, 2);
    write(disk, 3);
    assertEquals(3, disk.durable());
    disk.commit(4, 0);
    disk.crash(1);
    assertEquals(1, disk.durable());
    write(disk, 5);
    disk.crash(0);
    assertEquals(5, disk.durable());
  }

  /** V10: what failed for want of room is not there; of what else failed nobody knows. */
  @Test
  void aFailedWriteMayBeThere() {
    var there = 0;
    for (var seed = 0; seed < 40; seed++) {
      var disk = new SimDisk<>(new Chance(seed).of("disk", "n1"), 0);
      disk.fail(10, false);
      disk.commit(1, 9);
      assertEquals(Optional.empty(), disk.ended());
      there += disk.durable();
      disk.fail(20, true);
      disk.commit(2, 19);
      disk.commit(3, 20);
      assertEquals(Optional.empty(), disk.ended());
      assertFalse(disk.durable() == 2);
      assertEquals(Optional.of(3), disk.ended());
    }
    assertFalse(there == 0 || there == 40, "sometimes there, sometimes not: " + there);
  }

  @Test
  void anOlderCopyIsPutBack() {
    var disk = disk();
    for (var state = 1; state <= 4; state++) write(disk, state);
    disk.rollback(0.5);
    assertEquals(2, disk.durable());
    disk.rollback(1);
    assertEquals(2, disk.durable());
    disk.rollback(0);
    assertEquals(0, disk.durable());
  }

  /** V11: behind is whoever lacks a boot, term, vote, record, view or cap; votes do not show. */
  @Test
  void whatAnImageLacksIsKnown() {
    var first =
        Durable.fresh(
            ElectionOptions.configured(
                    Scope.GLOBAL, ANN, dev.meshkit.api.Bytes.EMPTY, List.of(ANN), Profile.REGION)
                .first());
    var voted = new Durable(3, BOB, first.record(), first.view(), first.cap());
    var open = new Durable(3, NodeId.NOBODY, first.record(), first.view(), first.cap());
    var moved =
        new Durable(3, BOB, first.record().as(new RecordId(3, 1)), first.view(), first.cap());
    assertEquals("false false", lacks(image(2, voted), image(2, voted)));
    assertEquals("true true", lacks(image(1, voted), image(2, voted)));
    assertEquals("true false", lacks(image(2, open), image(2, voted)));
    assertEquals("true true", lacks(image(2, first), image(2, open)));
    assertEquals("true true", lacks(image(2, voted), image(2, moved)));
    assertEquals("false false", lacks(image(2, moved), image(2, voted)));
  }

  private static String lacks(Image here, Image other) {
    return here.isBehind(other) + " " + here.showsThatItIsBehind(other);
  }

  private static Image image(long boot, Durable durable) {
    return new Image(boot, durable, dev.meshkit.election.Peers.NONE);
  }

  /** S12: who knows that its store forgot votes gives none. */
  @Test
  void quarantinedNeverGrant() {
    legal(
        new QuarantinedNeverGrant(),
        new Sight.Granted(ANN, TERM, BOB),
        new Sight.Quarantined(ANN),
        new Sight.Granted(BOB, TERM, ANN),
        new Sight.Started(ANN),
        new Sight.Granted(ANN, TERM, BOB));
    illegal(
        new QuarantinedNeverGrant(), new Sight.Quarantined(ANN), new Sight.Granted(ANN, TERM, BOB));
    illegal(new QuarantinedNeverGrant(), new Sight.Quarantined(ANN), new Sight.Gained(ANN, TERM));
  }

  /** S12: who may have forgotten promises gives no vote in that scope, until they have run out. */
  @Test
  void recoveringNeverGrant() {
    var scope = TERM.scope();
    legal(
        new QuarantinedNeverGrant(),
        new Sight.Recovering(ANN, scope),
        new Sight.Recovering(ANN, Scope.region("elsewhere")),
        new Sight.Granted(BOB, TERM, ANN),
        new Sight.Recovered(ANN, scope),
        new Sight.Granted(ANN, TERM, BOB),
        new Sight.Gained(ANN, TERM),
        new Sight.Recovering(BOB, scope),
        new Sight.Started(BOB),
        new Sight.Granted(BOB, TERM, ANN));
    illegal(
        new QuarantinedNeverGrant(),
        new Sight.Recovering(ANN, scope),
        new Sight.Recovered(ANN, Scope.region("elsewhere")),
        new Sight.Recovered(BOB, scope),
        new Sight.Granted(ANN, TERM, BOB));
    illegal(
        new QuarantinedNeverGrant(), new Sight.Recovering(ANN, scope), new Sight.Gained(ANN, TERM));
  }

  /** V11: silence fails the run, and so does an honest store that is silenced. */
  @Test
  void regressionsShow() {
    legal(
        new RegressionsShow(),
        new Sight.Regressed(ANN, true),
        new Sight.Quarantined(ANN),
        new Sight.Regressed(BOB, false),
        CALM);
    legal(new RegressionsShow(), new Sight.Copied(ANN, BOB), new Sight.Quarantined(ANN), CALM);
    legal(new RegressionsShow(), new Sight.Regressed(ANN, true), new Sight.Wiped(ANN), CALM);
    illegal(new RegressionsShow(), new Sight.Regressed(ANN, true), CALM);
    illegal(new RegressionsShow(), new Sight.Copied(ANN, BOB), CALM);
    illegal(new RegressionsShow(), new Sight.Quarantined(ANN));
  }

  /** V11, the control: where nobody is quarantined, S2 or S3 must report, and then it is well. */
  @Test
  void somebodyReports() {
    legal(control(), stored(5), stored(6), CALM);
    legal(control(), stored(6), new Sight.Regressed(ANN, true), stored(5), CALM);
    illegal(control(), stored(6), new Sight.Regressed(ANN, true), stored(6), CALM);
    illegal(control(), stored(6), stored(5));
  }

  /** S14: a generation is born once, and in the end all are of one. */
  @Test
  void oneGenesisAGeneration() {
    var calm = new Sight.Calm(List.of(Scope.GLOBAL), new TreeMap<>(), new TreeMap<>());
    legal(
        new OneGenesisAGeneration(),
        born(ANN, 1, "a"),
        born(BOB, 1, "a"),
        born(BOB, 2, "b"),
        born(ANN, 2, "b"),
        calm);
    illegal(new OneGenesisAGeneration(), born(ANN, 1, "a"), born(BOB, 1, "b"));
    illegal(new OneGenesisAGeneration(), born(ANN, 1, "a"), born(BOB, 2, "b"), calm);
    legal(
        new OneGenesisAGeneration(),
        born(ANN, 1, "a"),
        born(BOB, 2, "b"),
        new Sight.Quarantined(ANN),
        calm);
  }

  private static Sight born(NodeId node, int generation, String genesis) {
    return new Sight.OfBirth(node, Scope.GLOBAL, generation, genesis);
  }

  /** S3 itself is told which store an operator set back; only another may not go back. */
  @Test
  void aRegressionIsForgivenToWhomItHappened() {
    legal(new StoresOnlyGrow(), stored(6), new Sight.Regressed(ANN, true), stored(5));
    illegal(new StoresOnlyGrow(), stored(6), new Sight.Regressed(BOB, true), stored(5));
  }

  private static Oracle control() {
    return new SomebodyReports(List.of(new OneVoteATerm(), new StoresOnlyGrow()));
  }

  private static Sight stored(long term) {
    return new Sight.Stored(ANN, new Fence(Scope.GLOBAL, 1, term), BOB, new Sight.RecordAt(1, 1));
  }

  private static SimDisk<Integer> disk() {
    return new SimDisk<>(new Chance(1).of("disk", "n1"), 0);
  }

  private static void write(SimDisk<Integer> disk, int state) {
    disk.commit(state, 0);
    disk.complete();
  }
}
