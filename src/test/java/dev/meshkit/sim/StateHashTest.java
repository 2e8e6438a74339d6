package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.election.State;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** V1: the trace covers what a core holds, not only what it says. */
class StateHashTest {
  /** Of nodes in whatever they are at that moment of runs in which everything happens. */
  private static List<State> states() {
    var all = new ArrayList<State>();
    for (var seed : List.of(3L, 10L))
      for (var second = 2; second < 60; second += 14)
        for (var host : hosts(Scenario.ELECTION_RECORD, seed, second))
          if (host instanceof ElectionHost election) all.add(election.state());
    return all;
  }

  private static List<Host> hosts(Scenario scenario, long seed, int seconds) {
    var run = new Simulation(scenario.setup(seed), seed, new Transcript(List.of()));
    run.run(scenario.toString(), Seconds.of(seconds));
    return run.nodes().stream().flatMap(node -> node.hosts().values().stream()).toList();
  }

  /** Each component of each record that a state of an election consists of. */
  @Test
  void twoElectionsThatDifferInOneFieldHaveTwoHashes() {
    var varied = new TreeSet<String>();
    var types = new TreeSet<String>();
    for (var state : states()) {
      types.addAll(components(state));
      var hash = new StateHash().of(state);
      var step = new StateHash();
      step.of(state);
      for (var other : Varied.of("State", state)) {
        varied.add(other.place());
        assertNotEquals(state, other.value(), other.place());
        assertNotEquals(hash, step.of((Record) other.value()), other.place());
      }
      assertEquals(hash, step.of(state), "what was read before has left something");
    }
    types.removeAll(varied);
    assertEquals(new TreeSet<>(), types, "of these none was varied");
    assertTrue(varied.size() > 60, varied::toString);
  }

  /** Those of a record and of the records within. */
  private static TreeSet<String> components(Object value) {
    var all = new TreeSet<String>();
    switch (value) {
      case Record record -> {
        for (var field : Fields.of(record.getClass())) {
          var held = Objects.requireNonNull(Fields.read(field, record));
          if (!(held instanceof Record)) // of which the components count
          all.add(record.getClass().getSimpleName() + "." + field.getName());
          all.addAll(components(held));
        }
      }
      case java.util.Collection<?> many -> many.forEach(one -> all.addAll(components(one)));
      case java.util.Map<?, ?> map -> map.values().forEach(one -> all.addAll(components(one)));
      default -> {
        // holds no record
      }
    }
    return all;
  }

  /** Each field of each part of a core of gossip, of its peers and whatever else it changes. */
  @Test
  void twoCoresOfGossipThatDifferInOneFieldHaveTwoHashes() throws Exception {
    var seen = new TreeSet<String>();
    for (var scenario : List.of(Scenario.GOSSIP_LOSS, Scenario.MESH_BOTH))
      for (var second = 1; second < 50; second += 12)
        for (var host : hosts(scenario, 3, second))
          if (host instanceof GossipHost gossip) vary(core(gossip), seen);
    for (var field :
        List.of(
            "Gossip.due",
            "Peer.deadline",
            "Peer.entry",
            "Prober.barredUntil",
            "Probe.ackDue",
            "Rumours.tokens",
            "Item.sends",
            "MemberTable.floors",
            "Syncs.asked",
            "Claims.newest",
            "Self.life")) assertTrue(seen.contains(field), () -> field + " not among " + seen);
  }

  private static Object core(GossipHost host) {
    var field = Fields.of(GossipHost.class).stream().filter(f -> f.getName().equals("core"));
    return Objects.requireNonNull(Fields.read(field.findFirst().orElseThrow(), host));
  }

  private static void vary(Object core, TreeSet<String> seen) throws Exception {
    var hash = new StateHash().ofParts(core);
    var parts = Fields.parts(core);
    var all = new ArrayList<>(Stream.concat(Stream.of(core), parts.stream()).toList());
    for (var i = 0; i < all.size() && i < 60; i++) {
      var object = all.get(i);
      for (var field : Fields.of(object.getClass())) {
        var value = Fields.read(field, object);
        if (value != null) within(value, all);
        if (value == null || Fields.changes(value)) continue;
        var place = object.getClass().getSimpleName() + "." + field.getName();
        for (var other : Varied.of(place, value)) {
          seen.add(place);
          assertNotEquals(hash, with(core, object, field, other.value()), other.place());
        }
        assertEquals(hash, with(core, object, field, value), place);
      }
    }
  }

  /** The hash while a field holds something else. */
  private static long with(Object core, Object object, Field field, Object value)
      throws IllegalAccessException {
    var before = Objects.requireNonNull(Fields.read(field, object));
    field.set(object, value);
    var hash = new StateHash().ofParts(core);
    field.set(object, before);
    return hash;
  }

  /** Objects that change, in a field or in what it holds. */
  private static void within(Object value, List<Object> all) {
    switch (value) {
      case java.util.Collection<?> many -> many.stream().limit(2).forEach(one -> within(one, all));
      case java.util.Map<?, ?> map ->
          map.values().stream().limit(2).forEach(one -> within(one, all));
      default -> {
        if (Fields.changes(value) && !Fields.isOneOf(all, value)) all.add(value);
      }
    }
  }

  private record Odd(Object held) {}

  /** Of what it does not know it says so, rather than nothing. */
  @Test
  void whatHasNoHashIsRefused() {
    var wrong =
        assertThrows(IllegalStateException.class, () -> new StateHash().of(new Odd(new Object())));
    assertEquals("no hash of class java.lang.Object", wrong.getMessage());
  }

  /** A core that says the same and holds something else has another trace. */
  @Test
  void aStateThatNobodySeesMovesTheTrace() {
    var silent = new TreeSet<Long>();
    for (var held : List.of(1L, 2L)) {
      var run = new Simulation(empty(), 1, new Transcript(List.of()));
      run.note("says the same", held);
      silent.add(run.run("toy").trace());
    }
    assertEquals(2, silent.size());
  }

  private static Setup empty() {
    return new Setup(
        GossipRuns.names(1),
        List.of(),
        SimNetwork.Climate.LAN,
        1,
        1,
        List.of(),
        _ -> new java.util.TreeMap<>(),
        List.of());
  }
}
