package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** One step in the making: its facts, and the effects so far. */
final class Turn {
  final Instant now;
  final Instant wall;
  final Chance chance;
  final List<Effect> effects = new ArrayList<>();

  /** Who is to be told what is held against them before the step ends. */
  final SortedSet<NodeId> accused = new TreeSet<>();

  /** Who is to hear from this node that it lives, neighbour or not. */
  final SortedSet<NodeId> answerable = new TreeSet<>();

  /** Of whom each is to be told what is known here, as it holds what is older. */
  final SortedMap<NodeId, List<NodeId>> informed = new TreeMap<>();

  Turn(Facts facts) {
    now = facts.now();
    wall = facts.wall();
    chance = new Chance(facts.chance());
  }

  /** One more effect. */
  void emit(Effect effect) {
    effects.add(effect);
  }

  /** One more change to tell people of. */
  void event(Change change) {
    effects.add(new Effect.Event(change));
  }
}
