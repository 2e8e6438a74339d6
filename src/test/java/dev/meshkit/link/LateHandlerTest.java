package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.A;
import static dev.meshkit.link.PostOffice.B;
import static dev.meshkit.link.PostOffice.PATIENCE;
import static dev.meshkit.link.PostOffice.number;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Handler;
import dev.meshkit.queue.Inbox;
import dev.meshkit.store.Op;
import dev.meshkit.store.Uninterrupted;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward.Verdict;
import dev.meshkit.wire.Upward;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q33, Q34, Q37: a handler that ends, or a mark that is made, when nobody waits for it any more,
 * since the receiver was started anew meanwhile: the message is applied once all the same.
 */
@Timeout(120)
class LateHandlerTest {
  private static final String ROWS = "SELECT count(*) FROM app_late";

  @TempDir Path directory;

  private final AtomicInteger runs = new AtomicInteger();
  private final CountDownLatch leave = new CountDownLatch(1);

  /** The work of a message: a row of the application's. */
  private static final Disposition NOTED =
      new Disposition.Ack(tx -> tx.update("INSERT INTO app_late VALUES (1)"));

  /** The first that runs heeds no interruption, and ends when it likes. */
  @Test
  void whatAHandlerSaysAfterItsReceiverWasStartedAnewCountsNoMore() throws Exception {
    Handler stubborn =
        _ -> {
          if (runs.incrementAndGet() == 1) Uninterrupted.run(leave::await);
          return NOTED;
        };
    try (var office = open()) {
      var former = new Life(office, stubborn);
      former.call.send(parcel());
      await().atMost(PATIENCE).until(() -> runs.get() == 1);
      former.thread.interrupt(); // as a node does that stops
      // when the next life of the receiver gets the message meanwhile
      var next = new Life(office, stubborn);
      next.call.send(parcel());
      assertEquals(Verdict.APPLIED, next.verdict());
      assertTrue(former.thread.isAlive(), "it is served until its handler has ended");
      leave.countDown();
      former.thread.join();
      // then what the late one says is not applied, nor marked a second time
      assertEquals(2, runs.get());
      assertEquals(1, number(office.receiver, ROWS));
      next.call.send(parcel());
      assertEquals(Verdict.DUPLICATE, next.verdict());
      next.end();
    }
  }

  /** A mark that is under way is made, though nobody hears of it; whoever comes next finds it. */
  @Test
  void aMarkThatIsMadeAfterItsReceiverWasStartedAnewIsTheOnlyOne() throws Exception {
    Handler quick =
        _ -> {
          runs.incrementAndGet();
          return NOTED;
        };
    try (var office = open()) {
      // given a store that is busy when the first life has handled the message, and is stopped
      assertTrue(
          office.receiver.submit(Op.record("test", _ -> PostOffice.awaited(leave)), _ -> {}));
      await().atMost(PATIENCE).until(() -> waiting(office) == 0); // it is at that
      var former = new Life(office, quick);
      former.call.send(parcel());
      await().atMost(PATIENCE).until(() -> waiting(office) == 1);
      former.thread.interrupt();
      former.thread.join();
      // when the next life handles it too, since the mark is not there yet
      var next = new Life(office, quick);
      next.call.send(parcel());
      await().atMost(PATIENCE).until(() -> runs.get() == 2);
      leave.countDown();
      // then of the two the first is the one that counts
      assertEquals(Verdict.DUPLICATE, next.verdict());
      assertEquals(1, number(office.receiver, ROWS));
      next.end();
    }
  }

  private PostOffice open() throws InterruptedException {
    var office = new PostOffice(directory, Map.of());
    office
        .receiver
        .submit(Op.record("test", tx -> tx.update("CREATE TABLE app_late (n INTEGER) STRICT")))
        .orThrow();
    return office;
  }

  /** How many operations wait for the receiver's writer. */
  private static double waiting(PostOffice office) {
    return office
        .receiver
        .meters()
        .scrape()
        .lines()
        .filter(line -> line.startsWith("meshkit_store_submit_depth"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static Bytes parcel() {
    var token = Bytes.of(new byte[16]);
    return DeliverCodec.up(
        new Upward.Parcel("bulk", 1, true, 1, "t", token, Map.of(), Bytes.EMPTY));
  }

  /** The receiver from one start to the next, and one stream to it. */
  private static final class Life {
    final Duplex call;
    final Thread thread;

    Life(PostOffice office, Handler handler) throws InterruptedException {
      var deliveries =
          new Deliveries(Map.of("t", handler), new Inbox(office.receiver), office.meters);
      var pair = new DuplexPair(_ -> false);
      call = pair.caller(B);
      thread =
          Thread.startVirtualThread(
              () -> {
                try (var end = pair.callee(A)) {
                  deliveries.serve(A, end);
                } catch (InterruptedException stopped) {
                  Thread.currentThread().interrupt();
                }
              });
      call.send(DeliverCodec.up(new Upward.Open(Bytes.of(new byte[16]), Map.of())));
      assertTrue(call.receive().isPresent());
    }

    Verdict verdict() throws InterruptedException {
      return PostOffice.receipt(call.receive().orElseThrow()).verdict();
    }

    void end() throws InterruptedException {
      call.close();
      thread.join();
    }
  }
}
