package dev.meshkit.bench;

import com.google.gson.GsonBuilder;
import dev.meshkit.api.Bytes;
import dev.meshkit.grpc.TestCa;
import dev.meshkit.transport.ByteStream;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.Road;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** The measuring process of {@link DuplexBench}: arguments are the result file and the parts. */
final class DuplexRun {
  private static final int PEERS = 24;
  private static final int FRAME_BYTES = 256;
  private static final int ROUNDS = 5;
  private static final int WARM_UPS = 4;
  private static final Duration ROUND = Duration.ofMillis(1_500);
  private static final Duration SETTLE = Duration.ofSeconds(20);
  private static final Duration IDLE = Duration.ofSeconds(20);
  private static final Duration BEAT = Duration.ofSeconds(1);
  private static final int TRIPS = 2_000;
  private static final Duration BETWEEN_TRIPS = Duration.ofMillis(2);

  private final Set<String> parts;
  private final Map<String, Object> numbers = new TreeMap<>();

  private DuplexRun(Set<String> parts) {
    this.parts = parts;
  }

  /** Measures and leaves the numbers as JSON. */
  public static void main(String... args) throws Exception {
    var run = new DuplexRun(Set.copyOf(Arrays.asList(args).subList(1, args.length)));
    if (run.wanted("frames")) run.frames();
    if (run.wanted("idle")) run.idle();
    if (run.wanted("elect")) run.elect();
    Files.writeString(
        Path.of(args[0]), new GsonBuilder().setPrettyPrinting().create().toJson(run.numbers));
    System.exit(0);
  }

  private boolean wanted(String part) {
    return parts.isEmpty() || parts.contains(part);
  }

  private static List<DuplexSide.Line> lines(DuplexSide side) throws Exception {
    var lines = new ArrayList<DuplexSide.Line>();
    for (var i = 0; i < PEERS; i++) lines.add(side.open());
    return lines;
  }

  /** As many frames as go through, in turns; who goes first changes. */
  private void frames() throws Exception {
    try (var ours = new OurDuplex(FRAME_BYTES);
        var theirs = new TheirDuplex(new TestCa("bench"), FRAME_BYTES)) {
      var ourLines = lines(ours);
      var theirLines = lines(theirs);
      for (var i = 0; i < WARM_UPS; i++) {
        flood(ours, ourLines);
        flood(theirs, theirLines);
      }
      var ourRates = new double[ROUNDS];
      var theirRates = new double[ROUNDS];
      var ratios = new double[ROUNDS];
      for (var i = 0; i < ROUNDS; i++) {
        if (i % 2 == 0) ourRates[i] = flood(ours, ourLines);
        theirRates[i] = flood(theirs, theirLines);
        if (i % 2 != 0) ourRates[i] = flood(ours, ourLines);
        ratios[i] = ourRates[i] / theirRates[i];
        System.out.printf("frames ours %,.0f/s  theirs %,.0f/s%n", ourRates[i], theirRates[i]);
      }
      numbers.put("frames_per_s", Math.round(RpcSample.median(ourRates)));
      numbers.put("frames_per_s_theirs", Math.round(RpcSample.median(theirRates)));
      numbers.put("frames_ratio", RpcSample.rounded(RpcSample.median(ratios)));
    }
  }

  /** All lines send for a round; frames that arrived a second. */
  private static double flood(DuplexSide side, List<DuplexSide.Line> lines) throws Exception {
    var before = side.arrived.sum();
    var start = System.nanoTime();
    var senders = new ArrayList<Thread>();
    for (var line : lines) {
      senders.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  while (System.nanoTime() - start < ROUND.toNanos()) line.send();
                } catch (InterruptedException ended) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    for (var sender : senders) sender.join();
    return (side.arrived.sum() - before) * 1e9 / (System.nanoTime() - start);
  }

  /** A frame a second from each peer: the processor time of both ends, halved. */
  private void idle() throws Exception {
    try (var ours = new OurDuplex(FRAME_BYTES)) {
      numbers.put("idle_cpu_percent", idle(lines(ours)));
    }
    try (var theirs = new TheirDuplex(new TestCa("bench"), FRAME_BYTES)) {
      numbers.put("idle_cpu_percent_theirs", idle(lines(theirs)));
    }
    System.out.printf(
        "idle ours %s %%  theirs %s %%%n",
        numbers.get("idle_cpu_percent"), numbers.get("idle_cpu_percent_theirs"));
  }

  private static double idle(List<DuplexSide.Line> lines) throws InterruptedException {
    beats(lines, SETTLE); // the compilers see it
    var start = System.nanoTime();
    var before = RpcCosts.now();
    beats(lines, IDLE);
    var spent = RpcCosts.now().since(before).cpuNanos();
    return RpcSample.rounded(50.0 * spent / (System.nanoTime() - start));
  }

  private static void beats(List<DuplexSide.Line> lines, Duration span)
      throws InterruptedException {
    for (var beat = 0; beat < span.toSeconds(); beat++) {
      for (var line : lines) {
        line.send();
        pause(BEAT.dividedBy(PEERS));
      }
    }
  }

  /** T38: an Elect's round trips alone, and while a Deliver of the same road is saturated. */
  private void elect() throws Exception {
    try (var side = new OurDuplex(FRAME_BYTES)) {
      var road = side.road();
      var elect = OurDuplex.open(road, Family.ELECT);
      p99(elect); // warms up
      var alone = p99(elect);
      var deliver = saturate(road);
      p99(elect);
      var beside = p99(elect);
      deliver.interrupt();
      deliver.join();
      numbers.put("elect_p99_us", alone);
      numbers.put("elect_p99_us_under_deliver", beside);
      numbers.put("elect_p99_under_deliver_ratio", RpcSample.rounded((double) beside / alone));
      System.out.printf("elect p99 %d µs alone, %d µs under Deliver%n", alone, beside);
    }
  }

  private static Thread saturate(Road road) throws InterruptedException {
    var stream = OurDuplex.open(road, Family.DELIVER);
    var frame = Bytes.of(new byte[16 << 10]);
    return Thread.startVirtualThread(
        () -> {
          try {
            while (stream.send(frame)) Thread.onSpinWait();
          } catch (InterruptedException enough) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** In microseconds. */
  private static long p99(ByteStream elect) throws InterruptedException {
    var frame = Bytes.of(new byte[64]);
    var times = new long[TRIPS];
    for (var i = 0; i < TRIPS; i++) {
      var start = System.nanoTime();
      if (!elect.send(frame)) throw new IllegalStateException("the Elect ended");
      elect.receive();
      times[i] = (System.nanoTime() - start) / 1_000;
      pause(BETWEEN_TRIPS);
    }
    Arrays.sort(times);
    return times[(int) (TRIPS * 0.99)];
  }

  /** A benchmark measures a span of time, so here waiting is the work. */
  private static void pause(Duration span) {
    var end = System.nanoTime() + span.toNanos();
    for (var left = span.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
