package dev.meshkit.link;

import static org.awaitility.Awaitility.await;

import dev.meshkit.api.Endpoint;
import dev.meshkit.link.DeliverHost.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Three processes that send to each other, in all six directions and all classes, killed -9 one,
 * two or all at a time at seeded instants, and their paths cut between; then all of them once more,
 * to deliver what is left. {@link DeliverNode} is a process, {@link DeliverHost} its place, {@link
 * DeliverOracle} the judge. The seed gives the plan, not how the processes are scheduled.
 */
public final class DeliverKill implements AutoCloseable {
  private static final List<String> NAMES = List.of("n1", "n2", "n3");
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int LANES = 6 * (2 + 3); // CONTROL, BULK, and three keys of STATE

  private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(1024);
  private final DeliverOracle oracle;
  private final List<DeliverHost> hosts = new ArrayList<>();
  private final Plan plan;
  private final long seed;
  private final SplittableRandom random;
  private int round; // starts so far
  private int kills;
  private int cuts;

  /**
   * What is done.
   *
   * @param kills of processes
   * @param seed of when and which
   * @param plain whether handlers write in a transaction of their own and answer without work
   */
  public record Plan(int kills, long seed, boolean plain) {
    @Override
    public String toString() {
      return kills + " " + seed + (plain ? " plain" : "");
    }
  }

  private DeliverKill(Path directory, Plan plan) throws IOException {
    this.plan = plan;
    this.seed = plan.seed();
    this.oracle = new DeliverOracle(!plan.plain());
    this.random = new SplittableRandom(seed);
    for (var name : NAMES) hosts.add(new DeliverHost(name, directory, lines));
  }

  /** {@code make chaos CASE=deliver-kill ARGS="kills seed"}, or {@code "kills seed plain"}. */
  public static List<String> run(Plan plan) throws Exception {
    var directory = Files.createTempDirectory("deliver-kill");
    System.out.println("seed " + plan.seed() + ", in " + directory);
    var broken = run(directory, plan);
    if (broken.isEmpty()) remove(directory); // else it is what one has to look at
    return broken;
  }

  /** What was broken, with how to see it again; nothing if it held. */
  static List<String> run(Path directory, Plan plan) throws Exception {
    try (var one = new DeliverKill(directory, plan)) {
      one.killAll(plan.kills());
      if (one.oracle.broken().isEmpty()) one.judge();
      System.out.printf("%d kills, %d cuts, %s%n", one.kills, one.cuts, one.oracle.counts());
      var broken = new ArrayList<>(one.oracle.broken());
      if (!broken.isEmpty()) {
        broken.add("again: make chaos CASE=deliver-kill ARGS=\"" + plan + "\"");
        broken.add("the stores are in " + directory);
      }
      return broken;
    }
  }

  private static void remove(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }

  private void killAll(int most) throws Exception {
    for (var host : hosts) { // the first founds the mesh
      start(host, ++round);
      hearUntil(() -> oracle.isOpen(host.name()));
    }
    hearUntil(() -> oracle.ways().size() == LANES);
    while (kills < most - NAMES.size() && oracle.broken().isEmpty()) {
      if (random.nextInt(3) == 0) cut();
      kill(Math.min(most - NAMES.size() - kills, victims()));
    }
  }

  private int victims() {
    var draw = random.nextInt(10);
    return draw == 0 ? 3 : draw < 3 ? 2 : 1;
  }

  /** An instant: after so many lines; some while the last one that was killed still opens. */
  private void kill(int many) throws Exception {
    hear(random.nextInt(6) == 0 ? random.nextInt(1, 20) : random.nextInt(20, 500));
    var victims = new ArrayList<>(hosts);
    while (victims.size() > many) victims.remove(random.nextInt(victims.size()));
    kill(victims);
    for (var victim : victims) start(victim, ++round);
  }

  private void kill(List<DeliverHost> victims) throws Exception {
    for (var victim : victims) victim.kill();
    for (var victim : victims) ended(victim);
    kills += victims.size();
  }

  private void cut() throws Exception {
    cuts++;
    var host = hosts.get(random.nextInt(hosts.size()));
    host.cut();
    hear(random.nextInt(1, 500));
    host.mend();
  }

  private void start(DeliverHost host, int round) throws IOException {
    var others = hosts.stream().filter(other -> other != host).toList();
    var first = host == hosts.getFirst();
    var seeds = first ? List.<Endpoint>of() : others.stream().map(DeliverHost::at).toList();
    host.start(
        new DeliverHost.Life(seed + round, round, plan.plain()),
        others.stream().map(DeliverHost::name).toList(),
        seeds);
  }

  /** Up to so many lines; fewer where nothing can be delivered for a while. */
  private void hear(int most) throws InterruptedException {
    for (var left = most; left > 0; left--) {
      var line = lines.poll(2, TimeUnit.SECONDS);
      if (line == null) return;
      oracle.hear(line.node(), line.text());
    }
  }

  private void hearUntil(BooleanSupplier enough) throws InterruptedException {
    while (!enough.getAsBoolean() && oracle.broken().isEmpty()) {
      var line = lines.poll(1, TimeUnit.MINUTES);
      if (line == null) oracle.hear("nobody", "! says anything for a minute");
      else oracle.hear(line.node(), line.text());
    }
  }

  private void hearAll() {
    for (var line = lines.poll(); line != null; line = lines.poll()) {
      oracle.hear(line.node(), line.text());
    }
  }

  /** Its exit code. It ends beside this thread, for there must be room for what it says. */
  private int ended(DeliverHost host) throws Exception {
    var end = new FutureTask<>(host::await);
    Thread.ofVirtual().start(end);
    while (true) {
      hearAll();
      try {
        return end.get(10, TimeUnit.MILLISECONDS);
      } catch (TimeoutException _) {
        // it has more to say
      }
    }
  }

  /** The last kills are of all at once, and those that come after them send nothing new. */
  private void judge() throws Exception {
    kill(hosts);
    for (var host : hosts) start(host, DeliverNode.DRAIN);
    try {
      await().atMost(PATIENCE).until(this::isQuiet);
    } catch (ConditionTimeoutException _) {
      oracle.hear("somebody", "! has not delivered everything after " + PATIENCE);
    }
    for (var host : hosts) host.end();
    for (var host : hosts) if (ended(host) != 0) oracle.hear(host.name(), "! did not end in order");
    hearAll();
    for (var host : hosts) {
      oracle.applied(host.name(), host.applied());
      oracle.marked(host.name(), host.marked());
      oracle.left(host.name(), host.left());
    }
    oracle.judge();
  }

  private boolean isQuiet() throws Exception {
    hearAll();
    for (var host : hosts) if (host.waiting() > 0) return false;
    return true;
  }

  @Override
  public void close() throws IOException {
    for (var host : hosts) host.close();
  }
}
