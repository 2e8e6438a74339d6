package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreTx;
import dev.meshkit.store.Thrown;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Hands tasks to the workers that wait. Runs on the writer thread, at the end of the very batch
 * that made a task ready when someone waits for it, so that pickup costs no commit of its own.
 *
 * @param <T> what tasks carry
 */
final class Leasing<T> {
  private static final System.Logger LOG = System.getLogger(Leasing.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Of a lane at a time, or one task that is larger: they are in memory until they are sent. */
  private static final long MOST_BYTES = 4 << 20;

  /** Ended in one transaction as their time is over: each may move a megabyte to the dead. */
  static final int MOST_ENDED = 50;

  private final Ground ground;
  private final Packing<T> packing;
  private final Dying dying;
  private final Consumer<List<Lease<T>>> giveBack;
  private final Waiters<T> waiters = new Waiters<>();
  private final Op<Boolean> serve = Op.lease("queue.lease", this::serve);
  private final AtomicBoolean coming = new AtomicBoolean();
  private volatile boolean failing; // so that it is logged once
  private volatile Instant again = Instant.MAX; // when to serve anew what could not be
  private int ended; // in this transaction; owned by the writer thread
  private boolean isCut; // a lane's turn, before what it has; owned by the writer thread
  private int suspects; // leased now; owned by the writer thread
  private final Granting granting; // the writer thread's
  private final Map<LaneState, ArrayDeque<TaskRow>> ahead = new HashMap<>(); // the writer thread's
  private Moment now; // of the batch that is served; owned by the writer thread

  Leasing(Ground ground, Packing<T> packing, Dying dying, Consumer<List<Lease<T>>> giveBack) {
    this.ground = ground;
    this.packing = packing;
    this.dying = dying;
    this.giveBack = giveBack;
    this.granting = new Granting(ground);
    this.now = Moment.of(ground);
  }

  /** Blocks until the worker is served, or its wait or the queue is over; why it cannot be. */
  Result<List<Lease<T>>> await(Waiter<T> waiter, Duration wait) throws InterruptedException {
    waiters.add(waiter); // first add, then look: whoever commits a task looks the other way round
    if (ground.life().isClosing()) waiter.dismiss(); // so does whoever closes
    ground.store().end().ifPresent(waiter::fail);
    if (waiter.lane().map(ground.lanes()::mayLease).orElseGet(ground.lanes()::mayLease))
      serveSoon();
    try {
      if (wait.isZero()) lookNow().onErr(waiter::fail);
      return waiter.await(wait);
    } catch (InterruptedException interrupted) {
      giveBack.accept(waiter.abandon());
      throw interrupted;
    } finally {
      waiters.remove(waiter);
    }
  }

  /** What follows in the lane of one that is held, for its holder; it does not wait for any. */
  Result<List<Lease<T>>> more(Lease<T> of, int max) throws InterruptedException {
    var holder = Waiter.<T>of(of.lane(), max);
    try {
      ground
          .life()
          .write(Op.lease("queue.lease", tx -> extend(tx, of, holder)))
          .onErr(holder::fail);
      return holder.await(Duration.ZERO);
    } catch (InterruptedException interrupted) {
      giveBack.accept(holder.abandon());
      throw interrupted;
    }
  }

  /**
   * Settles, and then leases what follows in the lane for {@code holder}, in the same commit: if he
   * holds another of its tasks, as {@link #more} does, and else as for whoever waits for that lane.
   */
  Result<Exchanged<T>> after(
      Function<StoreTx, List<Settled>> settle, Waiter<T> holder, Optional<Lease<T>> held)
      throws InterruptedException {
    var lane = holder.lane().orElseThrow();
    var more =
        Op.<Unit>lease(
            "queue.lease",
            tx -> held.map(of -> extend(tx, of, holder)).orElseGet(() -> begin(tx, lane, holder)));
    try {
      var settled =
          ground
              .life()
              .write(
                  Op.settle(
                      "queue.settle",
                      tx -> {
                        tx.last(more);
                        return settle.apply(tx);
                      }));
      if (!(settled instanceof Result.Ok<List<Settled>>(var all))) {
        giveBack.accept(holder.abandon()); // whatever the store makes of it yet, nobody waits
        return settled.cast();
      }
      return Result.ok(new Exchanged<>(all, holder.await(Duration.ZERO).or(List.of())));
    } catch (InterruptedException interrupted) {
      giveBack.accept(holder.abandon());
      throw interrupted;
    }
  }

  /** Serves those who wait at the end of this batch. */
  void serveIn(StoreTx tx) {
    if (!waiters.isEmpty()) tx.last(serve);
  }

  /** A committed lane may be leased from. */
  void ready(LaneState state) {
    if (waiters.want(state.lane())) serveSoon();
  }

  /** The breaker of this key admits more than before; from any thread. */
  void wider(String key) {
    for (var cls : TrafficClass.values()) {
      var lane = new Lane(key, cls);
      if (waiters.want(lane) && ground.lanes().mayLease(lane)) serveSoon();
    }
  }

  /** A suspect's lease has ended. */
  void suspectGone(StoreTx tx) {
    suspects--;
    tx.onRollback(() -> suspects++);
  }

  /** Sends everyone home: the queue is closed, and says so to who comes later. */
  void close() {
    waiters.all().forEach(Waiter::dismiss);
  }

  /** Sends everyone home with the reason: nobody will ever be served. */
  void fail(MeshError why) {
    waiters.all().forEach(waiter -> waiter.fail(why));
  }

  /** When, by the monotonic clock, to {@link #serveAgain}; {@link Instant#MAX} for never. */
  Instant again() {
    return again;
  }

  /**
   * Tries once more, if it is time to: those who wait would not know that they were passed over.
   */
  void serveAgain(Instant now) {
    if (now.isBefore(again)) return;
    again = Instant.MAX;
    if (!waiters.isEmpty()) serveSoon();
  }

  /** A worker that will not wait still gets what is there: a turn of the writer that is not cut. */
  private Result<Boolean> lookNow() throws InterruptedException {
    var cut = ground.life().write(Op.lease("queue.lease", this::serve));
    while (cut.or(false)) cut = ground.life().write(Op.lease("queue.lease", this::serve));
    return cut;
  }

  private void serveSoon() {
    if (!coming.compareAndSet(false, true)) return;
    if (!ground.store().submit(serve, this::served)) passedOver();
  }

  private void served(Result<Boolean> verdict) {
    coming.set(false);
    if (verdict.isOk()) failing = false;
    if (!(verdict instanceof Result.Err<Boolean>(var error)) || ground.life().isClosing()) return;
    if (!failing && ground.store().end().isEmpty())
      LOG.log(Level.WARNING, "no task could be leased, which is tried again: {0}", error.text());
    failing = true;
    passedOver();
  }

  /** The store is full or busy, say. */
  private void passedOver() {
    coming.set(false);
    if (ground.store().end().isPresent()) return;
    again = ground.monotonic().plus(PAUSE);
    ground.alarm().wake();
  }

  private boolean serve(StoreTx tx) {
    coming.set(false); // from here on a newcomer must ask for another round
    isCut = false;
    if (ground.life().isOver()) return false;
    tx.onRollback(this::passedOver);
    ground.breakers().takeWider().forEach(ground.lanes()::noteWider);
    var _ = round(() -> serveAll(tx));
    isCut &= !waiters.isEmpty(); // what was not looked at may be for them
    if (isCut) tx.afterCommit(this::serveSoon);
    return isCut;
  }

  private Unit extend(StoreTx tx, Lease<T> of, Waiter<T> holder) {
    var held = ground.held().get(of.id().seq());
    if (held == null || held.fence() != of.fence() || held.ended()) return Unit.UNIT;
    if (ground.life().isOver() || !holder.take()) return Unit.UNIT;
    tx.onRollback(holder::putBack);
    return round(
        () -> {
          var most = Math.min(holder.max(), ground.lanes().left(held.lane()));
          if (!grant(tx, holder, upTo(tx, held.lane(), most, most))) holder.putBack();
        });
  }

  private Unit begin(StoreTx tx, Lane lane, Waiter<T> holder) {
    var found = ground.lanes().find(lane);
    if (found.isEmpty() || ground.life().isOver() || !holder.take()) return Unit.UNIT;
    tx.onRollback(holder::putBack);
    return round(
        () -> {
          var some = take(tx, found.get(), holder.max(), holder.max());
          if (!grant(tx, holder, some)) holder.putBack();
        });
  }

  private Unit round(Runnable leases) {
    now = Moment.of(ground);
    granting.begin(now);
    try {
      leases.run();
    } finally {
      ahead.clear(); // what comes next may change the lanes, and memory holds no bodies
    }
    return Unit.UNIT;
  }

  private void serveAll(StoreTx tx) {
    for (var lane : waiters.lanes())
      ground.lanes().find(lane).ifPresent(state -> serveLane(tx, state));
    for (var next = waiters.nextAny(); next.isPresent(); next = waiters.nextAny()) {
      if (!serveAny(tx, next.get())) break;
    }
  }

  private void serveLane(StoreTx tx, LaneState state) {
    while (ground.lanes().room(state) > 0) {
      var next = waiters.next(state.lane());
      if (next.isEmpty()) return;
      taken(tx, next.get());
      var max = next.get().max();
      if (grant(tx, next.get(), take(tx, state, max, max))) continue;
      waiters.putBack(next.get());
      return;
    }
  }

  /** From here on, whatever is thrown, it is served or put back. */
  private void taken(StoreTx tx, Waiter<T> waiter) {
    tx.onRollback(() -> waiters.putBack(waiter));
  }

  private boolean serveAny(StoreTx tx, Waiter<T> waiter) {
    taken(tx, waiter);
    var got = new ArrayList<Lease<T>>();
    var even =
        waiter.max() / Math.max(1, ground.lanes().inTurn()); // what each lane gives if all do
    ground
        .lanes()
        .inTurn(
            waiter.max(),
            (state, most) -> {
              var some = take(tx, state, share(most), share(even));
              got.addAll(some);
              return some.size();
            });
    if (grant(tx, waiter, got)) return true;
    waiters.putBack(waiter);
    return false;
  }

  /** A worker of any lane gets a STRICT lane's head alone. */
  private int share(int want) {
    return ground.options().mode() == QueueOptions.Mode.STRICT ? 1 : want;
  }

  private boolean grant(StoreTx tx, Waiter<T> waiter, List<Lease<T>> leases) {
    if (leases.isEmpty()) return false;
    tx.tell(
        () -> {
          if (!waiter.grant(List.copyOf(leases))) giveBack.accept(leases);
        });
    return true;
  }

  /**
   * Leases at most {@code want} of a lane. A query costs as much as several rows: it reads {@code
   * page} of them if that is more, and keeps for the lane's next turn in this batch what is over.
   */
  private List<Lease<T>> take(StoreTx tx, LaneState state, int want, int page) {
    return upTo(tx, state, Math.min(want, ground.lanes().room(state)), page);
  }

  private List<Lease<T>> upTo(StoreTx tx, LaneState state, int limit, int page) {
    var got = new ArrayList<Lease<T>>();
    var rows = ahead.computeIfAbsent(state, _ -> new ArrayDeque<>());
    var after = state.leasedUpTo();
    var strict = ground.options().mode() == QueueOptions.Mode.STRICT;
    var end =
        strict && state.counts().delayed() > 0
            ? TaskTable.firstDelayed(tx, state.lid())
            : Long.MAX_VALUE;
    var skipped = false;
    var bytes = 0L;
    while (got.size() < limit && bytes < MOST_BYTES) {
      if (rows.isEmpty()) {
        granting.write(tx, state); // what is looked for is what nobody holds
        var most = Math.max(limit - got.size(), page);
        for (var ready : TaskTable.ready(tx, state.lid(), after, most))
          rows.add(Crashes.faded(ready, now.wall(), ground.options().attempts().crashWindow()));
      }
      var row = rows.peek();
      if (row == null || row.ord() > end || (strict && tooManySuspects(row))) break;
      var passes = tooManySuspects(row);
      if (!passes && !takeOne(tx, state, TaskTable.whole(tx, row), got)) break;
      rows.remove();
      after = row.ord();
      skipped |= passes;
      if (passes) continue;
      bytes += row.size();
      if (!skipped) state.leasedUpTo(tx, after);
    }
    isCut |= got.isEmpty() && bytes >= MOST_BYTES;
    granting.write(tx, state);
    if (skipped) rows.clear(); // the next turn must come by those that were skipped again
    return got;
  }

  /** Leases it, or ends what is over; false if this transaction has ended as many as it may. */
  private boolean takeOne(StoreTx tx, LaneState state, TaskRow row, List<Lease<T>> got) {
    if (row.expMs() != 0 && row.expMs() <= now.queueMs())
      return ends(tx, () -> dying.expire(tx, state, row));
    if (SecondLife.isForgotten(row, ground.options(), now.latestMs()))
      return ends(tx, () -> dying.forget(tx, state, row));
    T value;
    try {
      value = packing.value(row);
    } catch (Exception | Error thrown) { // whatever a codec throws: its lane goes on
      var corrupt = Thrown.byGuest("the codec", thrown);
      var why = QueueErrors.corrupt(corrupt);
      return ends(tx, () -> dying.die(tx, state, row, Reason.CORRUPT, why));
    }
    if (row.crash() > 0) suspect(tx);
    got.add(granting.lease(tx, state, row, value));
    return true;
  }

  private boolean ends(StoreTx tx, Runnable end) {
    isCut |= ended >= MOST_ENDED;
    if (ended >= MOST_ENDED) return false;
    if (ended++ == 0) {
      tx.afterCommit(() -> ended = 0);
      tx.onRollback(() -> ended = 0);
    }
    end.run();
    return true;
  }

  /** Tasks that saw a process die go few at a time: innocents must not follow the culprit. */
  private boolean tooManySuspects(TaskRow row) {
    return row.crash() > 0 && suspects >= ground.options().attempts().suspects();
  }

  private void suspect(StoreTx tx) {
    suspects++;
    tx.onRollback(() -> suspects--);
  }
}
