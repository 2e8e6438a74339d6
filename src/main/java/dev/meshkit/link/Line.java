package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.SlowReaderEvent;
import dev.meshkit.transport.ByteStream;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.Road;
import dev.meshkit.transport.RoadFailure;
import dev.meshkit.wire.Hello;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The Stream, or the Elect, with one peer, life after life. Of the two nodes the smaller id opens
 * at once and the larger after 1 s without one; if both did, the smaller's stays; a later process
 * of the peer beats an earlier one. Thread-safe; a {@link LineKeeper} reopens it while it is
 * wanted.
 */
final class Line {
  private static final System.Logger LOG = System.getLogger(Line.class.getName());

  /** Whoever hears it is no peer any more, and tries ever more rarely. */
  static final Status OUTLIVED =
      Status.FAILED_PRECONDITION.withDescription("a later process of this node is here");

  private final LinkContext context;
  private final NodeId peer;
  private final Family family;
  private final Reopening reopening;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile @Nullable Life current; // written under lock
  private boolean wanted; // guarded by lock
  private boolean supervised; // guarded by lock
  private boolean hurry; // guarded by lock

  Line(LinkContext context, NodeId peer, Family family) {
    this.context = context;
    this.peer = peer;
    this.family = family;
    this.reopening = new Reopening(context, peer);
  }

  NodeId peer() {
    return peer;
  }

  Family family() {
    return family;
  }

  /** How soon it is opened anew. */
  Reopening reopening() {
    return reopening;
  }

  /** The live stream. */
  Optional<Life> life() {
    return Optional.ofNullable(current);
  }

  /** Whether it may be forgotten. */
  boolean isIdle() {
    lock.lock();
    try {
      return current == null && !wanted && !supervised;
    } finally {
      lock.unlock();
    }
  }

  /** Queues a frame; false when no stream is live. */
  boolean send(String key, Bytes frame) {
    var live = current;
    while (live != null) {
      var offered = live.send(key, frame);
      if (offered.dropped() > 0 && live.isFirstDrop()) {
        SlowReaderEvent.emit(peer.toString(), family.name());
      }
      context.dropped(family, "outgoing", offered.dropped());
      if (offered.taken()) return true;
      var next = current; // another may have taken its place just now
      live = next == live ? null : next;
    }
    return false;
  }

  /** Keeps a stream open from now on. */
  void want() {
    lock.lock();
    try {
      wanted = true;
      if (supervised) return;
      supervised = context.start(new LineKeeper(context, this));
    } finally {
      lock.unlock();
    }
  }

  /** Opens no more; a stream that the peer opened stays. */
  void unwant() {
    lock.lock();
    try {
      wanted = false;
      var live = current;
      if (live != null && live.isOurs()) live.retire();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The peer's address, or this node's certificate, changed: what blocked it may be over. */
  void hurry() {
    lock.lock();
    try {
      if (current != null) return; // nothing waits; the next break has its pause all the same
      hurry = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A road of ours carries something now, which nothing that happens here would show. */
  void look() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends whatever is live, in good order. */
  void close() {
    unwant();
    life().ifPresent(Life::retire);
  }

  /**
   * Takes a stream that the peer opened; if ours stays, reads what the peer says on this one until
   * it has heard so, and if that of a later process of the peer stays, ends this one: else it would
   * be alive for whoever opened it, and not for us. Never blocks.
   */
  void adopt(ByteStream stream, Hello theirs) {
    var life = new Life(context, stream, new Standing(false, theirs.generation()));
    var stays = install(life);
    try {
      stream.begin();
    } catch (RuntimeException over) { // it ended meanwhile, and takes nobody's place
      LOG.log(System.Logger.Level.DEBUG, "a stream of " + peer + " ended as it began", over);
      stream.close();
      ended(life);
      return;
    }
    if (!stays && isOutlived(life)) {
      stream.abort(OUTLIVED);
      ended(life);
      return;
    }
    if (!context.start(stays ? () -> run(life) : () -> readOut(life))) {
      stream.close();
      ended(life);
    }
  }

  private boolean isOutlived(Life life) {
    var live = current;
    return live != null && live.standing().generation() > life.standing().generation();
  }

  /**
   * Opens on another road of ours what is live and was opened by us; if that fails, tries again
   * later. Blocks at most 5 s.
   */
  void move(Road to) throws InterruptedException {
    reopen(to);
    follow();
  }

  private void reopen(Road to) throws InterruptedException {
    var live = current;
    if (live == null || !live.isOurs() || live.road().filter(to::equals).isPresent()) return;
    var opened = Life.open(context, to, family);
    if (!(opened instanceof Result.Ok<Life>(var life))) {
      context.failed(to, error(opened));
    } else if (!install(life)) {
      readOutBeside(life); // the peer may have said something on it before it knew
    } else if (context.start(() -> run(life))) {
      context.roads().carrying(peer);
    } else {
      life.stream().close();
      ended(life);
    }
  }

  /**
   * What is live on a road that was left, perhaps while it was opened there, is cut before long.
   */
  void follow() {
    if (strayed().isPresent()) context.start(this::catchUp);
  }

  private Optional<Life> strayed() {
    lock.lock();
    try {
      return wanted
          ? life().filter(live -> live.road().filter(Road::isRetired).isPresent())
          : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Until it is on a road that stays, or the one that was left is closed. */
  private void catchUp() {
    try {
      var end = now().plus(context.options().times().handOver());
      var attempt = 0;
      for (var live = strayed(); live.isPresent() && now().isBefore(end); live = strayed()) {
        if (context.roads().to(peer) instanceof Result.Ok<Road>(var there)) reopen(there);
        awaitOther(live.get(), context.pause(peer, attempt++));
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt(); // the links are closing
    }
  }

  /** Blocks until another stream is live, or none, or so long. */
  private void awaitOther(Life than, Duration most) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var nanos = most.toNanos();
      while (current == than && nanos > 0) nanos = changed.awaitNanos(nanos);
    } finally {
      lock.unlock();
    }
  }

  /** On a thread of its own: who opens the next stream does not wait for it. */
  void readOutBeside(Life life) {
    if (!context.start(() -> readOut(life))) life.stream().finish(); // the links are closing
  }

  private void readOut(Life life) {
    life.readOut();
    over(life);
  }

  /**
   * Blocks until nobody's stream is live, or one that is to be on a road of ours, and it is time;
   * false once it is not wanted.
   */
  boolean awaitTurn(Duration pause) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var nanos = pause.toNanos();
      while (wanted) {
        if (current != null && !isAstray(current)) {
          changed.await();
          nanos = reopening.lived().toNanos();
        } else if (nanos <= 0 || hurry) {
          hurry = false;
          return true;
        } else {
          nanos = changed.awaitNanos(nanos);
        }
      }
      supervised = false;
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether the larger id has opened it on a road of its own though there is one of the smaller,
   * which is ours and carries what else there is: where both are live, two would stay for ever.
   */
  private boolean isAstray(Life live) {
    return !live.isOurs() && context.self().compareTo(peer) < 0 && context.roads().carries(peer);
  }

  /** Makes it the live one, unless the one there is stays. */
  boolean install(Life life) {
    lock.lock();
    try {
      if (life.isOurs() && !wanted) return false;
      var live = current;
      var smaller = context.self().compareTo(peer) < 0;
      if (live != null && !life.standing().beats(live.standing(), smaller)) return false;
      current = life;
      hurry = false;
      if (live != null) replace(live, life);
      if (!life.isOurs()) context.roads().seen(peer);
      if (family == Family.STREAM) {
        context.history().live(peer, life.stream().road(), life.isOurs());
        context.ports().inbound().up(peer);
      }
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** What was meant for an earlier process of the peer is not for a later one. */
  private void replace(Life before, Life now) {
    if (before.standing().generation() == now.standing().generation()) {
      context.dropped(family, "outgoing", before.handOver(now));
    } else {
      before.retire();
    }
  }

  /** Reads and writes it to its end. Blocks for as long. */
  void run(Life life) {
    var more = false;
    try {
      more = life.run();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt(); // the links are closing
    } finally {
      ended(life);
      if (more) readOutBeside(life);
      else over(life);
    }
  }

  private void over(Life life) {
    context.dropped(family, "ended", life.stream().unread());
    if (life.stream().ended().filter(RoadFailure::isOfRoad).isPresent()) {
      life.road().ifPresent(context.roads()::discard);
    }
  }

  private void ended(Life life) {
    vacate(life);
    context.dropped(family, "ended", life.discard()); // nothing takes its place any more
  }

  private void vacate(Life life) {
    lock.lock();
    try {
      if (current != life) return; // another took its place
      current = null;
      if (family == Family.STREAM) {
        context.history().down(peer, how(life));
        context.ports().inbound().down(peer, false);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static String how(Life life) {
    return life.stream().ended().map(Line::how).orElse("ENDED");
  }

  private static String how(Status why) {
    return RoadFailure.isOfRoad(why) ? "LOST" : why.getCode().name();
  }

  private Instant now() {
    return context.ports().clocks().monotonic().instant();
  }

  /** Why something failed. */
  static MeshError error(Result<?> failed) {
    return failed instanceof Result.Err<?>(var error)
        ? error
        : MeshError.unavailable("reach a peer", "unknown", "try again");
  }
}
