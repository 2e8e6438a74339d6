package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.gate.Adoption;
import dev.meshkit.gate.Change;
import dev.meshkit.gate.Decision;
import dev.meshkit.gate.DeterministicEffectStore;
import dev.meshkit.gate.DeterministicGate;
import dev.meshkit.gate.EffectOptions;
import dev.meshkit.gate.Entry;
import dev.meshkit.gate.RecordId;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.SubjectKey;
import dev.meshkit.runtime.Clocks;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The gate of one node: the real one, over a ledger in memory that outlives its processes as a file
 * does. What it makes of records is what {@code node.Gates} does.
 */
final class SimGate {
  private static final List<Subject> TENANTS =
      IntStream.range(0, 16).mapToObj(i -> Subject.tenant("t" + i)).toList();
  private static final InstantSource NEVER = () -> Instant.EPOCH; // what it dates nobody reads

  private final NodeId label;
  private final Coverage coverage;
  private final DeterministicEffectStore ledger =
      DeterministicEffectStore.memory(
          new Clocks(NEVER, NEVER),
          Bytes.utf8("one of the nodes"),
          EffectOptions.DEFAULTS,
          nobody());
  private final SortedMap<Scope, Followed> followed = new TreeMap<>();
  private DeterministicGate gate;

  SimGate(NodeId label, Coverage coverage) {
    this.label = label;
    this.coverage = coverage;
    this.gate = opened(label, ledger);
  }

  /**
   * What it goes by of a scope.
   *
   * @param told the newest record that it was told of
   * @param by the one that it took over last
   * @param entries of that
   */
  private record Followed(Sight.Edition told, Sight.Edition by, List<Entry> entries) {}

  /** What all nodes know of a change. */
  static Change change(String name) {
    return Change.of(name).supports(1, 3).keyedBy(SubjectKey.TENANT);
  }

  private static dev.meshkit.api.Outbox nobody() {
    return (_, to, _, _) -> {
      throw new IllegalStateException("no run is executed here that could send to " + to);
    };
  }

  private static DeterministicGate opened(NodeId label, DeterministicEffectStore ledger) {
    try {
      return DeterministicGate.open(ledger, label.region()).orThrow();
    } catch (InterruptedException never) {
      throw new IllegalStateException(never);
    }
  }

  /** Another process begins, on what the one before it had adopted. */
  List<Sight> restarted() {
    gate = opened(label, ledger);
    return followed.entrySet().stream()
        .map(each -> decides(each.getKey(), each.getValue(), planned(each.getValue().entries())))
        .toList();
  }

  /** A record is known to be committed: it is adopted if it is newer, and can be read. */
  Optional<Sight> viewed(Scope scope, ScopeRecord view) {
    var content = view.content();
    var entries = new ArrayList<Entry>();
    for (var committed : content.gates()) {
      if (!(OrderedGates.entry(committed) instanceof Result.Ok<Entry>(var entry)))
        return Optional.empty();
      entries.add(entry);
    }
    var at = new Sight.RecordAt(view.id().term(), view.id().version());
    var told = new Sight.Edition(content.generation(), at);
    var record = new RecordId(content.generation(), at.term(), at.version());
    var planned = planned(entries);
    var isNewer = adopt(Adoption.of(scope, record, entries, Adoption.By.NOBODY));
    var before = followed.getOrDefault(scope, new Followed(told, told, List.of()));
    var newest = before.told().compareTo(told) > 0 ? before.told() : told;
    if (isNewer) count(before.entries(), entries);
    var now =
        isNewer
            ? new Followed(newest, told, entries)
            : new Followed(newest, before.by(), before.entries());
    followed.put(scope, now);
    if (!isNewer && now.told().equals(now.by())) return Optional.empty();
    return Optional.of(decides(scope, now, isNewer ? planned : planned(now.entries())));
  }

  private boolean adopt(Adoption adoption) {
    try {
      return gate.adopt(adoption).orThrow();
    } catch (InterruptedException never) {
      throw new IllegalStateException(never);
    }
  }

  private void count(List<Entry> before, List<Entry> now) {
    for (var entry : now) {
      if (before.contains(entry)) continue;
      coverage.count(Coverage.Seen.GATE_ADOPTED);
      for (var was : before)
        if (was.change().equals(entry.change()) && was.epoch() == entry.epoch())
          coverage.count(Coverage.Seen.GATE_WIDENED);
    }
  }

  private Sight decides(Scope scope, Followed now, SortedMap<String, List<Integer>> planned) {
    var choices = new TreeMap<String, Sight.Choices>();
    for (var entry : now.entries()) {
      var change = change(entry.change());
      var decided =
          versions(tenant -> gate.decide(change, tenant).map(Decision::version).orThrow());
      var explained = versions(tenant -> gate.table().explain(change, tenant).version());
      choices.put(
          entry.change(),
          new Sight.Choices(
              gate.epoch(change),
              entry.prior(),
              entry.version(),
              decided,
              explained,
              planned.getOrDefault(entry.change(), List.of())));
    }
    return new Sight.Decides(label, scope, now.by(), now.told(), choices);
  }

  /** What a plan says of these entries, whether they are committed or not. */
  private SortedMap<String, List<Integer>> planned(List<Entry> entries) {
    var all = new TreeMap<String, List<Integer>>();
    for (var entry : entries) {
      var plan = gate.table().plan(change(entry.change()), entry, TENANTS);
      var to = new TreeMap<String, Integer>();
      Stream.of(plan.flips(), plan.stays(), plan.cannot())
          .flatMap(List::stream)
          .forEach(line -> to.put(line.subject().text(), line.to()));
      all.put(entry.change(), versions(tenant -> to.getOrDefault(tenant.text(), 0)));
    }
    return all;
  }

  private static List<Integer> versions(ToIntFunction<Subject> of) {
    return TENANTS.stream().map(of::applyAsInt).toList();
  }
}
