package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.A;
import static dev.meshkit.link.PostOffice.B;
import static dev.meshkit.link.PostOffice.PATIENCE;
import static dev.meshkit.link.PostOffice.number;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Handler;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Sent;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.PoisonFilter;
import dev.meshkit.queue.Reason;
import dev.meshkit.queue.TrafficClass;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Upward;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Messages from store to store: Q22, Q28, Q33, Q34, Q37, Q38, on real stores and an in-memory road.
 */
@Timeout(300)
class DeliverTest {
  private static final MeshError WHY =
      MeshError.of("error.test", "testing", "it failed", "none", MeshError.Retry.SAFE);

  @TempDir Path directory;

  private final List<String> handled = new CopyOnWriteArrayList<>();

  @Test
  void aMessageArrivesOnceAndItsSenderHearsOfIt() throws Exception {
    try (var office = new PostOffice(directory, Map.of("greet", ack()))) {
      var sent = office.send("greet", "hello");
      assertEquals(Result.ok(), sent.await(PATIENCE));
      assertEquals(List.of("hello"), handled);
      assertEquals(0, number(office.sender, "SELECT count(*) FROM task"));
      assertEquals(1, number(office.receiver, "SELECT count(*) FROM inbox WHERE missing = x''"));
      // and whoever asks later hears the same
      assertEquals(Result.ok(), sent.await(Duration.ZERO));
    }
  }

  /** Q22 STRICT lanes deliver in order through retries and reconnects. */
  @Test
  void messagesKeepTheirOrderThroughRetriesAndCutRoads() throws Exception {
    var tries = new AtomicInteger();
    Handler flaky =
        message -> {
          if (tries.incrementAndGet() % 7 == 0) return new Disposition.Retry(WHY, Duration.ZERO);
          if (tries.get() % 11 == 0) throw new IllegalStateException("thrown");
          if (tries.get() % 13 == 0) return new Disposition.Snooze(Duration.ofMillis(5), "busy");
          handled.add(message.message().body().utf8());
          return Ack.plain();
        };
    try (var office = new PostOffice(directory, Map.of("count", flaky))) {
      var all = new ArrayList<Sent>();
      for (var i = 0; i < 200; i++) {
        all.add(office.send("count", "m" + i));
        if (i % 60 == 30) office.calls.forEach(DuplexPair::cut);
      }
      for (var sent : all) assertEquals(Result.ok(), sent.await(PATIENCE));
      // at least once for the handler, in order but for repetitions after a cut
      var first = handled.stream().distinct().toList();
      assertEquals(IntStream.range(0, 200).mapToObj(i -> "m" + i).toList(), first);
      assertEquals(0, number(office.sender, "SELECT count(*) FROM task"));
      assertEquals(0, number(office.sender, "SELECT count(*) FROM dead"));
    }
  }

  /** Q33 A message whose receipt was lost is answered DUPLICATE and acked; its handler rests. */
  @Test
  void aLostReceiptMakesADuplicateThatIsDropped() throws Exception {
    try (var office = new PostOffice(directory, Map.of("greet", ack()))) {
      // given a road that breaks instead of carrying the first receipt
      var lost = new AtomicBoolean();
      office.cutAt = frame -> isReceipt(frame) && lost.compareAndSet(false, true);
      // when a message is sent
      assertEquals(Result.ok(), office.send("greet", "hello").await(PATIENCE));
      // then it was delivered twice, handled once, and charged nothing
      assertTrue(lost.get());
      assertEquals(List.of("hello"), handled);
      assertTrue(office.meters.scrape().contains("verdict=\"DUPLICATE\"} 1.0"));
    }
  }

  /** A handler that breaks its contract costs its message an attempt, and nobody else anything. */
  @Test
  void aHandlerThatThrowsErrorsOrSaysNonsenseIsAFailedAttempt() throws Exception {
    var tries = new AtomicInteger();
    Handler broken =
        message ->
            switch (tries.incrementAndGet()) {
              case 1 -> throw new AssertionError("planted");
              case 2 -> saidNothing();
              case 3 -> new Disposition.Snooze(Duration.ofMillis(-5), "negative");
              case 4 -> new Disposition.Retry(WHY, Duration.ofMillis(-5));
              default -> {
                handled.add(message.message().body().utf8());
                yield Ack.plain();
              }
            };
    try (var office = new PostOffice(directory, Map.of("t", broken))) {
      assertEquals(Result.ok(), office.send("t", "hello").await(PATIENCE));
      assertEquals(List.of("hello"), handled);
      assertEquals(5, tries.get());
      assertEquals(1, office.dials.get(), "all of it over one stream");
    }
  }

  @SuppressWarnings("NullAway") // what a caller without NullAway may well return
  private static Disposition saidNothing() {
    return null;
  }

  /** An error thrown by work in the store's transaction fails that attempt, never the store. */
  @Test
  void workThatThrowsAnErrorLeavesTheStoreAlive() throws Exception {
    var tries = new AtomicInteger();
    Handler handler =
        message ->
            new Ack(
                tx -> {
                  if (tries.incrementAndGet() <= 2) throw new StackOverflowError("planted");
                });
    try (var office = new PostOffice(directory, Map.of("t", handler))) {
      assertEquals(Result.ok(), office.send("t", "hello").await(PATIENCE));
      assertTrue(office.receiver.failure().isEmpty());
    }
  }

  /** Q34 Inbox mark and Ack work are one transaction: work that fails leaves no mark. */
  @Test
  void theMarkAndTheWorkAreOneTransaction() throws Exception {
    var tries = new AtomicInteger();
    Handler handler =
        message ->
            new Ack(
                tx -> {
                  tx.update("CREATE TABLE IF NOT EXISTS app_got (body TEXT)");
                  tx.update("INSERT INTO app_got VALUES (?)", message.message().body().utf8());
                  if (tries.incrementAndGet() <= 2) throw new IllegalStateException("not yet");
                });
    try (var office = new PostOffice(directory, Map.of("greet", handler))) {
      assertEquals(Result.ok(), office.send("greet", "hello").await(PATIENCE));
      assertEquals(1, number(office.receiver, "SELECT count(*) FROM app_got"));
      assertTrue(tries.get() >= 3);
    }
  }

  @Test
  void whatNobodyHandlesWaitsAndWhatIsRefusedIsDead() throws Exception {
    Handler refuse = _ -> new Disposition.Poison(WHY);
    try (var office = new PostOffice(directory, Map.of("bad", refuse, "good", ack()))) {
      // given a message that its handler refuses for good
      var refused = office.send("bad", "x").await(PATIENCE);
      // then it is dead at its sender, with the receiver's reason
      assertTrue(refused instanceof Result.Err<?>(var error) && error.why().contains("error.test"));
      var dead = office.queue.poison().list(PoisonFilter.ALL, 0, 9).orThrow();
      assertEquals(List.of(Reason.PERMANENT), dead.stream().map(task -> task.reason()).toList());
      // and a topic that nobody handles makes its message wait, uncharged, its lane with it
      office.send("nobody", "y");
      office.send("good", "z");
      await().until(() -> keeps(office).contains("error.topic.unknown"));
      assertEquals(0, number(office.sender, "SELECT attempt FROM task ORDER BY seq LIMIT 1"));
      assertEquals(List.of(), handled);
    }
  }

  /** Q28 A peer that cannot be reached costs no write and no attempt; a link-up tries at once. */
  @Test
  void anAbsentPeerCostsNoWriteAndALinkUpTriesAtOnce() throws Exception {
    try (var office = new PostOffice(directory, Map.of("greet", ack()))) {
      office.roadIsClosed = true;
      var sent = office.send("greet", "hello");
      var before = number(office.sender, "SELECT batch FROM progress");
      // when it is tried in vain, at every link-up: the pauses alone would take minutes
      await().until(() -> dialled(office, 12));
      assertEquals(before, number(office.sender, "SELECT batch FROM progress"));
      // then a road that opens is used as soon as its link is up
      office.roadIsClosed = false;
      await().until(() -> dialled(office, 13));
      assertEquals(Result.ok(), sent.await(PATIENCE));
      assertEquals(List.of("hello"), handled);
    }
  }

  /** Q37 After RETRY or BUSY a STRICT lane applies nothing until head = true. */
  @Test
  void afterARetryNothingIsAppliedUntilTheHeadComesAgain() throws Exception {
    var fail = new AtomicBoolean(true);
    Handler once =
        message -> {
          if (fail.getAndSet(false)) return new Disposition.Retry(WHY, Duration.ofMillis(7));
          handled.add(message.message().body().utf8());
          return Ack.plain();
        };
    try (var office = new PostOffice(directory, Map.of("t", once));
        var call = office.call().caller(B)) {
      open(call, 1);
      for (var n = 1; n <= 3; n++) call.send(parcel(n, n == 1));
      assertEquals(List.of("1 RETRY", "2 HELD", "3 HELD"), receipts(call, 3));
      for (var n = 1; n <= 3; n++) call.send(parcel(n, n == 1));
      assertEquals(List.of("1 APPLIED", "2 APPLIED", "3 APPLIED"), receipts(call, 3));
      assertEquals(List.of("m1", "m2", "m3"), handled);
    }
  }

  /**
   * Q37 Two streams of a pair never interleave: the second is answered after the first's handlers.
   */
  @Test
  void aSecondStreamWaitsForTheHandlersOfTheFirst() throws Exception {
    var entered = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    Handler slow =
        message -> {
          entered.countDown();
          leave.await();
          handled.add("first " + message.message().body().utf8());
          return Ack.plain();
        };
    try (var office = new PostOffice(directory, Map.of("t", slow))) {
      // given a handler at work when its stream is cut
      var first = office.call().caller(B);
      open(first, 1);
      first.send(parcel(1, true));
      entered.await();
      first.close();
      // when a second stream is opened meanwhile
      var second = office.call().caller(B);
      second.send(DeliverCodec.up(new Upward.Open(Bytes.of(new byte[16]), Map.of())));
      var opened = new java.util.concurrent.FutureTask<>(second::receive);
      Thread.ofVirtual().start(opened);
      assertFalse(opened.isDone());
      leave.countDown();
      // then it is answered once that handler's work is marked: the repetition is a duplicate
      var answer = DeliverCodec.down(opened.get().orElseThrow());
      assertEquals(new Decoded.Whole<>(new Downward.Opened(Map.of("bulk", 1L))), answer);
      second.send(parcel(1, true));
      assertEquals(List.of("1 DUPLICATE"), receipts(second, 1));
      assertEquals(List.of("first m1"), handled);
    }
  }

  /**
   * Q38 A frame with a bad CRC, or for a store too many, is refused and counted; the stream lives.
   */
  @Test
  void brokenFramesAreRefusedAndTheStreamLivesOn() throws Exception {
    try (var office = new PostOffice(directory, Map.of("t", ack()));
        var call = office.call().caller(B)) {
      open(call, 1);
      call.send(Bytes.utf8("not a frame at all"));
      var whole = parcel(1, true).toArray();
      whole[whole.length - 1] ^= 1; // the body's last byte: its checksum no longer matches
      call.send(Bytes.of(whole));
      call.send(parcel(2, true));
      assertEquals(List.of("1 REFUSED", "2 APPLIED"), receipts(call, 2));
      assertTrue(office.meters.scrape().contains("verdict=\"MALFORMED\"} 1.0"));
      assertEquals(List.of("m2"), handled);
    }
  }

  /** Q38 */
  @Test
  void aFifthStoreOfOnePeerIsRefused() throws Exception {
    try (var office = new PostOffice(directory, Map.of("t", ack()))) {
      for (var store = 1; store <= 5; store++) {
        try (var call = office.call().caller(B)) {
          open(call, store);
          call.send(parcel(1, true));
          assertEquals(List.of(store <= 4 ? "1 APPLIED" : "1 REFUSED"), receipts(call, 1));
        }
      }
      assertEquals(4, number(office.receiver, "SELECT count(*) FROM inbox"));
    }
  }

  @Test
  void whatWaitedSurvivesTheSendersRestart() throws Exception {
    try (var office = new PostOffice(directory, Map.of("greet", ack()))) {
      office.roadIsClosed = true;
      for (var i = 0; i < 10; i++) office.send("greet", "m" + i);
    }
    try (var office = new PostOffice(directory, Map.of("greet", ack()))) {
      await().until(() -> handled.size() == 10);
      assertEquals(IntStream.range(0, 10).mapToObj(i -> "m" + i).toList(), handled);
      await().until(() -> number(office.sender, "SELECT count(*) FROM task") == 0);
    }
  }

  private static String keeps(PostOffice office) {
    var lane = new Lane(B.toString(), TrafficClass.BULK);
    return office.outbound.trouble(lane).map(MeshError::code).orElse("");
  }

  private static boolean dialled(PostOffice office, int times) {
    office.outbound.linkUp(B);
    return office.dials.get() >= times;
  }

  private Handler ack() {
    return message -> {
      assertEquals(A, message.from());
      handled.add(message.message().body().utf8());
      return Ack.plain();
    };
  }

  private static void open(Duplex call, int store) throws InterruptedException {
    var id = new byte[16];
    id[0] = (byte) (store - 1);
    call.send(DeliverCodec.up(new Upward.Open(Bytes.of(id), Map.of())));
    assertTrue(call.receive().isPresent());
  }

  private static Bytes parcel(long n, boolean head) {
    return DeliverCodec.up(
        new Upward.Parcel(
            "bulk", n, head, 1, "t", Bytes.of(new byte[16]), Map.of(), Bytes.utf8("m" + n)));
  }

  private static List<String> receipts(Duplex call, int count) throws InterruptedException {
    var all = new ArrayList<String>();
    for (var i = 0; i < count; i++) {
      var receipt = receipt(call.receive().orElseThrow());
      all.add(receipt.n() + " " + receipt.verdict());
    }
    return all;
  }

  private static Downward.Receipt receipt(Bytes frame) {
    if (DeliverCodec.down(frame) instanceof Decoded.Whole<Downward>(Downward.Receipt receipt))
      return receipt;
    throw new AssertionError("no receipt: " + frame);
  }

  private static boolean isReceipt(Bytes frame) {
    return DeliverCodec.down(frame) instanceof Decoded.Whole<Downward>(Downward.Receipt _);
  }
}
