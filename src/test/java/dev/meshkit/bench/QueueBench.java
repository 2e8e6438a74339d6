package dev.meshkit.bench;

import static dev.meshkit.bench.Target.least;
import static dev.meshkit.bench.Target.most;

import dev.meshkit.bench.queue.QueueRun;
import java.util.List;
import java.util.Map;

/**
 * The queue beside its ceilings and beside db-scheduler, on the same disk, in turns: {@link
 * QueueRun}. With arguments only those parts run ({@code make bench BENCH=queue ARGS="cycle
 * enqueue"}): {@code lone}, {@code half}, {@code enqueue}, {@code cycle}, {@code pickup}, {@code
 * fairness}, {@code restart}, {@code wal}, {@code backlog}, {@code idle}.
 */
final class QueueBench implements Bench.Measured {
  /** The targets of the queue's design. */
  private static final List<Target> TARGETS =
      List.of(
          least("ratio_raw", 0.35),
          least("ratio_one", 15),
          least("ratio_db_scheduler", 10),
          least("enqueue_ratio_raw", 0.5),
          most("lone_p50_of_bound", 1),
          most("lone_p99_of_bound", 1),
          most("lone_half_p50_of_bound", 1),
          most("lone_half_p99_of_bound", 1),
          most("pickup_p99_ms", 5),
          most("pickup_lease_commits", 0.01),
          most("fairness_ratio", 2),
          most("restart_first_lease_ms", 1_000),
          most("wal_of_soft", 1.1),
          least("backlog_ratio", 0.85),
          most("rss_mb_10m", 256),
          most("start_ms_10m", 3_000),
          most("stats_ms_10m", 1),
          most("idle_store_thread_runs", 0),
          most("idle_cpu_percent", 0.1));

  private final List<String> parts;

  QueueBench(List<String> parts) {
    this.parts = parts;
  }

  @Override
  public Map<String, Object> run() throws Exception {
    return Measuring.run("queue", QueueRun.class, parts, TARGETS);
  }
}
