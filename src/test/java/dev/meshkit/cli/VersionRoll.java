package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;

import dev.meshkit.api.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * T37: {@code make chaos CASE=version-roll ARGS="3 42"}: four agents of two regions are told by
 * SIGHUP, region by region, to permit version 1 of the transport, to use it, not to, and not to
 * permit it, while each sends the others durable messages and one after the other is killed by
 * SIGKILL and started again. The oracle is outside: what the senders' callers were promised,
 * against the rows that the receivers' handlers left on disk.
 */
public final class VersionRoll {
  private static final Duration DRAIN = Duration.ofMinutes(3);
  private static final Duration PACE = Duration.ofMillis(20);
  private static final int BETWEEN = 25; // promises from one change to the next
  private static final List<String> REGIONS = List.of("eu", "us");
  private static final List<String> STAGES = List.of("1-2", "1-2@1", "1-2", "2");

  private final RandomGenerator chance;
  private final DemoLedger ledger = new DemoLedger();
  private final AtomicInteger number = new AtomicInteger();
  private final List<RollNode> nodes = new ArrayList<>();
  private final int changesAKill;
  private int changes;
  private int kills;

  private VersionRoll(int changesAKill, long seed) {
    this.changesAKill = changesAKill;
    this.chance = new java.util.SplittableRandom(seed);
  }

  /**
   * So many agents, there and back so many times, with a kill in one of so many changes; what
   * broke, with the seed; else nothing.
   */
  public static List<String> run(int agents, int rolls, int changesAKill, long seed)
      throws Exception {
    System.out.println("version-roll: seed " + seed);
    var roll = new VersionRoll(changesAKill, seed);
    var broken = new ArrayList<String>();
    try {
      broken.addAll(roll.all(agents, rolls));
    } catch (org.awaitility.core.ConditionTimeoutException late) {
      broken.add(String.valueOf(late.getMessage()));
      broken.add("so far " + roll.count());
      for (var node : roll.nodes) broken.add(node.id() + " said: " + node.err());
    } finally {
      roll.nodes.forEach(RollNode::close);
    }
    if (!broken.isEmpty()) broken.add("run it again with seed " + seed);
    return broken;
  }

  private List<String> all(int agents, int rolls) throws Exception {
    var directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "version-roll");
    for (var i = 0; i < agents; i++) {
      var id = NodeId.of(REGIONS.get(i % REGIONS.size()), "n" + (i + 1));
      nodes.add(new RollNode(directory, id, i == 0 ? "" : nodes.getFirst().mesh()));
    }
    for (var node : nodes) node.awaitRoads(agents - 1, false);
    try (var pace = new ScheduledThreadPoolExecutor(agents)) { // its end waits for what is sent
      for (var from : nodes) {
        pace.scheduleWithFixedDelay(() -> talk(from), 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
      }
      for (var i = 0; i < rolls; i++) roll();
    }
    return judged();
  }

  private void roll() throws Exception {
    var windows = new TreeMap<>(Map.of("eu", "2", "us", "2"));
    for (var stage : STAGES) {
      for (var region : REGIONS) {
        windows.put(region, stage);
        tell(windows);
      }
      var used = stage.endsWith("@1");
      for (var node : nodes) {
        node.awaitRoads(nodes.size() - 1, used);
        node.awaitPort(!stage.equals("2"));
      }
    }
  }

  /** All nodes hear of it, one after the other; in between one of them dies, or none. */
  private void tell(Map<String, String> windows) throws Exception {
    var versions =
        windows.entrySet().stream().map(one -> one.getKey() + "=" + one.getValue()).toList();
    var victim = chance.nextInt(nodes.size());
    var dies = changes++ % changesAKill == 0;
    var when = dies ? chance.nextInt(nodes.size()) : -1;
    for (var i = 0; i < nodes.size(); i++) {
      nodes.get(i).tell(versions);
      if (i != when) continue;
      nodes.get(victim).kill();
      awaitPromises(chance.nextInt(2 * BETWEEN));
      nodes.get(victim).restart();
      kills++;
    }
    awaitPromises(BETWEEN);
  }

  private void awaitPromises(int more) {
    var wanted = ledger.sent() + more;
    await().atMost(DRAIN).until(() -> ledger.sent() >= wanted);
  }

  private void talk(RollNode from) {
    for (var to : nodes) {
      if (to != from) send(from, to.id());
    }
  }

  private void send(RollNode from, NodeId to) {
    var body = from.id() + ">" + to + "#" + number.incrementAndGet();
    var letter = new DemoLedger.Letter(to.toString(), body);
    ledger.tried(letter);
    if (from.send(to, body)) ledger.promised(letter);
  }

  private List<String> judged() throws IOException {
    await().atMost(DRAIN).until(() -> count().lost() == 0);
    var count = count();
    System.out.printf("%s, %d kills%n", count, kills);
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

  private DemoLedger.Count count() throws IOException {
    return ledger.count(applied());
  }

  private Map<String, List<String>> applied() throws IOException {
    var applied = new TreeMap<String, List<String>>();
    for (var node : nodes) applied.put(node.id().toString(), node.letters());
    return applied;
  }
}
