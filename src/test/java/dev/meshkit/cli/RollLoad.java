package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.control.proto.Sent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Durable messages from each of some agents to each other, one after the other, and what became of
 * them. The oracle is outside of the agents: what the senders' callers were promised, against the
 * rows that the receivers' handlers left on disk; and nobody has refused any, neither the sender's
 * node nor the receiver. Thread-safe.
 */
final class RollLoad {
  private static final Duration DRAIN = Duration.ofMinutes(3);
  private static final Duration PACE = Duration.ofMillis(20);

  /** Of a node that is killed, starts, or stands still; with any other code it has said no. */
  private static final Set<String> AWAY = Set.of("error.unavailable", "error.timeout");

  private final List<AgentView> nodes;
  private final DemoLedger ledger = new DemoLedger();
  private final AtomicInteger number = new AtomicInteger();
  private final Set<String> refused = new ConcurrentSkipListSet<>();

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
    await(more + " more promises")
        .atMost(DRAIN)
        .pollInterval(PACE)
        .until(() -> ledger.sent() >= wanted);
  }

  /** Blocks until each has applied one more: what flows has found a way since this began. */
  void awaitArrivals() throws IOException {
    var before = applied();
    await("arrivals everywhere")
        .atMost(DRAIN)
        .pollInterval(PACE)
        .until(
            () -> {
              var now = applied();
              return before.keySet().stream()
                  .allMatch(node -> now.get(node).size() > before.get(node).size());
            });
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
    switch (from.send(to, body)) {
      case Result.Ok<Sent> _ -> ledger.promised(letter);
      case Result.Err<Sent>(var why) -> {
        if (!AWAY.contains(why.code())) refused.add(from.id() + " takes none: " + why.text());
      }
    }
  }

  /** What is not as promised, once all of it has had time to arrive, and what was refused. */
  List<String> judged() throws IOException {
    await("every promise kept")
        .atMost(DRAIN)
        .until(() -> (count().lost() == 0 && haveSentAll()) || !refusals().isEmpty());
    var count = count();
    System.out.println(count);
    var broken = refusals();
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

  /** What was applied and has no receipt yet may come again. */
  private boolean haveSentAll() throws IOException {
    for (var node : nodes) if (!node.hasSentAll()) return false;
    return true;
  }

  private List<String> refusals() throws IOException {
    var all = new ArrayList<>(refused);
    for (var node : nodes) all.addAll(node.refused());
    return all;
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
