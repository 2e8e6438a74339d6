package dev.meshkit.link;

import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * {@code make chaos CASE=both-dial ARGS=1000}: two nodes that dial each other at the same moment,
 * again and again, over each kind of road, while both talk. After each round there is one road, and
 * what either side has opened was carried to its full count, or has ended so that its opener saw it
 * and opened it anew: nothing is gone without a word, and nothing has come twice.
 */
public final class BothDial {
  private static final RoadTimes TIMES = RoadTimes.DEFAULTS.withIdle(Duration.ofMillis(50));

  private BothDial() {}

  /** So many rounds over each kind of road, beside each other; what was lost or doubled. */
  public static List<String> run(int rounds) throws InterruptedException, ExecutionException {
    var broken = new ArrayList<String>();
    try (var kinds = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<List<String>>>();
      for (var kind : RoadKind.values()) all.add(kinds.submit(() -> meet(kind, rounds)));
      for (var one : all) broken.addAll(one.get());
    }
    return broken;
  }

  private static List<String> meet(RoadKind kind, int rounds) throws InterruptedException {
    var broken = new ArrayList<String>();
    var began = System.nanoTime();
    var all = DialRound.Counts.NONE;
    try (var lab = new Lab()) {
      var a = RoadPair.station(lab, "a", kind, TIMES);
      var b = RoadPair.station(lab, "b", kind, TIMES);
      var pair = new RoadPair(kind, a, b, List.of());
      for (var number = 1; number <= rounds && broken.isEmpty(); number++) {
        var round = new DialRound(pair, number);
        all = all.plus(round.run());
        broken.addAll(round.broken());
      }
    }
    System.out.printf("%s: %s in %.0f s%n", kind, all, (System.nanoTime() - began) / 1e9);
    return broken;
  }
}
