package dev.meshkit.cli;

import dev.meshkit.api.NodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.awaitility.core.ConditionTimeoutException;

/**
 * T34, T37: {@code make chaos CASE=hand-over-kill ARGS="40 42"}: two agents that send each other
 * durable messages are told by SIGHUP to move their streams from HTTP/3 to the legacy socket, or
 * back, and one of the two, whichever dials, is killed by SIGKILL while they do: a seeded number of
 * looks after they were told, or as soon as one has its Stream on the other road, which the rest
 * follows. Started again, it finds its way to that road, and nothing was lost, doubled, or
 * overtaken.
 */
public final class HandOverKill {
  private static final List<String> PERMITTED = List.of("eu=1-2");
  private static final List<String> USED = List.of("eu=1-2@1");
  private static final int LOOKS = 12; // of which each takes some milliseconds
  private static final int WARM = 30; // promises before each hand-over

  private final SplittableRandom chance;
  private final List<RollNode> nodes = new ArrayList<>();
  private final List<AgentView> views = new ArrayList<>();
  private final RollLoad load = new RollLoad(views);
  private final int[] moved = new int[3]; // kills, by how many ends had their Stream there

  private HandOverKill(long seed) {
    this.chance = new SplittableRandom(seed);
  }

  /** So many hand-overs, with a kill in each; what broke, with the seed; else nothing. */
  public static List<String> run(int kills, long seed) throws Exception {
    System.out.println("hand-over-kill: seed " + seed);
    var all = new HandOverKill(seed);
    var broken = new ArrayList<String>();
    try {
      broken.addAll(all.handOvers(kills));
    } catch (ConditionTimeoutException late) {
      broken.add(String.valueOf(late.getMessage()));
      broken.add("so far " + all.load.count());
      for (var node : all.nodes) broken.add(node.view().id() + " said: " + node.err());
    } finally {
      all.nodes.forEach(RollNode::close);
    }
    System.out.printf(
        "killed while the Stream was there for neither %d times, for one %d, for both %d%n",
        all.moved[0], all.moved[1], all.moved[2]);
    if (!broken.isEmpty()) broken.add("run it again with seed " + seed);
    return broken;
  }

  private List<String> handOvers(int kills) throws Exception {
    var directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "hand-over");
    for (var name : List.of("n1", "n2")) {
      var join = nodes.isEmpty() ? List.<String>of() : List.of("--join", nodes.getFirst().mesh());
      nodes.add(new RollNode(directory, NodeId.of("eu", name), PERMITTED, join));
      views.add(nodes.getLast().view());
    }
    awaitRoads(false);
    load.flow(
        () -> {
          for (var i = 0; i < kills; i++) handOver(i % 2 == 0);
        });
    return load.judged();
  }

  private void handOver(boolean legacy) throws Exception {
    load.awaitPromises(WARM);
    for (var node : nodes) node.tell(legacy ? USED : PERMITTED);
    moved[looked(legacy)]++;
    var victim = nodes.get(chance.nextInt(nodes.size()));
    victim.kill();
    load.awaitPromises(chance.nextInt(WARM)); // of the other, to one who is away
    victim.restart();
    awaitRoads(legacy);
  }

  /** Looks so often, or until one has moved, for what follows then; how many have. */
  private int looked(boolean legacy) {
    var there = 0;
    for (var looks = chance.nextInt(LOOKS); looks > 0 && there == 0; looks--) {
      for (var view : views) if (view.hasMoved(legacy)) there++;
    }
    return there;
  }

  private void awaitRoads(boolean legacy) {
    for (var view : views) view.awaitRoads(1, legacy);
  }
}
