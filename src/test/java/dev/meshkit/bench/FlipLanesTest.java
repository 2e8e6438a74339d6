package dev.meshkit.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the benchmark of flips counts, and what it judges by. */
class FlipLanesTest {
  private final FlipLanes lanes = new FlipLanes(2, 2);

  @Test
  void eachMessageCountsOnceAndCallersHaveAnOrder() {
    lanes.came(0, 0, 0, 1);
    lanes.came(0, 0, 2, 2);
    lanes.came(0, 1, 0, 3); // another caller's
    lanes.came(1, 0, 0, 4); // another lane's
    assertEquals(new FlipLanes.Seen(4, 0, 0, List.of()), lanes.seen());
    lanes.came(0, 0, 1, 5);
    lanes.came(0, 0, 1, 6);
    assertEquals(new FlipLanes.Seen(5, 1, 1, List.of()), lanes.seen());
  }

  /** A silence belongs to the slot in which it ends, and is its lane's alone. */
  @Test
  void theLongestSilenceOfEachLaneAndSlotIsKept() {
    lanes.begin(100, 3, 10);
    lanes.came(0, 0, 0, 104);
    lanes.came(0, 0, 1, 106);
    lanes.came(0, 0, 2, 125);
    lanes.came(1, 0, 0, 109);
    lanes.came(0, 0, 3, 190);
    assertEquals(List.of(4L, 0L, 65L, 9L, 0L, 0L), lanes.seen().silences());
    lanes.begin(200, 1, 10);
    assertEquals(List.of(0L, 0L), lanes.seen().silences());
  }

  @Test
  void whatOneProcessSawIsReadByTheOther() {
    lanes.begin(0, 1, 10);
    lanes.came(0, 0, 0, 3);
    var seen = lanes.seen();
    assertEquals(seen, FlipLanes.Seen.parse(seen.text()));
    var turn = new FlipSide.Turn(750, 19_200_000, 10, 1_200_000_000);
    assertEquals(turn, FlipSide.Turn.parse(turn.text()));
  }

  @Test
  void flipsAreJudgedByTheSlowestHundredthAndByWhatIsLost() {
    var numbers = new JsonObject();
    var nanos = LongStream.rangeClosed(1, 200).map(i -> i * 2_600_000).boxed().toList();
    FlipRun.silences(numbers, "silence", nanos);
    assertEquals(260.0, numbers.get("silence_p50_ms").getAsDouble());
    assertEquals(514.8, numbers.get("silence_p99_ms").getAsDouble());
    numbers.addProperty("flipped_of_plain", 0.89);
    numbers.addProperty("lost", 1);
    numbers.addProperty("doubled", 0);
    assertEquals(
        List.of(
            "flipped_of_plain ≥ 0.9",
            "silence_p99_ms ≤ 500.0",
            "lost ≤ 0.0",
            "disordered ≤ 0.0, not measured"),
        Measuring.judged(numbers, FlipBench.TARGETS).get("missed"));
  }
}
