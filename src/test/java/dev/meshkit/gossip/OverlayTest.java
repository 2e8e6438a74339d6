package dev.meshkit.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.util.HashSet;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Whom a node probes and talks to: gossip.md §3. */
class OverlayTest {
  /** M11: up to 21 nodes everyone is everyone's subject. */
  @Test
  void aSmallMeshIsFull() {
    for (var n : new int[] {2, 3, 21}) {
      var all = nodes(n);
      for (var self : all) {
        var overlay = overlay(self, others(all, self));
        assertEquals(others(all, self), overlay.subjects());
        assertEquals(others(all, self), overlay.neighbours());
      }
    }
  }

  /** M11: beyond, the subjects are the successors on ten rings; computed here by sorting. */
  @Test
  void aLargeMeshIsTenRings() {
    for (var n : new int[] {22, 1000}) {
      var all = nodes(n);
      var successors = new TreeMap<NodeId, TreeSet<NodeId>>();
      var neighbours = new TreeMap<NodeId, TreeSet<NodeId>>();
      for (var id : all) {
        successors.put(id, new TreeSet<>());
        neighbours.put(id, new TreeSet<>());
      }
      for (var ring = 0; ring < 10; ring++) {
        var number = ring;
        var order =
            all.stream()
                .sorted(
                    (a, b) ->
                        Long.compareUnsigned(Rings.places(a)[number], Rings.places(b)[number]))
                .toList();
        for (var i = 0; i < n; i++) {
          var next = order.get((i + 1) % n);
          successors.get(order.get(i)).add(next);
          neighbours.get(order.get(i)).add(next);
          neighbours.get(next).add(order.get(i));
        }
      }
      for (var self : all.stream().limit(40).toList()) {
        var overlay = overlay(self, others(all, self));
        assertEquals(successors.get(self), overlay.subjects());
        assertEquals(neighbours.get(self), overlay.neighbours());
        assertTrue(overlay.neighbours().size() <= 20);
      }
    }
  }

  /** M11: every node has an observer, also after any one node has gone. */
  @Test
  void everyNodeHasAnObserverAfterAnySingleChange() {
    var all = nodes(30);
    for (var gone : all) {
      var rest = others(all, gone);
      var observed = new HashSet<NodeId>();
      for (var self : rest) observed.addAll(overlay(self, others(rest, self)).subjects());
      assertEquals(new HashSet<>(rest), observed);
      assertFalse(observed.contains(gone));
    }
  }

  /** Whoever comes and goes, in whatever order: the rings are as if made of who is left. */
  @Test
  void ringsThatWereKeptAreAsNew() {
    var chance = new Random(11);
    var self = NodeId.of("eu", "self");
    var rings = new Rings(self);
    var up = new TreeSet<NodeId>();
    for (var i = 0; i < 3_000; i++) {
      var id = NodeId.of("eu", "n" + chance.nextInt(60));
      if (up.add(id)) {
        rings.joined(id);
      } else {
        up.remove(id);
        rings.left(id);
      }
      if (chance.nextInt(3) == 0) assertEquals(overlay(self, up), rings.overlay(up));
    }
  }

  /** V35: a newcomer costs the rings of another the same at any size. */
  @Test
  void aNewcomerIsLookedAtOnceAtAnySize() {
    var rings = new Rings(NodeId.of("eu", "self"));
    var up = new TreeSet<NodeId>();
    for (var i = 0; i < 2_000; i++) {
      var id = NodeId.of("eu", "n" + i);
      up.add(id);
      rings.joined(id);
      rings.overlay(up);
    }
    assertEquals(2_000 + 21, rings.looks(), "each once, and the first 21 when the rings begin");
  }

  private static Overlay overlay(NodeId self, SortedSet<NodeId> others) {
    var rings = new Rings(self);
    others.forEach(rings::joined);
    return rings.overlay(others);
  }

  private static SortedSet<NodeId> nodes(int n) {
    var all = new TreeSet<NodeId>();
    for (var i = 0; i < n; i++) all.add(NodeId.of("eu", "n" + i));
    return all;
  }

  private static SortedSet<NodeId> others(SortedSet<NodeId> all, NodeId self) {
    var others = new TreeSet<>(all);
    others.remove(self);
    return others;
  }
}
