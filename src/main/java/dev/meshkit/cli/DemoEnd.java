package dev.meshkit.cli;

import dev.meshkit.cli.DemoSteps.Failed;
import dev.meshkit.control.proto.DemoSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The end of a scripted demo: stops what runs, then counts from the files of the stopped nodes, the
 * watch's notes, and the kernel's list of processes. Whatever fails on the way, the rest is
 * counted.
 */
final class DemoEnd {
  private static final Duration PLANTED_LIFE = Duration.ofMinutes(5);

  private final DemoMesh mesh;
  private final DemoWatch watch;
  private final DemoLedger ledger;
  private final List<DemoPlant> plants;
  private final List<String> bad = new ArrayList<>();

  /** Of {@code mesh}, where {@code watch} looked and {@code ledger} holds what was promised. */
  DemoEnd(DemoMesh mesh, DemoWatch watch, DemoLedger ledger, List<DemoPlant> plants) {
    this.mesh = mesh;
    this.watch = watch;
    this.ledger = ledger;
    this.plants = List.copyOf(plants);
  }

  /**
   * Ends it all, and enters in {@code summary} what was seen; {@link Failed} unless all is well.
   */
  String run(DemoSummary.Builder summary) throws Failed, InterruptedException {
    watch.close();
    try {
      for (var node : mesh.nodes()) {
        if (mesh.isAlive(node)) stopped(node).ifPresent(bad::add);
      }
      plant();
    } finally {
      count(summary);
    }
    if (!bad.isEmpty()) throw new Failed(String.join(", ", bad));
    return "all stopped in order; "
        + summary.getDelivered()
        + " of "
        + summary.getSent()
        + " messages delivered, none twice";
  }

  private Optional<String> stopped(DemoNode node) throws InterruptedException {
    var exit = mesh.stop(node);
    return exit == 0 ? Optional.empty() : Optional.of(node + " stopped with exit status " + exit);
  }

  private void plant() {
    try {
      for (var plant : plants) {
        for (var node : mesh.nodes()) {
          if (!hasRun(node)) continue;
          plant.plantIn(mesh.data(node));
          break;
        }
        plant.plantProcess(PLANTED_LIFE);
      }
    } catch (IOException failed) {
      bad.add(String.valueOf(failed.getMessage()));
    }
  }

  private void count(DemoSummary.Builder summary) {
    var letters = ledger.count(applied());
    var dual = watch.sightings().dualLeaders();
    summary
        .setSent(letters.sent())
        .setDelivered(letters.delivered())
        .setLost(letters.lost())
        .setDuplicated(letters.duplicated())
        .setDualLeaders(dual.size())
        .setProcessesLeft(mesh.left().size());
    fault(summary.getProcessesLeft(), "processes left");
    fault(summary.getLost(), "messages lost");
    fault(summary.getDuplicated(), "applied twice");
    fault(dual.size(), "pairs of leaders at once: " + String.join("; ", dual));
    fault(letters.foreign(), "messages that nobody sent");
  }

  private void fault(int count, String what) {
    if (count > 0) bad.add(count + " " + what);
  }

  /** What each receiver recorded; of one whose file cannot be read nothing counts as applied. */
  private Map<String, List<String>> applied() {
    var applied = new TreeMap<String, List<String>>();
    for (var node : mesh.nodes()) {
      if (!hasRun(node)) continue;
      try {
        applied.put(node.name(), Letters.in(mesh.data(node)));
      } catch (IOException unreadable) {
        bad.add(String.valueOf(unreadable.getMessage()));
      }
    }
    return applied;
  }

  private boolean hasRun(DemoNode node) {
    return Files.exists(mesh.data(node).resolve("mesh.db"));
  }
}
