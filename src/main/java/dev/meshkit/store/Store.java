package dev.meshkit.store;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One SQLite file: opened, checked, migrated, and written by one thread in groups. Thread-safe.
 *
 * <p>Codes: {@code error.store.open} (with an {@code mk} detail), {@code error.store.busy}, {@code
 * error.store.full}, {@code error.store.op}, {@code error.store.closed}, {@code
 * error.store.overloaded} (nothing happened), {@code error.store.unknown} (it may have happened;
 * the store has failed and the node must stop), {@code error.store.read}.
 */
public final class Store implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Store.class.getName());

  /** Given back to the disk at a time: 2 MiB, a few milliseconds. */
  private static final int SHRINK_PAGES = 512;

  private static final String CLEAN = "UPDATE meta SET i = 1 WHERE k = 'clean'";

  private final StoreOptions options;
  private final Submissions submissions;
  private final Reply<Opening.Opened> opening = new Reply<>();
  private final CountDownLatch broken = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread writer;
  private final Readers readers;
  private final DiskRoom room;
  private final ReadOnlyDisk disk;
  private final Tending tending;
  private volatile @Nullable Checkpoints checkpoints; // from the opening on
  private volatile @Nullable MeshError failure;
  private volatile boolean unmade;
  private volatile boolean owing;

  private Store(StoreOptions options) {
    this.options = options;
    this.submissions = new Submissions(options.limits());
    this.readers = new Readers(options, this::damaged);
    this.room = new DiskRoom(options);
    this.disk = new ReadOnlyDisk(options.file());
    this.tending = new Tending(options.schema(), this::isInTrouble, this::tend);
    var first = new Opening(options, room);
    this.writer =
        Thread.ofPlatform()
            .daemon()
            .name("store-" + options.schema() + "-writer")
            .start(() -> write(first));
  }

  /**
   * Locks, opens, checks and migrates a file. Errors carry the detail {@code mk}: {@code
   * MK-NODE-006} (another process has it; its pid is the detail {@code pid}), {@code MK-STO-004}
   * (newer than this program), {@code MK-STO-005} (another cluster's or node's); nothing on disk
   * has changed then. {@code MK-STO-001} cannot be opened, {@code MK-STO-002} a pragma does not
   * hold, {@code MK-STO-003} SQLite is too old. {@code error.store.busy}: another process kept it
   * locked for {@code commitDeadline}, try again.
   */
  public static Result<Store> open(StoreOptions options) {
    return options
        .real()
        .map(Store::new)
        .flatMap(store -> store.opening.awaitUninterruptibly().map(_ -> store))
        .onOk(store -> store.readers.start())
        .onOk(Store::checkAfterCrash)
        .onOk(store -> StoreMeters.register(options, store));
  }

  /**
   * Runs an operation and blocks until it is durable, refused, or in doubt; an interruption
   * abandons the answer alone. Parks while the queue is full, at most {@code commitDeadline}.
   *
   * @throws IllegalStateException within a transaction of its own, as {@link #mayWait}
   */
  public <T> Result<T> submit(Op<T> op) throws InterruptedException {
    mayWait(op.name());
    var reply = new Reply<T>();
    var deadline = options.limits().commitDeadline();
    return switch (submissions.put(new Ticket<>(op, reply), deadline)) {
      case TAKEN -> reply.await();
      case FULL -> Result.err(StoreErrors.overloaded(op.name(), deadline));
      case CLOSED -> Result.err(StoreErrors.closed(op.name()));
    };
  }

  /**
   * Hands an operation over without waiting; {@code then} gets the verdict on the writer thread and
   * may do no more than offer it to a mailbox. False, and nothing happens, when the queue is full
   * or the store is closed or has failed.
   */
  public <T> boolean submit(Op<T> op, Consumer<Result<T>> then) {
    return submissions.offer(new Ticket<>(op, then)) == Submissions.Handed.TAKEN;
  }

  /**
   * Refuses to wait for the writer on the writer's own thread, where a transaction's work runs: it
   * would wait for itself, and everybody for it.
   *
   * @throws IllegalStateException if that is where the caller is
   */
  public void mayWait(String what) {
    if (Thread.currentThread() != writer) return;
    throw new IllegalStateException(
        what + " would wait for the transaction it is called in; use what takes it, as enqueueIn");
  }

  /** Runs a read on one of the two reader threads and blocks for its answer. */
  public <T> Result<T> read(Function<Reading, T> read) throws InterruptedException {
    return readers.read(read);
  }

  /**
   * Copies the database as it is now into {@code to}, checks the copy and describes it in {@code
   * <to>.manifest}; blocks for as long as that takes, while others read and write. {@code
   * error.store.backup}, and nothing was made: {@code to} exists, there is less free space than
   * twice the database, or the copy failed.
   */
  public Result<Backup> backup(Path to) throws InterruptedException {
    return readers.ask(reading -> new Backups(options).take(reading.statements(), to));
  }

  /**
   * Makes the database of {@code options}, which must not exist, out of a backup that fits its
   * manifest. It has a new {@link #uuid}, and its outbound queues are paused: as far as its peers
   * know, it may send again what it had sent after the backup. On a platform thread.
   *
   * @param by who wants it and why; stands in its {@code meta}
   */
  public static Result<Backup> restore(Path backup, StoreOptions options, String by) {
    return new Backups(options).restore(backup, by);
  }

  /** This file's identity: 16 bytes, made with the file, and anew by {@link StoreTx#renew}. */
  public Bytes uuid() {
    return opened().identity().now();
  }

  /** What this file went by before. */
  public List<Bytes> formers() {
    return opened().identity().former();
  }

  /** How often this file has been opened, this time included. */
  public long boot() {
    return opened().start().boot();
  }

  /** Whether the process that opened this file then ended in order, or is this one. */
  public boolean isInOrder(long boot) {
    return boot == boot() || boot == opened().lock().left();
  }

  /** The text values of the table {@code meta} as they were at the start, by key. */
  public Map<String, String> meta() {
    return opened().meta();
  }

  /** The node's meters. */
  public Meters meters() {
    return options.meters();
  }

  /** MeshKit's own names in it, in lower case. */
  Set<String> reserved() {
    return opened().reserved();
  }

  /** What it was opened with. */
  StoreOptions options() {
    return options;
  }

  /** The node's clocks. */
  public Clocks clocks() {
    return options.clocks();
  }

  /** The queue clock: monotonic, goes on across restarts, never follows the wall clock's jumps. */
  public InstantSource clock() {
    return opened().clock();
  }

  /**
   * How often the wall clock has moved against {@link #clock} by more than {@code clockJump} since
   * this file was opened, a jump across the last stop included. Looks at the clocks; no I/O.
   */
  public long clockJumps() {
    return opened().jumps().count();
  }

  /** Operations that wait for the writer. */
  public int depth() {
    return submissions.depth();
  }

  /** What it can do now. */
  public StoreState state() {
    if (failure != null) return StoreState.FAILED;
    if (disk.isOn()) return StoreState.READ_ONLY;
    return room.isFull() ? StoreState.DEGRADED_FULL : StoreState.OK;
  }

  /**
   * What someone should look after though nothing has failed: a disk that is full ({@code
   * MK-STO-006}) or has become read-only ({@code MK-STO-011}), or a log that a reader keeps long
   * ({@code MK-STO-009}), for which it looks through /proc.
   */
  public Optional<MeshError> trouble() {
    if (disk.isOn()) return Optional.of(StoreErrors.readOnly(options.file()));
    if (room.isFull()) return Optional.of(StoreErrors.full(options.file()));
    return Optional.ofNullable(checkpoints)
        .flatMap(Checkpoints::alarm)
        .map(alarm -> StoreErrors.logHeld(options.file(), alarm));
  }

  /**
   * For how long at least the oldest reader, of whatever process, has kept the log from starting
   * over; zero if none does.
   */
  public Duration oldestReader() {
    return Optional.ofNullable(checkpoints).map(Checkpoints::oldestReader).orElse(Duration.ZERO);
  }

  /** Why the store has failed, if it has. */
  public Optional<MeshError> failure() {
    return Optional.ofNullable(failure);
  }

  /** Blocks until the store fails; the node then stops with exit code 12. */
  public MeshError awaitFailure() throws InterruptedException {
    broken.await();
    return java.util.Objects.requireNonNull(failure);
  }

  /** Why nothing can be written any more, if that is so: it has failed, or is closed. */
  public Optional<MeshError> end() {
    if (failure != null || over.getCount() > 0) return failure();
    return Optional.of(StoreErrors.closed("writing"));
  }

  /** Blocks until nothing can be written any more; why. */
  public MeshError awaitEnd() throws InterruptedException {
    over.await();
    return end().orElseThrow();
  }

  /**
   * Makes {@link #close} remove the database, if this opening made it, for a start that failed
   * before it promised anything. The lock file stays: whoever waits would lock what nobody sees.
   */
  public void unmake() {
    unmade = true;
  }

  /** What was leased could not be given back: the next to open this file is told that, at least. */
  public void owe() {
    owing = true;
  }

  /** {@link #close} follows: from here on, one deadline is waited for another process's lock. */
  public void ending() {
    submissions.ending();
  }

  /**
   * Finishes what was handed in, marks a clean stop, closes the files. Idempotent; blocks for what
   * waits, at most a few commits, or {@code commitDeadline} for another process's lock.
   */
  @Override
  public void close() {
    mayWait("closing the store");
    tending.close();
    readers.close(); // before the writer: the last connection to close empties the WAL
    var clean = Op.record("store.clean", tx -> tx.update(CLEAN));
    var _ = submissions.offer(new Ticket<>(clean, _ -> {}));
    submissions.close();
    Uninterrupted.run(writer::join);
  }

  private Opening.Opened opened() {
    return opening.awaitUninterruptibly().orThrow();
  }

  /** The writer thread, from first to last. */
  private void write(Opening first) {
    var result = first.open().onOk(_ -> room.keep());
    opening.accept(result);
    if (!(result instanceof Result.Ok<Opening.Opened>(var opened))) return;
    var log = new Checkpoints(opened.writer(), options);
    checkpoints = log;
    tending.begin();
    var care = new Committer.Care(room, disk, log, tending);
    var committer = new Committer(options, submissions, opened, care, this::failed);
    try {
      committer.run();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // only a JVM on its way out interrupts this thread
    } finally {
      if (!committer.hasFailed()) end(opened);
      over.countDown();
    }
  }

  /**
   * After a failure nothing is closed: closing would write again. The lock goes with the process.
   */
  private void end(Opening.Opened opened) {
    try (var _ = opened.lock()) {
      opened.writer().close();
      if (owing) opened.lock().leave(opened.start().boot());
      if (unmade) opened.files().unmake();
    } catch (StoreException | IOException cause) {
      LOG.log(Level.WARNING, "closing the store failed: {0}", cause.getMessage());
    }
  }

  /** A process that was killed leaves a sound file, unless its disk does not do what it says. */
  private void checkAfterCrash() {
    if (opened().clean()) return;
    readers.offer(
        reading ->
            Result.ok(reading.statements().query("PRAGMA quick_check(1)", row -> row.getString(1))),
        found ->
            found
                .map(List::getFirst)
                .onOk(
                    said -> {
                      if (!said.equals("ok")) damaged(StoreException.damage(said));
                    }));
  }

  /** Ends the store as an I/O error does: by an operation that meets the damage. */
  private void damaged(StoreException cause) {
    Op<Unit> end =
        Op.record(
            "store.damaged",
            _ -> {
              throw cause;
            });
    if (submissions.offer(new Ticket<>(end, _ -> {})) == Submissions.Handed.FULL) {
      LOG.log(Level.WARNING, "damage was found, and no room to say so: {0}", cause.getMessage());
    }
  }

  private boolean isInTrouble() {
    return failure == null
        && (disk.isOn() || room.isFull() || oldestReader().isPositive() || hasSpare());
  }

  private boolean hasSpare() {
    var log = checkpoints;
    return log != null && log.spare().isMuch();
  }

  /**
   * Once a second while in trouble, or with pages to give back and nothing else to do. An answer is
   * not waited for: the next look sees what it did.
   */
  private void tend() {
    disk.regain();
    if (disk.isOn()) return;
    var log = checkpoints;
    var isIdle = log != null && log.spare().isIdle();
    if (isIdle || room.isFull() || oldestReader().isPositive()) {
      var _ = submissions.offer(new Ticket<>(Op.record("store.tend", this::tend), _ -> {}));
    }
    room.regain();
  }

  private Unit tend(StoreTx tx) {
    if (room.isFull() || hasSpare()) tx.shrink(SHRINK_PAGES);
    var log = checkpoints;
    if (log != null) tx.afterCommit(log::demand);
    return Unit.UNIT;
  }

  private void failed(MeshError error) {
    failure = error;
    broken.countDown();
    over.countDown();
  }
}
