package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.util.ArrayList;
import java.util.List;

/**
 * The oracles that need to see one node only, shown all it was seen to do: so what they say of a
 * move can be kept with the move.
 */
final class Judge {
  private final List<Oracle> oracles =
      List.of(
          new OneVoteATerm(),
          new StoresOnlyGrow(),
          new DurableBeforeShown(),
          new GainedAndLostAlternate());
  private final List<Sight> kept = new ArrayList<>();
  private String wrong = "";

  /** Of a node that has been seen before. */
  Judge(Site before, NodeId node) {
    show(Sights.stored(node, before.disk()));
    before.said().forEach(this::show);
  }

  private void show(Sight sight) {
    for (var oracle : oracles) oracle.see(sight);
  }

  /** Whether a sight of a frame concerns its sender alone. */
  static boolean ofOne(Sight sight) {
    return sight instanceof Sight.Claimed || sight instanceof Sight.Granted;
  }

  /** One more thing is seen of it. */
  void see(Sight sight) {
    for (var oracle : oracles) {
      var says = oracle.see(sight);
      if (!says.isEmpty()) object(oracle.name() + " " + says);
    }
    // What a disk holds is in the node's state, and what a frame claims was true when it left.
    if (!(sight instanceof Sight.Claimed || sight instanceof Sight.Stored)) kept.add(sight);
  }

  /** Something else is wrong with it. */
  void object(String why) {
    if (wrong.isEmpty()) wrong = why;
  }

  /** What must be remembered. */
  List<Sight> kept() {
    return kept;
  }

  /** The first objection; empty if there is none. */
  String wrong() {
    return wrong;
  }
}
