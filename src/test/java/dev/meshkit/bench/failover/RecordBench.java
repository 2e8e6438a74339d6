package dev.meshkit.bench.failover;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code make bench BENCH=record ARGS="500"}: how long a change of a scope's record takes until its
 * leader says that it is committed, asked one after the other, so many times; beside it a put of
 * etcd. Both have three processes with files of their own on this machine's disk, and whoever leads
 * is asked by gRPC over a connection that is open: ours at its admin socket, etcd at its client
 * port. Both clusters run all the time, and take turns of a tenth each. Without etcd there is
 * nothing to compare with, and the target is missed.
 */
public final class RecordBench {
  /** Our time at the 99th percentile, to theirs. */
  static final double MOST = 1.5;

  private static final int FULL = 500;
  private static final int TURNS = 10;
  private static final int WARM = 100;

  private final List<String> args;

  /** Its arguments, perhaps none: how many changes a side. */
  public RecordBench(List<String> args) {
    this.args = args;
  }

  /** Whoever leads one side, asked for one change after the other. */
  interface Leader extends AutoCloseable {
    /** Blocks until one more change is committed. */
    Result<Object> change();

    @Override
    void close();
  }

  /** The numbers by side. */
  public Map<String, Object> run() throws Exception {
    var count = args.isEmpty() ? FULL : Integer.parseInt(args.getFirst());
    var numbers = new TreeMap<String, Object>();
    var directory = Files.createTempDirectory(Path.of("target"), "record");
    try (var ours =
            new Trio(Side.ours("region"), Files.createDirectory(directory.resolve("ours")));
        var record = new RecordLeader(ours.leaderDirectory())) {
      if (!Side.hasEtcd()) {
        System.out.println("etcd is left out: Debian's package etcd-server is not installed");
        numbers.put("record", FailoverBench.summary(turns(List.of(record), count).getFirst()));
        numbers.put("withinBudget", false);
        return numbers;
      }
      try (var etcd =
              new Trio(
                  Side.etcd("etcd_default"), Files.createDirectory(directory.resolve("etcd")));
          var puts = new EtcdLeader(etcd.leaderClients())) {
        var times = turns(List.of(record, puts), count);
        numbers.put("record", FailoverBench.summary(times.getFirst()));
        numbers.put("etcd_put", FailoverBench.summary(times.getLast()));
        var p99 = ratio(times, 0.99);
        numbers.put("p50_ratio", ratio(times, 0.5));
        numbers.put("p99_ratio", p99);
        numbers.put("withinBudget", p99 <= MOST);
        return numbers;
      }
    }
  }

  /** Milliseconds of each change, by side, in order of size. */
  private static List<List<Double>> turns(List<Leader> sides, int count) {
    var times = new ArrayList<List<Double>>();
    for (var side : sides) {
      times.add(new ArrayList<>());
      for (var n = 0; n < WARM; n++) timed(side);
    }
    for (var turn = 0; turn < TURNS; turn++)
      for (var place = 0; place < sides.size(); place++) {
        var at = (place + turn) % sides.size(); // each goes first as often
        for (var n = 0; n < count / TURNS; n++) times.get(at).add(timed(sides.get(at)));
      }
    times.forEach(Collections::sort);
    return times;
  }

  private static double timed(Leader side) {
    var began = System.nanoTime();
    var done = side.change();
    var took = (System.nanoTime() - began) / 1e6;
    if (done instanceof Result.Err<Object>(MeshError error))
      throw new IllegalStateException(error.text());
    return took;
  }

  private static double ratio(List<List<Double>> times, double share) {
    var ours = FailoverBench.percentile(times.getFirst(), share);
    var ratio = ours / FailoverBench.percentile(times.getLast(), share);
    return Math.round(ratio * 100) / 100.0;
  }
}
