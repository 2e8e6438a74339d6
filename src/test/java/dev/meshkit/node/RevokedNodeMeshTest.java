package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Received;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.SendOptions;
import dev.meshkit.api.Unit;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.ElectionConfig;
import dev.meshkit.config.ElectionProfile;
import dev.meshkit.config.ElectionScopeConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.AdminClient;
import dev.meshkit.control.SocketPath;
import dev.meshkit.control.proto.EventItem;
import dev.meshkit.control.proto.EventsRequest;
import dev.meshkit.control.proto.MemberItem;
import dev.meshkit.control.proto.MembersRequest;
import dev.meshkit.control.proto.PauseRequest;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.election.Revocation;
import dev.meshkit.election.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * E12, E14 with real nodes: what the quorum of the whole revokes, every live node cuts off, those
 * too that do not vote; and after a restart it still does, before it hears of anything. Q39: what
 * is under way to it is dead.
 */
@Timeout(240)
class RevokedNodeMeshTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("eu", "n2");
  private static final NodeId N3 = NodeId.of("eu", "n3");
  private static final NodeId OTHER = NodeId.of("us", "n4");
  private static final Change REVOKE =
      new Change.Revoke(new Revocation(Bytes.EMPTY, N3, Revocation.NEVER));

  private static final Message MESSAGE = Message.of("held", Bytes.utf8("x"));

  private final CountDownLatch begun = new CountDownLatch(1);

  @TempDir Path directory;

  @Test
  void whomTheQuorumRevokesEachNodeCutsOffAndGoesOnRefusing() throws Exception {
    try (var n1 = open(N1);
        var n2 = open(N2, n1.endpoint());
        var n3 = open(N3, n1.endpoint())) {
      try (var n4 = open(OTHER, n1.endpoint(), n3.endpoint())) {
        // given four nodes with a link each to each other, of whom three vote on the whole
        for (var from : List.of(n1, n2, n4))
          await().atMost(PATIENCE).until(() -> isLinked(item(from)));
        // and the one that does not vote has a stream to another, whose handler has a message of it
        var held = n4.send(N3, MESSAGE).orThrow();
        assertTrue(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        pause(n4, false);
        var paused = n4.send(N3, MESSAGE, SendOptions.CONTROL).orThrow();
        // when the quorum revokes that one of the voters
        await().atMost(PATIENCE).until(() -> revoked(n1, n2, n3));
        // then all others cut it off and show it so, and say why
        for (var from : List.of(n1, n2, n4)) {
          await().atMost(PATIENCE).until(() -> status(from) == MemberItem.Status.LEFT);
          await().atMost(PATIENCE).until(() -> !isLinked(item(from)));
          var said = left(from);
          assertEquals("REVOKED", said.getCause());
          assertEquals("MK-TLS-009", said.getCode());
          assertEquals("eu/n3 is revoked", said.getText());
        }
        // and what was sent to it is dead, by the quorum's word; what is paused once it is resumed
        assertGone(held.await(PATIENCE));
        assertTrue(paused.await(Duration.ZERO) instanceof Result.Err<Unit>(MeshError.TimedOut _));
        pause(n4, true);
        assertGone(paused.await(PATIENCE));
      }
      // and one that starts again refuses it at once, from what it had on disk
      try (var n4 = open(OTHER, n3.endpoint(), n1.endpoint())) {
        await().atMost(PATIENCE).until(() -> sees(n4, N1));
        assertTrue(
            n4.members().stream()
                .filter(member -> member.node().equals(N3))
                .allMatch(member -> member.status() == Member.Status.LEFT),
            () -> n4.members().toString());
      }
    }
  }

  private static void assertGone(Result<Unit> end) {
    assertTrue(
        end instanceof Result.Err<Unit>(var error)
            && error.why().startsWith("PEER_GONE error.peer.gone")
            && error.why().contains("revoked in version"),
        end.toString());
  }

  /** The lane of the other message to the one that is revoked, or the end of that. */
  private void pause(Mesh of, boolean resume) {
    var order =
        PauseRequest.newBuilder()
            .setLane("eu/n3/control")
            .setResume(resume)
            .setReason("for the test")
            .build();
    try (var admin = admin(of)) {
      admin.ask("pausing", PATIENCE, n -> n.pause(order)).orThrow();
    }
  }

  private static boolean revoked(Mesh... voters) throws InterruptedException {
    var author = new Author("operator", "stolen", Instant.ofEpochMilli(1));
    var command = new Command(Bytes.utf8("revoke n3"), Command.ANY, REVOKE, author);
    for (var voter : voters) {
      var scope = (ScopeElection) voter.leadership(Scope.GLOBAL);
      if (scope.authority().isPresent()
          && scope.command(command, Duration.ofSeconds(5)) instanceof Verdict.Applied) return true;
    }
    return false;
  }

  private static boolean sees(Mesh from, NodeId node) {
    return from.members().stream()
        .anyMatch(m -> m.node().equals(node) && m.status() == Member.Status.ALIVE);
  }

  private static boolean isLinked(MemberItem item) {
    return Stream.of(MemberItem.Road.H3, MemberItem.Road.H2).anyMatch(item.getRoad()::equals);
  }

  private MemberItem.Status status(Mesh from) {
    return item(from).getStatus();
  }

  private MemberItem item(Mesh from) {
    try (var admin = admin(from)) {
      var all = admin.ask("members", PATIENCE, n -> n.members(MembersRequest.getDefaultInstance()));
      return all.orThrow().getItemsList().stream()
          .filter(item -> item.getNode().equals("n3") || item.getNode().equals("eu/n3"))
          .findFirst()
          .orElse(MemberItem.getDefaultInstance());
    }
  }

  private EventItem left(Mesh from) {
    try (var admin = admin(from)) {
      var asked = EventsRequest.newBuilder().setType("member.left").build();
      var lists = admin.ask("events", PATIENCE, n -> n.events(asked).next()).orThrow();
      assertEquals(1, lists.getItemsCount(), lists::toString);
      return lists.getItems(0);
    }
  }

  private AdminClient admin(Mesh of) {
    return AdminClient.of(SocketPath.of(directory.resolve(of.self().name()), Map.of()));
  }

  private Mesh open(NodeId id, Endpoint... seeds) {
    var global = ElectionScopeConfig.of(ElectionProfile.REGION).withVoters(List.of(N1, N2, N3));
    var region =
        ElectionScopeConfig.of(ElectionProfile.REGION)
            .withVoters(id.region().equals("us") ? List.of(id) : List.of(N1));
    var config =
        MeshConfig.of(id.region(), id.name(), directory.resolve(id.name()))
            .withDiscovery(new DiscoveryConfig(List.of(seeds)))
            .withListen(ListenConfig.of(new Endpoint("127.0.0.1", 0)))
            .withElection(ElectionConfig.defaults().withRegion(region).withGlobal(global))
            .withHttp(HttpConfig.off());
    return MeshKit.builder(MeshKit.dev(config).orThrow()).on("held", this::hold).open();
  }

  /** Until it is interrupted, because its time or its stream is over. */
  private Disposition hold(Received message) throws InterruptedException {
    begun.countDown();
    var _ = new CountDownLatch(1).await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return Disposition.Ack.plain();
  }
}
