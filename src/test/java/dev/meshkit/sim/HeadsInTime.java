package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.sim.Sight.RecordAt;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * E14. A violation means that a node that lived and was in the mesh did not know, 2 s after
 * somebody did, that a record is committed: it acts from an older one.
 */
final class HeadsInTime implements Oracle {
  private static final long WITHIN = 2_000_000_000L;
  private static final long JOINS_WITHIN = 8_000_000_000L;

  private final LongSupplier now;
  private final LongConsumer took;
  private final SortedMap<NodeId, Long> since = new TreeMap<>();
  private final SortedMap<String, RecordAt> newest = new TreeMap<>();
  private final List<Spreading> spreading = new ArrayList<>();

  /** By that virtual time, nanoseconds; {@code took} learns how long each was on its way. */
  HeadsInTime(LongSupplier now, LongConsumer took) {
    this.now = now;
    this.took = took;
  }

  private record Spreading(String scope, RecordAt at, long began, SortedSet<NodeId> lack) {}

  @Override
  public String name() {
    return "E14";
  }

  @Override
  public String see(Sight sight) {
    switch (sight) {
      case Sight.Started(var node) -> since.put(node, now.getAsLong());
      case Sight.Stopped(var node) -> {
        since.remove(node);
        for (var one : spreading) one.lack.remove(node);
      }
      case Sight.Viewed(var node, var term, var record) ->
          viewed(node, term.scope() + " " + term.generation(), record.at());
      default -> {}
    }
    spreading.removeIf(this::isDone);
    if (spreading.isEmpty()) return "";
    var oldest = spreading.getFirst();
    if (now.getAsLong() - oldest.began <= WITHIN) return "";
    return oldest.lack + " do not know that " + oldest.at + " of " + oldest.scope + " is committed";
  }

  private void viewed(NodeId node, String scope, RecordAt at) {
    for (var one : spreading)
      if (one.scope.equals(scope) && one.at.compareTo(at) <= 0) one.lack.remove(node);
    var before = newest.get(scope);
    if (before != null && before.compareTo(at) >= 0) return;
    newest.put(scope, at);
    var began = now.getAsLong();
    var lack = new TreeSet<NodeId>();
    since.forEach(
        (other, start) -> {
          if (!other.equals(node) && start + JOINS_WITHIN <= began) lack.add(other);
        });
    spreading.add(new Spreading(scope, at, began, lack));
  }

  private boolean isDone(Spreading one) {
    if (!one.lack.isEmpty()) return false;
    took.accept(now.getAsLong() - one.began);
    return true;
  }
}
