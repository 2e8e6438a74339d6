package dev.meshkit.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.util.HashSet;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Whom a node probes and talks to: gossip.md §3. */
class OverlayTest {
  private final Overlay.Places places = new Overlay.Places();

  /** M11: up to 21 nodes everyone is everyone's subject. */
  @Test
  void aSmallMeshIsFull() {
    for (var n : new int[] {2, 3, 21}) {
      var all = nodes(n);
      for (var self : all) {
        var overlay = Overlay.of(self, others(all, self), places);
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
                .sorted((a, b) -> Long.compareUnsigned(places.of(a, number), places.of(b, number)))
                .toList();
        for (var i = 0; i < n; i++) {
          var next = order.get((i + 1) % n);
          successors.get(order.get(i)).add(next);
          neighbours.get(order.get(i)).add(next);
          neighbours.get(next).add(order.get(i));
        }
      }
      for (var self : all.stream().limit(40).toList()) {
        var overlay = Overlay.of(self, others(all, self), places);
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
      for (var self : rest)
        observed.addAll(Overlay.of(self, others(rest, self), places).subjects());
      assertEquals(new HashSet<>(rest), observed);
      assertFalse(observed.contains(gone));
    }
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
