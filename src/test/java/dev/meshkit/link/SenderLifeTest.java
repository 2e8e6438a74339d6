package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.PATIENCE;
import static dev.meshkit.link.PostOffice.number;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Handler;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.Result;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.TaskFilter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long a sender lives, and how it keeps what it has leased. */
@Timeout(120)
class SenderLifeTest {
  @TempDir Path directory;

  private final List<Integer> attempts = new CopyOnWriteArrayList<>();

  /**
   * Q18 A handler that takes longer than the sender's lease costs nothing: the lease is kept up.
   */
  @Test
  void aLeaseThatIsShorterThanTheHandlerIsKeptUp() throws Exception {
    Handler slow =
        received -> {
          Thread.currentThread().join(Duration.ofSeconds(2)); // it works, in effect
          attempts.add(received.attempt());
          return Ack.plain();
        };
    var lease = Duration.ofSeconds(1);
    try (var office = new PostOffice(directory, Map.of("t", slow), Deliveries.MAX_RUN, lease)) {
      assertEquals(Result.ok(), office.send("t", "m1").await(PATIENCE));
      assertEquals(List.of(1), attempts);
      assertEquals(1, office.dials.get(), "its stream was given up");
    }
  }

  /** A fault of any part costs a pause: whatever waits for the peer still comes. */
  @Test
  void afterAFaultBetweenStreamsMessagesStillCome() throws Exception {
    Handler note =
        received -> {
          attempts.add(received.attempt());
          return Ack.plain();
        };
    try (var office = new PostOffice(directory, Map.of("t", note))) {
      var faults = new AtomicInteger(2);
      office.gone =
          _ -> {
            if (faults.getAndDecrement() > 0) throw new IllegalStateException("planted");
            return Optional.empty();
          };
      assertEquals(Result.ok(), office.send("t", "m1").await(PATIENCE));
      assertEquals(List.of(1), attempts);
    }
  }

  /** A peer that nothing was sent to for long costs no thread; the next message starts one. */
  @Test
  void aSenderWithoutWorkEndsAndComesAgain() throws Exception {
    Handler note =
        received -> {
          attempts.add(received.attempt());
          return Ack.plain();
        };
    try (var office = new PostOffice(directory, Map.of("t", note))) {
      var isAway = new AtomicBoolean(true);
      var ports =
          new Outbound.Ports(
              to ->
                  isAway.get()
                      ? Result.err(MeshError.unavailable("dial", "it is away", "wait"))
                      : Result.ok(office.call().caller(to)),
              office.sender::uuid,
              _ -> Optional.empty(),
              new SplittableRandom(5),
              TimesToLive.DEFAULTS);
      try (var brief = new Outbound(office.queue, ports, Duration.ofMillis(50))) {
        // given one whose only message is canceled
        brief.send(PostOffice.B, Message.of("t", Bytes.utf8("m1"))).orThrow();
        assertEquals(1, brief.senders());
        office.queue.cancel(TaskFilter.ALL, new Audit("ana", "not wanted")).orThrow();
        brief.linkUp(PostOffice.B); // or it would end its pause first
        await().atMost(PATIENCE).until(() -> brief.senders() == 0);
        // when there is another
        isAway.set(false);
        var sent = brief.send(PostOffice.B, Message.of("t", Bytes.utf8("m2"))).orThrow();
        assertEquals(Result.ok(), sent.await(PATIENCE));
      }
      assertEquals(List.of(1), attempts);
      assertEquals(0, number(office.sender, "SELECT count(*) FROM task"));
    }
  }
}
