package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Content;
import dev.meshkit.election.Founding;
import dev.meshkit.election.Life;
import dev.meshkit.election.Onlooker;
import dev.meshkit.election.Profile;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.Region;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.gossip.Claim;
import dev.meshkit.gossip.Input;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.store.Store;
import dev.meshkit.wire.CommandCodec;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.LeaderAsk;
import dev.meshkit.wire.RecordCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** E30: the first node of a region, in a mesh whose whole it has no part in. */
@Timeout(120)
class FounderTest {
  private static final NodeId SELF = NodeId.of("us", "n9");
  private static final NodeId LEADER = NodeId.of("eu", "n1");
  private static final Scope US = Scope.region("us");

  @TempDir Path directory;
  private final Clocks clocks = Clocks.system();
  private final Mailbox<Input> gossip = new Mailbox<>(100, clocks.monotonic());
  private final List<LeaderAsk> asked = new CopyOnWriteArrayList<>();

  @Test
  void aFounderGoesByWhatIsCommittedOfTheWhole() throws Exception {
    try (var store = ElectionFixture.store(directory, 1)) {
      var views = Views.open(store, gossip).orThrow();
      var region = region(store, views);
      views.voting(Map.of(US, region));
      var founder = new Founder(views, region, leaders(region), _ -> {});
      var threads = new ArrayList<Thread>();
      try {
        for (var loop : region.loops()) threads.add(Thread.startVirtualThread(() -> run(loop)));
        var founding =
            Thread.startVirtualThread(
                () -> run(new dev.meshkit.runtime.Loops.Loop("founder", founder::run)));
        threads.add(founding);
        // when gossip brings the record of the whole, which has no such region, its leader is asked
        var whole = whole(1, List.of());
        fetch(views, whole);
        await().until(() -> !asked.isEmpty());
        assertEquals(Scope.GLOBAL, asked.getFirst().scope());
        assertFalse(region.isBegun());
        // when it names this node on another disk, that is another founder
        fetch(
            views,
            whole(
                2,
                List.of(new Region("us", 1, new Seat(SELF, Bytes.utf8("a disk long lost"), 10)))));
        assertFalse(region.isBegun());
        // when it names this node, the region begins here, and whoever acts from views hears of it
        fetch(views, whole(3, List.of(new Region("us", 1, region.berth().seat()))));
        founding.join();
        await().until(() -> views.of(US).isPresent());
        assertEquals(
            Founding.of(
                    views.of(Scope.GLOBAL).orElseThrow().content(),
                    "us",
                    region.berth().seat(),
                    Profile.FAST)
                .map(ScopeRecord::content),
            views.of(US).map(ScopeRecord::content));
      } finally {
        for (var thread : threads) thread.interrupt();
        for (var thread : threads) thread.join();
      }
    }
  }

  /** A learner's first record: the next commit may be days away. */
  @Test
  void aScopeThatBeginsHereIsToldToWhoeverActsFromViews() throws Exception {
    try (var store = ElectionFixture.store(directory, 1)) {
      var views = Views.open(store, gossip).orThrow();
      var region = region(store, views);
      var leader = NodeId.of("us", "n1");
      var seats = List.of(new Seat(leader, Bytes.utf8("disk of the n1.."), 10));
      var promise = Profile.FAST.maxPromise();
      var content = Content.of(1, Bytes.utf8("g"), promise, Content.RHO_PPM, seats);
      var shown = new ScopeRecord(new RecordId(3, 4), content);
      var loop = Thread.startVirtualThread(() -> run(region.loops().getFirst()));
      try {
        var put = Onlooker.told(US, shown);
        region.inputs().offer(new dev.meshkit.election.Input.Received(leader, put));
        await().until(() -> views.of(US).equals(Optional.of(shown)));
      } finally {
        loop.interrupt();
        loop.join();
      }
    }
  }

  private static void run(dev.meshkit.runtime.Loops.Loop loop) {
    try {
      loop.body().run();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private ScopeElection region(Store store, Views views) throws InterruptedException {
    var ports =
        new ElectionPorts(
            store,
            (_, _, _) -> false,
            gossip,
            _ -> {},
            new Meters(Map.of()),
            clocks,
            new SplittableRandom(9),
            views,
            new SharedDisk());
    var berth = new Berth(US, SELF, store.uuid(), Profile.FAST, new Life(store.boot(), 9));
    return ScopeElection.open(berth, List.of(), Steering.Course.FIXED, ports).orThrow();
  }

  /** It knows from gossip who leads the whole. */
  private LeaderCalls leaders(ScopeElection region) {
    return new LeaderCalls(
        SELF,
        Map.of(US, region),
        () -> List.of(new Claim(Scope.GLOBAL, 1, 1, LEADER)),
        (_, request, _) -> {
          if (CommandCodec.request(request) instanceof Decoded.Whole<LeaderAsk>(var ask))
            asked.add(ask);
          return Result.err(MeshError.unavailable("ask", "the answer is lost", "ask again"));
        },
        _ -> {},
        clocks.monotonic());
  }

  private static ScopeRecord whole(long version, List<Region> more) {
    var first =
        Founding.global(
            new Seat(LEADER, Bytes.utf8("disk of the n1.."), 10), Bytes.utf8("g"), Profile.WAN);
    var regions = new ArrayList<>(first.content().regions());
    regions.addAll(more);
    return new ScopeRecord(new RecordId(1, version), first.content().founding(regions));
  }

  private static void fetch(Views views, ScopeRecord told) throws InterruptedException {
    var given = RecordCodec.response(Optional.of(told));
    var head = RecordCodec.head(Scope.GLOBAL, told);
    assertEquals(new Input.Viewed(head), views.fetch(LEADER, head, (_, _, _) -> Result.ok(given)));
  }
}
