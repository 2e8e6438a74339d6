package dev.meshkit.sim;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Profile;
import dev.meshkit.gossip.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How long things take in the simulator, for who measures the same of real processes beside it
 * (V34): nothing fails but the one node that is killed, and clocks run at the rate of time.
 */
public final class SimLatency {
  private static final int VOTERS = 3;
  private static final int MEMBERS = 5;
  private static final long JOINED = Seconds.of(12);

  private SimLatency() {}

  /**
   * What the processes run on.
   *
   * @param fsyncMedian of a commit, nanoseconds
   * @param fsyncP99 of a commit, nanoseconds
   * @param roundTrip between two processes, nanoseconds
   */
  public record Machine(long fsyncMedian, long fsyncP99, long roundTrip) {
    private SimNetwork.Climate climate() {
      return new SimNetwork.Climate(roundTrip, roundTrip, new Op.Weather(0, 0, 1), true);
    }
  }

  /**
   * From the end of the leader of three, at any place of its beat, to a successor's authority; a
   * number a seed, in milliseconds, sorted.
   */
  public static List<Double> takeovers(Profile profile, Machine machine, int seeds) {
    var all = new ArrayList<Double>();
    for (var seed = 1L; seed <= seeds; seed++) all.add(takeover(profile, machine, seed));
    return all.stream().sorted().toList();
  }

  private static double takeover(Profile profile, Machine machine, long seed) {
    var draws = new Chance(seed).of("fault", "latency");
    var nodes = GossipRuns.names(VOTERS);
    var from = 3 * profile.maxPromise().toNanos();
    var at = from + draws.between(0, from);
    var kill = new Op.Timed(at, new Op.Crash(Op.LEADER, Op.Moment.NOW, draws.unit()));
    var boot =
        ElectionRuns.Boot.named(nodes, nodes, profile, false)
            .measured(VOTERS, machine.climate())
            .on(SimDisk.Latency.of(machine.fsyncMedian(), machine.fsyncP99()));
    var took = new ArrayList<Long>();
    Oracle clock =
        oracle(
            sight -> {
              if (sight instanceof Sight.Takeover(_, var next, var nanos, _) && !next.isNobody())
                took.add(nanos);
            });
    var setup =
        new Setup(
            nodes,
            List.of(Scope.GLOBAL),
            machine.climate(),
            at,
            10 * from,
            List.of(kill),
            new Steady(boot),
            List.of(clock));
    passed(new Simulation(setup, seed, new Transcript(List.of())), "takeover");
    if (took.isEmpty()) throw new IllegalStateException("nobody took over with seed " + seed);
    return took.getFirst() / 1e6;
  }

  /**
   * From the end of one process of five, whose host stays, until all others hold it for dead; a
   * number a seed, in milliseconds, sorted.
   */
  public static List<Double> deaths(Timing timing, Machine machine, int seeds) {
    var all = new ArrayList<Double>();
    for (var seed = 1L; all.size() < seeds; seed++)
      death(timing, machine, seed).ifPresent(nanos -> all.add(nanos / 1e6));
    return all.stream().sorted().toList();
  }

  /** Nothing where the host, too, is gone. */
  private static OptionalLong death(Timing timing, Machine machine, long seed) {
    var draws = new Chance(seed).of("fault", "latency");
    var nodes = GossipRuns.names(MEMBERS);
    var dead = draws.below(MEMBERS);
    var at = JOINED + draws.between(0, 5 * timing.period().toNanos());
    var kill = new Op.Timed(at, new Op.Crash(dead, Op.Moment.NOW, draws.unit()));
    var boot = new Steady(new GossipRuns.Boot(timing, List.<Endpoint>of(Addresses.of(0))));
    SortedSet<NodeId> lack = new TreeSet<>(nodes);
    lack.remove(nodes.get(dead));
    var took = new ArrayList<Long>();
    Oracle clock =
        oracle(
            sight -> {
              if (!(sight instanceof Sight.Shown(var by, var of, Status status, _))) return;
              if (status != Status.DEAD || !of.equals(nodes.get(dead))) return;
              if (lack.remove(by) && lack.isEmpty()) took.add(boot.now() - at);
            });
    var setup =
        new Setup(
            nodes,
            List.of(),
            machine.climate(),
            at,
            Seconds.of(60),
            List.of(kill),
            boot,
            List.of(clock));
    var run = new Simulation(setup, seed, new Transcript(List.of()));
    passed(run, "death");
    if (!run.nodes().get(dead).hostUp()) return OptionalLong.empty();
    if (took.isEmpty()) throw new IllegalStateException("not all saw it with seed " + seed);
    return OptionalLong.of(took.getFirst());
  }

  private static void passed(Simulation run, String what) {
    var outcome = run.run(what);
    if (!outcome.passed()) throw new IllegalStateException(outcome.report());
  }

  private static Oracle oracle(java.util.function.Consumer<Sight> look) {
    return new Oracle() {
      @Override
      public String name() {
        return "clock";
      }

      @Override
      public String see(Sight sight) {
        look.accept(sight);
        return "";
      }
    };
  }
}
