package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.control.Recovery;
import dev.meshkit.control.proto.Recovered;
import dev.meshkit.election.Change;
import dev.meshkit.election.Content;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.election.Profile;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.Region;
import dev.meshkit.election.Seat;
import dev.meshkit.election.Verdict;
import dev.meshkit.gossip.Claim;
import dev.meshkit.gossip.Sums;
import dev.meshkit.queue.Audit;
import dev.meshkit.store.Op;
import dev.meshkit.wire.LeaderAsk;
import dev.meshkit.wire.LeaderReply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** E29: what an operator makes of a scope whose quorum is lost, on real stores and threads. */
final class RecoveryDeskTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("eu", "n2");
  private static final NodeId N3 = NodeId.of("eu", "n3");
  private static final NodeId US = NodeId.of("us", "n9");

  @TempDir Path directory;

  /** What the leader of the whole, {@link #US}, was asked. */
  private final List<LeaderAsk> asked = new ArrayList<>();

  /** Where nobody leads the whole. */
  private static Result<Recovered> recover(
      ElectionFixture mesh, NodeId self, String cluster, boolean dryRun, Member... others)
      throws InterruptedException {
    RecoveryDesk.Whole nobody = ask -> fail("it was asked: " + ask);
    return recover(mesh, self, cluster, dryRun, nobody, List.of(), others);
  }

  /** Where {@link #US} leads the whole, and says this. */
  private Result<Recovered> recover(
      ElectionFixture mesh, NodeId self, Verdict says, Member.Status status)
      throws InterruptedException {
    RecoveryDesk.Whole leader =
        ask -> {
          asked.add(ask);
          return new LeaderReply.Settled(says);
        };
    var claims = List.of(new Claim(Scope.GLOBAL, 1, 7, US));
    var us = member(US, status);
    return recover(mesh, self, "dev", false, leader, claims, us);
  }

  private static Result<Recovered> recover(
      ElectionFixture mesh,
      NodeId self,
      String cluster,
      boolean dryRun,
      RecoveryDesk.Whole whole,
      List<Claim> claims,
      Member... others)
      throws InterruptedException {
    return recover(mesh, self, cluster, dryRun, Duration.ofSeconds(60), whole, claims, others);
  }

  static Result<Recovered> recover(
      ElectionFixture mesh,
      NodeId self,
      String cluster,
      boolean dryRun,
      Duration within,
      RecoveryDesk.Whole whole,
      List<Claim> claims,
      Member... others)
      throws InterruptedException {
    var election = mesh.running.get(self).election();
    var desk =
        new RecoveryDesk(
            "dev",
            Map.of(ElectionFixture.SCOPE, election),
            whole,
            mesh.events::add,
            new SplittableRandom(self.hashCode()));
    var order =
        new Recovery(
            ElectionFixture.SCOPE.text(), cluster, new Audit("ops", "burnt"), dryRun, within);
    var votes = new TreeMap<>(Map.of(ElectionFixture.SCOPE, election.view()));
    var alone = GossipView.of(List.of(others), claims, true, Sums.ZERO);
    return desk.recover(order, new Snapshot(self, alone, votes));
  }

  private static String refusal(Result<Recovered> result) {
    return ((Result.Err<Recovered>) result).error().why();
  }

  private static int generation(ElectionFixture mesh, NodeId node) {
    return mesh.running.get(node).election().view().view().content().generation();
  }

  private static void awaitLed(ElectionFixture mesh, NodeId by, int generation) {
    await()
        .until(
            () ->
                mesh.running
                    .get(by)
                    .election()
                    .authority()
                    .filter(fence -> fence.generation() == generation)
                    .isPresent());
  }

  /**
   * The survivor goes on alone, and again after a restart; an old voter that returns goes over to
   * the new generation and leads nothing.
   */
  @Test
  void aSurvivorGoesOnAndWhoReturnsGoesOver() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.startAll();
      await().until(() -> mesh.leaders().size() == 1);
      await().until(() -> oldTerms(mesh) > 0);
      mesh.kill(N1);
      mesh.kill(N2);
      await().until(() -> undecided(mesh, N3));
      assertTrue(refusal(recover(mesh, N3, "prod", false)).contains("not the cluster"));
      var n1 = member(N1, Member.Status.ALIVE);
      assertEquals(
          "2 of its voters can be reached, and 2 are a quorum",
          refusal(recover(mesh, N3, "dev", false, n1)));
      var would = recover(mesh, N3, "dev", true).orThrow();
      assertEquals(List.of("n1", "n2"), would.getLostList());
      assertEquals(1, generation(mesh, N3));
      assertEquals(2, recover(mesh, N3, "dev", false).orThrow().getGeneration());
      var fence = mesh.running.get(N3).election().authority().orElseThrow();
      assertEquals(2, fence.generation(), "who is told that it began finds it led");
      assertEquals("eu/n3 leads it in term 1", refusal(recover(mesh, N3, "dev", false)));
      assertEquals(0, oldTerms(mesh));
      // a restart finds it
      mesh.kill(N3);
      mesh.start(N3);
      awaitLed(mesh, N3, 2);
      // an old voter campaigns, hears of it, and votes no more
      mesh.start(N1);
      await().until(() -> generation(mesh, N1) == 2);
      assertEquals(List.of(N3), mesh.leaders());
      assertEquals("this node votes no more", refusal(recover(mesh, N1, "dev", false)));
    }
  }

  /**
   * Who waits less than the others are asked for is told so; it begins all the same, and its event
   * says who wanted it. Meanwhile nobody else is let in between.
   */
  @Test
  void aRecoveryThatOutlivesItsCallerIsTold() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.start(N1);
      RecoveryDesk.Whole nobody = ask -> fail("it was asked: " + ask);
      var soon = Duration.ofMillis(1);
      var late = recover(mesh, N1, "dev", false, soon, nobody, List.of());
      assertInstanceOf(
          MeshError.TimedOut.class, ((Result.Err<Recovered>) late).error(), late::toString);
      assertEquals(
          "another recovery of this scope is under way",
          refusal(recover(mesh, N1, "dev", false, soon, nobody, List.of())));
      awaitLed(mesh, N1, 2);
      assertEquals(List.of("nobody"), agreed(mesh));
      var event = mesh.events.stream().filter(e -> e.type().equals("leader.recovered")).findFirst();
      assertEquals("ops", event.orElseThrow().data().get("actor"));
      assertEquals("burnt", event.orElseThrow().data().get("reason"));
    }
  }

  /** E29: who may have learned without voting is asked, too: as many as a leader would teach. */
  @Test
  void whoCanBeReachedAndDoesNotVoteIsAsked() {
    var content =
        Content.of(1, Bytes.utf8("g"), Duration.ofSeconds(1), 0, List.of(seat(N1), seat(N2)));
    var members = new ArrayList<Member>();
    members.add(member(N1, Member.Status.ALIVE));
    members.add(member(N2, Member.Status.ALIVE));
    members.add(member(N3, Member.Status.ALIVE));
    members.add(member(US, Member.Status.ALIVE));
    members.add(member(NodeId.of("eu", "n4"), Member.Status.DEAD));
    var seen =
        new Snapshot(N1, GossipView.of(members, List.of(), true, Sums.ZERO), new TreeMap<>());
    assertEquals(List.of(N3), RecoveryDesk.others(ElectionFixture.SCOPE, content, seen));
    assertEquals(List.of(N3, US), RecoveryDesk.others(Scope.GLOBAL, content, seen));
    for (var i = 10; i < 40; i++)
      members.add(member(NodeId.of("eu", "n" + i), Member.Status.ALIVE));
    var many =
        new Snapshot(N1, GossipView.of(members, List.of(), true, Sums.ZERO), new TreeMap<>());
    assertEquals(16, RecoveryDesk.others(ElectionFixture.SCOPE, content, many).size());
  }

  private static Seat seat(NodeId node) {
    return new Seat(node, Bytes.of(new byte[16]), Seat.DEFAULT_RANK);
  }

  /** Whoever came back without its disk is up, and no voter: else a scope waits for it for ever. */
  @Test
  void whoLostItsStoreIsNoQuorum() {
    var n2 = seat(N2);
    var other = Map.of(MemberDesk.VOTES, HexFormat.of().formatHex(new byte[] {1}).repeat(16));
    var own = Map.of(MemberDesk.VOTES, HexFormat.of().formatHex(new byte[16]));
    for (var labels : List.of(other, own, Map.<String, String>of())) {
      var member = new Member(N2, Member.Status.ALIVE, 1, 0, Endpoint.NONE, "", labels);
      var view = GossipView.of(List.of(member), List.of(), true, Sums.ZERO);
      var seen = new Snapshot(N1, view, new TreeMap<>());
      assertTrue(seen.isUp(N2));
      assertEquals(!labels.equals(other), seen.canVote(n2), labels::toString);
      assertTrue(seen.canVote(Seat.configured(N2)), "its store is not known yet");
    }
  }

  static Member member(NodeId node, Member.Status status) {
    return new Member(node, status, 1, 0, Endpoint.NONE, "", Map.of());
  }

  /** Two that were both recovered by mistake: each refuses the other, and says so. */
  @Test
  void twoRecoveriesRefuseEachOther() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.start(N1);
      recover(mesh, N1, "dev", false).orThrow();
      mesh.kill(N1);
      mesh.start(N2);
      recover(mesh, N2, "dev", false).orThrow();
      awaitLed(mesh, N2, 2);
      // when an old voter asks both, it goes over to one
      mesh.start(N1);
      awaitLed(mesh, N1, 2);
      mesh.start(N3);
      await()
          .until(
              () ->
                  mesh.events.stream()
                      .anyMatch(event -> event.type().equals("leader.genesis_clash")));
      assertEquals(2, mesh.leaders().size());
      for (var event : mesh.events) {
        if (!event.type().equals("leader.genesis_clash")) continue;
        assertEquals("MK-ELE-007", event.code());
        assertEquals(
            event.subject()
                + " votes in another region/eu: it was recovered twice, or has other voters",
            event.text());
      }
    }
  }

  /**
   * A region asks the whole: of two survivors one begins the generation, and the other hears so.
   */
  @Test
  void aRegionGoesOnAsTheWholeAgrees() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.start(N1);
      var alive = Member.Status.ALIVE;
      // given a leader of the whole that has let another go on
      var other = new Verdict.Refused("region eu goes on in generation 2, begun by eu/n2");
      assertEquals(
          "whoever leads global refused: region eu goes on in generation 2, begun by eu/n2",
          refusal(recover(mesh, N1, other, alive)));
      // or one of whom it is not known what it did
      var unknown = recover(mesh, N1, new Verdict.Indeterminate(), alive);
      assertInstanceOf(
          MeshError.TimedOut.class, ((Result.Err<Recovered>) unknown).error(), unknown::toString);
      assertEquals(1, generation(mesh, N1), "nothing has changed");
      // then, asked again, it is the same wish, and once it is committed this node goes on
      assertEquals(2, recover(mesh, N1, new Verdict.Applied(9), alive).orThrow().getGeneration());
      awaitLed(mesh, N1, 2);
      var seat = mesh.running.get(N1).election().berth().seat();
      for (var ask : asked) {
        assertEquals(Scope.GLOBAL, ask.scope());
        var wish = (LeaderAsk.Wish.Alter) ask.wish();
        assertEquals(new Change.RenewRegion(new Region("eu", 2, seat)), wish.change());
        assertEquals(((LeaderAsk.Wish.Alter) asked.getFirst().wish()).id(), wish.id());
      }
      assertEquals(3, asked.size());
      assertEquals(List.of("us/n9"), agreed(mesh));
    }
  }

  /** Who leads the whole no more, or is away, is not waited for. */
  @Test
  void aRegionGoesOnAloneWhereNobodyLeadsTheWhole() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.start(N1);
      recover(mesh, N1, new Verdict.Applied(9), Member.Status.DEAD).orThrow();
      assertEquals(List.of(), asked);
      mesh.kill(N1); // it would show its record to the next
      mesh.start(N2);
      recover(mesh, N2, new Verdict.NotLeader(NodeId.NOBODY), Member.Status.ALIVE).orThrow();
      assertEquals(1, asked.size());
      assertEquals(List.of("nobody", "nobody"), agreed(mesh));
    }
  }

  /** Who agreed to each recovery. */
  private static List<String> agreed(ElectionFixture mesh) {
    return mesh.events.stream()
        .filter(event -> event.type().equals("leader.recovered"))
        .map(event -> event.data().get("agreed"))
        .toList();
  }

  private static boolean undecided(ElectionFixture mesh, NodeId node) {
    return mesh.running.get(node).election().view().decision() instanceof LeaderDecision.Undecided;
  }

  /** Stores that are remembered with terms of the generation that ended. */
  private static long oldTerms(ElectionFixture mesh) throws InterruptedException {
    var store = mesh.running.get(N3).store();
    var peers =
        store.submit(Op.record("peers", tx -> PeerTable.load(tx, ElectionFixture.SCOPE))).orThrow();
    return peers.stores().values().stream()
        .filter(shown -> shown.term() > 0 || !shown.rec().equals(new RecordId(0, 0)))
        .count();
  }
}
