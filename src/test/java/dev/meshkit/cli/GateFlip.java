package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.chaos.Islands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.awaitility.core.ConditionTimeoutException;

/**
 * {@code make chaos CASE=gate-flip ARGS="50 42"}: the quorum of a region of three agents commits,
 * in rounds, the other version of the transport, while each agent sends to each other, and one of
 * them, in the midst of it, is killed by SIGKILL and started again, frozen, or cut off: each is an
 * island in a network of its own, where this user may make such. Each message is applied once, in
 * order, and nobody refuses any; when all are there again, all have adopted one version within a
 * time, whichever it is, and the one ordered within as long after the quorum has committed it; then
 * all roads follow.
 */
public final class GateFlip implements AutoCloseable {
  /**
   * How long the nodes of a region may take to be of one version after a healing, on a machine that
   * does little else: one that waits for the processor hears of its peers that much later.
   */
  public static final Duration WITHIN = Duration.ofSeconds(2);

  private static final String CHANGE = "meshkit::transport::eu";
  private static final int LEGACY = 1;
  private static final int CURRENT = 2;
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofMillis(10);
  private static final int WARM = 50; // promises before each round
  private static final int APART = 60; // at most between fault and order
  private static final int AWAY = 600; // at most before the healing, unless the others are to agree

  private final Duration within;
  private final RandomGenerator chance;
  private final Optional<Islands> islands;
  private final List<RollNode> nodes = new ArrayList<>();
  private final List<AgentView> views = new ArrayList<>();
  private final RollLoad load = new RollLoad(views);
  private final List<String> broken = new ArrayList<>();
  private final Map<Fault, List<Took>> took = new EnumMap<>(Fault.class);

  /**
   * How long one round took after all were there again.
   *
   * @param toAgree until all were of one version, whichever
   * @param toFollow until all were of the version ordered, from its answer on if that came later
   * @param inAll the same, however late the answer came
   */
  private record Took(Duration toAgree, Duration toFollow, Duration inAll) {
    static Took of(long mended, long agreed, long answered) { // nanoseconds; it is over now
      var now = System.nanoTime();
      return new Took(
          Duration.ofNanos(agreed - mended),
          Duration.ofNanos(now - answered),
          Duration.ofNanos(now - mended));
    }
  }

  /** What becomes of one agent. */
  enum Fault {
    KILLED,
    FROZEN,
    CUT
  }

  private GateFlip(Duration within, long seed, Optional<Islands> islands) {
    this.within = within;
    this.chance = new SplittableRandom(seed);
    this.islands = islands;
  }

  /** So many rounds; what broke, with the seed, else nothing. */
  public static List<String> run(int rounds, long seed) throws Exception {
    var order = new SplittableRandom(~seed);
    var all = Fault.values();
    return run(order.ints(rounds, 0, all.length).mapToObj(i -> all[i]).toList(), WITHIN, seed);
  }

  /** A round for each of these; where nobody can be cut off, one is frozen instead. */
  static List<String> run(List<Fault> faults, Duration within, long seed) throws Exception {
    System.out.println("gate-flip: " + faults.size() + " rounds, seed " + seed);
    var refusal = Islands.refusal();
    if (!refusal.isEmpty()) System.out.println("nobody is cut off: " + refusal);
    var islands = refusal.isEmpty() ? Optional.of(new Islands(3)) : Optional.<Islands>empty();
    try (var flip = new GateFlip(within, seed, islands)) {
      try {
        flip.all(faults);
      } catch (ConditionTimeoutException | ExecutionException late) {
        flip.broken.add(String.valueOf(late.getMessage()));
        flip.broken.add("so far " + flip.load.count());
        for (var node : flip.nodes) flip.broken.add(node.view().id() + " said: " + node.err());
      }
      if (!flip.broken.isEmpty()) flip.broken.add("run it again with seed " + seed);
      return List.copyOf(flip.broken);
    }
  }

  private void all(List<Fault> faults) throws Exception {
    var directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "gate-flip");
    for (var id : RoadSwitchMesh.VOTERS) {
      var at = nodes.size();
      var place =
          islands
              .map(islands -> RollPlace.on(islands, at, directory))
              .orElseGet(() -> RollPlace.here(directory));
      var seeds = nodes.stream().map(RollNode::mesh).limit(1).toList();
      nodes.add(new RollNode(place, id, List.of(), RoadSwitchMesh.told(seeds)));
      views.add(nodes.getLast().view());
    }
    awaitRoads(CURRENT);
    load.flow(
        () -> {
          for (var i = 0; i < faults.size(); i++) round(i, faults.get(i));
        });
    broken.addAll(load.judged());
    took.forEach(
        (fault, all) -> {
          report(fault, "of one version", all, Took::toAgree);
          report(fault, "of the version ordered, after its answer", all, Took::toFollow);
          report(fault, "of the version ordered, its answer included", all, Took::inAll);
        });
  }

  private static void report(
      Fault fault, String what, List<Took> all, Function<Took, Duration> part) {
    var times = all.stream().map(part).sorted().toList();
    System.out.printf(
        "%s %d times: %s within %d ms, half of them within %d%n",
        fault,
        times.size(),
        what,
        times.getLast().toMillis(),
        times.get(times.size() / 2).toMillis());
  }

  /** An order, a fault shortly before it or after, and the end of both. */
  private void round(int number, Fault wanted) throws Exception {
    var fault = wanted == Fault.CUT && islands.isEmpty() ? Fault.FROZEN : wanted;
    var version = number % 2 == 0 ? LEGACY : CURRENT;
    var victim = chance.nextInt(nodes.size());
    var others = new ArrayList<>(views);
    others.remove(victim);
    var asked = others.get(chance.nextInt(others.size()));
    var isFirst = chance.nextBoolean();
    var apart = chance.nextInt(APART);
    var away = chance.nextBoolean() ? Optional.of(chance.nextInt(AWAY)) : Optional.<Integer>empty();
    load.awaitPromises(WARM);
    long mended;
    long agreed;
    long answered;
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      if (isFirst) {
        hurt(fault, victim);
        load.awaitPromises(apart);
      }
      var order = pool.submit(() -> answered(asked, version));
      if (!isFirst) {
        load.awaitPromises(apart);
        hurt(fault, victim);
      }
      if (away.isPresent()) load.awaitPromises(away.get());
      else awaitAdopted(version, others);
      heal(fault, victim);
      mended = System.nanoTime();
      awaitAgreed();
      agreed = System.nanoTime();
      answered = Math.max(mended, order.get(LONG.toSeconds(), TimeUnit.SECONDS));
    }
    awaitAdopted(version, views);
    var all = took.computeIfAbsent(fault, _ -> new ArrayList<>());
    all.add(Took.of(mended, agreed, answered));
    judge("round " + number + ": " + views.get(victim).id() + " " + fault, all.getLast());
    awaitRoads(version);
  }

  /** When that was. */
  private static long answered(AgentView asked, int version) {
    asked.commit(CHANGE, version);
    return System.nanoTime();
  }

  private void judge(String round, Took now) {
    var agree = now.toAgree().toMillis();
    var follow = now.toFollow().toMillis();
    System.out.printf(
        "%s, of one version after %d ms, of the one ordered after %d, %d of them since its answer%n",
        round, agree, now.inAll().toMillis(), follow);
    if (now.toAgree().compareTo(within) > 0)
      broken.add(round + ": of one version only after " + agree + " ms");
    if (now.toFollow().compareTo(within) > 0)
      broken.add(round + ": of the version ordered only " + follow + " ms after the answer");
  }

  private void hurt(Fault fault, int victim) throws Exception {
    switch (fault) {
      case KILLED -> nodes.get(victim).kill();
      case FROZEN -> nodes.get(victim).signal("STOP");
      case CUT -> {
        for (var other = 0; other < nodes.size(); other++) {
          if (other == victim) continue;
          islands.orElseThrow().cut(victim, other);
          islands.orElseThrow().cut(other, victim);
        }
      }
    }
  }

  private void heal(Fault fault, int victim) throws Exception {
    switch (fault) {
      case KILLED -> nodes.get(victim).restart();
      case FROZEN -> nodes.get(victim).signal("CONT");
      case CUT -> islands.orElseThrow().heal();
    }
  }

  /** Until all have adopted the same, whatever that is. */
  private void awaitAgreed() {
    await("all of one version")
        .atMost(LONG)
        .pollInterval(LOOK)
        .untilAsserted(
            () -> {
              var first = views.getFirst().adopted(CHANGE);
              for (var view : views) assertEquals(first, view.adopted(CHANGE), view.id()::toString);
            });
  }

  /** Until all of them have adopted it, in one epoch. */
  private static void awaitAdopted(int version, List<AgentView> those) {
    await("all of version " + version)
        .atMost(LONG)
        .pollInterval(LOOK)
        .untilAsserted(
            () -> {
              var first = those.getFirst().adopted(CHANGE);
              assertTrue(
                  first.startsWith("version " + version + ","),
                  () -> those.getFirst().id() + " is at " + first);
              for (var view : those) assertEquals(first, view.adopted(CHANGE), view.id()::toString);
            });
  }

  private void awaitRoads(int version) {
    for (var view : views) view.awaitRoads(nodes.size() - 1, version == LEGACY);
  }

  @Override
  public void close() throws InterruptedException {
    nodes.forEach(RollNode::close);
    if (islands.isPresent()) islands.get().close();
  }
}
