package dev.meshkit.store;

import dev.meshkit.api.MeshError;
import dev.meshkit.observe.Metric;
import dev.meshkit.observe.StoreCommitEvent;
import dev.meshkit.store.StoreException.Fault;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The group commit: many callers' operations, one transaction, one fsync.
 *
 * <pre>
 * take    block for the first ticket, drain to the batch's bounds
 * order   settle, expire, record, enqueue
 * begin   setAutoCommit(false), which is BEGIN IMMEDIATE; BUSY is waited out
 * apply   each, then what has come meanwhile in the same order; then lease, then what tx.last
 *         added; one that throws: everything again, each in a savepoint of its own
 * commit  setAutoCommit(true), which is COMMIT and fsync; then memory; then the callers
 * full    without what adds; if there is no room even so, a transaction for each, and then for
 *         what tx.last added
 * </pre>
 *
 * <p>Runs on the store's writer thread. A disk that has become read-only refuses; an I/O error, or
 * a commit in doubt, is final: {@link #failure}, and the node stops.
 */
final class Committer {
  private static final System.Logger LOG = System.getLogger(Committer.class.getName());
  private static final String PROGRESS =
      "UPDATE progress SET batch = batch + 1, q_ms = ?, wall_ms = ? WHERE one = 1";

  private static final Comparator<Ticket<?>> BY_KIND =
      Comparator.comparing(ticket -> ticket.op().kind());

  private final StoreOptions options;
  private final Submissions submissions;
  private final Opening.Opened opened;
  private final Consumer<MeshError> failed;
  private final Checkpoints checkpoints;
  private final DiskRoom room;
  private final ReadOnlyDisk disk;
  private final Tending tending;
  private final Watch watch;
  private final Transactions transactions;
  private Optional<MeshError> failure = Optional.empty();

  /** What belongs into a transaction besides the operations that are there. */
  private enum Way {
    /** What comes meanwhile, and what they are to end with. */
    GROWING,
    /** What they are to end with. */
    WHOLE,
    /** Nothing. */
    APART
  }

  /**
   * What it works with.
   *
   * @param room what is kept back for a full disk
   * @param disk whether it may be written
   * @param checkpoints of the same connection
   * @param tending looks after a store in trouble
   */
  record Care(DiskRoom room, ReadOnlyDisk disk, Checkpoints checkpoints, Tending tending) {}

  Committer(
      StoreOptions options,
      Submissions submissions,
      Opening.Opened opened,
      Care care,
      Consumer<MeshError> failed) {
    this.options = options;
    this.submissions = submissions;
    this.opened = opened;
    this.failed = failed;
    this.checkpoints = care.checkpoints();
    this.room = care.room();
    this.disk = care.disk();
    this.tending = care.tending();
    this.watch = new Watch(options, opened);
    this.transactions = new Transactions(options, submissions, opened, watch);
  }

  /** Commits batches until the submissions are closed and drained, or the file fails. */
  void run() throws InterruptedException {
    while (failure.isEmpty()) {
      var batch = submissions.take();
      if (batch.isEmpty()) return;
      var permitted = batch; // what comes meanwhile is added to it
      try {
        permitted = permitted(batch);
        commit(permitted);
      } catch (RuntimeException | Error bug) { // ours: nobody may wait for ever because of it
        stop(bug);
        fail(batch, failure.orElseThrow());
        fail(permitted, failure.orElseThrow()); // who was told is not told again
      }
    }
    refuseRest();
  }

  /** What of a batch the disk takes; the rest is told. */
  private List<Ticket<?>> permitted(List<Ticket<?>> batch) {
    disk.regain();
    if (!disk.isOn()) return room.isFull() ? withoutAdding(batch) : batch;
    fail(batch, StoreErrors.readOnly(options.file()));
    return List.of();
  }

  private void commit(List<Ticket<?>> batch) throws InterruptedException {
    if (batch.isEmpty()) return;
    var event = StoreCommitEvent.started();
    var before = opened.writer().executed();
    var began = options.clocks().monotonic().instant();
    var busy = 0;
    try {
      busy = transactions.begin();
      if (busy < 0) {
        stayedBusy(batch);
        return;
      }
      var _ = applied(batch, room.isFull() ? Way.WHOLE : Way.GROWING);
    } catch (StoreException cause) {
      switch (cause.fault()) {
        case FULL -> full(batch);
        case STATEMENT -> apart(batch); // it took the transaction of all with it
        default -> failed(batch, cause);
      }
    }
    var took = Duration.between(began, options.clocks().monotonic().instant());
    options.meters().time(Metric.STORE_COMMIT_SECONDS, took, options.label());
    options.meters().size(Metric.STORE_OPS_PER_COMMIT, batch.size(), options.label());
    event.ran(opened.writer().executed() - before);
    event.end(options.name(), batch.size(), checkpoints.bytes(), busy);
    if (failure.isEmpty() && !disk.isOn()) checkpoint();
    tending.begin();
  }

  /** SQLite has rolled back by itself: the reserve makes room for all but what adds. */
  private void full(List<Ticket<?>> batch) throws InterruptedException {
    room.giveUp();
    var rest = withoutAdding(batch);
    if (rest.isEmpty()) return;
    try {
      if (transactions.begin() < 0) stayedBusy(rest);
      else applied(rest, Way.WHOLE);
    } catch (StoreException cause) {
      if (cause.fault() == Fault.FULL || cause.fault() == Fault.STATEMENT) apart(rest);
      else failed(rest, cause);
    }
  }

  /** A transaction for each of them, then for each of what they were to end with. */
  private void apart(List<Ticket<?>> batch) throws InterruptedException {
    var last = new LinkedHashSet<Op<?>>();
    eachAlone(batch, last::addAll);
    if (failure.isEmpty()) eachAlone(last.stream().map(Committer::untold).toList(), _ -> {});
  }

  /** Nobody waits for it, and what it is rolled back for it knows. */
  private static Ticket<?> untold(Op<?> op) {
    return new Ticket<>(op, _ -> {});
  }

  /**
   * One of them wants more room than there is, or what they were to end with does, and nobody knows
   * which: a transaction for each, so that it fails alone, and without that end, which {@code left}
   * is told. The log's room that it took is free again for the next.
   */
  private void eachAlone(List<Ticket<?>> batch, Consumer<List<Op<?>>> left)
      throws InterruptedException {
    for (var i = 0; i < batch.size(); i++) {
      var one = new ArrayList<>(batch.subList(i, i + 1));
      try {
        if (transactions.begin() < 0) {
          stayedBusy(batch.subList(i, batch.size()));
          return;
        }
        left.accept(applied(one, Way.APART));
      } catch (StoreException cause) {
        failed(one, cause);
      }
      if (failure.isPresent()) {
        fail(batch.subList(i, batch.size()), failure.get());
        return;
      }
    }
  }

  /** Tells those that add that the disk is full; the others. */
  private List<Ticket<?>> withoutAdding(List<Ticket<?>> batch) {
    var rest = new ArrayList<Ticket<?>>();
    for (var ticket : batch) {
      if (ticket.op().kind() == Op.Kind.ENQUEUE) ticket.failed(StoreErrors.full(options.file()));
      else rest.add(ticket);
    }
    return rest;
  }

  private void stayedBusy(List<Ticket<?>> batch) {
    var error = StoreErrors.busy(options.file(), options.limits().commitDeadline());
    LOG.log(Level.WARNING, error.text());
    fail(batch, error);
  }

  /**
   * Applies and commits; if an operation throws, again with a savepoint round each. What was to be
   * its end, and is left for another transaction.
   *
   * <p>Leases wait until no more comes: memory learns of one with the commit, so nothing that looks
   * there for the lease of a row may come after it.
   */
  private List<Op<?>> applied(List<Ticket<?>> batch, Way way) throws InterruptedException {
    var tx = transactions.tx(way != Way.APART);
    try {
      for (var done = 0; done < batch.size(); ) {
        var next = batch.subList(done, batch.size());
        next.sort(BY_KIND);
        for (var ticket : next) if (!isLease(ticket)) ticket.apply(tx);
        done = batch.size();
        if (way == Way.GROWING) submissions.more(batch);
      }
      batch.sort(BY_KIND);
      for (var ticket : batch) if (isLease(ticket)) ticket.apply(tx);
      tx.runLast();
    } catch (RuntimeException thrown) {
      batch.sort(BY_KIND);
      transactions.undo(tx);
      var why = tx.end().<RuntimeException>map(end -> end).orElse(thrown);
      if (why instanceof StoreException cause && cause.fault() != Fault.STATEMENT) throw cause;
      if (transactions.begin() < 0) {
        stayedBusy(batch);
        return List.of();
      }
      tx = oneByOne(batch, way);
    }
    finish(tx, batch);
    return tx.left();
  }

  private static boolean isLease(Ticket<?> ticket) {
    return ticket.op().kind() == Op.Kind.LEASE;
  }

  private StoreTx oneByOne(List<Ticket<?>> batch, Way way) {
    var tx = transactions.tx(way != Way.APART).apart();
    try {
      for (var ticket : batch) alone(ticket, tx);
      tx.runLastApart(Committer::leftOut);
      return tx;
    } catch (StoreException thrown) {
      transactions.undo(tx);
      throw thrown;
    } catch (RuntimeException thrown) {
      transactions.undo(tx);
      throw new IllegalStateException("what a batch is counted by must not throw", thrown);
    }
  }

  private static void leftOut(Op<?> op, RuntimeException thrown) {
    LOG.log(
        Level.WARNING,
        "what a batch was to end with failed, and is left out: op={0} {1}",
        op.name(),
        String.valueOf(thrown.getMessage()));
  }

  private static void alone(Ticket<?> ticket, StoreTx tx) {
    tx.savepoint(
        () -> {
          ticket.apply(tx);
          return true;
        },
        thrown -> {
          ticket.culprit(thrown);
          return false;
        });
  }

  private void finish(StoreTx tx, List<Ticket<?>> batch) {
    try {
      if (tx.end().isPresent()) throw tx.end().get(); // somebody caught it, and went on
      if (tx.changes() > 0) {
        var at = watch.times();
        opened.writer().update(PROGRESS, at.queueMs(), at.wallMs());
      }
      opened.writer().autoCommit(true);
    } catch (StoreException thrown) {
      transactions.undo(tx);
      throw thrown;
    }
    tx.committed();
    batch.forEach(Ticket::committed);
  }

  /** The whole batch failed: the verdict that is certain, or the end. */
  private void failed(List<Ticket<?>> batch, StoreException cause) {
    switch (cause.fault()) {
      case FULL -> fail(batch, StoreErrors.full(options.file()));
      case BUSY -> fail(batch, StoreErrors.busy(options.file(), Duration.ZERO));
      case STATEMENT -> fail(batch, StoreErrors.refused(options.file(), cause));
      case FATAL -> {
        if (disk.explains(cause)) {
          fail(batch, StoreErrors.readOnly(options.file()));
          return;
        }
        stop(cause);
        fail(batch, failure.orElseThrow());
      }
    }
  }

  private static void fail(List<Ticket<?>> batch, MeshError error) {
    batch.forEach(ticket -> ticket.failed(error));
  }

  /** Fail-stop. An fsync is never tried again: the kernel may have marked the lost pages clean. */
  private void stop(Throwable cause) {
    var error = StoreErrors.unknown(options.file(), cause);
    failure = Optional.of(error);
    if (cause instanceof StoreException known && known.isDamage()) {
      DamageMark.leave(options.file(), String.valueOf(cause.getMessage()));
    }
    submissions.close();
    failed.accept(error);
    LOG.log(
        Level.ERROR,
        "the store has failed: file={0} cause={1}",
        options.file(),
        String.valueOf(cause.getMessage()));
  }

  private void refuseRest() throws InterruptedException {
    for (var rest = submissions.take(); !rest.isEmpty(); rest = submissions.take()) {
      rest.forEach(ticket -> ticket.failed(StoreErrors.closed(ticket.op().name())));
    }
  }

  private void checkpoint() {
    try {
      checkpoints.afterCommit();
    } catch (StoreException cause) {
      if (cause.fault() == Fault.FATAL && !disk.explains(cause)) stop(cause);
    }
  }

  boolean hasFailed() {
    return failure.isPresent();
  }
}
