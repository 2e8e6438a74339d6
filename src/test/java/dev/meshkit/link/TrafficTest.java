package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.B;
import static dev.meshkit.link.PostOffice.PATIENCE;
import static dev.meshkit.link.PostOffice.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Handler;
import dev.meshkit.api.Message;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import dev.meshkit.api.Sent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Classes of traffic share one stream of a peer, and nothing else: Q22, Q21, Q37. */
@Timeout(120)
class TrafficTest {
  @TempDir Path directory;

  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final Handler note =
      message -> {
        handled.add(message.message().body().utf8());
        return Ack.plain();
      };

  /** A handler at work on one class keeps no other class waiting, on the same stream. */
  @Test
  void aSlowHandlerHoldsUpItsOwnClassAlone() throws Exception {
    var entered = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    Handler slow =
        message -> {
          entered.countDown();
          leave.await();
          return note.handle(message);
        };
    try (var office = new PostOffice(directory, Map.of("slow", slow, "t", note))) {
      // given a whole run of bulk messages behind a handler that does not return
      var bulk = new ArrayList<Sent>(List.of(office.send("slow", "b0")));
      for (var i = 1; i < Outbound.WINDOW; i++) bulk.add(office.send("t", "b" + i));
      entered.await();
      // when a command and a state are sent
      assertEquals(Result.ok(), send(office, "c", SendOptions.CONTROL).await(PATIENCE));
      assertEquals(Result.ok(), send(office, "s", SendOptions.state("k")).await(PATIENCE));
      // then they are there already, and came over the one stream
      assertEquals(List.of("c", "s"), handled);
      assertEquals(1, office.dials.get());
      leave.countDown();
      for (var one : bulk) assertEquals(Result.ok(), one.await(PATIENCE));
      assertEquals(3, number(office.receiver, "SELECT count(*) FROM inbox"));
    }
  }

  /** Nor one whose messages are large: what its receiver does not keep is not sent yet. */
  @Test
  void aSlowHandlerOfLargeMessagesHoldsUpItsOwnClassAlone() throws Exception {
    var entered = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    Handler slow =
        message -> {
          entered.countDown();
          leave.await();
          return Ack.plain();
        };
    try (var office = new PostOffice(directory, Map.of("slow", slow, "t", note))) {
      var large = "x".repeat(200_000);
      var bulk = new ArrayList<Sent>();
      for (var i = 0; i < 30; i++) bulk.add(office.send("slow", large));
      entered.await();
      assertEquals(Result.ok(), send(office, "c", SendOptions.CONTROL).await(PATIENCE));
      assertEquals(List.of("c"), handled);
      leave.countDown();
      for (var one : bulk) assertEquals(Result.ok(), one.await(PATIENCE));
      assertEquals(1, office.dials.get());
    }
  }

  /** Whatever a handler says or throws, its own message waits, and no stream is cut for it. */
  @Test
  void whatAHandlerSaysOrThrowsCostsItsOwnMessageAlone() throws Exception {
    var thrown = new AtomicBoolean();
    Handler sneaky =
        message -> {
          if (thrown.compareAndSet(false, true)) throw sneaky(new IOException("planted"));
          return note.handle(message);
        };
    Handler never = _ -> new Disposition.Snooze(Duration.ofDays(1_000_000), "not in this life");
    try (var office =
        new PostOffice(directory, Map.of("sneaky", sneaky, "never", never, "t", note))) {
      var _ = office.outbound.send(B, Message.of("never", Bytes.utf8("x")), SendOptions.CONTROL);
      var bulk = office.send("sneaky", "b0");
      assertEquals(Result.ok(), bulk.await(PATIENCE));
      assertEquals(Result.ok(), send(office, "s", SendOptions.state("k")).await(PATIENCE));
      assertEquals(List.of("b0", "s"), handled);
      assertEquals(1, office.dials.get());
    }
  }

  /** As other languages let handlers throw what Java would have them declare. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException sneaky(Throwable failure) throws E {
    throw (E) failure;
  }

  /** Q37 What must be tried again holds its own class alone, which stays in order. */
  @Test
  void aRetryHoldsItsOwnClassAlone() throws Exception {
    var fail = new AtomicBoolean(true);
    Handler busy =
        message ->
            fail.get()
                ? new Disposition.Snooze(Duration.ofMillis(5), "busy")
                : note.handle(message);
    try (var office = new PostOffice(directory, Map.of("busy", busy, "t", note))) {
      var first = office.send("busy", "b0");
      var second = office.send("t", "b1");
      assertEquals(Result.ok(), send(office, "c", SendOptions.CONTROL).await(PATIENCE));
      assertEquals(List.of("c"), handled);
      fail.set(false);
      assertEquals(Result.ok(), first.await(PATIENCE));
      assertEquals(Result.ok(), second.await(PATIENCE));
      assertEquals(List.of("c", "b0", "b1"), handled);
    }
  }

  /** Q21 Of the states of one key that wait for a peer it gets the last. */
  @Test
  void ofWaitingStatesOnlyTheNewestArrives() throws Exception {
    try (var office = new PostOffice(directory, Map.of("t", note))) {
      office.roadIsClosed = true;
      var sent = new ArrayList<Sent>();
      for (var i = 1; i <= 9; i++)
        sent.add(send(office, "k" + i % 2 + "=" + i, SendOptions.state("k" + i % 2)));
      office.roadIsClosed = false;
      office.outbound.linkUp(B);
      for (var one : sent) assertEquals(Result.ok(), one.await(PATIENCE));
      assertEquals(List.of("k1=9", "k0=8"), handled);
    }
  }

  /** Q22 Each class keeps its order while the stream that they share is cut again and again. */
  @Test
  void eachClassKeepsItsOrderThroughCuts() throws Exception {
    var control = new CopyOnWriteArrayList<String>();
    Handler other =
        message -> {
          control.add(message.message().body().utf8());
          return Ack.plain();
        };
    try (var office = new PostOffice(directory, Map.of("t", note, "c", other))) {
      var sent = new ArrayList<Sent>();
      for (var i = 0; i < 120; i++) {
        sent.add(office.send("t", "m" + i));
        var message = Message.of("c", Bytes.utf8("m" + i));
        sent.add(office.outbound.send(B, message, SendOptions.CONTROL).orThrow());
        if (i % 40 == 20) office.calls.forEach(DuplexPair::cut);
      }
      for (var one : sent) assertEquals(Result.ok(), one.await(PATIENCE));
      var all = IntStream.range(0, 120).mapToObj(i -> "m" + i).toList();
      assertEquals(all, handled.stream().distinct().toList());
      assertEquals(all, control.stream().distinct().toList());
    }
  }

  /** A handler that does not come back is interrupted, charged, and the lane goes on. */
  @Test
  void aHandlerThatTakesTooLongIsTriedAgain() throws Exception {
    var attempts = new CopyOnWriteArrayList<Integer>();
    Handler stuck =
        message -> {
          attempts.add(message.attempt());
          if (attempts.size() == 1) new CountDownLatch(1).await();
          return note.handle(message);
        };
    var brief = Duration.ofSeconds(1);
    try (var office = new PostOffice(directory, Map.of("stuck", stuck, "t", note), brief)) {
      var first = office.send("stuck", "b0");
      var second = office.send("t", "b1");
      assertEquals(Result.ok(), first.await(PATIENCE));
      assertEquals(Result.ok(), second.await(PATIENCE));
      assertEquals(List.of(1, 2), attempts.subList(0, 2));
      assertEquals(List.of("b0", "b1"), handled.stream().distinct().toList());
    }
  }

  /** What is no class's option is said where it is written. */
  @Test
  void aStateNeedsAKeyAndNothingElseHasOne() {
    assertThrows(IllegalArgumentException.class, () -> SendOptions.state(""));
    var traffic = SendOptions.Traffic.BULK;
    assertThrows(
        IllegalArgumentException.class, () -> new SendOptions(traffic, "k", Duration.ZERO));
    var negative = Duration.ofMillis(-1);
    assertThrows(IllegalArgumentException.class, () -> SendOptions.BULK.withTtl(negative));
  }

  private static Sent send(PostOffice office, String body, SendOptions options)
      throws InterruptedException {
    return office.outbound.send(B, Message.of("t", Bytes.utf8(body)), options).orThrow();
  }
}
