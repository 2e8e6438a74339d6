package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.B;
import static dev.meshkit.link.PostOffice.PATIENCE;
import static dev.meshkit.link.PostOffice.number;
import static dev.meshkit.link.PostOffice.why;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Handler;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.Reason;
import dev.meshkit.queue.TrafficClass;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of messages to a peer that an operator has forgotten: Q39. */
@Timeout(120)
class ForgottenPeerTest {
  private static final Gone GONE = Gone.forgotten(B, "forgotten by ana at noon: its disk is burnt");
  private static final NodeId C = NodeId.of("eu", "c");
  private static final MeshError NEVER =
      MeshError.of("error.test", "testing", "nobody let it go on", "none", MeshError.Retry.NEVER);

  @TempDir Path directory;
  private final List<String> handled = new CopyOnWriteArrayList<>();

  private Disposition handle(dev.meshkit.api.Received message) {
    handled.add(message.message().body().utf8());
    return Disposition.Ack.plain();
  }

  /** Q39 What waits for a forgotten peer is dead PEER_GONE, in whose name and why; others wait. */
  @Test
  void whatIsForAForgottenPeerIsDeadAndWhatIsForAnAbsentOneWaits() throws Exception {
    try (var office = new PostOffice(directory, Map.of("t", this::handle))) {
      // given two peers that are away, with a message each
      office.roadIsClosed = true;
      var waiting = office.send("t", "m1");
      var absent = office.outbound.send(C, Message.of("t", Bytes.utf8("c1"))).orThrow();
      await().atMost(PATIENCE).until(() -> office.dials.get() > 1);
      // when one is forgotten
      office.gone = peer -> peer.equals(B) ? Optional.of(GONE) : Optional.empty();
      office.outbound.gone(B);
      // then what it had is dead, and what is sent to it from now on
      for (var one : List.of(waiting, office.send("t", "m2"))) {
        var why = why(one.await(PATIENCE));
        assertTrue(why.startsWith("PEER_GONE error.peer.gone"), why);
        assertTrue(why.contains("it is forgotten by ana at noon: its disk is burnt"), why);
      }
      assertEquals(List.of(Reason.PEER_GONE, Reason.PEER_GONE), office.reasons());
      assertTrue(absent.await(Duration.ZERO) instanceof Result.Err<Unit>(MeshError.TimedOut _));
    }
  }

  /** Q39 A stream to it that is open is cut: of one that stands still nobody would hear. */
  @Test
  void aStreamThatIsOpenIsCut() throws Exception {
    var begun = new CountDownLatch(1);
    var goesOn = new CountDownLatch(1);
    Handler stands =
        message -> {
          begun.countDown();
          if (!PostOffice.awaited(goesOn)) return new Disposition.Poison(NEVER);
          return handle(message);
        };
    try (var office = new PostOffice(directory, Map.of("t", stands))) {
      var under = office.send("t", "m1");
      assertTrue(PostOffice.awaited(begun));
      office.gone = _ -> Optional.of(GONE);
      office.outbound.gone(B);
      assertTrue(why(under.await(PATIENCE)).startsWith("PEER_GONE"));
      goesOn.countDown();
    }
  }

  /** Q39 It is forgotten while a way to it is opened: nothing is sent on that. */
  @Test
  void nothingIsSentOnAStreamThatOpensAsItIsForgotten() throws Exception {
    try (var office = new PostOffice(directory, Map.of("t", this::handle))) {
      office.caller =
          call -> {
            office.gone = _ -> Optional.of(GONE);
            office.outbound.gone(B);
            return call;
          };
      assertTrue(why(office.send("t", "m1").await(PATIENCE)).startsWith("PEER_GONE"));
      assertEquals(List.of(), handled);
    }
  }

  /**
   * Q39 The peer comes back after its sender has seen that it is gone, and a message is sent to it
   * then: that one is not ended for what was true before.
   */
  @Test
  void whatIsSentAfterItCameBackIsDelivered() throws Exception {
    try (var office = new PostOffice(directory, Map.of("t", this::handle))) {
      var looks = new AtomicInteger();
      office.gone = _ -> looks.getAndIncrement() == 0 ? Optional.of(GONE) : Optional.empty();
      assertEquals(Result.ok(), office.send("t", "m1").await(PATIENCE));
      assertEquals(List.of("m1"), handled);
      assertEquals(List.of(), office.reasons());
    }
  }

  /**
   * Q36, Q39 What was never sent gets no number for it: a number would say that it may have been,
   * and hide from the receiver that this file has gone back in time.
   */
  @Test
  void whatWasNeverSentGetsNoNumber() throws Exception {
    try (var office = new PostOffice(directory, Map.of("t", this::handle))) {
      office.roadIsClosed = true;
      var lane = new Lane(B.toString(), TrafficClass.BULK);
      var waiting = office.send("t", "m1");
      var next = office.queue.nextOrigin(lane);
      office.gone = _ -> Optional.of(GONE);
      office.outbound.gone(B);
      assertTrue(why(waiting.await(PATIENCE)).startsWith("PEER_GONE"));
      assertEquals(next, office.queue.nextOrigin(lane));
      assertEquals(1, number(office.sender, "SELECT count(*) FROM dead WHERE origin = 0"));
    }
  }
}
