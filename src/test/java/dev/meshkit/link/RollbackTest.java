package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.A;
import static dev.meshkit.link.PostOffice.PATIENCE;
import static dev.meshkit.link.PostOffice.number;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Handler;
import dev.meshkit.api.Result;
import dev.meshkit.api.Sent;
import dev.meshkit.api.Token;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.PoisonFilter;
import dev.meshkit.queue.Reason;
import dev.meshkit.queue.RedriveOptions;
import dev.meshkit.queue.Rollback;
import dev.meshkit.queue.Target;
import dev.meshkit.queue.TrafficClass;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sender whose file is an older copy of itself, and the way on from there: Q36. */
@Timeout(120)
class RollbackTest {
  @TempDir Path directory;

  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final List<Token> tokens = new CopyOnWriteArrayList<>();

  /**
   * Q36 A sender whose file went back in time finds out at DeliverOpened, pauses and alarms; no
   * number is used twice within a store_uuid: a lane that was stopped goes on under another.
   */
  @Test
  void whoResumesAfterARollbackSendsUnderAnotherIdentity() throws Exception {
    // given a file that is rolled back to before some of what was sent from it
    try (var office = open()) {
      sent(office, "m1", "m2", "m3");
    }
    var copy = directory.resolve("copy.db");
    Files.copy(file(), copy);
    try (var office = open()) {
      sent(office, "m4"); // the least there is to notice: its number is the next to be given
    }
    putBack(copy);
    try (var office = open()) {
      var before = office.sender.uuid();
      var news = office.send("t", "news");
      await().atMost(PATIENCE).until(() -> lane(office).paused());
      assertFalse(office.queue.stats().paused(), "one peer's word stops no other lane");
      assertEquals(
          Result.ok(List.of("paused by meshkit: error.store.rollback of " + before.hex())),
          office.sender.read(
              reading -> reading.query("SELECT state FROM v_lanes", row -> row.getString(1))));
      // when an operator resumes its lane
      office.queue.resume(new Target.OneLane(lane(office).lane()), BY).orThrow();
      office.outbound.look();
      // then it goes on, for good, in a history of its own
      assertEquals(Result.ok(), news.await(PATIENCE));
      sent(office, "more");
      assertFalse(lane(office).paused());
      assertNotEquals(before, office.sender.uuid());
      assertEquals(
          2, number(office.receiver, "SELECT count(*) FROM inbox WHERE peer = '" + A + "'"));
      assertEquals(List.of("m1", "m2", "m3", "m4", "news", "more"), handled);
      assertEquals(handled.size(), new HashSet<>(tokens).size(), "a name for two messages");
    }
    // and after a restart, too
    try (var office = open()) {
      sent(office, "again");
      assertEquals(2, number(office.receiver, "SELECT count(*) FROM inbox"));
    }
  }

  /**
   * Q33, Q36 What was applied, had no receipt and is dead is known to nobody under another
   * identity: it comes back as another only, which is for people to decide.
   */
  @Test
  void whatIsDeadAsTheIdentityChangesIsNotAppliedAgain() throws Exception {
    try (var office = open()) {
      // given a message whose receipt is lost, and whose peer is revoked before it is sent again
      office.cutAt =
          frame -> {
            if (!isReceipt(frame)) return false;
            office.gone = _ -> Optional.of(Gone.revoked("stolen"));
            return true;
          };
      assertFalse(office.send("t", "m1").await(PATIENCE).isOk());
      assertEquals(List.of(Reason.PEER_GONE), office.reasons());
      assertEquals(List.of("m1"), handled);
      office.cutAt = _ -> false;
      office.gone = _ -> Optional.empty();
      // when the file gets another identity
      office.queue.pause(
          new Target.OneLane(lane(office).lane()), Rollback.by(office.sender.uuid(), "x"));
      office.queue.resume(new Target.OneLane(lane(office).lane()), BY).orThrow();
      // then it stays dead, and what comes later is applied
      assertEquals(Result.ok(0), office.queue.poison().redrive(PoisonFilter.ALL, BY));
      assertEquals(List.of(Reason.FORGOTTEN), office.reasons());
      sent(office, "m2");
      assertEquals(List.of("m1", "m2"), handled);
      // unless a person says that it may be applied twice
      office
          .queue
          .poison()
          .redrive(PoisonFilter.ALL, RedriveOptions.DEFAULTS.renamed(), BY)
          .orThrow();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                office.outbound.look(); // as whoever redrives does
                return handled.equals(List.of("m1", "m2", "m1"));
              });
    }
  }

  private static boolean isReceipt(Bytes frame) {
    return DeliverCodec.down(frame) instanceof Decoded.Whole<Downward>(Downward.Receipt _);
  }

  /** Q36 All the lanes of a peer that were stopped go on under one other identity. */
  @Test
  void lanesThatAreResumedTogetherGetOneOtherIdentity() throws Exception {
    Bytes before;
    Bytes next;
    try (var office = open()) {
      before = office.sender.uuid();
      for (var cls : List.of(TrafficClass.CONTROL, TrafficClass.BULK)) {
        var lane = new Lane(PostOffice.B.toString(), cls);
        office.queue.pause(new Target.OneLane(lane), Rollback.by(before, "x")).orThrow();
      }
      office.queue.resume(new Target.Key(PostOffice.B.toString()), BY).orThrow();
      next = office.sender.uuid();
      assertNotEquals(before, next);
      assertEquals(List.of(before), office.sender.formers());
      sent(office, "m1");
    }
    try (var office = open()) {
      assertEquals(next, office.sender.uuid());
      assertEquals(List.of(before), office.sender.formers());
    }
  }

  /** What is open when the identity changes ends at a run's end: nothing of it is in doubt. */
  @Test
  void aStreamOfTheFormerIdentityIsLeftAtTheEndOfARun() throws Exception {
    try (var office = open()) {
      sent(office, "m1");
      office.queue.pause(
          new Target.OneLane(lane(office).lane()), Rollback.by(office.sender.uuid(), "x"));
      var dials = office.dials.get();
      office.queue.resume(new Target.OneLane(lane(office).lane()), BY).orThrow();
      // the stream that is open takes one more run at most
      sent(office, "m2", "m3");
      assertEquals(dials + 1, office.dials.get());
      assertEquals(List.of("m1", "m2", "m3"), handled);
      assertEquals(0, number(office.sender, "SELECT count(*) FROM task"));
    }
  }

  /** Q36, Q38: whoever has to begin another history again and again never runs out of places. */
  @Test
  void anIdentityHasThePlaceOfTheOneItReplacesWhenAllAreTaken() throws Exception {
    try (var office = open()) {
      var bodies = new java.util.ArrayList<String>();
      for (var time = 0; time < 2 * Deliveries.MAX_STORES; time++) {
        bodies.add("m" + time);
        sent(office, "m" + time);
        office.queue.pause(
            new Target.OneLane(lane(office).lane()), Rollback.by(office.sender.uuid(), "x"));
        office.queue.resume(new Target.OneLane(lane(office).lane()), BY).orThrow();
      }
      assertEquals(bodies, handled);
      assertEquals(
          Deliveries.MAX_STORES,
          number(office.receiver, "SELECT count(DISTINCT store) FROM inbox"));
    }
  }

  private static final Audit BY = new Audit("ana", "the newer file is lost");

  private PostOffice open() throws InterruptedException {
    Handler note =
        received -> {
          handled.add(received.message().body().utf8());
          tokens.add(received.token());
          return Disposition.Ack.plain();
        };
    return new PostOffice(directory, Map.of("t", note));
  }

  private static dev.meshkit.queue.LaneStats lane(PostOffice office) {
    return office.queue.stats().lanes().getFirst();
  }

  private static void sent(PostOffice office, String... bodies) throws InterruptedException {
    for (var body : bodies) {
      Sent sent = office.send("t", body);
      assertEquals(Result.ok(), sent.await(PATIENCE));
    }
  }

  private Path file() {
    return directory.resolve("sender").resolve("mesh.db");
  }

  private void putBack(Path copy) throws IOException {
    for (var end : List.of("-wal", "-shm"))
      Files.deleteIfExists(file().resolveSibling("mesh.db" + end));
    Files.copy(copy, file(), StandardCopyOption.REPLACE_EXISTING);
  }
}
