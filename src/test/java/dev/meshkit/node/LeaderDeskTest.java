package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.control.proto.LeaderItem;
import dev.meshkit.election.Author;
import dev.meshkit.election.Durable;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.election.Profile;
import dev.meshkit.election.RoundTrips;
import dev.meshkit.gossip.Claim;
import dev.meshkit.gossip.Sums;
import dev.meshkit.runtime.Clocks;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One answer never mixes the term of one leader with the name of another. */
final class LeaderDeskTest {
  private static final Scope SCOPE = Scope.region("eu");
  private static final NodeId SELF = NodeId.of("eu", "n1");
  private static final NodeId VOTER = NodeId.of("eu", "n2");
  private static final NodeId LEADER = NodeId.of("eu", "n3");
  private static final Clocks CLOCKS = new Clocks(() -> Instant.EPOCH, () -> Instant.EPOCH);
  private static final long OWN_TERM = 3;

  /** Who does not vote hears of the leader by gossip, and its own term is older. */
  @Test
  void hearsayKeepsItsOwnTerm() {
    var item = item(new LeaderDecision.Undecided(OWN_TERM), new Claim(SCOPE, 1, 7, LEADER));
    assertEquals(LeaderItem.State.LED, item.getState());
    assertEquals("n3", item.getLeader());
    assertEquals("1.7", item.getFence());
    assertEquals(1, item.getGeneration());
    assertEquals(7, item.getTerm());
    assertFalse(item.hasTenureLeft());
  }

  /** A voter asked for its vote is a term ahead of the leader it follows. */
  @Test
  void aFollowedLeaderKeepsItsTerm() {
    var followed = new LeaderDecision.Following(LEADER, new Fence(SCOPE, 1, OWN_TERM - 1));
    var item = item(followed, new Claim(SCOPE, 1, 1, NodeId.NOBODY));
    assertEquals("1.2", item.getFence());
    assertEquals(OWN_TERM - 1, item.getTerm());
  }

  /** While nobody leads, the term is that of this node's own vote. */
  @Test
  void withoutALeaderTheTermIsOnesOwn() {
    var item = item(new LeaderDecision.Undecided(OWN_TERM), new Claim(SCOPE, 1, 2, NodeId.NOBODY));
    assertFalse(item.hasLeader());
    assertEquals("", item.getFence());
    assertEquals(OWN_TERM, item.getTerm());
  }

  /** What is left of a tenure is told of that tenure alone, not of one that was seen before it. */
  @Test
  void whatIsLeftIsOfTheTenureThatWasSeen(@TempDir Path directory) throws Exception {
    try (var mesh = new ElectionFixture(directory, 1, Profile.REGION)) {
      mesh.startAll();
      var one = mesh.running.values().iterator().next().election();
      var self = one.berth().self();
      var desk = new LeaderDesk(new TreeMap<>(Map.of(one.scope(), one)), Clocks.system());
      await().until(() -> one.authority().isPresent() && left(desk, self, one.view()));
      var older = new LeaderDecision.Led(new Fence(one.scope(), 1, one.view().term() - 1));
      assertFalse(left(desk, self, view(older)));
    }
  }

  /** A leader knows how long its voters take; who handed over knows by whose order. */
  @Test
  void aLeaderTellsRoundTripsAndOrders(@TempDir Path directory) throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.startAll();
      await().until(() -> mesh.leaders().stream().anyMatch(node -> measured(mesh, node) == 2));
      await() // on a busy machine a tenure may lapse meanwhile
          .until(
              () -> {
                for (var leader : mesh.leaders()) {
                  var by = new Author("ana", "a new disk", Instant.EPOCH);
                  var election = mesh.running.get(leader).election();
                  election.transfer(NodeId.NOBODY, by, Duration.ofSeconds(5));
                  var change = shown(mesh, leader).getLastChange();
                  if (change.getCause() == LeaderItem.Change.Cause.TRANSFER
                      && change.getActor().equals("ana")
                      && change.getReason().equals("a new disk"))
                    return measured(mesh, leader) == 0;
                }
                return false;
              });
    }
  }

  private static long measured(ElectionFixture mesh, NodeId node) {
    return shown(mesh, node).getVotersList().stream().filter(voter -> voter.hasRtt()).count();
  }

  private static LeaderItem shown(ElectionFixture mesh, NodeId node) {
    var one = mesh.running.get(node).election();
    var votes = new TreeMap<>(Map.of(one.scope(), one.view()));
    var desk = new LeaderDesk(new TreeMap<>(Map.of(one.scope(), one)), mesh.clocks);
    return desk.items(new Snapshot(node, GossipView.EMPTY, votes)).getFirst();
  }

  private static boolean left(LeaderDesk desk, NodeId self, ElectionView view) {
    var votes = new TreeMap<>(Map.of(view.scope(), view));
    return desk.items(new Snapshot(self, GossipView.EMPTY, votes)).getFirst().hasTenureLeft();
  }

  private static LeaderItem item(LeaderDecision decision, Claim said) {
    var votes = new TreeMap<Scope, ElectionView>();
    votes.put(SCOPE, view(decision));
    var mesh = GossipView.of(List.of(), List.of(said), true, Sums.ZERO);
    var desk = new LeaderDesk(new TreeMap<>(), CLOCKS);
    return desk.items(new Snapshot(SELF, mesh, votes)).getFirst();
  }

  /** Of a node that has no vote. */
  private static ElectionView view(LeaderDecision decision) {
    var genesis = Bytes.of(new byte[16]);
    var options = ElectionOptions.configured(SCOPE, VOTER, genesis, List.of(VOTER), Profile.REGION);
    var record = Durable.fresh(options.first()).record();
    return new ElectionView(
        SCOPE,
        decision,
        Instant.MAX,
        Instant.EPOCH,
        "",
        NodeId.NOBODY,
        Duration.ZERO,
        OWN_TERM,
        record,
        record,
        List.of(),
        RoundTrips.NONE,
        "");
  }
}
