package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.B;
import static dev.meshkit.link.PostOffice.PATIENCE;
import static dev.meshkit.link.PostOffice.number;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Handler;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One message for many: Q32, and what waits for who does not come: Q39. */
@Timeout(120)
class BroadcastTest {
  private static final NodeId GONE = NodeId.of("eu", "gone");

  @TempDir Path directory;

  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final Handler note =
      message -> {
        handled.add(message.message().body().utf8());
        return Ack.plain();
      };

  /** Q32 Broadcast is one transaction, one isolated task per member. */
  @Test
  void aMemberThatIsAwayDelaysNoOther() throws Exception {
    try (var office = new PostOffice(directory, Map.of("t", note))) {
      // given one peer of two that cannot be reached
      office.absent = GONE::equals;
      var before = number(office.sender, "SELECT batch FROM progress");
      office.roadIsClosed = true;
      // when both are sent one message, in one commit
      var sent =
          office
              .outbound
              .broadcast(List.of(B, GONE), Message.of("t", Bytes.utf8("to all")), SendOptions.BULK)
              .orThrow();
      assertEquals(before + 1, number(office.sender, "SELECT batch FROM progress"));
      assertEquals(List.of(B, GONE), List.copyOf(sent.keySet()));
      office.roadIsClosed = false;
      office.outbound.linkUp(B);
      // then the one has it, and the copy of the other waits, uncharged
      assertEquals(Result.ok(), sent.get(B).await(PATIENCE));
      for (var i = 0; i < 50; i++)
        assertEquals(Result.ok(), office.send("t", "m" + i).await(PATIENCE));
      assertEquals(51, handled.size());
      assertEquals(1, number(office.sender, "SELECT count(*) FROM task WHERE attempt = 0"));
      // until its peer comes; to this receiver both are one sender, with one stream at a time
      office.calls.forEach(DuplexPair::cut);
      office.absent = _ -> false;
      office.outbound.linkUp(GONE);
      assertEquals(Result.ok(), sent.get(GONE).await(PATIENCE));
    }
  }

  /** Q32 For all or for none: what one commit cannot hold is refused, whoever waits for it. */
  @Test
  void whatOneCommitCannotHoldIsRefused() throws Exception {
    try (var office = new PostOffice(directory, Map.of("t", note))) {
      office.roadIsClosed = true;
      var peers = IntStream.rangeClosed(1, 17).mapToObj(i -> NodeId.of("eu", "n" + i)).toList();
      var message = Message.of("t", Bytes.of(new byte[1 << 20]));
      var refused = office.outbound.broadcast(peers, message, SendOptions.BULK);
      assertTrue(
          refused instanceof Result.Err<?>(var why)
              && why.code().equals("error.validation")
              && why.tried().contains("17 members")
              && why.why().contains("17825792 bytes"));
      assertEquals(0, number(office.sender, "SELECT count(*) FROM task"));
      var sixteen = peers.subList(0, 16);
      assertEquals(
          16, office.outbound.broadcast(sixteen, message, SendOptions.BULK).orThrow().size());
    }
  }

  /** Q39 To an absent peer messages wait, then they are dead EXPIRED. */
  @Test
  void whatWaitsTooLongForItsPeerIsExpired() throws Exception {
    try (var office = new PostOffice(directory, Map.of("t", note))) {
      office.roadIsClosed = true;
      // given a command and the newest state of something, for a peer that does not come
      var brief = Duration.ofMillis(50);
      var message = Message.of("t", Bytes.utf8("x"));
      var state = SendOptions.state("load").withTtl(brief);
      office.outbound.send(B, message, state).orThrow();
      var sent = office.outbound.send(B, message, SendOptions.CONTROL.withTtl(brief)).orThrow();
      // when it comes after their time
      var over = System.nanoTime() + brief.multipliedBy(4).toNanos();
      await().until(() -> System.nanoTime() - over > 0);
      office.roadIsClosed = false;
      office.outbound.linkUp(B);
      // then the one is dead, and the other, worth nothing by then, dropped
      var ended = sent.await(PATIENCE);
      assertTrue(ended instanceof Result.Err<?>(var why) && why.why().startsWith("EXPIRED"));
      await().until(() -> number(office.sender, "SELECT count(*) FROM task") == 0);
      assertEquals(1, number(office.sender, "SELECT count(*) FROM dead"));
      assertEquals(List.of(), handled);
    }
  }
}
