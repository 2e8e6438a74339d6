package dev.meshkit.bench;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.sun.management.ThreadMXBean;
import dev.meshkit.node.AuthoritySpeed;
import dev.meshkit.sim.SimSpeed;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * Measures in this process and leaves the numbers in a file: the first argument; the others are
 * parts. Each work is warmed up, then takes eleven turns; a number is the median of the turns. Time
 * is the thread's own on the processor: what else runs on the machine is not what is asked.
 */
public final class StepRun {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int TURNS = 11;
  private static final long WARM_NANOS = 4_000_000_000L;
  private static final long TURN_NANOS = 300_000_000L;
  private static final int SEEDS = 40;

  private final JsonObject numbers = new JsonObject();
  private long sum; // of all results, so that none is computed in vain

  private StepRun() {}

  /** Runs the parts; all of them if none is named. */
  public static void main(String... args) throws Exception {
    var parts = List.of(args).subList(1, args.length);
    var run = new StepRun();
    var steps = new StepWork();
    if (isChosen("beat", parts)) run.measure("beat", steps::beats, StepWork.BATCH);
    if (isChosen("ack", parts)) run.measure("ack", steps::acks, StepWork.BATCH);
    var authority = new AuthoritySpeed();
    if (isChosen("authority", parts)) run.measure("authority", authority::ask, 1_000);
    if (isChosen("sim", parts)) run.simulate();
    if (isChosen("gossip", parts)) run.simulateGossip();
    run.numbers.addProperty("checksum", run.sum);
    Files.writeString(Path.of(args[0]), new Gson().toJson(run.numbers));
  }

  private static boolean isChosen(String name, List<String> parts) {
    return parts.isEmpty() || parts.contains(name);
  }

  /** One call of {@code work} does {@code batch} of what is measured. */
  private void measure(String name, LongUnaryOperator work, int batch) {
    for (var end = System.nanoTime() + WARM_NANOS; System.nanoTime() < end; )
      sum += work.applyAsLong(sum);
    var nanos = new double[TURNS];
    var bytes = new double[TURNS];
    for (var turn = 0; turn < TURNS; turn++) {
      var calls = 0L;
      var allocated = THREADS.getCurrentThreadAllocatedBytes();
      var began = System.nanoTime();
      var used = THREADS.getCurrentThreadCpuTime();
      for (; System.nanoTime() - began < TURN_NANOS; calls++) sum += work.applyAsLong(sum);
      nanos[turn] = (double) (THREADS.getCurrentThreadCpuTime() - used) / (calls * batch);
      var more = THREADS.getCurrentThreadAllocatedBytes() - allocated;
      bytes[turn] = Math.rint((double) more / (calls * batch)); // the meter itself takes a few
    }
    told(name + "_ns", nanos);
    told(name + "_bytes", bytes);
  }

  private void told(String name, double[] turns) {
    Arrays.sort(turns);
    numbers.addProperty(name, Math.round(turns[turns.length / 2] * 10) / 10.0);
    numbers.addProperty(name + "_least", Math.round(turns[0] * 10) / 10.0);
    numbers.addProperty(name + "_most", Math.round(turns[turns.length - 1] * 10) / 10.0);
  }

  /** Of 200 nodes, and of 2,000: the second is what a minute of them takes. */
  private void simulateGossip() {
    SimSpeed.gossip(200, 20); // warms up
    told("sim_gossip_200_virtual_seconds_per_second", rates(200, 60, 3));
    told("sim_gossip_2000_virtual_seconds_per_second", rates(2_000, 60, 1));
  }

  private static double[] rates(int nodes, double virtualSeconds, int turns) {
    var rates = new double[turns];
    for (var turn = 0; turn < turns; turn++) {
      var began = THREADS.getCurrentThreadCpuTime();
      var ran = SimSpeed.gossip(nodes, virtualSeconds);
      rates[turn] = ran.virtualSeconds() * 1e9 / (THREADS.getCurrentThreadCpuTime() - began);
    }
    return rates;
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
