package dev.meshkit.chaos;

import dev.meshkit.cli.FlipKill;
import dev.meshkit.cli.GateFlip;
import dev.meshkit.cli.HandOverKill;
import dev.meshkit.cli.RoadSwitchMesh;
import dev.meshkit.cli.VersionRoll;
import dev.meshkit.grpc.ConformanceRun;
import dev.meshkit.grpc.Floods;
import dev.meshkit.grpc.ProcessFaults;
import dev.meshkit.grpc.SlowReaders;
import dev.meshkit.grpc.Soak;
import dev.meshkit.link.BothDial;
import dev.meshkit.link.DeliverKill;
import dev.meshkit.link.FrozenPeer;
import dev.meshkit.link.PathFaults;
import dev.meshkit.link.PeerAway;
import dev.meshkit.link.RoadBounds;
import dev.meshkit.link.RoadSwitch;
import dev.meshkit.queue.ClockSteps;
import dev.meshkit.queue.QueueKill;
import dev.meshkit.sim.TraceCheck;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code make chaos CASE=name ARGS=size}: runs one case, against the program as it was built or in
 * this process. Each case says what its size is; without one it has its full size.
 */
public final class Chaos {
  private static final Map<String, Case> CASES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("leader-kill", args -> new LeaderKill().run(args)),
              // seconds of each flood
              Map.entry("flood", args -> Floods.run(Duration.ofSeconds(number(args, 10)))),
              Map.entry("frozen-peer", args -> FrozenPeer.run(number(args, 5))), // rounds
              Map.entry("road-switch", args -> RoadSwitch.run(number(args, 120))), // seconds
              Map.entry("road-switch-mesh", args -> RoadSwitchMesh.run(number(args, 120))), // same
              Map.entry("hand-over-kill", Chaos::handOverKill), // kills, and a seed
              Map.entry("gate-flip", Chaos::gateFlip), // rounds, and a seed
              Map.entry("flip-kill", Chaos::flipKill), // the same
              // times there and back, and a seed
              Map.entry("version-roll", Chaos::versionRoll),
              // the rows whose names begin so, or all of them
              Map.entry("path-faults", args -> PathFaults.run(String.join(" ", args))),
              Map.entry("partition", Chaos::partition), // rounds, and a seed
              Map.entry("queue-kill", Chaos::queueKill), // kills, and a seed
              Map.entry("deliver-kill", Chaos::deliverKill), // the same, and plain
              // seconds away, messages a second to each peer, and a seed
              Map.entry("peer-away", Chaos::peerAway),
              Map.entry("clock-steps", args -> ClockSteps.run(number(args, 5))), // rounds
              Map.entry("road-bounds", args -> RoadBounds.run(number(args, 10))), // rounds
              // recordings of the nodes of one run
              Map.entry("trace-check", TraceCheck::files),
              Map.entry("both-dial", args -> BothDial.run(number(args, 1_000))), // rounds
              // classes of the suite, or all of it
              Map.entry("conformance-lossy", args -> ConformanceRun.run("lossy", args)),
              Map.entry("leaks", args -> ConformanceRun.run("paranoid", args)), // the same
              Map.entry(
                  "cert-swap", // seconds
                  args -> Soak.run(number(args, 600), Duration.ofSeconds(1))),
              Map.entry("cancel-calls", args -> Soak.cancels(number(args, 100_000))), // calls
              // rounds of kill, restart, stop, continue
              Map.entry("process-faults", args -> ProcessFaults.run(number(args, 10))),
              Map.entry(
                  "slow-reader", // seconds with slow readers, and as many without; how many of them
                  Chaos::slowReader)));

  private Chaos() {}

  /** A case: what went wrong, a line each; nothing when it held. */
  @FunctionalInterface
  interface Case {
    List<String> run(List<String> args) throws Exception;
  }

  /** More than three at once may stop a connection: the bound of 4 MiB is for all its calls. */
  private static List<String> slowReader(List<String> args) throws Exception {
    var readers = args.size() > 1 ? Integer.parseInt(args.get(1)) : 3;
    return SlowReaders.run(Duration.ofSeconds(number(args, 30)), readers);
  }

  private static List<String> versionRoll(List<String> args) throws Exception {
    var seed = args.size() > 1 ? Long.parseLong(args.get(1)) : System.nanoTime();
    return VersionRoll.run(4, number(args, 3), 1, seed);
  }

  private static List<String> handOverKill(List<String> args) throws Exception {
    var seed = args.size() > 1 ? Long.parseLong(args.get(1)) : System.nanoTime();
    return HandOverKill.run(number(args, 40), seed);
  }

  private static List<String> gateFlip(List<String> args) throws Exception {
    var seed = args.size() > 1 ? Long.parseLong(args.get(1)) : System.nanoTime();
    return GateFlip.run(number(args, 50), seed);
  }

  private static List<String> flipKill(List<String> args) throws Exception {
    var seed = args.size() > 1 ? Long.parseLong(args.get(1)) : System.nanoTime();
    return FlipKill.run(number(args, 5), seed);
  }

  private static List<String> partition(List<String> args) throws Exception {
    var seed = args.size() > 1 ? Long.parseLong(args.get(1)) : System.nanoTime();
    return Partition.run(number(args, 30), seed);
  }

  private static List<String> queueKill(List<String> args) throws Exception {
    var seed = args.size() > 1 ? Long.parseLong(args.get(1)) : System.nanoTime();
    return QueueKill.run(number(args, 200), seed);
  }

  private static List<String> deliverKill(List<String> args) throws Exception {
    var seed = args.size() > 1 ? Long.parseLong(args.get(1)) : System.nanoTime();
    var plain = args.size() > 2 && args.get(2).equals("plain");
    return DeliverKill.run(new DeliverKill.Plan(number(args, 100), seed, plain));
  }

  private static List<String> peerAway(List<String> args) throws Exception {
    var rate = args.size() > 1 ? Integer.parseInt(args.get(1)) : 1_000;
    var seed = args.size() > 2 ? Long.parseLong(args.get(2)) : System.nanoTime();
    return PeerAway.run(number(args, 600), rate, seed);
  }

  private static int number(List<String> args, int full) {
    return args.isEmpty() ? full : Integer.parseInt(args.getFirst());
  }

  /** Exits 0 if the case held, 1 if it did not, 2 for an unknown name. */
  public static void main(String... args) throws Exception {
    var name = args.length == 0 ? "" : args[0];
    var one = CASES.get(name);
    if (one == null) {
      System.err.println("no case '" + name + "'; there are " + CASES.keySet());
      System.exit(2);
      return;
    }
    var broken = one.run(Arrays.asList(args).subList(1, args.length));
    broken.forEach(line -> System.out.println("BROKEN " + line));
    System.out.println("chaos " + name + ": " + (broken.isEmpty() ? "OK" : "FAILED"));
    System.exit(broken.isEmpty() ? 0 : 1);
  }
}
