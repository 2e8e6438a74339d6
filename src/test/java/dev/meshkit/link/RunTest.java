package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.A;
import static dev.meshkit.link.PostOffice.B;
import static dev.meshkit.link.PostOffice.PATIENCE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Handler;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import dev.meshkit.api.Sent;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.LaneStats;
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
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Q37 How many messages of a lane are under way, in which order, and what happens to the rest. */
@Timeout(120)
class RunTest {
  private static final Lane LANE = new Lane(B.toString(), TrafficClass.BULK);
  private static final int MANY = 3 * Outbound.WINDOW;
  private static final MeshError WHY = MeshError.unavailable("test", "planted", "try again");

  @TempDir Path directory;

  private final List<String> handled = new CopyOnWriteArrayList<>();

  private static LaneStats lane(PostOffice office) {
    return office.queue.stats(LANE).orElseThrow();
  }

  /** What has come back makes room for more, before all of it has. */
  @Test
  void moreIsSentWhileTheRestIsUnderWay() throws Exception {
    var leave = new CountDownLatch(1);
    var slowAt = Outbound.WINDOW - 50;
    Handler slow =
        message -> {
          if (handled.size() == slowAt) leave.await();
          handled.add(message.message().body().utf8());
          return handled.size() == slowAt ? new Ack(_ -> {}) : Ack.plain(); // marks all before it
        };
    try (var office = new PostOffice(directory, Map.of("t", slow))) {
      office.roadIsClosed = true;
      var sent = send(office, MANY);
      open(office);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertEquals(MANY - slowAt, lane(office).live()));
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertTrue(lane(office).leased() > Outbound.WINDOW / 2));
      leave.countDown();
      awaitAll(sent);
      assertEquals(words(MANY), handled);
      assertEquals(MANY, said(office, "APPLIED"));
      assertEquals(1, office.calls.size());
    }
  }

  /** A head that was refused is tried alone: what follows is not sent in vain once more. */
  @Test
  void whatWasRefusedIsTriedAlone() throws Exception {
    var refusals = new AtomicInteger(4);
    Handler busy =
        message -> {
          if (refusals.getAndDecrement() > 0) {
            return new Disposition.Snooze(Duration.ofMillis(1), "busy");
          }
          handled.add(message.message().body().utf8());
          return Ack.plain();
        };
    try (var office = new PostOffice(directory, Map.of("t", busy))) {
      office.roadIsClosed = true;
      var sent = send(office, 100);
      open(office);
      awaitAll(sent);
      assertEquals(words(100), handled);
      assertEquals(4, said(office, "BUSY"));
      assertTrue(said(office, "HELD") <= 99); // those that were sent before the first refusal came
    }
  }

  /** So it is where the refusal takes longer than the sender waits before it looks for more. */
  @Test
  void whatIsRefusedSlowlyIsTriedAlone() throws Exception {
    var lease = Duration.ofMillis(300); // kept up, and more looked for, each third of it
    var refusals = new AtomicInteger(3);
    Handler slow =
        message -> {
          if (refusals.getAndDecrement() > 0) {
            Thread.currentThread().join(lease); // it works, in effect
            return new Disposition.Snooze(Duration.ofMillis(1), "busy");
          }
          handled.add(message.message().body().utf8());
          return Ack.plain();
        };
    try (var office = new PostOffice(directory, Map.of("t", slow), Deliveries.MAX_RUN, lease)) {
      office.roadIsClosed = true;
      var sent = send(office, 100);
      open(office);
      awaitAll(sent);
      assertEquals(words(100), handled);
      assertTrue(said(office, "HELD") <= 99); // those that were sent before the first refusal came
    }
  }

  /**
   * What is held may be said to be after the handler that is at work, however long that takes:
   * until then the other classes have the stream.
   */
  @Test
  void whatIsHeldIsWaitedForWhileOtherClassesUseTheStream() throws Exception {
    var lease = Duration.ofSeconds(2); // a third of it is the longest wait for receipts
    var road = new DuplexPair(_ -> false);
    try (var office = new PostOffice(directory, Map.of(), Deliveries.MAX_RUN, lease);
        var receiver = road.callee(A)) {
      // given a receiver that could not mark the first of a run, and is at work on the second
      office.caller = _ -> road.caller(B);
      office.roadIsClosed = true;
      var bulk = send(office, 3);
      open(office);
      assertTrue(receiver.receive().isPresent());
      receiver.send(DeliverCodec.down(new Downward.Opened(Map.of())));
      var run = List.of(next(receiver), next(receiver), next(receiver));
      answer(receiver, run.getFirst(), Downward.Verdict.BUSY);
      // when that takes several times as long as the sender ever waits for a receipt
      for (var i = 0; i < 3; i++) {
        Thread.currentThread().join(lease.dividedBy(2)); // it works, in effect
        var message = Message.of("t", Bytes.utf8("c" + i));
        var other = office.outbound.send(B, message, SendOptions.CONTROL).orThrow();
        answer(receiver, next(receiver, "c" + i), Downward.Verdict.APPLIED);
        assertEquals(Result.ok(), other.await(PATIENCE));
      }
      // then the run ends with the answers to the rest, and comes again, on that stream
      for (var held : run.subList(1, 3)) answer(receiver, held, Downward.Verdict.HELD);
      for (var word : words(3)) answer(receiver, next(receiver, word), Downward.Verdict.APPLIED);
      awaitAll(bulk);
      assertEquals(1, office.calls.size());
    }
  }

  private static Upward.Parcel next(Duplex receiver, String word) throws InterruptedException {
    var parcel = next(receiver);
    assertEquals(word, parcel.body().utf8());
    return parcel;
  }

  private static Upward.Parcel next(Duplex receiver) throws InterruptedException {
    var frame = receiver.receive().orElseThrow(() -> new AssertionError("the stream was cut"));
    if (DeliverCodec.up(frame) instanceof Decoded.Whole<Upward>(Upward.Parcel parcel))
      return parcel;
    throw new AssertionError("no message: " + frame);
  }

  private static void answer(Duplex receiver, Upward.Parcel to, Downward.Verdict verdict)
      throws InterruptedException {
    var receipt = new Downward.Receipt(to.lane(), to.n(), verdict, 0, "", "");
    receiver.send(DeliverCodec.down(receipt));
  }

  /** Whatever handlers say and whenever the stream is cut, the lane keeps its order. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void refusalsAndCutsLoseAndReorderNothing(long seed) throws Exception {
    var chance = new SplittableRandom(seed);
    Handler moody =
        message -> {
          var mood = chance.nextInt(100); // one lane, one thread
          if (mood == 0) return new Disposition.Snooze(Duration.ofMillis(1), "busy");
          if (mood == 1 && message.attempt() < 3) return new Disposition.Retry(WHY, Duration.ZERO);
          handled.add(message.message().body().utf8());
          return Ack.plain();
        };
    try (var office = new PostOffice(directory, Map.of("t", moody))) {
      var cuts = new SplittableRandom(-seed);
      office.cutAt = _ -> cuts.nextInt(150) == 0;
      awaitAll(send(office, MANY));
      assertEquals(words(MANY), handled.stream().distinct().toList(), "seed " + seed);
      assertTrue(office.calls.size() > 1, "no stream was cut, seed " + seed);
      assertEquals(0, lane(office).live());
    }
  }

  /** How often the receiver has given an answer. */
  private static long said(PostOffice office, String verdict) {
    return office
        .meters
        .scrape()
        .lines()
        .filter(line -> line.startsWith("meshkit_queue_inbox_total") && line.contains(verdict))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static void open(PostOffice office) {
    office.roadIsClosed = false;
    office.outbound.linkUp(B);
  }

  private static List<Sent> send(PostOffice office, int count) throws InterruptedException {
    var sent = new ArrayList<Sent>();
    for (var word : words(count)) sent.add(office.send("t", word));
    return sent;
  }

  private static void awaitAll(List<Sent> sent) throws InterruptedException {
    for (var one : sent) assertEquals(Result.ok(), one.await(PATIENCE));
  }

  private static List<String> words(int count) {
    return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
  }
}
