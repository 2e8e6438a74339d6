package dev.meshkit.node;

import dev.meshkit.api.Member;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.link.Gone;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.AuditTrail;
import dev.meshkit.queue.Job;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreTx;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Whom operators of this node said to be gone for good, which gossip never says: what this node has
 * for one of them is dead. It is in {@code mesh.db} before it holds, and ends by an operator's
 * word, or once the node is seen alive. Thread-safe.
 *
 * <p>Invariant: nobody is forgotten whom the view shows as alive. A view comes here before anybody
 * else sees it, so whoever sends because a node is alive is not told that it is gone; and the row
 * is taken from the file before what is sent then goes into it.
 */
final class ForgottenPeers {
  private static final System.Logger LOG = System.getLogger(ForgottenPeers.class.getName());

  private final Store store;
  private final InstantSource wall;
  private final NodeEvent.Sink events;
  private final ConcurrentHashMap<NodeId, ForgottenTable.Row> said = new ConcurrentHashMap<>();
  private final TreeSet<NodeId> owed = new TreeSet<>(); // guarded by this; rows the store kept
  private GossipView seen = GossipView.EMPTY; // guarded by this

  private ForgottenPeers(Store store, InstantSource wall, NodeEvent.Sink events) {
    this.store = store;
    this.wall = wall;
    this.events = events;
  }

  /** Those of earlier starts of this node. Blocks for a read. */
  static Result<ForgottenPeers> open(Store store, InstantSource wall, NodeEvent.Sink events)
      throws InterruptedException {
    return store
        .read(ForgottenTable::all)
        .map(
            rows -> {
              var all = new ForgottenPeers(store, wall, events);
              rows.forEach(row -> all.said.put(row.node(), row));
              return all;
            });
  }

  /** Why what is for a node is dead, if it is forgotten. Never blocks. */
  Optional<Gone> gone(NodeId node) {
    return Optional.ofNullable(said.get(node)).map(row -> Gone.forgotten(node, row.text()));
  }

  /** Whether a node is one of them. Never blocks. */
  boolean isForgotten(NodeId node) {
    return said.containsKey(node);
  }

  /** All of them. */
  Collection<NodeId> nodes() {
    return List.copyOf(said.keySet());
  }

  /** Why nobody may forget a node now, if it is so: it is seen alive, or was a moment ago. */
  synchronized Optional<MeshError> refusal(NodeId node) {
    return status(node)
        .filter(status -> status == Member.Status.ALIVE || status == Member.Status.SUSPECT)
        .map(status -> seenAs(node, status));
  }

  private Optional<Member.Status> status(NodeId node) {
    return seen.members().stream()
        .filter(member -> member.node().equals(node))
        .map(Member::status)
        .findFirst();
  }

  /**
   * From now on a node is gone; the number in the audit. {@code error.precondition}, and it is not,
   * if it is seen alive. A second word takes the place of the first.
   */
  Result<Long> forget(NodeId node, Audit by) throws InterruptedException {
    var refused = refusal(node);
    if (refused.isPresent()) return Result.err(refused.get());
    var row = new ForgottenTable.Row(node, now(), by);
    settle(node);
    var number =
        ordered(
            Job.Kind.FORGET,
            row,
            tx -> {
              ForgottenTable.put(tx, row);
              tx.tell(() -> keep(row));
            });
    if (!number.isOk()) return number;
    if (!said.containsKey(node)) return Result.err(refusal(node).orElseGet(() -> meanwhile(node)));
    events.accept(
        NodeEvent.warn("peer.forgotten", node.toString(), node + " is " + row.text())
            .because(by.reason())
            .with(Map.of("actor", by.actor(), "audit", number.orThrow().toString())));
    return number;
  }

  /** The row of an earlier word that the store could not take yet is written over by this one. */
  private synchronized void settle(NodeId node) {
    owed.remove(node);
  }

  private Instant now() {
    return wall.instant().truncatedTo(ChronoUnit.MILLIS); // as it is read again
  }

  /** Does what an operator's word asks for; the number of the word in the audit. */
  private Result<Long> ordered(Job.Kind kind, ForgottenTable.Row word, Consumer<StoreTx> change)
      throws InterruptedException {
    var what = Map.of("peer", word.node().toString());
    return store.submit(
        Op.record(
            "forgotten.ordered",
            tx -> {
              change.accept(tx);
              return AuditTrail.add(tx, kind, what, word.by(), word.atWall());
            }));
  }

  /** It is durable; but the node may have come back while it was written. */
  private synchronized void keep(ForgottenTable.Row row) {
    if (refusal(row.node()).isPresent()) erase(List.of(row.node()));
    else said.put(row.node(), row);
  }

  /**
   * It may come after all; the number in the audit. {@code error.not_found} if nobody forgot it.
   */
  Result<Long> remember(NodeId node, Audit by) throws InterruptedException {
    var row = said.get(node);
    if (row == null) return Result.err(unknown(node));
    var number =
        ordered(
            Job.Kind.REMEMBER,
            new ForgottenTable.Row(node, now(), by),
            tx -> {
              ForgottenTable.remove(tx, node);
              tx.tell(() -> drop(node));
            });
    return number.onOk(
        audit ->
            events.accept(
                remembered(node, by.actor() + " takes back that it is " + row.text())
                    .because(by.reason())
                    .with(Map.of("actor", by.actor(), "audit", audit.toString()))));
  }

  private synchronized void drop(NodeId node) {
    said.remove(node);
  }

  /** What gossip is about to show: who is alive in it is not forgotten any more. Never blocks. */
  void seen(GossipView view) {
    for (var row : returned(view)) {
      var event = remembered(row.node(), "it is alive, though it was " + row.text());
      LOG.log(System.Logger.Level.INFO, event.text());
      events.accept(event.because("ALIVE"));
    }
  }

  private synchronized List<ForgottenTable.Row> returned(GossipView view) {
    seen = view;
    var back = new ArrayList<ForgottenTable.Row>();
    if (said.isEmpty() && owed.isEmpty()) return back;
    for (var member : view.members()) {
      if (member.status() != Member.Status.ALIVE) continue;
      var row = said.remove(member.node());
      if (row != null) back.add(row);
    }
    var some = new TreeSet<>(owed);
    owed.clear();
    some.removeAll(said.keySet()); // forgotten anew: that row is to stay
    back.forEach(row -> some.add(row.node()));
    if (!some.isEmpty()) erase(some);
    return back;
  }

  /** Takes rows from the file, now or, if the store has no room, when the next view comes. */
  private synchronized void erase(Collection<NodeId> nodes) {
    var op =
        Op.record(
            "forgotten.returned",
            tx -> {
              nodes.forEach(node -> ForgottenTable.remove(tx, node));
              return Unit.UNIT;
            });
    if (!store.submit(op, verdict -> verdict.onErr(_ -> owe(nodes)))) owe(nodes);
  }

  private synchronized void owe(Collection<NodeId> nodes) {
    owed.addAll(nodes);
  }

  private static NodeEvent remembered(NodeId node, String how) {
    return NodeEvent.info(
        "peer.remembered", node.toString(), node + " is not forgotten any more: " + how);
  }

  private static MeshError seenAs(NodeId node, Member.Status status) {
    var how = status == Member.Status.ALIVE ? "alive" : "suspect, which it may refute";
    return precondition(
        node,
        "this node sees it " + how,
        "stop it and wait until members shows it dead or left; to cut off one that runs, name it in"
            + " identity/deny.list: node "
            + node
            + " why");
  }

  private static MeshError meanwhile(NodeId node) {
    return precondition(
        node,
        "it was taken back, or came back, while it was written",
        "look at meshkit events --type 'peer.*', and at meshkit members");
  }

  private static MeshError precondition(NodeId node, String why, String fix) {
    return MeshError.of(
        "error.precondition", "forgetting " + node, why, fix, MeshError.Retry.NEVER);
  }

  static MeshError unknown(NodeId node) {
    return MeshError.of(
        "error.not_found",
        "taking back that " + node + " is gone",
        "nobody here said so, or it was seen alive since",
        "look at meshkit events --type 'peer.*'",
        MeshError.Retry.SAFE);
  }
}
