package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;

import dev.meshkit.api.MeshException;
import dev.meshkit.api.NodeId;
import dev.meshkit.cli.FlipPoint.Receipts;
import dev.meshkit.process.KillOrders;
import dev.meshkit.process.Plant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.awaitility.core.ConditionTimeoutException;

/**
 * G23, G24: {@code make chaos CASE=flip-kill ARGS="5 42"}: of two agents that send each other
 * durable messages one leads, and commits version after version of the transport; the other, whose
 * smaller id makes it move the streams, dies by its own hand, of SIGKILL, at each {@link FlipPoint}
 * in turn. Started again it goes by what is committed then, which may be another version once more.
 * Nothing is lost, doubled, overtaken or refused.
 */
public final class FlipKill implements AutoCloseable {
  private static final String CHANGE = "meshkit::transport::eu";
  private static final int LEGACY = 1;
  private static final int CURRENT = 2;
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration FLIP = Duration.ofSeconds(8);
  private static final double SOME = 0.25; // whose orders wait for the one that is dead
  private static final int FLIPS = 4; // in which a point may be missed
  private static final int WARM = 10; // promises before each flip

  private final double another; // of the kills, followed by one more version before the start
  private final RandomGenerator chance;
  private final KillOrders leads;
  private final KillOrders dies;
  private final RollNode leader;
  private final RollNode victim;
  private final List<AgentView> views;
  private final RollLoad load;
  private final List<String> broken = new ArrayList<>();
  private int version = CURRENT;

  private FlipKill(Path directory, double another, long seed) throws IOException {
    this.another = another;
    this.chance = new SplittableRandom(seed);
    var classes = directory.resolve("classes");
    Plant.compile(FlipPoint.plants(), classes);
    this.leads = new KillOrders(directory.resolve("leads"));
    this.dies = new KillOrders(directory.resolve("dies"));
    var first = RollPlace.here(directory, Child.planted(classes, leads.flag()));
    this.leader = new RollNode(first, NodeId.of("eu", "n1"), List.of(), List.of());
    this.victim = joined(RollPlace.here(directory, Child.planted(classes, dies.flag())));
    this.views = List.of(leader.view(), victim.view());
    this.load = new RollLoad(views);
  }

  private RollNode joined(RollPlace place) throws IOException {
    try {
      var join = List.of("--join", leader.mesh());
      return new RollNode(place, NodeId.of("eu", "n0"), List.of(), join);
    } catch (IOException | RuntimeException | Error failed) {
      leader.close();
      throw failed;
    }
  }

  /** So many rounds, each of all points in an order of its own; what broke, else nothing. */
  public static List<String> run(int rounds, long seed) throws Exception {
    var order = new SplittableRandom(~seed);
    var points = new ArrayList<FlipPoint>();
    for (var i = 0; i < rounds; i++) {
      var all = new ArrayList<>(List.of(FlipPoint.values()));
      Collections.shuffle(all, order);
      points.addAll(all);
    }
    return run(points, SOME, seed);
  }

  /**
   * One kill, when the streams have moved and nothing that was sent has a receipt; then another
   * version is committed before the one that died is back.
   */
  public static List<String> unanswered(long seed) throws Exception {
    return run(List.of(FlipPoint.STREAM_MOVED), 1, seed);
  }

  /**
   * A kill at each of these, of which so large a part is followed by the commit of another version;
   * what broke, with the seed, else nothing.
   */
  static List<String> run(List<FlipPoint> points, double another, long seed) throws Exception {
    System.out.println("flip-kill: " + points.size() + " kills, seed " + seed);
    var directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "flip-kill");
    try (var all = new FlipKill(directory, another, seed)) {
      try {
        all.killed(points);
      } catch (ConditionTimeoutException late) {
        all.broken.add(String.valueOf(late.getMessage()));
        all.broken.add("so far " + all.load.count());
        for (var node : List.of(all.leader, all.victim)) {
          all.broken.add(node.view().id() + " said: " + node.err());
        }
      }
      if (!all.broken.isEmpty()) all.broken.add("run it again with seed " + seed);
      return List.copyOf(all.broken);
    }
  }

  private void killed(List<FlipPoint> points) throws Exception {
    awaitRoads();
    load.flow(
        () -> {
          for (var point : points) if (!isKilled(point)) return;
        });
    broken.addAll(load.judged());
  }

  /** False if it never comes there. */
  private boolean isKilled(FlipPoint point) throws Exception {
    for (var flips = 1; flips <= FLIPS; flips++) {
      load.awaitArrivals();
      if (!isFlipDeadly(point)) continue;
      System.out.printf("%s: killed on the way to version %d, flip %d%n", point, version, flips);
      compare(point + ": it died");
      if (chance.nextDouble() < another) commit();
      load.awaitPromises(chance.nextInt(WARM)); // of the other, to one who is away
      victim.restart();
      awaitRoads();
      compare(point + ": it is back");
      return true;
    }
    broken.add(point + " was not reached in " + FLIPS + " flips");
    return false;
  }

  /** The other version, committed while messages flow, or while none is answered. */
  private boolean isFlipDeadly(FlipPoint point) throws Exception {
    var receipts = point.receipts();
    if (receipts != Receipts.FLOW) leads.hold();
    load.awaitPromises(WARM);
    var answered = leader.view().letters();
    dies.die(point.name());
    commit();
    if (receipts == Receipts.LATE) awaitMoved();
    if (receipts == Receipts.LATE) leads.release();
    var died = victim.hasDied(FLIP);
    if (receipts == Receipts.NONE && !leader.view().letters().equals(answered)) {
      broken.add(point + ": there were receipts");
    }
    leads.release();
    return died;
  }

  private void commit() {
    version = version == LEGACY ? CURRENT : LEGACY;
    leader.view().commit(CHANGE, version);
  }

  /** Until its Stream is on the new road, or it has died before. */
  private void awaitMoved() {
    await("Stream of version " + version)
        .atMost(LONG)
        .ignoreExceptionsInstanceOf(MeshException.class)
        .until(() -> victim.hasDied(Duration.ZERO) || victim.view().hasMoved(version == LEGACY));
  }

  /** What its disk says is what the quorum has committed: it acts from nothing else. */
  private void compare(String when) throws IOException {
    var committed = leader.view().adopted(CHANGE);
    var known = victim.view().committed(CHANGE);
    if (!known.equals(committed) || !known.startsWith("version " + version + ",")) {
      broken.add(when + " with " + known + ", committed is " + committed);
    }
  }

  private void awaitRoads() {
    for (var view : views) view.awaitRoads(1, version == LEGACY);
  }

  @Override
  public void close() {
    victim.close();
    leader.close();
  }
}
