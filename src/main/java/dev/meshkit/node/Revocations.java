package dev.meshkit.node;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.gossip.Input;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.security.DenyList;
import java.util.Collection;
import java.util.HashMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Acts from the revocations of the committed {@code global} record, and from nothing else (E12):
 * handshakes refuse whom it names, live roads end, gossip shows them as LEFT, and a node that is
 * itself revoked leads no more and says so. Thread-safe.
 */
final class Revocations implements Views.Watcher {
  private static final System.Logger LOG = System.getLogger(Revocations.class.getName());

  private final NodeId self;
  private final Consumer<DenyList> doors;
  private final Mailbox<Input> gossip;
  private final NodeEvent.Sink events;
  private final Collection<ScopeElection> elections;
  private volatile SortedSet<NodeId> nodes = new TreeSet<>(); // replaced, never changed
  private final AtomicBoolean told = new AtomicBoolean(true);
  private boolean selfRevoked; // guarded by this

  /** Of one node; {@code doors} refuse and end what the list denies. */
  Revocations(
      NodeId self,
      Consumer<DenyList> doors,
      Mailbox<Input> gossip,
      NodeEvent.Sink events,
      Collection<ScopeElection> elections) {
    this.self = self;
    this.doors = doors;
    this.gossip = gossip;
    this.events = events;
    this.elections = elections;
  }

  /** Whom a record revokes, as handshakes go by it. */
  static DenyList denied(ScopeRecord global) {
    var why = "revoked in version " + global.id().version() + " of global";
    var nodes = new HashMap<NodeId, String>();
    var keys = new HashMap<String, String>();
    for (var revoked : global.content().revocations()) {
      if (revoked.key().isEmpty()) nodes.put(revoked.node(), why);
      else keys.put(revoked.key().hex(), why);
    }
    return new DenyList(nodes, keys);
  }

  @Override
  public void viewed(Scope scope, ScopeRecord view) {
    if (!scope.equals(Scope.GLOBAL)) return;
    doors.accept(denied(view));
    var named = new TreeSet<NodeId>();
    for (var revoked : view.content().revocations())
      if (revoked.key().isEmpty()) named.add(revoked.node());
    nodes = named;
    told.set(false);
    tell();
    own(named.contains(self), view);
  }

  @Override
  public void tell() {
    if (!told.compareAndSet(false, true)) return;
    if (!gossip.offer(new Input.Revoked(nodes))) told.set(false);
  }

  private synchronized void own(boolean now, ScopeRecord view) {
    var news = now && !selfRevoked;
    selfRevoked = now;
    if (!news) return;
    var text =
        "this node is revoked in version "
            + view.id().version()
            + " of global: its peers have cut it off, and it leads no more";
    LOG.log(System.Logger.Level.ERROR, text);
    events.accept(
        NodeEvent.warn("identity.refused", self.toString(), text)
            .because("REVOKED")
            .coded("MK-TLS-009"));
    for (var election : elections)
      if (election.authority().isPresent())
        election.inputs().offer(new dev.meshkit.election.Input.StepDown());
  }
}
