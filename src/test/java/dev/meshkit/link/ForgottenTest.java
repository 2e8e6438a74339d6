package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.PATIENCE;
import static dev.meshkit.link.PostOffice.number;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Handler;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Sent;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.DeadTask;
import dev.meshkit.queue.PoisonFilter;
import dev.meshkit.queue.Reason;
import dev.meshkit.queue.RedriveOptions;
import dev.meshkit.queue.Settled;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Upward;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Q35, Q30: a message that its receiver cannot know to be new is not taken for applied. */
@Timeout(120)
class ForgottenTest {
  private static final MeshError WHY =
      MeshError.of("error.test", "testing", "refused", "none", MeshError.Retry.NEVER);
  private static final Audit BY = new Audit("ana", "for the test");

  /** Each second one dies, so that as many ranges are missing; a receiver remembers 256 of them. */
  private static final int MESSAGES = 2 * 260;

  @TempDir Path directory;

  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final AtomicBoolean refusing = new AtomicBoolean(true);

  @Test
  void whatTheReceiverHasForgottenIsDeadForThatAndComesBackOnlyAsNew() throws Exception {
    Handler picky =
        message -> {
          var word = message.message().body().utf8();
          if (refusing.get() && word.startsWith("bad")) return new Disposition.Poison(WHY);
          handled.add(word);
          return Ack.plain();
        };
    try (var office = new PostOffice(directory, Map.of("t", picky))) {
      // given a lane of which more is missing at its receiver than that remembers
      var sent = new ArrayList<Sent>();
      for (var i = 0; i < MESSAGES; i++)
        sent.add(office.send("t", (i % 2 == 0 ? "bad" : "ok") + i));
      for (var one : sent) {
        var _ = one.await(PATIENCE);
      }
      assertTrue(number(office.receiver, "SELECT forgot FROM inbox") >= 1);
      // when the first that was refused is redriven: it may have been applied, for all that is
      // known
      refusing.set(false);
      var first = dead(office, 1).getFirst();
      assertEquals(Reason.PERMANENT, first.reason());
      handled.clear();
      assertEquals(Result.ok(1), office.queue.poison().redrive(PoisonFilter.one(first.did()), BY));
      office.outbound.look();
      // then it is dead again, for that reason, and was not taken for delivered
      var ended = office.queue.await(first.id(), PATIENCE).orThrow();
      assertTrue(ended instanceof Settled.Dead(_, var reason) && reason == Reason.FORGOTTEN);
      var again = dead(office, MESSAGES).getLast();
      assertEquals(first.id(), again.id());
      assertEquals("error.inbox.forgotten", again.code());
      assertTrue(
          sent.getFirst().await(PATIENCE) instanceof Result.Err<?>(var why)
              && why.why().startsWith("FORGOTTEN error.inbox.forgotten"));
      assertEquals(List.of(), handled);
      // and it comes back only as another
      var only = PoisonFilter.one(again.did());
      assertEquals(Result.ok(0), office.queue.poison().redrive(only, BY));
      office.queue.poison().redrive(only, RedriveOptions.DEFAULTS.renamed(), BY).orThrow();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                office.outbound.look(); // as whoever redrives does
                return handled.equals(List.of("bad0"));
              });
      handled.clear();
      // and what comes behind it goes on
      assertEquals(Result.ok(), office.send("t", "next").await(PATIENCE));
      assertEquals(List.of("next"), handled);
    }
  }

  /** Q30 A handler has no say in what its sender takes for forgotten, or for gone. */
  @ParameterizedTest
  @ValueSource(strings = {"error.inbox.forgotten", "error.peer.gone"})
  void whatAHandlerRefusesIsPermanentWhateverItCallsThat(String code) throws Exception {
    var why = MeshError.of(code, "testing", "no such order", "none", MeshError.Retry.NEVER);
    try (var office = new PostOffice(directory, Map.of("t", _ -> new Disposition.Poison(why)))) {
      assertFalse(office.send("t", "m1").await(PATIENCE).isOk());
      var dead = dead(office, 1).getFirst();
      assertEquals(Reason.PERMANENT, dead.reason());
      assertEquals("error.unspecified", dead.code());
      assertTrue(dead.why().startsWith(code + ": testing: no such order"), dead::why);
    }
  }

  /** Q35 It is forgotten that says the verdict, whatever error comes with it. */
  @ParameterizedTest
  @ValueSource(strings = {"", "error.other", "error.peer.gone", "error.inbox.forgotten"})
  void whatIsForgottenIsSoWhateverItsReceiverCallsThat(String code) throws Exception {
    var road = new DuplexPair(_ -> false);
    try (var office = new PostOffice(directory, Map.of());
        var receiver = road.callee(PostOffice.A)) {
      office.caller = _ -> road.caller(PostOffice.B);
      var sent = office.send("t", "m1");
      assertTrue(receiver.receive().isPresent());
      receiver.send(DeliverCodec.down(new Downward.Opened(Map.of())));
      var frame = receiver.receive().orElseThrow();
      if (!(DeliverCodec.up(frame) instanceof Decoded.Whole<Upward>(Upward.Parcel it)))
        throw new AssertionError("no message: " + frame);
      var said = Downward.Verdict.FORGOTTEN;
      receiver.send(
          DeliverCodec.down(new Downward.Receipt(it.lane(), it.n(), said, 0, code, "too old")));
      assertFalse(sent.await(PATIENCE).isOk());
      var dead = dead(office, 1).getFirst();
      assertEquals(Reason.FORGOTTEN, dead.reason());
      assertEquals("error.inbox.forgotten", dead.code());
      assertEquals("too old", dead.why());
    }
  }

  private static List<DeadTask> dead(PostOffice office, int most) throws InterruptedException {
    return office.queue.poison().list(PoisonFilter.ALL, 0, most).orThrow();
  }
}
