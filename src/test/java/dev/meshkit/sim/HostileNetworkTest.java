package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** V9, V29: what a hostile network brings again, and a run that would never end. */
class HostileNetworkTest {
  private static final int NODES = 3;
  private static final Op.Weather ALL_TWICE = new Op.Weather(0, 1, 1);

  /** V9: a process hears what was said to the one before it, long after it is gone. */
  @Test
  void framesAreReplayedAcrossRestarts() {
    var ops = new ArrayList<>(List.of(new Op.Timed(0, ALL_TWICE)));
    for (var at = Seconds.of(1); at < Seconds.of(10); at += Seconds.of(0.07)) {
      ops.add(new Op.Timed(at, new Op.Crash(0, Op.Moment.NOW, 1)));
      ops.add(new Op.Timed(at + 1_000_000, new Op.Restart(0)));
    }
    var lines = new ByteArrayOutputStream();
    var out = new PrintStream(lines, true, StandardCharsets.UTF_8);
    assertTrue(run(ops, List.of(out), node -> new ToyHost(node, disk(node), false)).passed());
    var before = new HashSet<String>();
    var heard = new HashSet<String>();
    var replayed = 0;
    for (var line : lines.toString(StandardCharsets.UTF_8).lines().toList()) {
      if (line.contains("eu/n1 is gone")) {
        before.addAll(heard);
        heard.clear();
      }
      if (!line.contains("eu/n1 hears ")) continue;
      var what = line.substring(line.indexOf("hears "), line.lastIndexOf(','));
      if (before.contains(what)) replayed++;
      heard.add(what);
    }
    assertTrue(replayed > 0, "of what came before a restart nothing came after it");
  }

  /** V29: time passes with every event, and yet it is too many of them. */
  @Test
  void aFloodOfEventsIsReported() {
    var outcome = run(List.of(), List.of(), Flood::new);
    assertEquals("RUNAWAY", outcome.violations().getFirst().oracle(), outcome::report);
    assertTrue(outcome.report().startsWith("SIM FAIL seed=1 scenario=flood RUNAWAY at "));
  }

  private interface Core {
    Host on(SimNode node);
  }

  private static SimDisk<Long> disk(SimNode node) {
    return new SimDisk<>(node.world().chance().of("disk", node.id().toString()), 0L);
  }

  private static Outcome run(List<Op.Timed> ops, List<PrintStream> listeners, Core core) {
    Cores boot =
        node -> {
          var hosts = new TreeMap<String, Host>();
          hosts.put(ToyHost.CORE, core.on(node));
          return hosts;
        };
    var setup =
        new Setup(
            GossipRuns.names(NODES),
            List.of(),
            SimNetwork.Climate.LAN,
            Seconds.of(11),
            Seconds.of(1),
            ops,
            boot,
            List.of());
    return new Simulation(setup, 1, new Transcript(listeners)).run("flood");
  }
}
