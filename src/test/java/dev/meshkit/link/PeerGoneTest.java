package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.B;
import static dev.meshkit.link.PostOffice.PATIENCE;
import static dev.meshkit.link.PostOffice.number;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.DeadTask;
import dev.meshkit.queue.PoisonFilter;
import dev.meshkit.queue.Reason;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of messages to a peer that this node has revoked: Q39. */
@Timeout(120)
class PeerGoneTest {
  @TempDir Path directory;

  /** Q39 Messages to a revoked peer are dead PEER_GONE; to an absent one they wait. */
  @Test
  void whatIsForARevokedPeerIsDeadAndWhatIsForAnAbsentOneWaits() throws Exception {
    var handled = new CopyOnWriteArrayList<String>();
    try (var office =
        new PostOffice(
            directory,
            Map.of(
                "t",
                message -> {
                  handled.add(message.message().body().utf8());
                  return Disposition.Ack.plain();
                }))) {
      // given a peer that is away, with messages that wait
      office.roadIsClosed = true;
      var waiting = office.send("t", "m1");
      await().atMost(PATIENCE).until(() -> office.dials.get() > 0);
      assertEquals(1, number(office.sender, "SELECT count(*) FROM task"));
      // when it is revoked
      office.gone = peer -> peer.equals(B) ? Optional.of("stolen") : Optional.empty();
      office.outbound.linkUp(B);
      // then they are dead for that reason, and so is what is sent to it from now on
      assertTrue(why(waiting.await(PATIENCE)).startsWith("PEER_GONE error.peer.gone"));
      assertTrue(why(office.send("t", "m2").await(PATIENCE)).contains("stolen"));
      // of whom a list is the affair, the caller says: it may be the cluster's
      assertFalse(why(office.send("t", "m3").await(PATIENCE)).contains("deny.list"));
      var dead = office.queue.poison().list(PoisonFilter.ALL, 0, 9).orThrow();
      assertEquals(
          List.of(Reason.PEER_GONE, Reason.PEER_GONE, Reason.PEER_GONE),
          dead.stream().map(DeadTask::reason).toList());
      // and if it comes back, they can be brought back, in their order
      office.gone = _ -> Optional.empty();
      office.roadIsClosed = false;
      var by = new Audit("ana", "it was found");
      office.queue.poison().redrive(PoisonFilter.ALL, by).orThrow();
      office.outbound.look();
      await().atMost(PATIENCE).until(() -> handled.size() == 3);
      assertEquals(List.of("m1", "m2", "m3"), handled);
    }
  }

  private static String why(Result<Unit> outcome) {
    if (outcome instanceof Result.Err<Unit>(var error)) return error.why();
    throw new AssertionError("it was delivered");
  }
}
