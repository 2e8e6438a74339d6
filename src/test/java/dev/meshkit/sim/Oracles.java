package dev.meshkit.sim;

import java.util.SortedMap;
import java.util.TreeMap;

/** All who may judge a run: asked of the scenarios, so that nobody can be forgotten. */
final class Oracles {
  private static final int SEEDS = 40; // who judges is drawn, too

  private Oracles() {}

  /** One of each kind that some seed of some scenario lets judge, and those that these ask. */
  static SortedMap<String, Oracle> handedOut() {
    var all = new TreeMap<String, Oracle>();
    for (var scenario : Scenario.values())
      for (var seed = 1; seed <= SEEDS; seed++) {
        var setup = scenario.setup(seed);
        setup.oracles().forEach(oracle -> add(all, oracle));
        var cutShort = setup.with(setup.schedule().lasting(setup.chaos(), 0));
        cutShort.oracles().forEach(oracle -> add(all, oracle));
      }
    return all;
  }

  private static void add(SortedMap<String, Oracle> all, Oracle oracle) {
    all.putIfAbsent(kind(oracle), oracle);
    oracle.within().forEach(asked -> add(all, asked));
  }

  /** Its class and the rule that it minds; of one that asks others, which may be any, its class. */
  static String kind(Oracle oracle) {
    var name = oracle.getClass().getSimpleName();
    return oracle.within().isEmpty() ? name + " " + oracle.name() : name;
  }
}
