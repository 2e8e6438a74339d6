package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;

import dev.meshkit.api.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Durable messages from each of some agents to each other, one after the other, and what became of
 * them. The oracle is outside of the agents: what the senders' callers were promised, against the
 * rows that the receivers' handlers left on disk. Thread-safe.
 */
final class RollLoad {
  private static final Duration DRAIN = Duration.ofMinutes(3);
  private static final Duration PACE = Duration.ofMillis(20);

  private final List<AgentView> nodes;
  private final DemoLedger ledger = new DemoLedger();
  private final AtomicInteger number = new AtomicInteger();

  /** Between {@code nodes}, all of which are there before anything flows. */
  RollLoad(List<AgentView> nodes) {
    this.nodes = nodes;
  }

  /** What is done while messages flow. */
  @FunctionalInterface
  interface Meanwhile {
    /** Does it. */
    void run() throws Exception;
  }

  /** Has each send to each other until {@code meanwhile} is done. */
  void flow(Meanwhile meanwhile) throws Exception {
    try (var pace = new ScheduledThreadPoolExecutor(nodes.size())) { // its end waits for the last
      for (var from : nodes) {
        pace.scheduleWithFixedDelay(() -> talk(from), 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
      }
      meanwhile.run();
    }
  }

  /** Blocks until so many more have been promised. */
  void awaitPromises(int more) {
    var wanted = ledger.sent() + more;
    await(more + " more promises").atMost(DRAIN).until(() -> ledger.sent() >= wanted);
  }

  private void talk(AgentView from) {
    for (var to : nodes) {
      if (to != from) send(from, to.id());
    }
  }

  private void send(AgentView from, NodeId to) {
    var body = from.id() + ">" + to + "#" + number.incrementAndGet();
    var letter = new DemoLedger.Letter(to.toString(), body);
    ledger.tried(letter);
    if (from.send(to, body)) ledger.promised(letter);
  }

  /** What is not as promised, once all of it has had time to arrive. */
  List<String> judged() throws IOException {
    await("every promise kept").atMost(DRAIN).until(() -> count().lost() == 0);
    var count = count();
    System.out.println(count);
    var broken = new ArrayList<String>();
    if (!count.isExact()) broken.add(count.toString());
    for (var entry : applied().entrySet()) {
      var latest = new TreeMap<String, Integer>();
      for (var body : entry.getValue()) {
        var pair = body.substring(0, body.indexOf('#'));
        var n = Integer.parseInt(body.substring(pair.length() + 1));
        var before = latest.put(pair, n);
        if (before != null && before > n) broken.add(pair + " applied " + n + " after " + before);
      }
    }
    return broken;
  }

  /** What was promised and applied so far. */
  DemoLedger.Count count() throws IOException {
    return ledger.count(applied());
  }

  private Map<String, List<String>> applied() throws IOException {
    var applied = new TreeMap<String, List<String>>();
    for (var node : nodes) applied.put(node.id().toString(), node.letters());
    return applied;
  }
}
