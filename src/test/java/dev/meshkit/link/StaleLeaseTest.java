package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.B;
import static dev.meshkit.link.PostOffice.PATIENCE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Handler;
import dev.meshkit.api.Message;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.TaskFilter;
import dev.meshkit.queue.TaskId;
import dev.meshkit.queue.TrafficClass;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q22, Q37: a lease that is over while its message is on its way is its own lane's affair. */
@Timeout(120)
class StaleLeaseTest {
  private static final Lane BULK = new Lane(B.toString(), TrafficClass.BULK);

  @TempDir Path directory;

  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final Map<String, CountDownLatch> entered =
      Map.of("b0", new CountDownLatch(1), "c0", new CountDownLatch(1));
  private final Map<String, CountDownLatch> leave =
      Map.of("b0", new CountDownLatch(1), "c0", new CountDownLatch(1));

  /** The sender learns of it by the receipt. */
  @Test
  void whatIsCanceledOnItsWayCostsNoOtherClassItsStream() throws Exception {
    cancelsOnTheWay(Duration.ofSeconds(30));
  }

  /** It learns of it as it keeps up its leases, before there is a receipt. */
  @Test
  void soItIsWhenTheSenderFindsOutBeforeTheReceipt() throws Exception {
    var lease = Duration.ofMillis(300); // kept up each third of it
    cancelsOnTheWay(lease);
  }

  private void cancelsOnTheWay(Duration lease) throws Exception {
    Handler slow =
        message -> {
          var word = message.message().body().utf8();
          handled.add(word);
          if (!entered.containsKey(word)) return Ack.plain();
          entered.get(word).countDown();
          leave.get(word).await();
          return Ack.plain();
        };
    try (var office = new PostOffice(directory, Map.of("t", slow), Deliveries.MAX_RUN, lease)) {
      // given a handler at work in each of two classes
      office.roadIsClosed = true;
      var first = office.send("t", "b0");
      var behind = List.of(office.send("t", "b1"), office.send("t", "b2"));
      var control = Message.of("t", Bytes.utf8("c0"));
      var other = office.outbound.send(B, control, SendOptions.CONTROL).orThrow();
      office.roadIsClosed = false;
      office.outbound.linkUp(B);
      for (var one : entered.values()) one.await();
      // when the one's message is canceled meanwhile
      var by = new Audit("ana", "it is wrong");
      assertEquals(Result.ok(1), office.queue.cancel(TaskFilter.one(new TaskId(first.id())), by));
      if (lease.compareTo(Duration.ofSeconds(1)) < 0)
        await().atMost(PATIENCE).until(() -> office.queue.stats(BULK).orElseThrow().leased() == 0);
      leave.get("b0").countDown();
      // then its class goes on, while the other's handler is still at work, on the one stream
      for (var one : behind) assertEquals(Result.ok(), one.await(PATIENCE));
      leave.get("c0").countDown();
      assertEquals(Result.ok(), other.await(PATIENCE));
      assertEquals(1, office.calls.size());
      assertEquals(List.of("b0", "b1", "b2", "c0"), handled.stream().sorted().toList());
    }
  }
}
