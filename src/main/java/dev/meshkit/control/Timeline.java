package dev.meshkit.control;

import dev.meshkit.control.RecordedFact.Changed;
import dev.meshkit.control.RecordedFact.Committed;
import dev.meshkit.control.RecordedFact.Raced;
import dev.meshkit.control.RecordedFact.Reigned;
import dev.meshkit.control.RecordedFact.Vacant;
import dev.meshkit.control.proto.RecordedItem;
import dev.meshkit.control.proto.RecordingReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What happened in each scope, in order, out of what one or several nodes recorded. What they all
 * saw is told once: a gap from when the first lost its leader until the first knew the next.
 */
final class Timeline {
  private static final Comparator<RecordedFact> IN_ORDER =
      Comparator.comparing(RecordedFact::at).thenComparing(RecordedFact::node);

  private final String scope;
  private final List<Raced> races = new ArrayList<>();
  private final List<Changed> changes = new ArrayList<>();
  private final List<Reigned> reigns = new ArrayList<>();
  private final List<Vacant> vacant = new ArrayList<>();
  private final List<Committed> commits = new ArrayList<>();

  private Timeline(String scope) {
    this.scope = scope;
  }

  /** Of all scopes; {@code ends} is the end of each node's recording. */
  static RecordingReport of(List<Path> files, List<RecordedFact> facts, Map<String, Instant> ends) {
    var scopes = new TreeMap<String, Timeline>();
    var nodes = new TreeSet<String>();
    for (var fact : facts.stream().sorted(IN_ORDER).toList()) {
      nodes.add(fact.node());
      scopes.computeIfAbsent(fact.scope(), Timeline::new).add(fact);
    }
    var report =
        RecordingReport.newBuilder()
            .setApiVersion(Envelope.API_VERSION)
            .setKind("RecordingReport")
            .addAllNodes(nodes)
            .setFrom(
                Envelope.exactly(
                    facts.stream()
                        .map(RecordedFact::at)
                        .min(Comparator.naturalOrder())
                        .orElseThrow()))
            .setTo(Envelope.exactly(Collections.max(ends.values())));
    files.forEach(file -> report.addFiles(file.toString()));
    for (var timeline : scopes.values()) {
      var items = timeline.items(ends);
      report.addAllItems(items);
      report.addScopes(ScopeTotals.of(timeline.scope, items));
    }
    return report.build();
  }

  private void add(RecordedFact fact) {
    switch (fact) {
      case Raced raced -> races.add(raced);
      case Changed changed -> changes.add(changed);
      case Reigned reigned -> reigns.add(reigned);
      case Vacant gap -> vacant.add(gap);
      case Committed committed -> commits.add(committed);
    }
  }

  private List<RecordedItem> items(Map<String, Instant> ends) {
    var items = new ArrayList<RecordedItem>();
    var tenures = tenures(ends);
    items.addAll(tenures);
    items.addAll(new Vacancies(scope, changes, tenures).merged(vacant));
    items.addAll(campaigns());
    items.addAll(committed());
    items.sort(Comparator.comparing(item -> Envelope.instant(item.getAt())));
    return items;
  }

  /**
   * Those that ended in a recording; and those that somebody saw begin, of which none has the end.
   */
  private List<RecordedItem> tenures(Map<String, Instant> ends) {
    var byFence = new LinkedHashMap<String, RecordedItem>();
    for (var reign : reigns)
      byFence.put(
          reign.fence(),
          item(RecordedItem.Type.TENURE, reign.at(), reign.node())
              .setFence(reign.fence())
              .setTook(Envelope.duration(reign.took()))
              .setOutcome(reign.cause())
              .build());
    for (var change : changes)
      if (!change.to().isEmpty() && !byFence.containsKey(change.fence()))
        byFence.put(change.fence(), unended(change, ends));
    return List.copyOf(byFence.values());
  }

  private RecordedItem unended(Changed first, Map<String, Instant> ends) {
    var leader = first.to();
    var item = item(RecordedItem.Type.TENURE, first.at(), leader).setFence(first.fence());
    var own = changes.stream().filter(change -> change.node().equals(leader)).toList();
    if (!own.isEmpty()
        && own.getLast().to().equals(leader)
        && own.getLast().fence().equals(first.fence()))
      item.setTook(
              Envelope.duration(
                  Duration.between(first.at(), ends.getOrDefault(leader, first.at()))))
          .setUntilEnd(true);
    return item.build();
  }

  /**
   * Rounds of one node that went alike, one after the other, are one item: a node that is cut off
   * asks for ever.
   */
  private List<RecordedItem> campaigns() {
    var items = new ArrayList<RecordedItem.Builder>();
    var latest = new TreeMap<String, RecordedItem.Builder>();
    for (var race : races) {
      var item = campaign(race);
      var before = latest.get(race.node());
      if (before != null && alike(before, item)) {
        var took = Duration.between(Envelope.instant(before.getAt()), race.at().plus(race.took()));
        before.setRounds(before.getRounds() + 1).setTook(Envelope.duration(took));
        before.setTerm(race.term()).setGranted(race.granted());
      } else {
        latest.put(race.node(), item);
        items.add(item);
      }
    }
    return items.stream().map(RecordedItem.Builder::build).toList();
  }

  private RecordedItem.Builder campaign(Raced race) {
    return item(
            race.pre() ? RecordedItem.Type.PRE_VOTE : RecordedItem.Type.VOTE,
            race.at(),
            race.node())
        .setTook(Envelope.duration(race.took()))
        .setTerm(race.term())
        .setOutcome(race.result())
        .setRounds(1)
        .setGranted(race.granted())
        .setAgainst(race.against());
  }

  private static boolean alike(RecordedItem.Builder a, RecordedItem.Builder b) {
    return a.getType() == b.getType()
        && a.getOutcome().equals(b.getOutcome())
        && a.getAgainst().equals(b.getAgainst());
  }

  private List<RecordedItem> committed() {
    var byRecord = new LinkedHashMap<String, RecordedItem.Builder>();
    for (var commit : commits) {
      var item =
          byRecord
              .computeIfAbsent(
                  commit.record(),
                  record ->
                      item(RecordedItem.Type.COMMIT, commit.at(), commit.node()).setRecord(record))
              .addSeenBy(commit.node());
      // who stored the change before, uncommitted or as another's, does not name its author again
      if (item.getActor().isEmpty()) item.setActor(commit.actor()).setReason(commit.reason());
    }
    return byRecord.values().stream().map(RecordedItem.Builder::build).toList();
  }

  private RecordedItem.Builder item(RecordedItem.Type type, Instant at, String node) {
    return RecordedItem.newBuilder()
        .setScope(scope)
        .setType(type)
        .setAt(Envelope.exactly(at))
        .setNode(node);
  }
}
