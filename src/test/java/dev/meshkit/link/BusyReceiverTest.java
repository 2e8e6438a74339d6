package dev.meshkit.link;

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
import dev.meshkit.api.Message;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.Target;
import dev.meshkit.queue.TrafficClass;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q18, Q37, Q40: a receiver that says BUSY again and again is asked ever more seldom, for nothing.
 */
@Timeout(120)
class BusyReceiverTest {
  private static final Lane BULK = new Lane(B.toString(), TrafficClass.BULK);
  private static final MeshError WHY = MeshError.unavailable("test", "planted", "try again");
  private static final Instant NOW = Instant.EPOCH;

  @TempDir Path directory;

  private final AtomicBoolean busy = new AtomicBoolean(true);
  private final AtomicInteger refused = new AtomicInteger();
  private final List<String> handled = new CopyOnWriteArrayList<>();
  private volatile Duration asked = Duration.ofMillis(1);
  private final Handler handler =
      message -> {
        if (busy.get() || message.message().body().utf8().equals("old")) {
          refused.incrementAndGet();
          return new Disposition.Snooze(asked, "busy");
        }
        handled.add(message.message().body().utf8() + " " + message.attempt());
        return Ack.plain();
      };

  /** Settled, each refusal would cost two commits at least: to go back, and to be leased again. */
  @Test
  void itCostsNoCommitAndNoAttempt() throws Exception {
    try (var office = new PostOffice(directory, Map.of("t", handler))) {
      var first = office.send("t", "b0");
      var second = office.send("t", "b1");
      await().atMost(PATIENCE).until(() -> refused.get() >= 2);
      var before = number(office.sender, "SELECT batch FROM progress");
      await().atMost(PATIENCE).until(() -> refused.get() >= 8);
      var made = number(office.sender, "SELECT batch FROM progress") - before;
      assertTrue(made < 2 * 6, made + " commits");
      busy.set(false);
      assertEquals(Result.ok(), first.await(PATIENCE));
      assertEquals(Result.ok(), second.await(PATIENCE));
      assertEquals(List.of("b0 1", "b1 1"), handled);
      assertEquals(1, office.calls.size());
    }
  }

  /** Q21 What is kept is not kept from its successor. */
  @Test
  void aNewerStateTakesThePlaceOfOneThatIsKept() throws Exception {
    busy.set(false);
    asked = Duration.ofSeconds(4);
    try (var office = new PostOffice(directory, Map.of("t", handler))) {
      var key = SendOptions.state("k");
      office.outbound.send(B, Message.of("t", Bytes.utf8("old")), key).orThrow();
      await().atMost(PATIENCE).until(() -> refused.get() >= 1);
      var newer = office.outbound.send(B, Message.of("t", Bytes.utf8("new")), key).orThrow();
      assertEquals(Result.ok(), newer.await(PATIENCE));
      assertEquals(List.of("new 1"), handled);
      assertTrue(refused.get() <= 2, "it is not sent again until its lease is over");
    }
  }

  /** Q24 A paused lane sends nothing, not even again. */
  @Test
  void whatIsKeptIsGivenBackWhenItsLaneIsPaused() throws Exception {
    try (var office = new PostOffice(directory, Map.of("t", handler))) {
      var sent = office.send("t", "b0");
      await().atMost(PATIENCE).until(() -> refused.get() >= 1);
      var by = new Audit("ana", "for the test");
      office.queue.pause(new Target.OneLane(BULK), by).orThrow();
      await().atMost(PATIENCE).until(() -> office.queue.stats(BULK).orElseThrow().leased() == 0);
      assertEquals(0, office.queue.stats(BULK).orElseThrow().delayed(), "as if never refused");
      busy.set(false);
      office.queue.resume(new Target.OneLane(BULK), by).orThrow();
      assertEquals(Result.ok(), sent.await(PATIENCE));
    }
  }

  @Test
  void pausesGrowFromTenMillisecondsToFiveSecondsUntilTheLaneGetsOn() {
    var trouble = new Trouble();
    var grown =
        List.of(10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 5_000, 5_000, 5_000).stream()
            .map(Duration::ofMillis)
            .toList();
    for (var pause : grown) {
      assertEquals(pause, trouble.pause(Duration.ZERO));
      trouble.busy(WHY);
    }
    // a receiver that asks for longer gets it
    assertEquals(Duration.ofMinutes(1), trouble.pause(Duration.ofMinutes(1)));
    trouble.over();
    assertEquals(Duration.ofMillis(10), trouble.pause(Duration.ZERO));
  }

  @Test
  void aLeaseIsKeptForTenSecondsInAll() {
    var resend = new Resend();
    var most = Duration.ofHours(1);
    assertEquals(most, resend.left(NOW, most));
    assertFalse(resend.isDue(NOW));
    assertTrue(resend.begins(NOW, Duration.ofSeconds(6)));
    assertEquals(Duration.ofSeconds(4), resend.left(NOW.plusSeconds(2), most));
    assertFalse(resend.isDue(NOW.plusSeconds(5)));
    assertTrue(resend.isDue(NOW.plusSeconds(6)));
    assertFalse(resend.isDue(NOW.plusSeconds(7)), "it is sent once");
    assertTrue(resend.begins(NOW.plusSeconds(7), Duration.ofSeconds(3)));
    assertFalse(resend.begins(NOW.plusSeconds(10), Duration.ofMillis(1)));
    resend.over();
    assertTrue(resend.begins(NOW.plusSeconds(11), Duration.ofSeconds(10)));
  }
}
