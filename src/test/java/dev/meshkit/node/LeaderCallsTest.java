package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.election.Audit;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.election.Profile;
import dev.meshkit.election.Region;
import dev.meshkit.election.Seat;
import dev.meshkit.election.Verdict;
import dev.meshkit.gossip.Claim;
import dev.meshkit.wire.CommandCodec;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.LeaderAsk;
import dev.meshkit.wire.LeaderAsk.Wish;
import dev.meshkit.wire.LeaderReply;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What any node is asked reaches whoever leads; whole elections, and requests as bytes. */
final class LeaderCallsTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId STRANGER = NodeId.of("us", "n9");
  private static final Author OPS = new Author("ops", "a test", Instant.EPOCH);

  @TempDir Path directory;

  /** Answers that get lost on their way back. */
  private final AtomicInteger losing = new AtomicInteger();

  private LeaderCalls calls(ElectionFixture mesh, NodeId self) {
    var one = mesh.running.get(self);
    Map<dev.meshkit.api.Scope, ScopeElection> own =
        one == null ? Map.of() : Map.of(ElectionFixture.SCOPE, one.election());
    return new LeaderCalls(
        self,
        own,
        () -> claims(mesh),
        (to, request, _) -> far(mesh, self, to, request),
        mesh.events::add,
        mesh.clocks.monotonic());
  }

  private Result<Bytes> far(ElectionFixture mesh, NodeId from, NodeId to, Bytes request)
      throws InterruptedException {
    if (!mesh.running.containsKey(to)) return Result.err(lost());
    var answer = calls(mesh, to).serve(from, request);
    return losing.getAndDecrement() > 0 ? Result.err(lost()) : answer;
  }

  /** Gossip's news, for who does not vote. */
  private static List<Claim> claims(ElectionFixture mesh) {
    return mesh.leaders().stream()
        .map(leader -> new Claim(ElectionFixture.SCOPE, 1, 1, leader))
        .toList();
  }

  private static MeshError lost() {
    return MeshError.unavailable("ask a peer", "the road is gone", "try again");
  }

  private static LeaderAsk ask(Duration within, Wish wish) {
    return new LeaderAsk(ElectionFixture.SCOPE, OPS, within, wish);
  }

  private static LeaderAsk rank(String id, long expected, int rank) {
    return ask(LONG, new Wish.Alter(Bytes.utf8(id), expected, new Change.SetRank(N1, rank)));
  }

  private static NodeId led(ElectionFixture mesh, int size) {
    return await()
        .until(
            () -> followers(mesh) == size - 1 ? mesh.leaders() : List.<NodeId>of(),
            leaders -> leaders.size() == 1)
        .getFirst();
  }

  private static long followers(ElectionFixture mesh) {
    return mesh.running.values().stream()
        .filter(one -> one.election().view().decision() instanceof LeaderDecision.Following)
        .count();
  }

  private static NodeId other(ElectionFixture mesh, NodeId leader) {
    return mesh.running.keySet().stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow();
  }

  /** What is said of a command in the view of whoever was first to have it, by its id. */
  private static List<Audit> audited(ElectionFixture mesh, String id) {
    var command = Bytes.utf8(id);
    return await()
        .until(
            () ->
                mesh.running.values().stream()
                    .map(one -> one.election().view().view().content().audit())
                    .filter(all -> all.stream().anyMatch(one -> one.command().equals(command)))
                    .findFirst()
                    .orElse(List.of()),
            all -> !all.isEmpty());
  }

  private static long applied(LeaderReply reply) {
    var settled = assertInstanceOf(LeaderReply.Settled.class, reply);
    return assertInstanceOf(Verdict.Applied.class, settled.verdict()).version();
  }

  /** Asked of a follower and of the leader, it lands, once, and the audit says who and why. */
  @Test
  void aChangeSentToAnyNodeLandsAtTheLeader() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.startAll();
      var leader = led(mesh, 3);
      var follower = other(mesh, leader);
      var version = applied(calls(mesh, follower).ask(rank("one", 0, 4)));
      var author = audited(mesh, "one").getLast().author();
      assertEquals(follower + " ops", author.actor());
      assertEquals("a test", author.reason());
      assertTrue(author.wall().isAfter(Instant.EPOCH));
      // the same again, elsewhere
      assertEquals(version, applied(calls(mesh, leader).ask(rank("one", 0, 4))));
      assertEquals(1, audited(mesh, "one").size());
      // E11: another, decided on what the record was before
      assertEquals(
          new LeaderReply.Settled(new Verdict.Conflict(version)),
          calls(mesh, follower).ask(rank("two", version - 1, 5)));
      // another, by the leader's own node
      assertTrue(applied(calls(mesh, leader).ask(rank("three", version, 6))) > version);
      assertEquals(leader + " ops", audited(mesh, "three").getLast().author().actor());
    }
  }

  /** E10: the answer is lost; the retry finds that it landed, and it has landed once. */
  @Test
  void aRetryAfterALostAnswerLandsOnce() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.startAll();
      losing.set(3);
      applied(calls(mesh, STRANGER).ask(rank("one", 0, 4)));
      assertTrue(losing.get() < 0, "answers were lost");
      var commands = audited(mesh, "one").stream().map(Audit::command).toList();
      assertEquals(List.of(Bytes.utf8("one")), commands);
    }
  }

  /** Who leads no more gives a hint; who cannot know says so. */
  @Test
  void whereNobodyLeadsNothingChanges() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.start(N1);
      var nobody = new LeaderReply.Settled(new Verdict.NotLeader(NodeId.NOBODY));
      var change = rank("one", 0, 4).within(Duration.ofMillis(120));
      assertEquals(nobody, calls(mesh, N1).ask(change));
      assertEquals(nobody, calls(mesh, STRANGER).ask(change));
    }
  }

  /** The leader it follows dies with the answer: perhaps it landed. */
  @Test
  void aLeaderThatDiesMeanwhileLeavesItOpen() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.startAll();
      led(mesh, 3);
      losing.set(Integer.MAX_VALUE);
      assertEquals(
          new LeaderReply.Settled(new Verdict.Indeterminate()),
          calls(mesh, STRANGER).ask(rank("one", 0, 4).within(Duration.ofSeconds(2))));
    }
  }

  /** One hand-over: asked of the third node. */
  private record Handed(NodeId to, NodeId by, long was, LeaderReply reply) {
    boolean isDone() {
      return reply instanceof LeaderReply.Moved(var leader, _, _) && leader.equals(to);
    }
  }

  private Handed handed(ElectionFixture mesh) throws InterruptedException {
    var leader = led(mesh, 3);
    var was = mesh.running.get(leader).election().view().term();
    var others = mesh.running.keySet().stream().filter(node -> !node.equals(leader)).toList();
    var wish = new Wish.Transfer(others.getFirst());
    var reply = calls(mesh, others.getLast()).ask(ask(LONG, wish));
    return new Handed(others.getFirst(), others.getLast(), was, reply);
  }

  /**
   * A hand-over to the node named, asked of a third; the gap is measured, and who asked is told. On
   * a busy machine a tenure may lapse meanwhile: then it is asked again.
   */
  @Test
  void aTransferMovesLeadershipToWhoIsNamed() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.startAll();
      var handed = await().until(() -> handed(mesh), Handed::isDone);
      var moved = assertInstanceOf(LeaderReply.Moved.class, handed.reply());
      assertTrue(moved.fence().term() > handed.was(), moved::toString);
      assertTrue(moved.gap().isPositive(), moved::toString);
      var told = Map.of("actor", handed.by() + " ops", "reason", "a test");
      assertTrue(mesh.events.stream().anyMatch(event -> event.data().equals(told)));
      // who gave up, who was named and who only heard of it all say why
      for (var one : mesh.running.values())
        await().until(() -> isTransferred(one, moved.fence().term()));
    }
  }

  /** Unless that tenure has lapsed since. */
  private static boolean isTransferred(ElectionFixture.Running one, long term) {
    var view = one.election().view();
    return view.term() > term || view.cause().equals("TRANSFER");
  }

  @Test
  void aTransferToWhoDoesNotVoteIsRefused() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, Profile.REGION)) {
      mesh.startAll();
      led(mesh, 3);
      assertEquals(
          new LeaderReply.Kept(STRANGER + " does not vote"),
          calls(mesh, STRANGER).ask(ask(LONG, new Wish.Transfer(STRANGER))));
    }
  }

  /** A voter is added by name only where the leader knows its store. */
  @Test
  void whoIsNoLearnerIsNotAdded() throws Exception {
    try (var mesh = new ElectionFixture(directory, 1, Profile.REGION)) {
      mesh.startAll();
      led(mesh, 1);
      var wish = new Wish.Admit(Bytes.utf8("one"), 0, STRANGER, 10);
      var settled =
          assertInstanceOf(LeaderReply.Settled.class, calls(mesh, N1).ask(ask(LONG, wish)));
      var refused = assertInstanceOf(Verdict.Refused.class, settled.verdict());
      assertTrue(refused.reason().startsWith("us/n9 is no learner"), refused::reason);
    }
  }

  /** E30: a region has one founder for good, so a peer that names another would take it away. */
  @Test
  void aPeerFoundsForItselfOnly() throws Exception {
    try (var mesh = new ElectionFixture(directory, 1, Profile.REGION)) {
      mesh.startAll();
      led(mesh, 1);
      var founder = new Seat(STRANGER, Bytes.utf8("a store of n9 16"), 10);
      var change = new Change.AddRegion(STRANGER.region(), founder);
      var wish = ask(LONG, new Wish.Alter(Bytes.utf8("one"), Command.ANY, change));
      var hostile = NodeId.of("us", "n8");
      assertEquals(
          "us/n8 may not name us/n9 the founder of region us: a node asks for itself only; start"
              + " us/n9, or ask as a node of us",
          refusal(calls(mesh, N1).serve(hostile, CommandCodec.request(wish))));
      // nor may it go on with a region in another's place
      var renewed = new Change.RenewRegion(new Region(STRANGER.region(), 2, founder));
      var again = ask(LONG, new Wish.Alter(Bytes.utf8("two"), Command.ANY, renewed));
      assertTrue(
          refusal(calls(mesh, N1).serve(hostile, CommandCodec.request(again)))
              .startsWith("us/n8 may not name us/n9 the founder of region us"));
      // its own wish is heard; here it meets the next rule
      assertEquals(
          "regions are founded in global only",
          refusal(calls(mesh, N1).serve(STRANGER, CommandCodec.request(wish))));
    }
  }

  private static String refusal(Result<Bytes> answer) {
    var reply = assertInstanceOf(Decoded.Whole.class, CommandCodec.response(answer.orThrow()));
    var settled = assertInstanceOf(LeaderReply.Settled.class, reply.value());
    return assertInstanceOf(Verdict.Refused.class, settled.verdict()).reason();
  }

  @Test
  void whatCannotBeReadIsRefused() throws Exception {
    try (var mesh = new ElectionFixture(directory, 1, Profile.REGION)) {
      var hostile = calls(mesh, N1).serve(STRANGER, Bytes.of(new byte[5_000]));
      var refused = assertInstanceOf(Result.Err.class, hostile);
      assertEquals("error.validation", refused.error().code());
    }
  }
}
