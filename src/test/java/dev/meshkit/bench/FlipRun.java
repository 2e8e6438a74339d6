package dev.meshkit.bench;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The measuring process of {@link FlipBench}: arguments are the result file and perhaps how many
 * messages a second. Turns with flips and without change who goes first.
 */
final class FlipRun {
  private static final int RATE = 5_000; // of both nodes together
  private static final int ROUNDS = 4;
  private static final int FLIPS = 10; // a turn, there and back
  private static final long EVERY = 1_200_000_000L; // nanoseconds, from flip to flip
  private static final long AFTER = 100_000_000L; // into each slot

  private final FlipPair pair;
  private final FlipSide.Turn turn;
  private final List<Long> took = new ArrayList<>();
  private final List<Double> plain = new ArrayList<>();
  private final List<Double> flipped = new ArrayList<>();
  private final List<Double> ratios = new ArrayList<>();
  private final List<Long> quiet = new ArrayList<>();
  private final List<Long> silences = new ArrayList<>();

  private FlipRun(FlipPair pair, int rate) {
    this.pair = pair;
    var pace = 2L * FlipSide.LANES * FlipSide.CALLERS * 1_000_000_000L / rate;
    turn = new FlipSide.Turn((int) (FLIPS * EVERY / pace), pace, FLIPS, EVERY);
  }

  /** Measures and leaves the numbers as JSON. */
  public static void main(String... args) throws Exception {
    var rate = args.length > 1 ? Integer.parseInt(args[1]) : RATE;
    Files.createDirectories(Path.of("target", "bench"));
    var data = Files.createTempDirectory(Path.of("target", "bench").toAbsolutePath(), "flip");
    try (var pair = new FlipPair(data)) {
      var run = new FlipRun(pair, rate);
      run.rounds();
      Files.writeString(Path.of(args[0]), new Gson().toJson(run.numbers(rate)));
    }
    System.exit(0);
  }

  private void rounds() throws Exception {
    once(true, false);
    once(false, false);
    for (var round = 0; round < ROUNDS; round++) {
      once(round % 2 == 0, true);
      once(round % 2 != 0, true);
      ratios.add(flipped.getLast() / plain.getLast());
      System.out.printf(
          "round %d: %,.0f messages/s without flips, %,.0f with %d%n",
          round + 1, plain.getLast(), flipped.getLast(), FLIPS);
    }
  }

  private void once(boolean flips, boolean counts) throws Exception {
    var before = took.size();
    var came = pair.turn(turn, flips ? this::flips : () -> {});
    if (!counts) took.subList(before, took.size()).clear();
    else {
      (flips ? flipped : plain).add(came.rate());
      (flips ? silences : quiet).addAll(came.silences());
    }
  }

  /** There and back; one that takes longer than it may delays the next. */
  private void flips() {
    var began = System.nanoTime();
    for (var flip = 0; flip < FLIPS; flip++) {
      var at = began + flip * EVERY + AFTER;
      for (var left = at - System.nanoTime(); left > 0; left = at - System.nanoTime())
        LockSupport.parkNanos(left);
      took.add(pair.gate().flip(flip % 2 == 0 ? 1 : 2));
    }
  }

  private JsonObject numbers(int rate) throws Exception {
    var numbers = new JsonObject();
    var wrong = pair.wrong();
    numbers.addProperty("offered_per_s", rate);
    numbers.addProperty("lanes", 2 * FlipSide.LANES);
    numbers.addProperty("flips", took.size());
    numbers.addProperty("lost", wrong[0]);
    numbers.addProperty("doubled", wrong[1]);
    numbers.addProperty("disordered", wrong[2]);
    spread(numbers, "plain_per_s", plain, 1);
    spread(numbers, "flipped_per_s", flipped, 1);
    spread(numbers, "flipped_of_plain", ratios, 1_000);
    silences(numbers, "silence", silences);
    silences(numbers, "silence_plain", quiet);
    silences(numbers, "flip", took);
    return numbers;
  }

  /** Median, least and most. */
  private static void spread(JsonObject numbers, String name, List<Double> all, int precision) {
    var sorted = all.stream().map(one -> Math.round(one * precision) / (double) precision);
    var ranked = sorted.sorted().toList();
    numbers.addProperty(name, ranked.get(ranked.size() / 2));
    numbers.addProperty(name + "_least", ranked.getFirst());
    numbers.addProperty(name + "_most", ranked.getLast());
  }

  /** Milliseconds, by nearest ranks. */
  static void silences(JsonObject numbers, String name, List<Long> nanos) {
    var sorted = nanos.stream().sorted().map(one -> Math.round(one / 1e5) / 10.0).toList();
    numbers.addProperty(name + "_n", sorted.size());
    numbers.addProperty(name + "_p50_ms", rank(sorted, 50));
    numbers.addProperty(name + "_p99_ms", rank(sorted, 99));
    numbers.addProperty(name + "_max_ms", sorted.getLast());
  }

  private static double rank(List<Double> sorted, int percent) {
    return sorted.get((int) Math.ceil(sorted.size() * percent / 100.0) - 1);
  }
}
