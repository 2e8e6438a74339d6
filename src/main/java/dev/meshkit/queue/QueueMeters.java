package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters.Level;
import dev.meshkit.observe.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What of a queue is computed at each scrape, and how its times are taken. */
final class QueueMeters {
  private final Ground ground;
  private final String queue;

  private QueueMeters(Ground ground) {
    this.ground = ground;
    this.queue = ground.options().name();
  }

  static void register(Ground ground) {
    var of = new QueueMeters(ground);
    var meters = ground.store().meters();
    meters.gauges(Metric.QUEUE_TASKS, of::tasks);
    meters.gauge(Metric.QUEUE_HEAD_AGE_SECONDS, of::headAgeSeconds, of.queue);
    meters.gauge(Metric.QUEUE_PRESSURE, () -> ground.lanes().room().isHigh() ? 1 : 0, of.queue);
  }

  /** Since a task was enqueued; never negative, whatever was done to the wall clock. */
  static Duration since(Ground ground, long enqueuedWallMs) {
    return Duration.ofMillis(Math.max(0, ground.wall().toEpochMilli() - enqueuedWallMs));
  }

  private List<Level> tasks() {
    var levels = new ArrayList<Level>();
    for (var cls : TrafficClass.values()) {
      var lanes =
          ground.lanes().all().stream()
              .filter(state -> state.lane().cls() == cls)
              .map(LaneState::published)
              .toList();
      level(levels, cls, "READY", lanes.stream().mapToLong(Counts::ready).sum());
      level(levels, cls, "DELAYED", lanes.stream().mapToLong(Counts::delayed).sum());
      level(levels, cls, "LEASED", lanes.stream().mapToLong(Counts::leased).sum());
      level(levels, cls, "DEAD", lanes.stream().mapToLong(Counts::dead).sum());
    }
    return levels;
  }

  private void level(List<Level> to, TrafficClass cls, String state, long tasks) {
    to.add(new Level((double) tasks, Arrays.asList(queue, cls.name(), state)));
  }

  /** 0 while nothing waits; not a number when the store does not say. */
  private double headAgeSeconds() {
    if (ground.lanes().publishedLive() == 0) return 0;
    try {
      var oldest = ground.store().read(read -> LaneTable.oldestFront(read, ground.qid()));
      if (!(oldest instanceof Result.Ok<Long>(var wallMs))) return Double.NaN;
      return wallMs == 0 ? 0 : since(ground, wallMs).toMillis() / 1e3;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // whoever scrapes is to stop
      return Double.NaN;
    }
  }
}
