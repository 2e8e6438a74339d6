package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.task;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q23 Turns, counted in dispatches: nobody waits longer because somebody else has more. */
class FairnessTest {
  private static final Audit BY = new Audit("test", "to see");

  @TempDir Path directory;

  private final SplittableRandom random = new SplittableRandom(23);
  private QueueFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = QueueFixture.open(directory, QueueOptions.of("q").relaxed());
  }

  @org.junit.jupiter.api.AfterEach
  void close() {
    fixture.close();
  }

  private static Lane lane(String key, TrafficClass cls) {
    return new Lane(key, cls);
  }

  private void fill(Lane lane, int tasks) throws InterruptedException {
    var many = IntStream.range(0, tasks).mapToObj(i -> task(lane, lane.key() + i)).toList();
    fixture.queue().enqueueAll(many).orThrow();
  }

  /** Takes so many, a few at a time, and acknowledges them; in their order. */
  private List<Lease<Bytes>> work(int tasks, int atATime) throws InterruptedException {
    var all = new ArrayList<Lease<Bytes>>();
    while (all.size() < tasks) {
      var some =
          fixture
              .queue()
              .lease(Math.min(atATime, tasks - all.size()), QueueFixture.PATIENCE)
              .orThrow();
      fixture
          .queue()
          .settleAll(some.stream().map(one -> new Settlement<>(one, Ack.plain())).toList())
          .orThrow();
      all.addAll(some);
    }
    return all;
  }

  private static <K> Map<K, Integer> count(
      List<Lease<Bytes>> leases, Function<Lease<Bytes>, K> by) {
    var counts = new HashMap<K, Integer>();
    for (var lease : leases) counts.merge(by.apply(lease), 1, Integer::sum);
    return counts;
  }

  @Test
  void aHeadWaitsOneRoundHoweverLongAnotherLaneIs() throws Exception {
    fill(lane("long", TrafficClass.BULK), 5_000);
    work(50, 10); // it was there first, and is under way
    for (var i = 0; i < 20; i++) fill(lane("short" + i, TrafficClass.BULK), 1);
    var next = work(22, 1);
    assertEquals(21, count(next, Lease::lane).size(), "each head is among a round and one more");
  }

  /** The same where workers take many at once, of any number. */
  @Test
  void lanesOfOneClassShareAlike() throws Exception {
    for (var key : List.of("a", "b", "c")) fill(lane(key, TrafficClass.STATE), 200);
    fill(lane("d", TrafficClass.STATE), 2_000);
    var shares = new HashMap<Lane, Integer>();
    for (var done = 0; done < 400; ) {
      var some = work(random.nextInt(1, 9), 8);
      done += some.size();
      some.forEach(lease -> shares.merge(lease.lane(), 1, Integer::sum));
    }
    var least = shares.values().stream().mapToInt(Integer::intValue).min().orElseThrow();
    var most = shares.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    assertTrue(most - least <= 1, shares::toString);
  }

  @Test
  void everyClassKeepsItsShareUnderAnyLoad() throws Exception {
    for (var cls : TrafficClass.values()) fill(lane("x", cls), 1_500);
    var shares = count(work(1_300, 13), lease -> lease.lane().cls());
    assertTrue(Math.abs(shares.get(TrafficClass.CONTROL) - 800) <= 8, shares::toString);
    assertTrue(Math.abs(shares.get(TrafficClass.STATE) - 400) <= 8, shares::toString);
    assertTrue(Math.abs(shares.get(TrafficClass.BULK) - 100) <= 8, shares::toString);
  }

  /** Who was away has saved up nothing: the others keep their share from the first moment on. */
  @Test
  void aClassThatWasIdleTakesNoMoreThanItsShareAfterwards() throws Exception {
    fill(lane("x", TrafficClass.BULK), 2_000);
    work(1_000, 20);
    fill(lane("x", TrafficClass.CONTROL), 500);
    var shares = count(work(180, 9), lease -> lease.lane().cls());
    assertTrue(Math.abs(shares.get(TrafficClass.BULK) - 20) <= 2, shares::toString);
  }

  /** And one that alone had something to give is not made to pay for that. */
  @Test
  void aWeightIsAShareAndSurvivesARestart() throws Exception {
    var heavy = lane("heavy", TrafficClass.BULK);
    fixture.queue().weigh(heavy, 3, BY).orThrow();
    fixture.close();
    open();
    fill(heavy, 300);
    fill(lane("light", TrafficClass.BULK), 300);
    var shares = count(work(200, 7), lease -> lease.lane().key());
    assertTrue(Math.abs(shares.get("heavy") - 150) <= 3, shares::toString);
    assertEquals(
        "error.validation",
        dev.meshkit.store.StoreFixture.error(fixture.queue().weigh(heavy, 0, BY)).code());
  }
}
