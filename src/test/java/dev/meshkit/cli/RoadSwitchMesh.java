package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;

import dev.meshkit.api.MeshException;
import dev.meshkit.api.NodeId;
import dev.meshkit.control.proto.EventItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;

/**
 * {@code make chaos CASE=road-switch-mesh ARGS=120}: three agents of one region, each a voter of
 * both scopes, are told by SIGHUP every two seconds to use version 1 of the transport, or not to,
 * while each sends the others durable messages. Each message is applied once; gossip and election
 * do not notice: no leader, fence, term, status or incarnation is another after any turn, and no
 * node has seen anything happen to a leader or a member.
 */
public final class RoadSwitchMesh {
  /** The voters of both scopes: all there are. */
  static final List<NodeId> VOTERS =
      List.of(NodeId.of("eu", "n1"), NodeId.of("eu", "n2"), NodeId.of("eu", "n3"));

  /** Version 1 is permitted and not used: so a rollout begins, and each agent of this. */
  static final List<String> PERMITTED = List.of("eu=1-2");

  private static final List<String> USED = List.of("eu=1-2@1");
  private static final Duration TURN = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int WARM = 100; // promises before it begins, and at least in each turn
  private static final int SCOPES = 2;

  private final List<AgentView> views;
  private final Teller teller;
  private final RollLoad load;
  private final List<String> broken = new ArrayList<>();
  private int late;

  /** Tells all agents. */
  @FunctionalInterface
  interface Teller {
    /** What {@code listen.versions} are from now on; they are so for each a moment later. */
    void tell(List<String> versions) throws IOException, InterruptedException;
  }

  /** Of agents that have begun to start. */
  RoadSwitchMesh(List<AgentView> views, Teller teller) {
    this.views = List.copyOf(views);
    this.teller = teller;
    this.load = new RollLoad(this.views);
  }

  /** What broke in so many seconds of switching; nothing when it held. */
  public static List<String> run(int seconds) throws Exception {
    var directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "road-switch");
    var nodes = new ArrayList<RollNode>();
    try {
      for (var id : VOTERS) {
        var seeds = nodes.isEmpty() ? List.<String>of() : List.of(nodes.getFirst().mesh());
        nodes.add(new RollNode(directory, id, PERMITTED, told(seeds)));
      }
      var views = nodes.stream().map(RollNode::view).toList();
      var mesh =
          new RoadSwitchMesh(
              views,
              versions -> {
                for (var node : nodes) node.tell(versions);
              });
      return mesh.switched(seconds / (int) TURN.toSeconds(), TURN);
    } catch (ConditionTimeoutException late) {
      var broken = new ArrayList<>(List.of(String.valueOf(late.getMessage())));
      for (var node : nodes) broken.add(node.view().id() + " said: " + node.err());
      return broken;
    } finally {
      nodes.forEach(RollNode::close);
    }
  }

  /** What an agent of these is told, beside its name: who votes, and whom it joins. */
  static List<String> told(List<String> seeds) {
    var voters = String.join(",", VOTERS.stream().map(NodeId::toString).toList());
    var told = new ArrayList<>(List.of("--region-voters", voters, "--global-voters", voters));
    seeds.forEach(seed -> told.addAll(List.of("--join", seed)));
    return told;
  }

  /** What broke in so many turns, each of which takes {@code pace} or longer. */
  List<String> switched(int turns, Duration pace) throws Exception {
    awaitRoads(false);
    awaitCalm();
    var before = new ArrayList<Calm>();
    var since = new ArrayList<Long>();
    load.flow(
        () -> {
          load.awaitPromises(WARM);
          for (var view : views) {
            before.add(Calm.of(view));
            since.add(view.newestEvent());
          }
          turn(turns, pace, before);
        });
    broken.addAll(load.judged());
    for (var i = 0; i < views.size(); i++) {
      var view = views.get(i);
      var events = view.events(since.get(i));
      var disturbed = before.get(i).disturbed(Calm.of(view), events);
      disturbed.forEach(line -> broken.add(view.id() + ": " + line));
      var changes = events.stream().filter(event -> event.getType().startsWith("leader.")).count();
      System.out.printf("%s: %d leader changes, %s%n", view.id(), changes, count(events));
    }
    System.out.printf("%d turns, %d of them late, %s%n", turns, late, before.getFirst());
    return broken;
  }

  /** Blocks until all nodes believe the same, and nothing is missing. */
  private void awaitCalm() {
    await()
        .atMost(LONG)
        .ignoreExceptionsInstanceOf(MeshException.class)
        .until(
            () -> {
              var seen = views.stream().map(Calm::of).distinct().toList();
              return seen.size() == 1 && seen.getFirst().isWhole(views.size(), SCOPES);
            });
  }

  private static Map<String, Integer> count(List<EventItem> events) {
    var count = new TreeMap<String, Integer>();
    events.forEach(event -> count.merge(event.getType(), 1, Integer::sum));
    return count;
  }

  /** There and back, and in the end as it was; none begins before the one before it is over. */
  private void turn(int turns, Duration pace, List<Calm> before) throws Exception {
    try (var clock = new ScheduledThreadPoolExecutor(1)) {
      for (var turn = 0; turn < turns; turn++) {
        var next = clock.schedule(() -> {}, pace.toMillis(), TimeUnit.MILLISECONDS);
        use(turn % 2 == 0);
        look("turn " + turn, before);
        if (next.isDone()) late++;
        next.get();
        load.awaitPromises(WARM);
      }
      if (turns % 2 == 1) use(false);
    }
  }

  /** What each node believes while the roads change, beside what it did before. */
  private void look(String when, List<Calm> before) {
    for (var i = 0; i < views.size(); i++) {
      var view = views.get(i);
      for (var line : before.get(i).disturbed(Calm.of(view), List.of())) {
        broken.add(when + ", " + view.id() + ": " + line);
      }
    }
  }

  /** Tells all to use version 1, or not to, and blocks until all do as told. */
  private void use(boolean legacy) throws IOException, InterruptedException {
    teller.tell(legacy ? USED : PERMITTED);
    awaitRoads(legacy);
  }

  private void awaitRoads(boolean legacy) {
    for (var view : views) view.awaitRoads(views.size() - 1, legacy);
  }
}
