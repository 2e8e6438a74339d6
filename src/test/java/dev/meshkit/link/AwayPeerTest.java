package dev.meshkit.link;

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
import dev.meshkit.api.Sent;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.TaskSpec;
import dev.meshkit.queue.TrafficClass;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Q32: what others lose by a peer that is away, or there and of no use, is counted, not timed: of
 * the two things that all peers share, the writer and the lanes' turns, it takes nothing. What a
 * second of it costs is measured by {@code make chaos CASE=peer-away}.
 */
@Timeout(120)
class AwayPeerTest {
  private static final NodeId AWAY = NodeId.of("eu", "away");
  private static final int WAITING = 300;
  private static final int OTHERS = 600;
  private static final int FEW = 100;

  @TempDir Path directory;

  private final List<String> handled = new CopyOnWriteArrayList<>();

  /** Q32, Q28: however often it is looked for, and however much waits for it. */
  @Test
  void aPeerThatIsAwayTakesNoCommitAndNoTurnFromTheOthers() throws Exception {
    try (var office =
        new PostOffice(
            directory,
            Map.of(
                "t",
                message -> {
                  handled.add(message.message().body().utf8());
                  return Ack.plain();
                }))) {
      // given much that waits for a peer that cannot be reached
      office.absent = AWAY::equals;
      var waiting = new ArrayList<Sent>();
      for (var i = 0; i < WAITING; i++) waiting.add(toAway(office, "w" + i));
      // when it is looked for again and again
      var commits = commits(office);
      var dials = office.dials.get();
      await()
          .until(
              () -> {
                office.outbound.linkUp(AWAY); // or it would wait for a while
                return office.dials.get() >= dials + 20;
              });
      // then that has cost no commit, and no lease
      assertEquals(commits, commits(office));
      assertEquals(0, number(office.sender, "SELECT count(*) FROM lease"));
      // and every lease that is given while it is away is another's: all of theirs arrive
      var others = new ArrayList<Sent>();
      for (var i = 0; i < OTHERS; i++) others.add(office.send("t", "m" + i));
      for (var one : others) assertEquals(Result.ok(), one.await(PATIENCE));
      assertEquals(IntStream.range(0, OTHERS).mapToObj(i -> "m" + i).toList(), handled);
      assertEquals(
          WAITING, number(office.sender, "SELECT count(*) FROM task WHERE attempt + origin = 0"));
      // until it comes; a receiver has one stream of a sender at a time
      office.calls.forEach(DuplexPair::cut);
      office.absent = _ -> false;
      office.outbound.linkUp(AWAY);
      for (var one : waiting) assertEquals(Result.ok(), one.await(PATIENCE));
      assertEquals(
          IntStream.range(0, WAITING).mapToObj(i -> "w" + i).toList(),
          handled.subList(OTHERS, handled.size()));
    }
  }

  /**
   * Q32: a road that comes up may be of no use yet; then it is tried again soon, not after the
   * pause that a peer gets which has been away for long.
   */
  @Test
  void whoComesBackIsTriedAgainSoonAlsoIfTheFirstTryFails() throws Exception {
    try (var office = new PostOffice(directory, Map.of("t", _ -> Ack.plain()))) {
      // given a peer that was tried in vain so often that the next pause is the longest
      office.roadIsClosed = true;
      var waiting = office.send("t", "m");
      for (var tries = 1; tries <= 12; tries++) {
        var made = office.dials.get();
        office.outbound.linkUp(PostOffice.B);
        await().until(() -> office.dials.get() > made);
      }
      // when a road comes up, and the one try that this is worth fails
      var last = office.dials.get() + 1;
      office.absent = _ -> office.dials.get() <= last;
      office.roadIsClosed = false;
      office.outbound.linkUp(PostOffice.B);
      await().until(() -> office.dials.get() >= last);
      // then the next one is not far
      assertEquals(Result.ok(), waiting.await(PATIENCE));
    }
  }

  /** How a peer that is there is of no use. */
  enum Stall {
    /** It does not even welcome the stream. */
    DEAF,
    /** It takes messages and answers none. */
    SILENT,
    /** It does not read. */
    FULL
  }

  /** Q32, Q18: whatever it does with what it has, nothing of it is leased or settled meanwhile. */
  @ParameterizedTest
  @EnumSource
  void aPeerThatStallsTakesNoCommitAndNoTurnFromTheOthers(Stall stall) throws Exception {
    var attempts = new CopyOnWriteArrayList<Integer>();
    Handler note =
        message -> {
          handled.add(message.message().body().utf8());
          attempts.add(message.attempt());
          return Ack.plain();
        };
    var many = IntStream.range(0, Outbound.WINDOW + WAITING).mapToObj(i -> "w" + i).toList();
    try (var office = new PostOffice(directory, Map.of("t", note))) {
      // given a peer that stalls with a run of its messages, if it gets any, and more behind it
      var road = new Stalled(stall);
      office.caller = call -> call.peer().equals(AWAY) ? road.instead(call) : call;
      var lane = new Lane(AWAY.toString(), TrafficClass.CONTROL);
      var tasks = many.stream().map(word -> TaskSpec.of(lane, "t", Bytes.utf8(word))).toList();
      office.queue.enqueueAll(tasks).orThrow();
      office.outbound.look();
      road.stalls.await();
      var leased = stall == Stall.DEAF ? 0 : Outbound.WINDOW;
      assertEquals(leased, office.queue.stats(lane).orElseThrow().leased());
      var before = itsTasks(office);
      var commits = commits(office);
      // when another one gets messages, each once the one before it is settled
      for (var i = 0; i < FEW; i++) {
        assertEquals(Result.ok(), office.send("t", "m" + i).await(PATIENCE));
      }
      // then no commit was made that these did not need: to be queued, leased, and settled
      var made = commits(office) - commits;
      assertTrue(made <= 3 * FEW, made + " commits");
      assertEquals(before, itsTasks(office));
      assertEquals(IntStream.range(0, FEW).mapToObj(i -> "m" + i).toList(), handled);
      // and when that peer mends, it gets all of its own, in order, as if for the first time
      office.caller = UnaryOperator.identity();
      office.calls.forEach(DuplexPair::cut); // a receiver has one stream of a sender at a time
      road.pair.cut();
      office.outbound.linkUp(AWAY);
      await().until(() -> office.queue.stats(lane).orElseThrow().live() == 0);
      assertEquals(many, handled.subList(FEW, handled.size()));
      assertEquals(Set.of(1), Set.copyOf(attempts));
    }
  }

  /** What any lease or settlement of the peer's tasks would change. */
  private static String itsTasks(PostOffice office) throws InterruptedException {
    var its = "task JOIN lane USING (lid) LEFT JOIN lease USING (seq) WHERE key = '" + AWAY + "'";
    var sql = "SELECT count(*) || ', leased ' || count(fence) || ', fences ' || total(fence)";
    var charged = " || ', charged ' || total(task.attempt) FROM " + its;
    return office
        .sender
        .read(reading -> reading.query(sql + charged, row -> row.getString(1)).getFirst())
        .orThrow();
  }

  /** A stream to a peer that stalls. */
  private static final class Stalled {
    final DuplexPair pair = new DuplexPair(_ -> false);
    final CountDownLatch stalls = new CountDownLatch(1);
    private final Stall how;
    private int sent;

    Stalled(Stall how) {
      this.how = how;
    }

    Duplex instead(Duplex call) {
      call.close();
      return new Duplex() {
        private final Duplex end = pair.caller(AWAY);

        @Override
        public NodeId peer() {
          return AWAY;
        }

        @Override
        public boolean send(Bytes frame) throws InterruptedException {
          if (how == Stall.FULL && sent == 1) {
            stalls.countDown();
            return end.receive().isPresent(); // as long as it lives
          }
          if ((sent == 0 && how == Stall.DEAF) || sent == Outbound.WINDOW) stalls.countDown();
          if (sent++ == 0 && how != Stall.DEAF) {
            pair.callee(AWAY).send(DeliverCodec.down(new Downward.Opened(Map.of())));
          }
          return end.send(frame);
        }

        @Override
        public Optional<Bytes> receive() throws InterruptedException {
          return end.receive();
        }

        @Override
        public void close() {
          end.close();
        }
      };
    }
  }

  /** In another class: to this receiver both peers are one, and a lane of it has one sender. */
  private static Sent toAway(PostOffice office, String body) throws InterruptedException {
    return office
        .outbound
        .send(AWAY, Message.of("t", Bytes.utf8(body)), SendOptions.CONTROL)
        .orThrow();
  }

  private static long commits(PostOffice office) throws InterruptedException {
    return number(office.sender, "SELECT batch FROM progress");
  }
}
