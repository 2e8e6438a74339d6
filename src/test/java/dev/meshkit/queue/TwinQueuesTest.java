package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Q41 A queue in a file and one in memory that are told the same say the same, whatever that is:
 * seeded operations on both, answers and counters compared after each. Times to live are left out:
 * when a head that nobody takes expires is promised to ten seconds only.
 */
class TwinQueuesTest {
  private static final int STEPS = 200;
  private static final Audit BY = new Audit("ana", "a test");
  private static final List<Lane> LANES =
      List.of(Lane.of("x"), Lane.of("y"), new Lane("x", TrafficClass.STATE));

  @TempDir Path directory;

  /** The two, and what each has leased, pair by pair. */
  private static final class Twins {
    private final QueueFixture fixture;
    private final Bed file;
    private final Bed memory;
    private final SplittableRandom random;
    private final List<Lease<Bytes>> leasedOfFile = new ArrayList<>();
    private final List<Lease<Bytes>> leasedOfMemory = new ArrayList<>();
    private int settled;

    Twins(QueueFixture fixture, Bed file, Bed memory, long seed) {
      this.fixture = fixture;
      this.file = file;
      this.memory = memory;
      this.random = new SplittableRandom(seed);
    }

    /** What is asked of both. */
    private interface Ask {
      Object of(Bed bed) throws InterruptedException;
    }

    void step(int i) throws InterruptedException {
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3, 4, 5 -> enqueue(i);
        case 6, 7 -> lease();
        case 8 -> more();
        case 9, 10, 11, 12, 13 -> settle();
        case 14, 15 -> pass();
        case 16 -> operate();
        case 17 -> theDead();
        default -> heartbeat();
      }
      same(i, bed -> bed.queue().stats());
      same(i, bed -> bed.queue().flows());
      same(
          i,
          bed ->
              bed.queue().fronts().orThrow().stream().map(LaneFront::toString).sorted().toList());
    }

    private void same(int i, Ask ask) throws InterruptedException {
      assertEquals(ask.of(file), ask.of(memory), "step " + i);
    }

    private void enqueue(int i) throws InterruptedException {
      var specs =
          IntStream.range(0, 1 + random.nextInt(3)).mapToObj(n -> spec(i + "." + n)).toList();
      same(
          i,
          bed ->
              bed.queue()
                  .enqueueAll(specs)
                  .map(all -> all.stream().map(this::plain).toList())
                  .toString());
    }

    /** Without its token, which differs by store. */
    private String plain(Enqueued added) {
      return switch (added) {
        case Enqueued.Accepted(var id, _) -> "accepted " + id;
        case Enqueued.Coalesced(var id, _, var replaced) -> "coalesced " + id + " for " + replaced;
        default -> added.toString();
      };
    }

    private TaskSpec<Bytes> spec(String body) {
      var how = TaskOptions.DEFAULTS;
      if (random.nextInt(3) == 0) how = how.withDedupKey("d" + random.nextInt(9));
      if (random.nextInt(4) == 0) how = how.withCoalesceKey("c" + random.nextInt(3));
      var relaxed = file.queue().options().mode() == QueueOptions.Mode.RELAXED;
      if (relaxed && random.nextInt(4) == 0)
        how = how.withWhen(new When.After(Duration.ofSeconds(1 + random.nextInt(9))));
      var lane = LANES.get(random.nextInt(LANES.size()));
      return new TaskSpec<>(lane, "k" + random.nextInt(2), Bytes.utf8(body), how);
    }

    private void lease() throws InterruptedException {
      var any = random.nextBoolean();
      var max = any ? 99 : 1 + random.nextInt(4); // which lane comes first is not promised
      var lane = LANES.get(random.nextInt(LANES.size()));
      var ofFile = leased(file, any, lane, max);
      var ofMemory = leased(memory, any, lane, max);
      assertEquals(told(ofFile), told(ofMemory));
      inOrder(ofFile);
      leasedOfFile.addAll(ofFile);
      leasedOfMemory.addAll(ofMemory);
    }

    /** A run grows, of a lease that is held or one that is over. */
    private void more() throws InterruptedException {
      if (leasedOfFile.isEmpty()) return;
      var which = random.nextInt(leasedOfFile.size());
      var max = 1 + random.nextInt(4);
      var ofFile = file.more(leasedOfFile.get(which), max);
      var ofMemory = memory.more(leasedOfMemory.get(which), max);
      assertEquals(told(ofFile), told(ofMemory));
      inOrder(ofFile);
      leasedOfFile.addAll(ofFile);
      leasedOfMemory.addAll(ofMemory);
    }

    /** Q22 Two that agree may both be wrong: the tables say what comes before what. */
    private void inOrder(List<Lease<Bytes>> leases) throws InterruptedException {
      if (file.queue().options().mode() == QueueOptions.Mode.RELAXED) return;
      var wrong = CountersTest.outOfOrder(fixture.store());
      leases.forEach(lease -> assertFalse(wrong.contains(lease.id().seq()), "Q22 " + lease));
    }

    private static List<Lease<Bytes>> leased(Bed bed, boolean any, Lane lane, int max)
        throws InterruptedException {
      if (!any) return bed.run(lane, max);
      var got = new ArrayList<>(bed.queue().lease(max, Duration.ZERO).orThrow());
      got.sort(Comparator.comparing(lease -> lease.lane())); // stable: a lane's order stays
      return got;
    }

    private static List<String> told(List<Lease<Bytes>> leases) {
      return leases.stream()
          .map(
              l ->
                  l.id() + " " + l.lane() + " " + l.attempt() + " " + l.value().utf8() + l.errors())
          .toList();
    }

    private void settle() throws InterruptedException {
      if (leasedOfFile.isEmpty()) return;
      var which = random.nextInt(leasedOfFile.size());
      var said = said();
      var a = file.settle(leasedOfFile.remove(which), said);
      var b = memory.settle(leasedOfMemory.remove(which), said);
      assertEquals(plain(a), plain(b));
      if (!(a instanceof Settled.Stale)) settled++;
    }

    /** Without its fence. */
    private static String plain(Settled settled) {
      return settled instanceof Settled.Stale ? "stale" : settled.toString();
    }

    private Disposition said() {
      return switch (random.nextInt(8)) {
        case 0, 1, 2 -> Disposition.Ack.plain();
        case 3, 4 -> new Disposition.Retry(QueueFixture.WHY, Duration.ZERO);
        case 5 -> new Disposition.Poison(QueueFixture.WHY);
        case 6 -> new Disposition.Snooze(Duration.ofSeconds(3), "not now");
        default -> new Disposition.Release();
      };
    }

    private void heartbeat() throws InterruptedException {
      if (leasedOfFile.isEmpty()) return;
      var which = random.nextInt(leasedOfFile.size());
      var a = file.queue().heartbeat(leasedOfFile.get(which));
      var b = memory.queue().heartbeat(leasedOfMemory.get(which));
      assertEquals(a.map(Duration::toString).or("lost"), b.map(Duration::toString).or("lost"));
    }

    private void pass() throws InterruptedException {
      var time = Duration.ofMillis(500L * (1 + random.nextInt(12)));
      file.pass(time);
      memory.pass(time);
    }

    private void operate() throws InterruptedException {
      var lane = LANES.get(random.nextInt(LANES.size()));
      var what = List.of(new Target.Queue(), new Target.OneLane(lane), new Target.Key(lane.key()));
      var target = what.get(random.nextInt(3));
      var kind = "k" + random.nextInt(2);
      switch (random.nextInt(5)) {
        case 0 -> same(-1, bed -> bed.queue().pause(target, BY));
        case 1, 2, 3 -> {
          same(-1, bed -> bed.queue().resume(new Target.Queue(), BY));
          for (var key : List.of("x", "y"))
            same(-1, bed -> bed.queue().resume(new Target.Key(key), BY));
        }
        default -> same(-1, bed -> bed.queue().cancel(new TaskFilter(0, kind, lane.key()), BY));
      }
    }

    private void theDead() throws InterruptedException {
      var filter = new PoisonFilter(0, "k" + random.nextInt(2), "", "");
      var how = RedriveOptions.DEFAULTS.withMax(random.nextInt(3));
      var options = random.nextBoolean() ? how.atHead() : how;
      same(-1, bed -> bed.queue().poison().list(PoisonFilter.ALL, 0, 99));
      same(
          -1,
          bed -> ended(bed.queue().poison(), bed.queue().poison().redrive(filter, options, BY)));
      if (random.nextInt(4) == 0)
        same(-1, bed -> ended(bed.queue().poison(), bed.queue().poison().purge(filter, false, BY)));
    }

    private static long ended(PoisonQueue poison, Result<Job> begun) throws InterruptedException {
      return poison.await(begun.orThrow().id(), QueueFixture.PATIENCE).orThrow().done();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatOneSaysTheOtherSays(long seed) throws Exception {
    var rules =
        QueueOptions.of("q")
            .maxAttempts(3)
            .laneWindow(3)
            .lease(Duration.ofSeconds(10), Duration.ofMinutes(1))
            .dedupWindow(Duration.ofSeconds(20));
    var limits = rules.capacity().withTasks(60).withLane(30, 1 << 20);
    rules = rules.capacity(seed % 4 < 2 ? limits.rejecting() : limits.dropping());
    var options = seed % 2 == 0 ? rules.relaxed() : rules;
    var clocks = new QueueFixture.ManualClocks();
    var fixture = QueueFixture.open(Files.createTempDirectory(directory, "q"), options, clocks);
    try (var file = Bed.of(fixture, clocks);
        var memory = Bed.memory(options)) {
      var twins = new Twins(fixture, file, memory, seed);
      for (var i = 0; i < STEPS; i++) twins.step(i);
      assertTrue(twins.settled > STEPS / 20, "too little happened: " + twins.settled);
    }
  }
}
