package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.B;
import static dev.meshkit.link.PostOffice.PATIENCE;
import static dev.meshkit.link.PostOffice.number;
import static dev.meshkit.link.PostOffice.why;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Handler;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import dev.meshkit.api.Unit;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.PoisonFilter;
import dev.meshkit.queue.Reason;
import dev.meshkit.queue.Target;
import dev.meshkit.queue.TrafficClass;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of messages to a peer that this node has revoked: Q39. */
@Timeout(120)
class PeerGoneTest {
  private static final Audit BY = new Audit("ana", "for the test");
  private static final Message MESSAGE = Message.of("t", Bytes.utf8("m3"));
  private static final String APPLIED = "SELECT coalesce(max(hi), 0) FROM inbox";
  private static final MeshError NEVER =
      MeshError.of("error.test", "testing", "nobody let it go on", "none", MeshError.Retry.NEVER);

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
      office.gone = peer -> peer.equals(B) ? Optional.of(Gone.revoked("stolen")) : Optional.empty();
      office.outbound.linkUp(B);
      // then they are dead for that reason, and so is what is sent to it from now on
      assertTrue(why(waiting.await(PATIENCE)).startsWith("PEER_GONE error.peer.gone"));
      assertTrue(why(office.send("t", "m2").await(PATIENCE)).contains("stolen"));
      // of whom a list is the affair, the caller says: it may be the cluster's
      assertFalse(why(office.send("t", "m3").await(PATIENCE)).contains("deny.list"));
      assertEquals(List.of(Reason.PEER_GONE, Reason.PEER_GONE, Reason.PEER_GONE), office.reasons());
      // and if it comes back, they can be brought back, in their order
      office.gone = _ -> Optional.empty();
      office.roadIsClosed = false;
      office.queue.poison().redrive(PoisonFilter.ALL, BY).orThrow();
      office.outbound.look();
      await().atMost(PATIENCE).until(() -> handled.size() == 3);
      assertEquals(List.of("m1", "m2", "m3"), handled);
    }
  }

  /**
   * Q39 A revocation finds a stream open: what is under way on it is dead, too, though a handler
   * has it, and what is behind that; a paused lane keeps what it has until it is resumed. Brought
   * back, each is applied once, also the one that had been.
   */
  @Test
  void whatIsUnderWayAsAPeerIsRevokedIsDeadAndWhatIsPausedIsOnceItIsResumed() throws Exception {
    var handled = new CopyOnWriteArrayList<String>();
    var begun = new CountDownLatch(1);
    var goesOn = new CountDownLatch(1);
    Handler handler =
        message -> {
          begun.countDown();
          if (!PostOffice.awaited(goesOn)) return new Disposition.Poison(NEVER);
          handled.add(message.message().body().utf8());
          return Disposition.Ack.plain();
        };
    var paused = new Target.OneLane(new Lane(B.toString(), TrafficClass.CONTROL));
    try (var office = new PostOffice(directory, Map.of("t", handler))) {
      // given a stream on which a message is with its handler and another behind it
      var first = office.send("t", "m1");
      var second = office.send("t", "m2");
      assertTrue(PostOffice.awaited(begun));
      office.queue.pause(paused, BY).orThrow();
      var third = office.outbound.send(B, MESSAGE, SendOptions.CONTROL).orThrow();
      // when its peer is revoked, which cuts the stream
      office.gone = _ -> Optional.of(Gone.revoked("revoked in version 7 of global"));
      office.calls.forEach(DuplexPair::cut);
      // then all are dead for that, but the one that is paused
      for (var one : List.of(first, second))
        assertTrue(why(one.await(PATIENCE)).contains("revoked in version 7 of global"));
      assertEquals(List.of(Reason.PEER_GONE, Reason.PEER_GONE), office.reasons());
      assertEquals(1, number(office.sender, "SELECT count(*) FROM task"));
      assertTrue(third.await(Duration.ZERO) instanceof Result.Err<Unit>(MeshError.TimedOut _));
      office.queue.resume(paused, BY).orThrow();
      office.outbound.look();
      assertTrue(why(third.await(PATIENCE)).startsWith("PEER_GONE error.peer.gone"));
      // and should it come back, who was applied meanwhile is not applied again
      goesOn.countDown();
      await().atMost(PATIENCE).until(() -> number(office.receiver, APPLIED) == 1);
      office.gone = _ -> Optional.empty();
      assertEquals(Result.ok(3), office.queue.poison().redrive(PoisonFilter.ALL, BY));
      office.outbound.look();
      for (var one : List.of(first, second, third)) assertEquals(Result.ok(), one.await(PATIENCE));
      assertEquals(List.of("m1", "m2", "m3"), handled.stream().sorted().toList());
    }
  }
}
