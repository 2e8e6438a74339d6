package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import dev.meshkit.api.Unit;
import dev.meshkit.control.ForgetOrder;
import dev.meshkit.control.proto.Forgot;
import dev.meshkit.gossip.Sums;
import dev.meshkit.link.Outbound;
import dev.meshkit.link.TimesToLive;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.Target;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.queue.TrafficClass;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreLimits;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q39, O12: an operator's word that a node is gone for good, and what ends it. */
@Timeout(60)
class ForgottenPeersTest {
  private static final NodeId SELF = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("us", "n2");
  private static final Audit BY = new Audit("ana@n1", "its disk is burnt");
  private static final Instant WALL = Instant.parse("2026-11-27T09:00:00.123456Z");
  private static final String ROWS = "SELECT count(*) FROM forgotten";
  private static final String JOBS =
      "SELECT kind || ' ' || what || ' ' || actor || ': ' || reason FROM v_jobs ORDER BY id";

  private static final Duration WEEK = Duration.ofDays(7);

  @TempDir Path directory;
  private final List<NodeEvent> events = new CopyOnWriteArrayList<>();

  /** Q39 It is kept over a restart, with who said it, when and why. */
  @Test
  void whoIsForgottenStaysSoInAFileThatIsOpenedAgain() throws Exception {
    try (var bed = new Bed()) {
      assertFalse(bed.forgotten.gone(N2).isPresent());
      var audit = bed.forgotten.forget(N2, BY).orThrow();
      assertEquals(List.of("forget peer=us/n2 ana@n1: its disk is burnt"), bed.texts(JOBS));
      var told = events.getFirst();
      assertEquals("peer.forgotten", told.type());
      assertEquals(Map.of("actor", "ana@n1", "audit", audit.toString()), told.data());
    }
    try (var bed = new Bed()) {
      assertEquals(
          "it is forgotten by ana@n1 at 2026-11-27T09:00:00.123Z: its disk is burnt",
          bed.forgotten.gone(N2).orElseThrow().why());
      assertFalse(bed.forgotten.gone(SELF).isPresent());
      // and whoever comes first of those that gossip shows, dead, changes nothing
      bed.forgotten.seen(view(Member.Status.DEAD));
      assertTrue(bed.forgotten.isForgotten(N2));
    }
  }

  /**
   * Q39 It is refused of one that is seen alive, or may yet say that it is; and changes nothing.
   */
  @Test
  void whoIsSeenAliveIsNotForgotten() throws Exception {
    try (var bed = new Bed()) {
      for (var status : List.of(Member.Status.ALIVE, Member.Status.SUSPECT)) {
        bed.forgotten.seen(view(status));
        for (var isDry : List.of(true, false)) {
          var error = error(bed.forget("us/n2", isDry));
          assertEquals("error.precondition", error.code());
          assertEquals("forgetting us/n2", error.tried());
          assertTrue(error.why().contains(status == Member.Status.ALIVE ? "alive" : "suspect"));
          assertTrue(error.fix().contains("deny.list"), error.fix());
        }
        assertEquals("error.precondition", error(bed.forgotten.forget(N2, BY)).code());
      }
      assertFalse(bed.forgotten.gone(N2).isPresent());
      assertEquals(List.of("0"), bed.texts(ROWS));
      assertEquals(List.of(), bed.texts(JOBS));
      for (var status : List.of(Member.Status.DEAD, Member.Status.LEFT)) {
        bed.forgotten.seen(view(status));
        bed.forget("us/n2", false).orThrow();
        assertTrue(bed.forgotten.isForgotten(N2));
      }
    }
  }

  /** Q39 It ends by itself once the node is seen alive, in the file too, and is told. */
  @Test
  void whoComesBackIsForgottenNoMore() throws Exception {
    try (var bed = new Bed()) {
      bed.forgotten.forget(N2, BY).orThrow();
      bed.forgotten.seen(view(Member.Status.SUSPECT)); // only heard of
      assertTrue(bed.forgotten.isForgotten(N2));
      bed.forgotten.seen(view(Member.Status.ALIVE));
      assertFalse(bed.forgotten.isForgotten(N2));
      var told = events.getLast();
      assertEquals("peer.remembered", told.type());
      assertEquals("ALIVE", told.cause());
      bed.forgotten.seen(view(Member.Status.DEAD)); // and is not forgotten for having been
      assertFalse(bed.forgotten.isForgotten(N2));
      assertEquals(2, events.size());
    }
    try (var bed = new Bed()) {
      assertFalse(bed.forgotten.isForgotten(N2));
    }
  }

  /** Q39 It comes back while the word is being written: then that is refused, and nothing stays. */
  @Test
  void whoComesBackWhileItIsWrittenIsNotForgotten() throws Exception {
    try (var bed = new Bed()) {
      bed.atWrite = () -> bed.forgotten.seen(view(Member.Status.ALIVE));
      assertEquals("error.precondition", error(bed.forgotten.forget(N2, BY)).code());
      assertFalse(bed.forgotten.isForgotten(N2));
    }
    try (var bed = new Bed()) {
      assertFalse(bed.forgotten.isForgotten(N2));
    }
  }

  /**
   * Q39 A store that has no room when it comes back: the row goes later, unless it is said anew.
   */
  @Test
  void aRowThatTheStoreKeptGoesWithTheNextView() throws Exception {
    try (var bed = new Bed()) {
      for (var isAnew : List.of(false, true)) {
        bed.forgotten.seen(view(Member.Status.DEAD));
        bed.forgotten.forget(N2, BY).orThrow();
        var goesOn = bed.withoutRoom();
        bed.forgotten.seen(view(Member.Status.ALIVE));
        bed.forgotten.seen(view(Member.Status.LEFT)); // and still has none
        goesOn.countDown();
        bed.written(); // now it has
        if (isAnew) bed.forgotten.forget(N2, BY).orThrow();
        assertEquals(List.of("1"), bed.texts(ROWS));
        bed.forgotten.seen(view(Member.Status.DEAD));
        bed.written();
        assertEquals(List.of(isAnew ? "1" : "0"), bed.texts(ROWS));
        assertEquals(isAnew, bed.forgotten.isForgotten(N2));
      }
    }
  }

  /** Q39 An operator takes it back; what nobody said cannot be. */
  @Test
  void itIsTakenBack() throws Exception {
    try (var bed = new Bed()) {
      assertEquals("error.not_found", error(bed.undo("us/n2", false)).code());
      assertEquals("error.not_found", error(bed.undo("us/n2", true)).code());
      bed.forget("us/n2", false).orThrow();
      assertTrue(bed.undo("n2", true).orThrow().getUndone()); // a name that is known by that alone
      assertTrue(bed.forgotten.isForgotten(N2));
      var done = bed.undo("n2", false).orThrow();
      assertEquals(2, done.getAudit());
      assertFalse(bed.forgotten.isForgotten(N2));
      assertEquals(List.of("0"), bed.texts(ROWS));
      assertEquals("remember peer=us/n2 ana@n1: its disk is burnt", bed.texts(JOBS).getLast());
      assertEquals("peer.remembered", events.getLast().type());
    }
  }

  /** O12 What would end is said and is what ends; trying changes nothing. Q39. */
  @Test
  void whatWouldEndIsSaidAndTryingChangesNothing() throws Exception {
    try (var bed = new Bed()) {
      var message = Message.of("t", Bytes.utf8("x"));
      for (var i = 0; i < 3; i++) bed.outbound.send(N2, message).orThrow();
      var control = new Target.OneLane(new Lane(N2.toString(), TrafficClass.CONTROL));
      bed.queue.pause(control, BY).orThrow();
      bed.outbound.send(N2, message, SendOptions.CONTROL).orThrow();
      bed.outbound.send(NodeId.of("us", "n3"), message).orThrow();
      var would = bed.forget("n2", true).orThrow(); // a name that its lanes alone know
      var expected =
          Forgot.newBuilder().setNode("n2").setDryRun(true).setLanes(1).setMessages(3).setPaused(1);
      assertEquals(expected.build(), would);
      assertFalse(bed.forgotten.isForgotten(N2));
      assertEquals(List.of("0"), bed.texts(ROWS));
      assertEquals(1, bed.texts(JOBS).size()); // the pause
      var done = bed.forget("n2", false).orThrow();
      assertEquals(expected.setDryRun(false).setAudit(2).build(), done);
      bed.queue.pause(new Target.Queue(), BY).orThrow();
      assertEquals(0, bed.forget("n2", true).orThrow().getMessages());
    }
  }

  /** Q39 Nobody forgets the node that is asked, or one whose name stands for none. */
  @Test
  void neitherItselfNorNobodyIsForgotten() throws Exception {
    try (var bed = new Bed()) {
      var own = error(bed.forget("eu/n1", false));
      assertEquals("error.validation", own.code());
      assertTrue(own.why().contains("the node that is asked"));
      assertEquals("error.not_found", error(bed.forget("n9", false)).code());
      assertEquals("error.validation", error(bed.forget("us/n2/bulk", false)).code());
      assertEquals(List.of("0"), bed.texts(ROWS));
    }
  }

  private static GossipView view(Member.Status status) {
    var n2 = new Member(N2, status, 7, 1, new Endpoint("n2.test", 7443), "", Map.of());
    return GossipView.of(List.of(n2), List.of(), true, Sums.ZERO);
  }

  private static MeshError error(Result<?> outcome) {
    if (outcome instanceof Result.Err<?>(var error)) return error;
    throw new AssertionError("it was done: " + outcome);
  }

  /** A file, who is forgotten in it, and a queue that reaches nobody. */
  private final class Bed implements AutoCloseable {
    final Store store;
    final ForgottenPeers forgotten;
    final SafeTaskQueue<Bytes> queue;
    final Outbound outbound;
    volatile Runnable atWrite = () -> {};

    Bed() throws InterruptedException {
      var chance = new SplittableRandom(1);
      var options = StoreOptions.of(directory, "mesh", Clocks.system(), chance);
      store = Store.open(options.with(StoreLimits.DEFAULTS.withQueue(1, 1 << 20))).orThrow();
      forgotten = ForgottenPeers.open(store, this::wall, events::add).orThrow();
      queue =
          SafeTaskQueue.open(store, QueueOptions.of("mesh-out").carrier(), TaskCodec.BYTES)
              .orThrow();
      var noWay = MeshError.unavailable("sending", "no way", "none");
      outbound =
          new Outbound(
              queue,
              new Outbound.Ports(
                  _ -> Result.err(noWay),
                  store::uuid,
                  forgotten::gone,
                  chance,
                  new TimesToLive(WEEK, WEEK, WEEK, WEEK)));
    }

    /** The time is asked for after the first look at the node and before the row is written. */
    private Instant wall() {
      atWrite.run();
      return WALL;
    }

    Result<Forgot> forget(String node, boolean dryRun) throws InterruptedException {
      return order(new ForgetOrder(node, false, BY, dryRun));
    }

    Result<Forgot> undo(String node, boolean dryRun) throws InterruptedException {
      return order(new ForgetOrder(node, true, BY, dryRun));
    }

    private Result<Forgot> order(ForgetOrder order) throws InterruptedException {
      var desk = new ForgetDesk(SELF, forgotten, outbound, queue::stats);
      return desk.forget(order, List.of(SELF)); // that is all that gossip knows
    }

    /** Has the writer stand still, and somebody wait for it, until the latch is opened. */
    CountDownLatch withoutRoom() throws InterruptedException {
      var stands = new CountDownLatch(1);
      var goesOn = new CountDownLatch(1);
      store.submit(
          Op.record(
              "test.stand",
              _ -> {
                stands.countDown();
                awaited(goesOn);
                return Unit.UNIT;
              }),
          _ -> {});
      assertTrue(stands.await(20, TimeUnit.SECONDS));
      assertTrue(store.submit(Op.record("test.wait", _ -> Unit.UNIT), _ -> {}));
      return goesOn;
    }

    private static void awaited(CountDownLatch latch) {
      try {
        assertTrue(latch.await(20, TimeUnit.SECONDS));
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }

    /** What was handed over before is in the file, and nothing waits. */
    void written() throws InterruptedException {
      store.submit(Op.record("test.written", _ -> Unit.UNIT)).orThrow();
    }

    List<String> texts(String sql) throws InterruptedException {
      return store.read(reading -> reading.query(sql, row -> row.getString(1))).orThrow();
    }

    @Override
    public void close() {
      outbound.close();
      queue.close();
      store.close();
    }
  }
}
