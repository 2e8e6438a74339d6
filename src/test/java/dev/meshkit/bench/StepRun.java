package dev.meshkit.bench;

import static dev.meshkit.bench.Target.least;
import static dev.meshkit.bench.Target.most;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.meshkit.sim.SimSpeed;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * {@code make bench BENCH=step}: what one step of an election costs, what asking for authority
 * costs, and how fast the simulator runs. With arguments only those parts run ({@code ARGS="beat
 * ack authority sim gossip"}). The first three are {@link StepBench}; the simulator's are whole
 * runs, by the time that their thread had on the processor.
 */
public final class StepRun {
  /** The targets of the designs of elections and of the simulator. */
  private static final List<Target> TARGETS =
      List.of(
          most("beat_ns", 2_000),
          most("beat_bytes", 500),
          most("authority_ns", 60),
          most("authority_bytes", 0),
          least("sim_virtual_seconds_per_second", 400),
          least("sim_gossip_200_virtual_seconds_per_second", 300),
          least("sim_gossip_2000_virtual_seconds_per_second", 5));

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final List<String> STEPS = List.of("beat", "ack", "authority");
  private static final int TURNS = 11;
  private static final int SEEDS = 40;
  private static final double MEETING = 1; // virtual seconds, as the next
  private static final double MINUTE = 60;
  private static final double SEARCH = 20;

  /** Of two thousand tables of two thousand; SimMemory of the design has so much. */
  private static final String HEAP = "-Xmx2g";

  private final JsonObject numbers = new JsonObject();

  private StepRun() {}

  /** The benchmark of that name, of these parts; all if none is named. */
  static Bench.Measured measured(List<String> parts) {
    return () -> Measuring.run("step", StepRun.class, parts, TARGETS, HEAP);
  }

  /** Measures, and leaves the numbers in a file: the first argument; the others are parts. */
  public static void main(String... args) throws Exception {
    var parts = List.of(args).subList(1, args.length);
    var run = new StepRun();
    var steps = STEPS.stream().filter(name -> isChosen(name, parts)).toList();
    if (!steps.isEmpty()) run.measure(steps);
    if (isChosen("sim", parts)) run.simulate();
    if (isChosen("gossip", parts)) run.simulateGossip();
    Files.writeString(Path.of(args[0]), new Gson().toJson(run.numbers));
  }

  private static boolean isChosen(String name, List<String> parts) {
    return parts.isEmpty() || parts.contains(name);
  }

  /** By JMH: its mean, the half width of its 99.9 % interval, the least and most of all turns. */
  private void measure(List<String> names) throws RunnerException {
    var options = new OptionsBuilder().shouldFailOnError(true).addProfiler(GCProfiler.class);
    for (var name : names) options.include("^" + StepBench.class.getName() + "\\." + name + "$");
    for (var result : new Runner(options.build()).run()) {
      var nanos = result.getPrimaryResult();
      var name = nanos.getLabel();
      number(name + "_ns", nanos.getScore());
      number(name + "_ns_error", nanos.getScoreError());
      number(name + "_ns_least", nanos.getStatistics().getMin());
      number(name + "_ns_most", nanos.getStatistics().getMax());
      // The profiler's own objects are a few hundredths of a byte a step.
      number(name + "_bytes", result.getSecondaryResults().get("gc.alloc.rate.norm").getScore());
    }
  }

  private void told(String name, double[] turns) {
    Arrays.sort(turns);
    number(name, turns[turns.length / 2]);
    number(name + "_least", turns[0]);
    number(name + "_most", turns[turns.length - 1]);
  }

  private void number(String name, double value) {
    numbers.addProperty(name, Math.round(value * 10) / 10.0);
  }

  /**
   * V35: a mesh that has met, and what the meeting itself takes; of 200 also how they find each
   * other.
   */
  private void simulateGossip() throws Exception {
    simulateGossip(200, 5);
    var found = SEARCH / took(() -> SimSpeed.gossip(200, SEARCH));
    number("sim_gossip_200_from_seeds_virtual_seconds_per_second", found);
    simulateGossip(2_000, 1);
  }

  private void simulateGossip(int nodes, int turns) throws Exception {
    SimSpeed.formed(nodes, MEETING); // warms up
    var rates = new double[turns];
    var met = new double[turns];
    for (var turn = 0; turn < turns; turn++) {
      met[turn] = took(() -> SimSpeed.formed(nodes, MEETING));
      var all = took(() -> SimSpeed.formed(nodes, MINUTE));
      rates[turn] = (MINUTE - MEETING) / (all - met[turn]);
    }
    told("sim_gossip_" + nodes + "_virtual_seconds_per_second", rates);
    told("sim_gossip_" + nodes + "_meeting_seconds", met);
  }

  /** Seconds of the processor. */
  private static double took(Callable<?> work) throws Exception {
    var began = THREADS.getCurrentThreadCpuTime();
    work.call();
    return (THREADS.getCurrentThreadCpuTime() - began) / 1e9;
  }

  private void simulate() {
    SimSpeed.of(1, SEEDS); // warms up
    var rates = new double[TURNS];
    var events = new double[TURNS];
    for (var turn = 0; turn < TURNS; turn++) {
      var began = THREADS.getCurrentThreadCpuTime();
      var ran = SimSpeed.of(1, SEEDS);
      var seconds = (THREADS.getCurrentThreadCpuTime() - began) / 1e9;
      rates[turn] = ran.virtualSeconds() / seconds;
      events[turn] = ran.events() / seconds;
    }
    told("sim_virtual_seconds_per_second", rates);
    told("sim_events_per_second", events);
  }
}
