package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Audit;
import dev.meshkit.election.Author;
import dev.meshkit.election.Content;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.observe.RecordCommitEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tells of the records of one scope that are committed. Whoever changed one is named once: a new
 * leader writes what it found anew, and that is nobody's change. Confined to the scope's {@link
 * ElectionLoop}.
 */
final class CommitNews {
  private final Scope scope;
  private final NodeId self;
  private final ElectionPorts ports;
  private Content told;

  /** Of one scope, of which {@code stored} was known to be committed before. */
  CommitNews(Scope scope, NodeId self, ScopeRecord stored, ElectionPorts ports) {
    this.scope = scope;
    this.self = self;
    this.ports = ports;
    this.told = stored.content();
  }

  /** A record is committed; its leader has heard from {@code acks} voters that they hold it. */
  void committed(ScopeRecord view, int acks) {
    ports.commits().committed(scope, view);
    var before = told;
    told = view.content();
    var isNew = !told.audit().isEmpty() && !command(told).equals(command(before));
    var by = isNew ? told.audit().getLast().author() : Author.NONE;
    var id = view.id();
    RecordCommitEvent.emit(
        new RecordCommitEvent.Committed(
            self.toString(),
            scope.text(),
            told.generation(),
            id.term(),
            id.version(),
            told.hash().hex().substring(0, 32),
            by.actor(),
            by.reason(),
            isNew ? change(before, told) : "",
            acks));
    if (!isNew) return;
    var text = scope + " is changed by " + by.actor() + ", version " + id.version();
    var facts = Map.of("actor", by.actor(), "reason", by.reason());
    var event = NodeEvent.info("leader.record_changed", self.toString(), text);
    ports.events().accept(event.of(scope.text(), id.term()).with(facts));
  }

  private static Bytes command(Content content) {
    List<Audit> audit = content.audit();
    return audit.isEmpty() ? Bytes.EMPTY : audit.getLast().command();
  }

  private static String change(Content before, Content after) {
    var parts = new ArrayList<String>();
    if (!before.voters().equals(after.voters())) parts.add("VOTERS");
    if (!before.gates().equals(after.gates())) parts.add("GATES");
    if (!before.revocations().equals(after.revocations())) parts.add("REVOCATIONS");
    if (!before.regions().equals(after.regions())) parts.add("REGIONS");
    if (!before.maxPromise().equals(after.maxPromise()) || before.rhoPpm() != after.rhoPpm())
      parts.add("PARAMS");
    return String.join(" ", parts);
  }
}
