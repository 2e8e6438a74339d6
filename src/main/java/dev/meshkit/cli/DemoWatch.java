package dev.meshkit.cli;

import dev.meshkit.control.proto.LeaderItem;
import dev.meshkit.control.proto.LeaderList;
import dev.meshkit.control.proto.LeadersRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Asks every live node who leads, all the time, one thread a node, and notes what each says. */
final class DemoWatch implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(40);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final DemoMesh mesh;
  private final List<DemoPlant> plants;
  private final InstantSource monotonic;
  private final DemoSightings sightings = new DemoSightings();
  private final List<Thread> threads = new ArrayList<>();

  private DemoWatch(DemoMesh mesh, List<DemoPlant> plants, InstantSource monotonic) {
    this.mesh = mesh;
    this.plants = List.copyOf(plants);
    this.monotonic = monotonic;
  }

  /** A watch that has begun; it is told what the plants say. */
  static DemoWatch start(DemoMesh mesh, List<DemoPlant> plants, InstantSource monotonic) {
    var watch = new DemoWatch(mesh, plants, monotonic);
    for (var node : mesh.nodes()) {
      watch.threads.add(Thread.ofVirtual().name("watch-" + node).start(() -> watch.run(node)));
    }
    return watch;
  }

  /** What was seen so far. */
  DemoSightings sightings() {
    return sightings;
  }

  /** Ends the watch. Idempotent. */
  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }

  private void run(DemoNode node) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(PAUSE);
        if (mesh.isAlive(node)) look(node);
      }
    } catch (InterruptedException _) {
      return; // the watch is over
    }
  }

  private void look(DemoNode node) {
    var asked = monotonic.instant();
    var answer =
        mesh.ask(node)
            .ask("watching", PATIENCE, n -> n.leaders(LeadersRequest.getDefaultInstance()))
            .or(LeaderList.getDefaultInstance());
    var answered = monotonic.instant();
    for (var plant : plants) answer = plant.plantIn(node, answer);
    for (var item : answer.getItemsList()) {
      DemoSightings.Claim.of(item)
          .ifPresent(
              claim -> {
                if (isOwn(item, node)) sightings.led(claim, asked, answered);
                else sightings.heard(claim);
              });
    }
  }

  private static boolean isOwn(LeaderItem item, DemoNode node) {
    return item.getLeader().equals(node.name())
        && item.hasTenureLeft()
        && (item.getTenureLeft().getSeconds() > 0 || item.getTenureLeft().getNanos() > 0);
  }
}
