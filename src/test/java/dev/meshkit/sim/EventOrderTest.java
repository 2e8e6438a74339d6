package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.meshkit.api.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** In which order things happen that happen at once, and where a crash cuts that short. */
class EventOrderTest {
  private static final List<NodeId> NODES = GossipRuns.names(4);
  private static final String CORE = "ordered";
  private static final long WHEN = 1_000;

  /** V4: by time; at one time by a draw of the node that it happens to, not by who was first. */
  @Test
  void eventsOfOneInstantComeInTheOrderOfTheirTies() {
    var came = new ArrayList<String>();
    var first = new ArrayList<String>();
    run(
        1,
        List.of(),
        node ->
            new InertHost() {
              @Override
              public void start() {
                for (var event = 0; event < 4; event++) {
                  first.add(node.id() + " " + event);
                  node.later(WHEN, CORE, node.id() + " " + event);
                }
                node.later(WHEN - 1, CORE, "before");
              }

              @Override
              public void timer(Object what) {
                came.add((String) what);
              }
            });
    var ties = new TreeMap<String, Long>();
    for (var id : NODES) {
      var draws = new Chance(1).of("order", id.toString());
      for (var event = 0; event < 4; event++) ties.put(id + " " + event, draws.nextLong());
    }
    var wanted = first.stream().sorted(Comparator.comparingLong(ties::get)).toList();
    assertEquals(List.of("before", "before", "before", "before"), came.subList(0, 4));
    assertEquals(wanted, came.subList(4, came.size()));
    assertNotEquals(first, wanted, "or it would show nothing");
  }

  /** V5: of a step any number of effects may have been performed, and always the first ones. */
  @Test
  void aCrashFallsBetweenAnyTwoEffects() {
    var lengths = new TreeSet<Integer>();
    for (var seed = 1L; seed <= 60; seed++) {
      var done = new ArrayList<Integer>();
      run(seed, List.of(crash(Op.Moment.MID_STEP)), node -> new Steps(node, done, false));
      assertEquals(IntStream.range(0, done.size()).boxed().toList(), done);
      lengths.add(done.size());
    }
    assertEquals(new TreeSet<>(List.of(0, 1, 2, 3, 4)), lengths);
  }

  /** V5: and one that waits for a step that writes lets the others through whole. */
  @Test
  void aCrashInAWriteWaitsForOne() {
    var lengths = new TreeSet<Integer>();
    for (var seed = 1L; seed <= 60; seed++) {
      var done = new ArrayList<Integer>();
      run(seed, List.of(crash(Op.Moment.MID_WRITE)), node -> new Steps(node, done, true));
      lengths.add(done.size());
    }
    assertEquals(new TreeSet<>(List.of(4, 5, 6, 7, 8)), lengths);
  }

  private static Op.Timed crash(Op.Moment moment) {
    return new Op.Timed(1, new Op.Crash(0, moment, 1));
  }

  /** The first node takes a step of four effects, and then another, which may write. */
  private static final class Steps implements InertHost {
    private final SimNode node;
    private final List<Integer> done;
    private final boolean writes;

    Steps(SimNode node, List<Integer> done, boolean writes) {
      this.node = node;
      this.done = done;
      this.writes = writes;
    }

    @Override
    public void start() {
      if (node.number() != 0) return;
      node.later(WHEN, CORE, false);
      if (writes) node.later(2 * WHEN, CORE, true);
    }

    @Override
    public void timer(Object second) {
      node.perform(List.of(0, 1, 2, 3), _ -> (boolean) second, done::add);
    }
  }

  private static void run(long seed, List<Op.Timed> ops, Function<SimNode, Host> host) {
    Cores boot =
        node -> {
          var hosts = new TreeMap<String, Host>();
          hosts.put(CORE, host.apply(node));
          return hosts;
        };
    var setup =
        new Setup(NODES, List.of(), SimNetwork.Climate.LAN, 10 * WHEN, 1, ops, boot, List.of());
    new Simulation(setup, seed, new Transcript(List.of())).run("toy");
  }
}
