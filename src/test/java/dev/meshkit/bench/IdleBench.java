package dev.meshkit.bench;

import dev.meshkit.process.Agent;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * B3 in its first form: memory and processor time of five idle nodes in two regions, in their
 * twelfth minute, when the JVMs have compiled what an idle node runs; beside it the second minute,
 * in which they still do. The voters are those of the demo, so that leaders keep their tenures by
 * asking others all the while.
 */
final class IdleBench implements Bench.Measured {
  private static final Duration START = Duration.ofMinutes(1);
  private static final Duration SETTLE = Duration.ofMinutes(9);
  private static final Duration WATCH = Duration.ofSeconds(60);
  private static final long BUDGET_BYTES = 200_000_000;
  private static final double BUDGET_PERCENT = 3;
  private static final String EU_VOTERS = "eu/n1,eu/n2,eu/n3";
  private static final String US_VOTERS = "us/n4";
  private static final String ALL_VOTERS = "eu/n1,eu/n2,eu/n3,us/n4,us/n5";

  @Override
  public Map<String, Object> run() throws Exception {
    var data = Files.createTempDirectory("bench-idle");
    var agents = new ArrayList<Agent>();
    try {
      for (var node : List.of("eu/n1", "eu/n2", "eu/n3", "us/n4", "us/n5")) {
        var more = new ArrayList<>(List.of("--global-voters", ALL_VOTERS, "--region-voters"));
        more.add(node.startsWith("eu/") ? EU_VOTERS : US_VOTERS);
        if (!agents.isEmpty()) more.addAll(List.of("--join", agents.getFirst().mesh()));
        var place = data.resolve(node.replace('/', '-'));
        var agent = Agent.start(place, node, more.toArray(String[]::new));
        agents.add(agent);
        agent.awaitReady();
      }
      return watch(agents);
    } finally {
      for (var agent : agents) agent.close();
    }
  }

  private static Map<String, Object> watch(List<Agent> agents) throws Exception {
    pause(START);
    var compiling = percents(agents);
    pause(SETTLE);
    var percents = percents(agents);
    var bytes = new ArrayList<Long>();
    for (var agent : agents) bytes.add(agent.residentBytes());
    var megabytes = bytes.stream().map(size -> size / 1_000_000).toList();
    return Map.of(
        "nodes",
        agents.size(),
        "watchedSeconds",
        WATCH.toSeconds(),
        "residentMB",
        megabytes,
        "cpuPercentOfACore",
        percents,
        "cpuPercentInTheSecondMinute",
        compiling,
        "budgetMB",
        BUDGET_BYTES / 1_000_000,
        "budgetPercent",
        BUDGET_PERCENT,
        "withinBudget",
        Collections.max(bytes) < BUDGET_BYTES && Collections.max(percents) < BUDGET_PERCENT);
  }

  /** What each used of a core while it was watched. */
  private static List<Double> percents(List<Agent> agents) {
    var before = agents.stream().map(Agent::cpu).toList();
    pause(WATCH);
    var percents = new ArrayList<Double>();
    for (var i = 0; i < agents.size(); i++) {
      var used = agents.get(i).cpu().minus(before.get(i));
      percents.add(Math.round(10_000.0 * used.toMillis() / WATCH.toMillis()) / 100.0);
    }
    return percents;
  }

  /** A benchmark measures a span of time, so here waiting is the work. */
  private static void pause(Duration span) {
    var end = System.nanoTime() + span.toNanos();
    for (var left = span.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
