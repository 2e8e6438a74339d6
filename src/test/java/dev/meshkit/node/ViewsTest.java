package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Content;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.gossip.Input;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.store.Store;
import dev.meshkit.wire.RecordCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node knows of scopes it does not vote in: E12, E13, on disk. */
class ViewsTest {
  private static final Scope US = Scope.region("us");
  private static final NodeId TELLER = NodeId.of("us", "teller");
  private static final ScopeRecord FIRST = record(1, 1, 4, "a");
  private static final ScopeRecord SECOND = record(1, 2, 5, "b");

  @TempDir Path directory;
  private final Clocks clocks = Clocks.system();
  private final Mailbox<Input> gossip = new Mailbox<>(100, clocks.monotonic());
  private final List<ScopeRecord> acted = new ArrayList<>();

  private static ScopeRecord record(int generation, long version, long term, String voter) {
    var seats = List.of(new Seat(NodeId.of("us", voter), Bytes.EMPTY, 10));
    var genesis = Bytes.utf8("genesis " + generation);
    var content = Content.of(generation, genesis, Duration.ofSeconds(2), Content.RHO_PPM, seats);
    return new ScopeRecord(new RecordId(term, version), content);
  }

  /** E12. */
  @Test
  void aViewNeverGoesBackAlsoOverARestart() throws Exception {
    try (var store = ElectionFixture.store(directory, 1)) {
      var views = open(store);
      assertEquals(viewed(SECOND), fetch(views, SECOND));
      // an older record, told late, by one that does not know better
      assertEquals(viewed(SECOND), fetch(views, FIRST));
      assertEquals(Optional.of(SECOND), views.of(US));
      assertEquals(List.of(SECOND), acted);
    }
    try (var store = ElectionFixture.store(directory, 1)) {
      acted.clear();
      var views = open(store);
      assertEquals(Optional.of(SECOND), views.of(US));
      assertEquals(List.of(SECOND), acted, "from the first moment on");
      views.tell();
      assertEquals(viewed(SECOND), gossip.take(clocks.monotonic().instant(), new Input.Tick()));
      fetch(views, FIRST);
      assertEquals(Optional.of(SECOND), views.of(US));
      // a recovery begins a later generation, at whatever version
      var reborn = record(2, 1, 1, "c");
      assertEquals(viewed(reborn), fetch(views, reborn));
      assertEquals(Optional.of(reborn), views.of(US));
      fetch(views, record(1, 9, 9, "a"));
      assertEquals(Optional.of(reborn), views.of(US));
    }
  }

  /** E12: of two answers the later stays on disk, whichever is written last. */
  @Test
  void theLaterOfTwoAnswersStaysOnDisk() throws Exception {
    try (var store = ElectionFixture.store(directory, 1)) {
      for (var view : List.of(SECOND, FIRST))
        store
            .submit(dev.meshkit.store.Op.record("save", tx -> ViewTable.save(tx, US, view)))
            .orThrow();
      assertEquals(Optional.of(SECOND), open(store).of(US));
    }
  }

  /** E13. */
  @Test
  void contentThatIsHereAlreadyOnlyTakesAnotherId() throws Exception {
    try (var store = ElectionFixture.store(directory, 1)) {
      var views = open(store);
      fetch(views, FIRST);
      var rewritten = FIRST.as(new RecordId(9, 1));
      var answer =
          views.fetch(
              TELLER,
              RecordCodec.head(US, rewritten),
              (_, _, _) -> {
                throw new IllegalStateException("somebody was asked");
              });
      assertEquals(viewed(rewritten), answer);
      assertEquals(Optional.of(rewritten), views.of(US));
    }
  }

  @Test
  void aTellerWithoutTheRecordFails() throws Exception {
    try (var store = ElectionFixture.store(directory, 1)) {
      var views = open(store);
      var head = RecordCodec.head(US, FIRST);
      var none = RecordCodec.response(Optional.empty());
      var gone = MeshError.unavailable("sync", "nobody is there", "start it");
      for (Result<Bytes> reply :
          List.<Result<Bytes>>of(Result.ok(none), Result.ok(Bytes.utf8("?")), Result.err(gone)))
        assertEquals(
            new Input.Unfetched(head, TELLER), views.fetch(TELLER, head, (_, _, _) -> reply));
      assertTrue(views.all().isEmpty());
    }
  }

  /** Each acts from every view, those there are already among them. */
  @Test
  void severalActFromTheSameViews() throws Exception {
    try (var store = ElectionFixture.store(directory, 1)) {
      var views = open(store);
      assertEquals(viewed(FIRST), fetch(views, FIRST));
      var late = new ArrayList<ScopeRecord>();
      views.watch((_, view) -> late.add(view));
      assertEquals(viewed(SECOND), fetch(views, SECOND));
      assertEquals(List.of(FIRST, SECOND), acted);
      assertEquals(List.of(FIRST, SECOND), late);
    }
  }

  private Views open(Store store) throws InterruptedException {
    var views = Views.open(store, gossip).orThrow();
    views.watch((_, view) -> acted.add(view));
    return views;
  }

  private static Input fetch(Views views, ScopeRecord told) throws InterruptedException {
    var given = RecordCodec.response(Optional.of(told));
    return views.fetch(TELLER, RecordCodec.head(US, told), (_, _, _) -> Result.ok(given));
  }

  private static Input viewed(ScopeRecord record) {
    return new Input.Viewed(RecordCodec.head(US, record));
  }
}
