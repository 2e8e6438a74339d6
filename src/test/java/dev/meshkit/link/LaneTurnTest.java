package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.A;
import static dev.meshkit.link.PostOffice.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.api.Handler;
import dev.meshkit.api.MeshError;
import dev.meshkit.queue.Inbox;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import dev.meshkit.wire.Downward.Verdict;
import dev.meshkit.wire.Upward;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q22, Q33, Q34: what came together is marked together, in order, and all or none of it. */
@Timeout(60)
class LaneTurnTest {
  private static final String LANE = "bulk";
  private static final MeshError WHY = MeshError.unavailable("test", "planted", "try again");
  private static final String BATCHES = "SELECT batch FROM progress";

  @TempDir Path directory;

  private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final LaneBuffer buffer = new LaneBuffer();
  private Store store;

  @BeforeEach
  void open() throws Exception {
    store =
        Store.open(StoreOptions.of(directory, "mesh", Clocks.system(), new SplittableRandom(1)))
            .orThrow();
  }

  @AfterEach
  void close() {
    buffer.close();
    store.close();
  }

  /** Handles what is in the buffer, and what comes, until it is closed. */
  private void begin(Handler handler) {
    begin(Duration.ofSeconds(30), handler);
  }

  private void begin(Duration maxRun, Handler handler) {
    var sender = new Judge.Sender(A, Bytes.of(new byte[16]), false);
    var inbox = new Inbox(store).lane(new Inbox.Source(A, sender.store(), LANE));
    var judge = new Judge(Map.of("t", handler), inbox, sender, maxRun);
    var turn =
        new LaneTurn(
            LANE,
            buffer,
            judge,
            (_, first, last, answer) ->
                LongStream.rangeClosed(first, last)
                    .forEach(n -> answers.add(n + " " + answer.verdict())),
            Clocks.system().monotonic());
    Thread.startVirtualThread(
        () -> {
          try {
            turn.run();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void put(long n, boolean head) throws InterruptedException {
    var token = Bytes.of(new byte[16]);
    buffer.put(new Upward.Parcel(LANE, n, head, 1, "t", token, Map.of(), Bytes.utf8("" + n)));
  }

  private List<String> answers(int count) throws InterruptedException {
    var all = new ArrayList<String>();
    for (var i = 0; i < count; i++) all.add(answers.poll(90, TimeUnit.SECONDS));
    return all;
  }

  private static List<String> all(Verdict verdict, int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(n -> n + " " + verdict).toList();
  }

  /** One fsync for many: what is handled while one commit is under way is marked by the next. */
  @Test
  void whatIsHandledMeanwhileIsMarkedInOneCommit() throws Exception {
    var handled = new CountDownLatch(60);
    var busy = new CountDownLatch(1);
    assertTrue(store.submit(Op.record("test", _ -> PostOffice.awaited(busy)), _ -> {}));
    for (var n = 1; n <= 60; n++) put(n, false);
    begin(
        _ -> {
          handled.countDown();
          return Ack.plain();
        });
    assertTrue(handled.await(90, TimeUnit.SECONDS));
    busy.countDown();
    assertEquals(all(Verdict.APPLIED, 1, 60), answers(60));
    assertTrue(commits() <= 2, () -> "the first ones, and all others"); // or all at once
    assertEquals(60, number(store, "SELECT hi FROM inbox"));
  }

  private long commits() throws InterruptedException {
    return number(store, BATCHES);
  }

  /** What a handler commits is there for the next one, whatever else is marked with it. */
  @Test
  void rowsAreCommittedBeforeTheNextHandlerBegins() throws Exception {
    store.submit(Op.record("test", tx -> tx.update("CREATE TABLE app_seen (n INTEGER)"))).orThrow();
    var seen = new ArrayList<Long>();
    for (var n = 1; n <= 20; n++) put(n, false);
    begin(
        message -> {
          var n = Long.parseLong(message.message().body().utf8());
          seen.add(number(store, "SELECT count(*) FROM app_seen"));
          return n % 5 == 0
              ? new Ack(tx -> tx.update("INSERT INTO app_seen VALUES (?)", n))
              : Ack.plain();
        });
    assertEquals(all(Verdict.APPLIED, 1, 20), answers(20));
    assertEquals(IntStream.range(0, 20).mapToObj(i -> (long) i / 5).toList(), seen);
  }

  /** Of marks that cannot be committed the first message comes again, and those behind it after. */
  @Test
  void marksThatFailHoldWhatFollows() throws Exception {
    for (var n = 1; n <= 4; n++) put(n, false);
    begin(
        _ -> {
          store.close();
          return Ack.plain();
        });
    assertEquals(List.of("1 BUSY", "2 HELD", "3 HELD", "4 HELD"), answers(4));
    put(5, false);
    assertEquals(List.of("5 HELD"), answers(1));
  }

  /** A failure behind what was handled leaves that applied. */
  @Test
  void whatWasHandledBeforeAFailureIsApplied() throws Exception {
    for (var n = 1; n <= 4; n++) put(n, false);
    begin(
        message ->
            message.message().body().utf8().equals("3")
                ? new Ack(
                    _ -> {
                      throw new IllegalStateException("planted");
                    })
                : Ack.plain());
    assertEquals(List.of("1 APPLIED", "2 APPLIED", "3 RETRY", "4 HELD"), answers(4));
    put(3, true);
    assertEquals(List.of("3 RETRY"), answers(1));
    assertEquals(2, number(store, "SELECT hi FROM inbox"));
  }

  /** What is done is not kept back by the handler that runs. */
  @Test
  void aHandlerThatTakesLongDoesNotKeepBackWhatIsDone() throws Exception {
    for (var n = 1; n <= 3; n++) put(n, false);
    var before = new ArrayList<String>();
    var third = new CountDownLatch(1);
    begin(
        message -> {
          if (message.message().body().utf8().equals("3")) {
            before.addAll(answers(2));
            third.countDown();
          }
          return Ack.plain();
        });
    assertTrue(third.await(90, TimeUnit.SECONDS));
    assertEquals(all(Verdict.APPLIED, 3, 3), answers(1));
    assertEquals(all(Verdict.APPLIED, 1, 2), before);
  }

  /** A handler that takes too long costs its own message an attempt, and nobody else anything. */
  @Test
  void aHandlerPastItsTimeIsInterruptedAloneAndTheNextRunsOnAnotherThread() throws Exception {
    for (var n = 1; n <= 3; n++) put(n, false);
    var interrupted = new AtomicLong();
    begin(
        Duration.ofMillis(50),
        message -> {
          if (!message.message().body().utf8().equals("2")) return Ack.plain();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException late) {
            interrupted.incrementAndGet();
          }
          return Ack.plain(); // too late to count
        });
    assertEquals(List.of("1 APPLIED", "2 RETRY", "3 HELD"), answers(3));
    put(3, true);
    assertEquals(List.of("3 APPLIED"), answers(1));
    assertEquals(1, interrupted.get());
  }

  /** An interruption that a handler leaves behind, or throws by itself, is its message's own. */
  @Test
  void whatAHandlerDoesToItsThreadIsNotTheNextOnes() throws Exception {
    for (var n = 1; n <= 3; n++) put(n, n == 3);
    var seen = new LinkedBlockingQueue<Boolean>();
    begin(
        message -> {
          seen.add(Thread.currentThread().isInterrupted());
          Thread.currentThread().interrupt();
          if (message.message().body().utf8().equals("2")) throw new InterruptedException("own");
          return Ack.plain();
        });
    assertEquals(List.of("1 APPLIED", "2 RETRY", "3 APPLIED"), answers(3));
    assertEquals(List.of(false, false, false), List.copyOf(seen));
  }

  /** A failure holds what follows at once, though what was handled before it is not marked yet. */
  @Test
  void noHandlerRunsAfterAFailureThatWaitsForMarksBeforeIt() throws Exception {
    var busy = new CountDownLatch(1);
    var handled = new LinkedBlockingQueue<String>();
    assertTrue(store.submit(Op.record("test", _ -> PostOffice.awaited(busy)), _ -> {}));
    begin(
        message -> {
          handled.add(message.message().body().utf8());
          return handled.size() == 2 ? new Retry(WHY, Duration.ZERO) : Ack.plain();
        });
    var last = Outbound.WINDOW + 4; // there is room for it when the fourth is taken
    for (var n = 1; n <= last; n++) put(n, false);
    assertEquals(List.of("1", "2"), List.copyOf(handled));
    assertEquals(List.of(), List.copyOf(answers)); // nothing before it is durable
    busy.countDown();
    assertEquals(List.of("1 APPLIED", "2 RETRY"), answers(2));
    assertEquals(all(Verdict.HELD, 3, last), answers(last - 2));
    assertEquals(List.of("1", "2"), List.copyOf(handled));
  }

  /** Two of one number in a stream: the second is looked at when the first is marked. */
  @Test
  void aRepetitionIsAnsweredAfterTheMarkOfTheFirst() throws Exception {
    var busy = new CountDownLatch(1);
    var runs = new AtomicLong();
    assertTrue(store.submit(Op.record("test", _ -> PostOffice.awaited(busy)), _ -> {}));
    put(1, true);
    put(1, false);
    put(2, false);
    begin(
        _ -> {
          runs.incrementAndGet();
          return Ack.plain();
        });
    assertEquals(null, answers.poll(100, TimeUnit.MILLISECONDS)); // nothing before it is durable
    busy.countDown();
    assertEquals(List.of("1 APPLIED", "1 DUPLICATE", "2 APPLIED"), answers(3));
    assertEquals(2, runs.get());
  }
}
