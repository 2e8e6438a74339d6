package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an operator makes of what is left when a scope's quorum is lost for good (§7): the next
 * generation, of which one survivor is the only voter. Whatever was committed and is on no
 * survivor's disk is lost; nobody else may do this.
 */
public final class Recovery {
  /** Why there is none, for people. */
  static final String MORE = "what the survivors hold is more than one record takes";

  private static final Comparator<ScopeRecord> LATER =
      Comparator.comparingInt((ScopeRecord record) -> record.content().generation())
          .thenComparing(ScopeRecord::id);

  private Recovery() {}

  /**
   * The state that {@code voter} begins the next generation with.
   *
   * @param survivors what the stores that are left hold, at least one
   * @param genesis a new id: who recovers twice makes two scopes that refuse each other
   * @throws IllegalArgumentException if together they hold more than a record takes
   */
  public static Durable of(List<Durable> survivors, Seat voter, Bytes genesis) {
    return whole(survivors, voter, genesis).orElseThrow(() -> new IllegalArgumentException(MORE));
  }

  /** The same; empty if it is more than a record takes, as nothing of it may be left out. */
  static Optional<Durable> whole(List<Durable> survivors, Seat voter, Bytes genesis) {
    var latest = latest(survivors);
    var was = latest.content();
    var gates = gates(survivors, was);
    var revoked = revocations(survivors, was);
    if (gates.size() > Content.MAX_GATES || revoked.size() > Content.MAX_REVOCATIONS)
      return Optional.empty();
    var content =
        Content.of(was.generation() + 1, genesis, was.maxPromise(), was.rhoPpm(), List.of(voter))
            .founding(was.regions())
            .with(List.copyOf(gates.values()), List.copyOf(revoked), was.audit(), was.applied());
    var record = new ScopeRecord(new RecordId(0, latest.id().version() + 1), content);
    var cap = survivors.stream().map(Durable::cap).reduce(was.maxPromise(), Generations::longer);
    var begun = new Durable(0, NodeId.NOBODY, record, record, cap);
    return content.fits() ? Optional.of(begun) : Optional.empty();
  }

  /** The largest record that is left. */
  static ScopeRecord latest(List<Durable> survivors) {
    return survivors.stream().map(Durable::record).max(LATER).orElseThrow();
  }

  /** Each as it was decided last, by its epoch; epochs of an older generation say nothing here. */
  private static SortedMap<String, Gate> gates(List<Durable> survivors, Content latest) {
    var gates = new TreeMap<String, Gate>();
    for (var gate : latest.gates()) gates.put(gate.change(), gate);
    for (var survivor : survivors) {
      var view = survivor.view().content();
      if (view.generation() != latest.generation()) continue;
      for (var gate : view.gates())
        gates.merge(gate.change(), gate, (a, b) -> b.epoch() > a.epoch() ? b : a);
    }
    return gates;
  }

  /** Each that any of them knows: one that was taken back meanwhile may be taken back again. */
  private static SortedSet<Revocation> revocations(List<Durable> survivors, Content latest) {
    var revoked = new TreeSet<>(latest.revocations());
    for (var survivor : survivors) revoked.addAll(survivor.view().content().revocations());
    return revoked;
  }
}
