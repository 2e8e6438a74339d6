package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Gate;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.gate.Change;
import dev.meshkit.gate.Committed;
import dev.meshkit.gate.DeterministicGate;
import dev.meshkit.gate.Entry;
import dev.meshkit.gate.Explanation;
import dev.meshkit.gate.FirstDecision;
import dev.meshkit.gate.GateTable;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.SubjectKey;
import dev.meshkit.gate.Support;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.wire.GateReport;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The changes there are: those of this build, those that other members have, and those that are
 * committed. Thread-safe.
 *
 * @param gate knows this build's
 * @param views what is committed in every scope
 * @param configured what {@code listen.versions} says of regions: the baseline of the transport
 */
record GateCatalogue(DeterministicGate gate, Views views, Supplier<RoadPolicy> configured) {
  /**
   * A change with its region put in.
   *
   * @param change which
   * @param scope whose record has its entry
   */
  record Known(Change change, Scope scope) {}

  /**
   * What is committed of a change.
   *
   * @param by the entry, or the baseline where there is none
   * @param view the record
   * @param isCommitted whether there is an entry
   */
  record Standing(Committed by, ScopeRecord view, boolean isCommitted) {
    /** Why a subject runs what it runs. */
    Explanation explain(Change change, Subject subject) {
      return isCommitted
          ? GateTable.of(by).explain(change, subject)
          : GateTable.EMPTY.explain(change.baseline(by.entry().version()), subject);
    }
  }

  /**
   * What a subject was given first here, see {@link DeterministicGate#first}. Blocks for a read.
   */
  Result<Optional<FirstDecision>> first(Known known, Subject subject) throws InterruptedException {
    return gate.first(known.change(), subject);
  }

  /** Whom it was decided for here, at most 10,000. Blocks for a read. */
  Result<List<String>> subjects(Known known) throws InterruptedException {
    return gate.subjects(known.change());
  }

  /** What links go by where this is the change of the transport. */
  Optional<TransportRule> transport(Known known) {
    return TransportRule.CHANGE
        .region(known.change().name())
        .map(_ -> new TransportRule(configured.get(), TransportRule.entries(views.all())));
  }

  /** Every change that this build has here, or that some record has an entry of, by name. */
  TreeMap<String, Known> all(NodeId self) {
    var all = new TreeMap<String, Known>();
    gate.known()
        .values()
        .forEach(
            change -> {
              var own = change.in(self.region());
              var scope = change.isRegional() ? Scope.region(self.region()) : Scope.GLOBAL;
              all.put(own.name(), new Known(own, scope));
            });
    views
        .all()
        .forEach(
            (scope, view) -> {
              for (var gated : view.content().gates())
                all.computeIfAbsent(gated.change(), _ -> known(scope, gated));
            });
    return all;
  }

  private Known known(Scope scope, Gate gated) {
    return local(gated.change())
        .orElseGet(
            () -> {
              var min = Math.max(1, gated.min());
              var support = new Support(min, Math.max(min, gated.max()));
              var change = new Change(gated.change(), support, min, SubjectKey.NONE);
              return new Known(change, scope);
            });
  }

  /** One that this build has. */
  Optional<Known> local(String name) {
    return gate.known(name)
        .map(
            change ->
                change
                    .region(name)
                    .map(region -> new Known(change.in(region), Scope.region(region)))
                    .orElseGet(() -> new Known(change, Scope.GLOBAL)));
  }

  /** One that this build, a member that was asked, or a record has; else who could know it. */
  Result<Known> find(String name, GateMembers members) {
    var here = local(name);
    if (here.isPresent()) return Result.ok(here.get());
    for (var one : members.heard())
      if (one.isKnown()) return Result.ok(known(name, one.said().orElseThrow()));
    for (var view : views.all().entrySet())
      for (var gated : view.getValue().content().gates())
        if (gated.change().equals(name)) return Result.ok(known(view.getKey(), gated));
    return Result.err(unknown(name));
  }

  private static Known known(String name, GateReport said) {
    var support = new Support(said.min(), said.max());
    var change = new Change(name, support, said.baseline(), key(said.key()));
    var scope = said.region().isEmpty() ? Scope.GLOBAL : Scope.region(said.region());
    return new Known(change, scope);
  }

  /** Whom a change is decided by, as members tell each other. */
  static int number(SubjectKey key) {
    return switch (key) {
      case NONE -> 0;
      case NODE -> 1;
      case LINK -> 2;
      case TENANT -> 3;
    };
  }

  private static SubjectKey key(int number) {
    return switch (number) {
      case 1 -> SubjectKey.NODE;
      case 2 -> SubjectKey.LINK;
      case 3 -> SubjectKey.TENANT;
      default -> SubjectKey.NONE; // GateReport has checked it
    };
  }

  private static MeshError unknown(String name) {
    return MeshError.of(
            "error.not_found",
            "looking for the change " + name,
            "no member that answers has it in its build, and no record has an entry of it",
            "see meshkit gate list; an application's change is known once its node declares it",
            MeshError.Retry.SAFE)
        .with("mk", "MK-GAT-001");
  }

  /** Whether the record that would have its entry has not come to this node yet. */
  boolean isToCome(Known known) {
    return views.of(known.scope()).isEmpty();
  }

  /** What is committed of it; an error if this node does not know the record yet. */
  Result<Standing> standing(Known known) {
    var view = views.of(known.scope());
    if (view.isEmpty())
      return Result.err(
          MeshError.unavailable(
                  "looking at " + known.change().name(),
                  "this node does not know the record of " + known.scope() + " yet",
                  "wait until it is led: meshkit leaders --watch, or ask a node of that region")
              .with("mk", "MK-GAT-002"));
    var record = Gates.id(view.get());
    for (var gated : view.get().content().gates()) {
      if (!gated.change().equals(known.change().name())) continue;
      return Gates.entry(gated)
          .map(entry -> new Standing(new Committed(entry, record), view.get(), true));
    }
    var none = new Committed(Entry.baseline(baseline(known.change())), record);
    return Result.ok(new Standing(none, view.get(), false));
  }

  /** A change as it runs here where nothing was ever committed. */
  private Change baseline(Change change) {
    return TransportRule.CHANGE
        .region(change.name())
        .map(region -> change.baseline(configured.get().window(region).committed()))
        .orElse(change);
  }
}
