package dev.meshkit.node;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.gate.Change;
import dev.meshkit.gate.Committed;
import dev.meshkit.gate.Decision;
import dev.meshkit.gate.Entry;
import dev.meshkit.gate.GateTable;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.SubjectKey;
import dev.meshkit.transport.RoadPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The standing change {@code meshkit::transport::{region}}: version 1 is the legacy socket, 2 is
 * HTTP/3 with its fallback, and each link is decided by the entries of both its regions. A function
 * of what is committed.
 *
 * @param otherwise what regions permit whose records have no entry
 * @param entries what is committed, by region
 */
record TransportRule(RoadPolicy otherwise, Map<String, Committed> entries) {
  /** Its baseline is 2: no mesh has ever run version 1 before there was a gate. */
  static final Change CHANGE =
      Change.of("meshkit::transport::{region}")
          .supports(RoadPolicy.LEGACY, RoadPolicy.CURRENT)
          .baseline(RoadPolicy.CURRENT)
          .keyedBy(SubjectKey.LINK);

  private static final String REGION = "region/";

  /** Copies the entries. */
  TransportRule {
    entries = Map.copyOf(entries);
  }

  /** What views hold of it, by region. */
  static SortedMap<String, Committed> entries(SortedMap<Scope, ScopeRecord> views) {
    var all = new TreeMap<String, Committed>();
    views.forEach(
        (scope, view) -> {
          if (scope.equals(Scope.GLOBAL)) return;
          var region = scope.text().substring(REGION.length());
          entry(region, view).ifPresent(by -> all.put(region, by));
        });
    return all;
  }

  /** One that cannot be read is none: what was committed before it stays. */
  private static Optional<Committed> entry(String region, ScopeRecord view) {
    var name = CHANGE.in(region).name();
    for (var gate : view.content().gates())
      if (gate.change().equals(name) && Gates.entry(gate) instanceof Result.Ok<Entry>(var entry))
        return Optional.of(new Committed(entry, Gates.id(view)));
    return Optional.empty();
  }

  /** Whether this build cannot run all that an entry has links run. */
  static boolean isForeign(Entry entry) {
    var support = CHANGE.support();
    return !support.has(entry.version())
        || (!entry.rollout().isComplete() && !support.has(entry.prior()));
  }

  /**
   * This rule with what is committed now. Of what this build cannot run links stay on the road they
   * have, so what was known of that region before is kept; nothing, if nothing was.
   */
  TransportRule next(Map<String, Committed> now) {
    var next = new HashMap<>(now);
    now.forEach(
        (region, by) -> {
          var before = entries.get(region);
          if (before != null && isForeign(by.entry())) next.put(region, before);
        });
    return new TransportRule(otherwise, next);
  }

  /** What links go by. */
  RoadPolicy policy() {
    var windows = new HashMap<>(otherwise.windows());
    entries.forEach(
        (region, by) -> windows.put(region, window(otherwise.window(region), by.entry())));
    return new RoadPolicy(otherwise.mode(), windows, this::decided);
  }

  /** Which version a link runs, by the regions of both its ends; none if it may run none. */
  OptionalInt version(Subject link) {
    var ends = ends(link);
    return policy().version(ends.getFirst(), ends.getLast());
  }

  /** Both nodes of a link, the smaller first. */
  static List<NodeId> ends(Subject link) {
    var bar = link.text().indexOf('|');
    return List.of(
        NodeId.parse(link.text().substring(0, bar)), NodeId.parse(link.text().substring(bar + 1)));
  }

  private OptionalInt decided(String region, RoadPolicy.Window window, NodeId one, NodeId other) {
    var by = entries.get(region);
    if (by == null) return OptionalInt.of(window.committed());
    var link = Subject.link(one, other);
    return GateTable.of(by).decide(CHANGE.in(region), link) instanceof Result.Ok<Decision>(var says)
        ? OptionalInt.of(says.version())
        : OptionalInt.empty();
  }

  /**
   * As much of it as this build can serve; where that is nothing, nothing is decided either. A
   * version below both the one that runs and the one before is not served, though the entry would
   * have it back, unless the file has it served: nobody runs it and no rollback goes there unless
   * it is named, which is another entry. So what changes no version, such as a freeze of a change
   * that had no entry, neither opens a port nor closes one.
   */
  private static RoadPolicy.Window window(RoadPolicy.Window otherwise, Entry entry) {
    var used = Math.min(entry.version(), entry.prior());
    var min = Math.max(entry.min(), Math.min(used, otherwise.min()));
    var max = Math.min(entry.max(), RoadPolicy.CURRENT);
    if (max < min) return RoadPolicy.Window.ONLY_CURRENT;
    return new RoadPolicy.Window(min, max, Math.min(entry.version(), max));
  }
}
