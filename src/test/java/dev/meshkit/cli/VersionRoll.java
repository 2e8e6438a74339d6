package dev.meshkit.cli;

import dev.meshkit.api.NodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * T37: {@code make chaos CASE=version-roll ARGS="3 42"}: four agents of two regions are told by
 * SIGHUP, region by region, to permit version 1 of the transport, to use it, not to, and not to
 * permit it, while each sends the others durable messages and one after the other is killed by
 * SIGKILL and started again. The oracle is outside: what the senders' callers were promised,
 * against the rows that the receivers' handlers left on disk.
 */
public final class VersionRoll {
  private static final int BETWEEN = 25; // promises from one change to the next
  private static final List<String> REGIONS = List.of("eu", "us");
  private static final List<String> STAGES = List.of("1-2", "1-2@1", "1-2", "2");

  private final RandomGenerator chance;
  private final List<RollNode> nodes = new ArrayList<>();
  private final List<AgentView> views = new ArrayList<>();
  private final RollLoad load = new RollLoad(views);
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
      broken.add("so far " + roll.load.count());
      for (var node : roll.nodes) broken.add(node.view().id() + " said: " + node.err());
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
      var joining = i == 0 ? List.<String>of() : List.of("--join", nodes.getFirst().mesh());
      nodes.add(new RollNode(directory, id, List.of(), joining));
      views.add(nodes.getLast().view());
    }
    for (var view : views) view.awaitRoads(agents - 1, false);
    load.flow(
        () -> {
          for (var i = 0; i < rolls; i++) roll();
        });
    System.out.println(kills + " kills");
    return load.judged();
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
        node.view().awaitRoads(nodes.size() - 1, used);
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
      load.awaitPromises(chance.nextInt(2 * BETWEEN));
      nodes.get(victim).restart();
      kills++;
    }
    load.awaitPromises(BETWEEN);
  }
}
