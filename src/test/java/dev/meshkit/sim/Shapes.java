package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiPredicate;

/** The shapes of partition, over the nodes in a drawn order. */
final class Shapes {
  /** In each of them somebody is linked both ways to a quorum of three, and of five. */
  static final List<String> LASTING =
      List.of(
          "send-only", "receive-only", "chain", "star", "ring-cut", "triangle", "region", "2-2-1");

  private final int nodes;
  private final Draws draws;
  private final List<Integer> shuffled = new ArrayList<>();

  Shapes(int nodes, Draws draws) {
    this.nodes = nodes;
    this.draws = draws;
    for (var node = 0; node < nodes; node++) shuffled.add(node);
    for (var i = nodes - 1; i > 0; i--) Collections.swap(shuffled, i, draws.below(i + 1));
  }

  /** The directions that a shape leaves dead. */
  List<Link> links(String shape) {
    var part = 1 + draws.below(Math.max(1, nodes - 1));
    return switch (shape) {
      case "bisect" -> dead((a, b) -> a < part != b < part);
      case "isolate" -> dead((a, b) -> a == 0 || b == 0);
      case "send-only" -> dead((_, b) -> b == 0);
      case "receive-only" -> dead((a, _) -> a == 0);
      case "chain" -> dead((a, b) -> Math.abs(a - b) != 1);
      case "star" -> dead((a, b) -> a != 0 && b != 0);
      case "ring-cut" -> dead((a, b) -> Math.abs(a - b) % (nodes - 1) != Math.min(1, nodes - 2));
      case "triangle" -> dead((a, b) -> a + b == 1);
      case "region" -> dead((a, b) -> a % 2 != b % 2);
      case "2-2-1" -> dead((a, b) -> a < 4 && b < 4 && a / 2 != b / 2);
      case "random-one-way" -> dead((_, _) -> draws.chance(0.4));
      default -> throw new IllegalArgumentException("no such shape: " + shape);
    };
  }

  private List<Link> dead(BiPredicate<Integer, Integer> isDead) {
    var links = new ArrayList<Link>();
    for (var a = 0; a < nodes; a++) {
      for (var b = 0; b < nodes; b++) {
        if (a != b && isDead.test(a, b)) links.add(new Link(shuffled.get(a), shuffled.get(b)));
      }
    }
    return links;
  }
}
