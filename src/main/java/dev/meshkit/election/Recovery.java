package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.util.Comparator;
import java.util.List;
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
  private static final Comparator<ScopeRecord> LATER =
      Comparator.comparingInt((ScopeRecord record) -> record.content().generation())
          .thenComparing(ScopeRecord::id);

  private Recovery() {}

  /**
   * The state that {@code voter} begins the next generation with.
   *
   * @param survivors what the stores that are left hold, at least one
   * @param genesis a new id: who recovers twice makes two scopes that refuse each other
   */
  public static Durable of(List<Durable> survivors, Seat voter, Bytes genesis) {
    var latest = latest(survivors);
    var was = latest.content();
    var content =
        Content.of(was.generation() + 1, genesis, was.maxPromise(), was.rhoPpm(), List.of(voter))
            .founding(was.regions())
            .with(
                List.copyOf(gates(survivors, was).values()),
                List.copyOf(revocations(survivors, was)),
                was.audit(),
                was.applied());
    var record = new ScopeRecord(new RecordId(0, latest.id().version() + 1), content);
    var cap = survivors.stream().map(Durable::cap).reduce(was.maxPromise(), Generations::longer);
    return new Durable(0, NodeId.NOBODY, record, record, cap);
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
        if (gates.containsKey(gate.change()) || gates.size() < Content.MAX_GATES)
          gates.merge(gate.change(), gate, (a, b) -> b.epoch() > a.epoch() ? b : a);
    }
    return gates;
  }

  /** Each that any of them knows: one that was taken back meanwhile may be taken back again. */
  private static SortedSet<Revocation> revocations(List<Durable> survivors, Content latest) {
    var revoked = new TreeSet<>(latest.revocations());
    for (var survivor : survivors)
      for (var revocation : survivor.view().content().revocations())
        if (revoked.size() < Content.MAX_REVOCATIONS) revoked.add(revocation);
    return revoked;
  }
}
