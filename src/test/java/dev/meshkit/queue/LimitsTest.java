package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Q25 The four limits, as numbers. */
class LimitsTest {
  private static final Lane LANE = Lane.of("eu/a");

  /** What is there: as much in the queue as in its one lane, and more. */
  private record Stock(long live, long bytes, Optional<Counts> lane) implements Limits.Stock {
    @Override
    public Optional<Counts> counts(Lane of) {
      return of.equals(LANE) ? lane : Optional.empty();
    }
  }

  /** Of one task both questions have one answer, just below, at and above each limit. */
  @Test
  void whetherThereIsRoomForOneIsWhetherNothingLacks() {
    var seed = new Random().nextLong();
    var chance = new Random(seed);
    var refused = 0;
    for (var round = 0; round < 10_000; round++) {
      var limits = new Limits(capacity(chance));
      var stock = stock(chance);
      var task = task(chance.nextInt(4));
      var lack = limits.lack(stock, Limits.needs(List.of(task)));
      assertEquals(lack.isEmpty(), limits.hasRoom(stock, task), () -> "seed " + seed + ": " + lack);
      if (lack.isPresent()) refused++;
    }
    assertTrue(refused > 1_000 && refused < 9_000, "seed " + seed + ": " + refused);
  }

  private static QueueOptions.Capacity capacity(Random chance) {
    return QueueOptions.of("q")
        .capacity()
        .withTasks(1 + chance.nextInt(8))
        .withBytes(1 + chance.nextInt(16))
        .withLane(1 + chance.nextInt(8), 1 + chance.nextInt(16));
  }

  private static Stock stock(Random chance) {
    var live = chance.nextInt(4);
    var bytes = chance.nextInt(8);
    var lane = new Counts(false, 0, 1, live, 0, 0, 0, bytes);
    return new Stock(
        live + chance.nextInt(4),
        bytes + (long) chance.nextInt(4),
        chance.nextInt(5) == 0 ? Optional.empty() : Optional.of(lane));
  }

  private static Packing.Packed task(int bytes) {
    var body = Bytes.of(new byte[bytes]);
    return new Packing.Packed(TaskSpec.of(LANE, "a.kind", body), Bytes.EMPTY, body, 0);
  }
}
