package dev.meshkit.sim;

import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Change;
import dev.meshkit.gossip.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * How long a committed gate takes to the gates of a whole mesh, beside a rumour of gossip's own,
 * for who measures it (GateSpread). Nothing fails but the net, of whose frames one of a hundred is
 * lost, and a process now and then; the rumour is that it is suspected.
 */
public final class SimSpread {
  private static final double JOINED = 12; // seconds, of a mesh that starts all at once
  private static final int EACH = 6; // records, and processes that die
  private static final double APART = 2.5; // seconds, of the same kind
  private static final double LAST = 10; // seconds

  private final List<Double> toEach = new ArrayList<>();
  private final List<Double> toAll = new ArrayList<>();

  private SimSpread() {}

  /**
   * Milliseconds, sorted.
   *
   * @param toEach of each node and each piece of news
   * @param toAll of the last node of each piece of news
   */
  public record Times(List<Double> toEach, List<Double> toAll) {
    /** Copies the lists. */
    public Times {
      toEach = List.copyOf(toEach);
      toAll = List.copyOf(toAll);
    }
  }

  /**
   * Both kinds of news.
   *
   * @param gates from the commit until a node decides by it
   * @param rumours from the first who suspects a process until a node does
   */
  public record Spread(Times gates, Times rumours) {}

  /** Of so many nodes, three of whom vote, by so many seeds. */
  public static Spread of(int nodes, Timing timing, int seeds) {
    var gates = new SimSpread();
    var rumours = new SimSpread();
    for (var seed = 1L; seed <= seeds; seed++) {
      var draws = new Chance(seed).of("fault", "spread");
      var setup =
          new MeshRuns(draws, false)
              .spreading(
                  nodes, timing, ops(nodes, draws), LAST, now -> new Clock(now, gates, rumours));
      var outcome = new Simulation(setup, seed, new Transcript(List.of())).run("spread");
      if (!outcome.passed()) throw new IllegalStateException(outcome.report());
    }
    return new Spread(gates.times(), rumours.times());
  }

  private Times times() {
    return new Times(toEach.stream().sorted().toList(), toAll.stream().sorted().toList());
  }

  /** An order and a death in turn, each at any place of all that goes by periods. */
  private static List<Op.Timed> ops(int nodes, Draws draws) {
    var ops = new ArrayList<Op.Timed>();
    for (var i = 1; i <= EACH; i++) {
      var at = JOINED + APART * i;
      var gate = new Change.SetGate(OrderedGates.gate("g" + i % 3, i, i));
      ops.add(timed(at + draws.unit() * APART / 4, new Op.Order(Op.LEADER, "s" + i, false, gate)));
      var who = MeshRuns.VOTERS + draws.below(nodes - MeshRuns.VOTERS);
      ops.add(
          timed(at + APART / 2 + draws.unit() * APART / 4, new Op.Crash(who, Op.Moment.NOW, 1)));
    }
    return ops;
  }

  private static Op.Timed timed(double seconds, Op op) {
    return new Op.Timed(Seconds.of(seconds), op);
  }

  /** Who has not got some news yet, of those who ran when it began and still do. */
  private static final class Clock implements Oracle {
    private final LongSupplier now;
    private final SimSpread gates;
    private final SimSpread rumours;
    private final SortedSet<NodeId> running = new TreeSet<>();
    private final SortedMap<Sight.Edition, Wait> adopting = new TreeMap<>();
    private final SortedMap<NodeId, Wait> doubting = new TreeMap<>();

    Clock(LongSupplier now, SimSpread gates, SimSpread rumours) {
      this.now = now;
      this.gates = gates;
      this.rumours = rumours;
    }

    private record Wait(long since, SortedSet<NodeId> lack) {}

    @Override
    public String name() {
      return "spread";
    }

    @Override
    public String see(Sight sight) {
      switch (sight) {
        case Sight.Started(var node) -> running.add(node);
        case Sight.Stopped(var node) -> {
          running.remove(node);
          adopting.values().forEach(wait -> wait.lack.remove(node));
          doubting.values().forEach(wait -> wait.lack.remove(node));
        }
        case Sight.Decides decides -> decides(decides);
        case Sight.Shown(var by, var of, var status, _) when !running.contains(of) -> {
          if (status == Status.SUSPECT) doubting.computeIfAbsent(of, _ -> fresh(by));
          if (doubting.containsKey(of)) has(by, doubting.get(of), rumours);
        }
        case Sight.Calm _ -> {
          return lacking(adopting) + lacking(doubting);
        }
        default -> {}
      }
      return "";
    }

    /** With its first adoption, which is its leader's, a record begins to spread. */
    private void decides(Sight.Decides decides) {
      var isJoining = now.getAsLong() < Seconds.of(JOINED);
      if (!isJoining) adopting.computeIfAbsent(decides.by(), _ -> fresh(decides.node()));
      for (var wait : adopting.headMap(decides.by()).values()) has(decides.node(), wait, gates);
      var own = adopting.get(decides.by());
      if (own != null) has(decides.node(), own, gates);
    }

    private Wait fresh(NodeId from) {
      var lack = new TreeSet<>(running);
      lack.remove(from);
      return new Wait(now.getAsLong(), lack);
    }

    private void has(NodeId node, Wait wait, SimSpread of) {
      if (!wait.lack.remove(node)) return;
      var millis = (now.getAsLong() - wait.since) / 1e6;
      of.toEach.add(millis);
      if (wait.lack.isEmpty()) of.toAll.add(millis);
    }

    private static String lacking(SortedMap<?, Wait> all) {
      var news = new StringBuilder();
      all.forEach(
          (what, wait) -> {
            if (!wait.lack.isEmpty()) news.append(wait.lack).append(" lack ").append(what);
          });
      return news.toString();
    }
  }
}
