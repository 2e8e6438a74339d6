package dev.meshkit.control;

import dev.meshkit.control.RecordedFact.Changed;
import dev.meshkit.control.RecordedFact.Vacant;
import dev.meshkit.control.proto.RecordedItem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The times in which nobody led one scope, out of what each node saw. Sights that overlap are of
 * one gap, which ends for all when the first of them knows a leader.
 */
final class Vacancies {
  private final String scope;
  private final List<Changed> changes;
  private final List<RecordedItem> tenures;

  /** Beside who was seen to lead, and who led by its own recording. */
  Vacancies(String scope, List<Changed> changes, List<RecordedItem> tenures) {
    this.scope = scope;
    this.changes = changes;
    this.tenures = tenures;
  }

  /** Of these that ended, and of those that have not: each gap once. */
  List<RecordedItem> merged(List<Vacant> ended) {
    var all = new ArrayList<>(ended);
    all.addAll(open());
    all.sort(Comparator.comparing(Vacant::at).thenComparing(Vacant::node));
    var items = new ArrayList<RecordedItem>();
    var together = new ArrayList<Vacant>();
    for (var gap : all) {
      if (!together.isEmpty() && !gap.at().isBefore(first(together).end())) {
        items.add(item(together));
        together.clear();
      }
      together.add(gap);
    }
    if (!together.isEmpty()) items.add(item(together));
    return items;
  }

  /** Of each node that knows of no leader at the last: that has no event yet. */
  private List<Vacant> open() {
    var last = new TreeMap<String, Changed>();
    for (var change : changes) last.put(change.node(), change);
    return last.values().stream()
        .filter(change -> change.to().isEmpty())
        .map(
            change ->
                new Vacant(
                    change.at(),
                    Duration.between(change.at(), Instant.MAX),
                    change.node(),
                    scope,
                    change.from(),
                    ""))
        .toList();
  }

  private static Vacant first(List<Vacant> together) {
    return together.stream().min(Comparator.comparing(Vacant::end)).orElseThrow();
  }

  private RecordedItem item(List<Vacant> together) {
    var begin = together.getFirst();
    var first = first(together);
    var seers = new TreeSet<String>();
    for (var gap : together) seers.add(gap.node());
    var item =
        RecordedItem.newBuilder()
            .setScope(scope)
            .setType(RecordedItem.Type.GAP)
            .setAt(Envelope.exactly(begin.at()))
            .setNode(first.to())
            .setAfter(before(together))
            .addAllSeenBy(seers);
    if (first.to().isEmpty()) return item.build();
    item.setTook(Envelope.duration(Duration.between(begin.at(), first.end())));
    var last =
        together.stream()
            .filter(gap -> !gap.to().isEmpty())
            .map(Vacant::end)
            .max(Comparator.naturalOrder());
    last.ifPresent(
        end -> item.setKnownAfter(Envelope.duration(Duration.between(first.end(), end))));
    ending(first).forEach((fence, cause) -> item.setFence(fence).setOutcome(cause));
    item.setMeanwhile(leading(begin.at(), first.end()));
    return item.build();
  }

  /** Who led before: a node that has just begun does not know, others may. */
  private static String before(List<Vacant> together) {
    return together.stream()
        .map(Vacant::from)
        .filter(from -> !from.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** Fence and cause of the change that ended it, in the sight of the same node; none or one. */
  private Map<String, String> ending(Vacant gap) {
    var found = new TreeMap<String, String>();
    for (var change : changes)
      if (change.node().equals(gap.node())
          && change.to().equals(gap.to())
          && !change.at().isBefore(gap.at())
          && !change.at().isAfter(gap.end())) {
        found.clear();
        found.put(change.fence(), change.cause());
      }
    return found;
  }

  /** The fence of a tenure that lasted all the while; empty: there is none. */
  private String leading(Instant from, Instant to) {
    for (var tenure : tenures) {
      if (!tenure.hasTook()) continue;
      var gained = Envelope.instant(tenure.getAt());
      var lost = gained.plus(Envelope.duration(tenure.getTook()));
      if (!gained.isAfter(from) && !lost.isBefore(to)) return tenure.getFence();
    }
    return "";
  }
}
