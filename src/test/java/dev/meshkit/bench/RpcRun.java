package dev.meshkit.bench;

import com.google.gson.GsonBuilder;
import dev.meshkit.grpc.Promptness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The measuring process of {@link RpcBench}: arguments are the result file and the parts. */
final class RpcRun {
  private static final int CALLERS = 64;
  private static final int ROUNDS = 5;
  private static final long SECOND = 1_000_000_000;
  private static final int MOST_ROUNDS = 8;
  private static final double MOST_OTHERS = 0.2; // processors
  private static final long WARM_UP = 2 * SECOND; // a slice of it
  private static final int WARM_UPS = 5; // slices, in turns too: the compilers see both
  private static final long ROUND = 3 * SECOND / 2;

  private final RpcSide.Ends ends;
  private final Set<String> parts;
  private final Map<String, Object> numbers = new TreeMap<>();

  private RpcRun(RpcSide.Ends ends, Set<String> parts) {
    this.ends = ends;
    this.parts = parts;
  }

  /** Measures and leaves the numbers as JSON. */
  public static void main(String... args) throws Exception {
    var parts = Set.copyOf(Arrays.asList(args).subList(1, args.length));
    var numbers =
        parts.contains(Apart.INSIDE)
            ? overLossyPath()
            : new RpcRun(RpcSide.Ends.loopback(), parts).measured();
    Files.writeString(
        Path.of(args[0]), new GsonBuilder().setPrettyPrinting().create().toJson(numbers));
    System.exit(0);
  }

  /** In a network namespace of its own: each packet takes 10 ms, one in a hundred vanishes. */
  private static Map<String, Object> overLossyPath() throws Exception {
    var path = SlowPath.open(10, 0.01);
    var run = new RpcRun(RpcSide.Ends.slow(false), Set.of());
    run.unary("lossy_unary", false, RpcLoad.asynchronous(CALLERS));
    run.stream("lossy_stream_64k", 20);
    var alike = new RpcRun(RpcSide.Ends.slow(true), Set.of());
    alike.stream("lossy_stream_64k_cubic", 20);
    path.check();
    run.numbers.putAll(alike.numbers);
    return run.numbers;
  }

  private Map<String, Object> measured() throws Exception {
    measure();
    return numbers;
  }

  private boolean wanted(String part) {
    return parts.isEmpty() || parts.contains(part);
  }

  private void measure() throws Exception {
    if (wanted("direct")) unary("unary_direct", true, RpcLoad.asynchronous(CALLERS));
    if (wanted("default")) unary("unary_default", false, RpcLoad.asynchronous(CALLERS));
    if (wanted("blocking")) unary("unary_blocking", false, RpcLoad.blocking(CALLERS));
    if (wanted("stream")) stream("stream_64k", 200);
    if (wanted("latency")) {
      var pair = pair("latency_1", false, RpcLoad.blocking(1));
      numbers.put("latency_1_p50_ratio", pair.ratio(RpcSample::p50Us));
    }
    if (wanted("packets")) packets();
    if (wanted("handshake")) handshakes();
    if (wanted("bounds")) bounds();
    if (wanted("lossy")) numbers.putAll(Apart.measure(RpcRun.class));
  }

  private void stream(String name, int answers) throws Exception {
    var pair = pair(name, false, RpcLoad.streaming(answers));
    numbers.put(name + "_ratio", pair.ratio(RpcSample::rate));
  }

  private void unary(String name, boolean direct, RpcLoad.Round round) throws Exception {
    var pair = pair(name, direct, round);
    numbers.put(name + "_ratio", pair.ratio(RpcSample::rate));
    numbers.put(name + "_p99_ratio", pair.ratio(RpcSample::p99Us));
    numbers.put(name + "_heap_ratio", pair.ratio(RpcSample::bytes));
  }

  /** Both sides on one channel each, warmed up, then in turns; who goes first changes. */
  private Pair pair(String name, boolean direct, RpcLoad.Round round) throws Exception {
    try (var ours = RpcSide.ours(ends, direct);
        var theirs = RpcSide.theirs(ends, direct)) {
      var ourChannel = ours.dial(direct);
      var theirChannel = theirs.dial(direct);
      for (var i = 0; i < WARM_UPS; i++) {
        round.run(theirChannel, WARM_UP);
        round.run(ourChannel, WARM_UP);
      }
      var pair =
          turns(name, () -> round.run(ourChannel, ROUND), () -> round.run(theirChannel, ROUND));
      RpcSide.end(ourChannel);
      RpcSide.end(theirChannel);
      return pair;
    }
  }

  private void packets() throws Exception {
    try (var ours = RpcSide.ours(ends, false)) {
      var channel = ours.dial(false);
      var many = RpcLoad.asynchronous(CALLERS);
      for (var i = 0; i < WARM_UPS; i++) many.run(channel, WARM_UP);
      numbers.putAll(RpcPackets.named("", RpcPackets.run(ours, channel, many, SECOND)));
      var one = RpcLoad.blocking(1);
      numbers.putAll(RpcPackets.named("_1", RpcPackets.run(ours, channel, one, SECOND / 2)));
      RpcSide.end(channel);
    }
    System.out.printf(
        "%-15s %s packets, %s flushes, %s wake-ups a call%n",
        "packets",
        numbers.get("packets_per_unary"),
        numbers.get("flushes_per_unary"),
        numbers.get("wakes_per_unary"));
  }

  /**
   * How soon the other side learns of something: of what takes a tick or two the worst is judged.
   */
  private void bounds() throws Exception {
    Promptness.measure(ROUNDS)
        .forEach(
            (name, spread) -> {
              numbers.put(name, RpcSample.rounded(spread.median()));
              numbers.put(name + "_worst", RpcSample.rounded(spread.worst()));
              System.out.printf(
                  "%-24s %.1f, at worst %.1f%n", name, spread.median(), spread.worst());
            });
  }

  private void handshakes() throws Exception {
    try (var ours = RpcSide.ours(ends, false);
        var theirs = RpcSide.theirs(ends, false)) {
      RpcShakes.run(theirs, 32, 3 * SECOND);
      RpcShakes.run(ours, 32, 3 * SECOND);
      var pair =
          turns(
              "handshake",
              () -> RpcShakes.run(ours, 32, ROUND),
              () -> RpcShakes.run(theirs, 32, ROUND));
      numbers.put("handshake_ratio", pair.ratio(RpcSample::rate));
      numbers.put("handshake_cpu_ratio", pair.ratio(RpcSample::cpuUs));
    }
  }

  /** Has a side measured once. */
  @FunctionalInterface
  private interface Measure {
    RpcSample run() throws Exception;
  }

  /**
   * Both sides in turns. A machine is seldom alone: turns in which others kept more than a fifth of
   * a processor busy are made again, as long as there is time.
   */
  private Pair turns(String name, Measure ours, Measure theirs) throws Exception {
    var pair = new Pair(new ArrayList<>(), new ArrayList<>());
    var disturbed = new TreeMap<Double, Integer>(); // by how much, and which turn
    for (var i = 0; i < MOST_ROUNDS && (i < ROUNDS || i - disturbed.size() < ROUNDS); i++) {
      var start = System.nanoTime();
      var before = RpcCosts.now();
      turn(i, pair, ours, theirs);
      var others = RpcCosts.now().since(before).others(System.nanoTime() - start);
      if (others > MOST_OTHERS) disturbed.put(others, i);
      System.out.printf("%-15s ours   %s%n", name, pair.ours.getLast());
      System.out.printf("%-15s theirs %s  others %.2f%n", name, pair.theirs.getLast(), others);
    }
    pair.drop(disturbed.descendingMap().values(), ROUNDS);
    numbers.put(
        name,
        Map.of(
            "ours", RpcSample.summary(pair.ours),
            "theirs", RpcSample.summary(pair.theirs),
            "rounds", pair.ours.size()));
    return pair;
  }

  private static void turn(int i, Pair pair, Measure ours, Measure theirs) throws Exception {
    if (i % 2 == 0) {
      pair.ours.add(ours.run());
      pair.theirs.add(theirs.run());
    } else {
      pair.theirs.add(theirs.run());
      pair.ours.add(ours.run());
    }
  }

  private record Pair(List<RpcSample> ours, List<RpcSample> theirs) {
    /** Drops the most disturbed turns first, as long as so many are left. */
    void drop(Collection<Integer> turns, int left) {
      var dropped = turns.stream().limit(ours.size() - left).sorted(Comparator.reverseOrder());
      dropped.mapToInt(Integer::intValue).forEach(this::drop);
    }

    private void drop(int turn) {
      ours.remove(turn);
      theirs.remove(turn);
    }

    /** The median over the rounds of ours divided by theirs. */
    double ratio(ToDoubleFunction<RpcSample> what) {
      var ratios = new double[ours.size()];
      for (var i = 0; i < ratios.length; i++) {
        ratios[i] = what.applyAsDouble(ours.get(i)) / what.applyAsDouble(theirs.get(i));
      }
      return RpcSample.rounded(RpcSample.median(ratios));
    }
  }
}
