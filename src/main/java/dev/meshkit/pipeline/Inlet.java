package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A bounded line of elements with many writers and one reader. A full one makes {@link #put} wait
 * and {@link #offer} say no; nothing is dropped. An error that a flow carries stands in its place
 * between elements and does not end the line; {@link #fail} does. Thread-safe for writers; two
 * threads that read at once lose elements.
 *
 * <ul>
 *   <li><b>Who waits</b>: {@link #put} waits for room, the reader for elements; {@link #offer},
 *       {@link #fail} and {@link #close} never wait.
 *   <li><b>At the bound</b>: a full one makes {@link #put} wait and {@link #offer} say no. Only
 *       {@link #fail} needs no room; and the {@link Outlet.Rule#DETACH} outlet of a broadcast may
 *       hold twice as much for a while.
 *   <li><b>Cancelled</b>: interrupted, {@link #put} throws and the element was not added; a reader
 *       throws and nothing was taken.
 *   <li><b>Lost</b>: nothing that was added is dropped by the inlet itself; what a reader leaves
 *       behind is lost with it, and writers are told no once it is closed.
 * </ul>
 *
 * @param <T> an element
 */
public final class Inlet<T> extends Port<T> {
  /** What {@link #force} comes to once it is closed. */
  static final int CLOSED = -1;

  private final int capacity;
  private final int enough;
  private final ReentrantLock lock = new ReentrantLock(); // its own: writers of others do not meet
  private final Condition room = lock.newCondition();
  private final Arriving<T> arriving = new Arriving<>();
  private volatile Drawn<T> drawn = arriving.draw(); // written holding the lock
  private volatile boolean parked; // whether writers may wait for room, unwoken; likewise
  private volatile boolean closed; // likewise
  private volatile List<Gate> watchers = List.of(); // where its end is news; likewise

  Inlet(Gate gate, String name, int capacity) {
    this(gate, name, capacity, capacity - 1);
  }

  /**
   * One whose writers are woken when only {@code enough} wait: for a reader that never waits for a
   * writer otherwise than by reading.
   */
  Inlet(Gate gate, String name, int capacity, int enough) {
    super(gate, name);
    if (capacity < 1) throw new IllegalArgumentException("an inlet holds at least 1: " + capacity);
    this.capacity = capacity;
    this.enough = enough;
  }

  /** An inlet of its own, for one reader. */
  public static <T> Inlet<T> bounded(String name, int capacity) {
    return new Inlet<>(new Gate(Timing.system().monotonic()), name, capacity);
  }

  /** Adds an element; blocks while full. False, and nothing was added, once it is closed. */
  public boolean put(T element) throws InterruptedException {
    return deliver(Result.ok(element));
  }

  /** Adds an element; false, and nothing was added, when it is full or closed. Never blocks. */
  public boolean offer(T element) {
    return offerResult(Result.ok(element));
  }

  /**
   * Delivers this error after the elements before it, once, and closes. It takes no room, so it
   * never blocks.
   */
  public void fail(MeshError error) {
    lock.lock();
    try {
      if (!closed) arriving.add(Result.err(error));
      end();
    } finally {
      lock.unlock();
    }
    tell();
  }

  /** Ends it: what waits is still delivered; writers are told no. Idempotent. */
  public void close() {
    lock.lock();
    try {
      end();
    } finally {
      lock.unlock();
    }
    tell();
  }

  /** Also who waits there is woken when this ends, until {@link #unwatch}. */
  void watch(Gate where) {
    lock.lock();
    try {
      watchers = Stream.concat(watchers.stream(), Stream.of(where)).toList();
    } finally {
      lock.unlock();
    }
  }

  void unwatch(Gate where) {
    lock.lock();
    try {
      watchers = watchers.stream().filter(one -> !one.equals(where)).toList();
    } finally {
      lock.unlock();
    }
  }

  private void tell() {
    gate.signal();
    watchers.forEach(Gate::signal);
  }

  /** Whether writers are told no. */
  public boolean isClosed() {
    return closed;
  }

  /** Read as a flow; closing the source closes the inlet. */
  public Source<T> source() {
    return new PortSource<>(this, this::close);
  }

  /** Like {@link #put}, of an element or an error in its place. */
  boolean deliver(Result<T> one) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      awaitRoom();
      if (closed) return false;
      arriving.add(one);
    } finally {
      lock.unlock();
    }
    gate.signal();
    return true;
  }

  /** Delivers as many of these as fit, the first ones; waits for room for one. None: closed. */
  int deliverSome(List<Result<T>> some) throws InterruptedException {
    int most;
    lock.lockInterruptibly();
    try {
      awaitRoom();
      if (closed) return 0;
      most = Math.min(some.size(), capacity - count());
      for (var i = 0; i < most; i++) arriving.add(some.get(i));
    } finally {
      lock.unlock();
    }
    gate.signal();
    return most;
  }

  /**
   * Waits until there is room, or it is closed. No wake-up is lost: a writer shows that it waits
   * and then looks once more; the reader takes and then looks whether somebody waits.
   */
  private void awaitRoom() throws InterruptedException { // lock held
    while (!closed && isFull(capacity)) {
      parked = true;
      if (isFull(capacity)) {
        awaitWake();
      } else {
        parked = lock.hasWaiters(room);
      }
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the caller looks again
  private void awaitWake() throws InterruptedException { // lock held
    try {
      room.await();
    } finally {
      parked = lock.hasWaiters(room);
    }
  }

  private boolean isFull(long most) { // lock held
    return arriving.holds(most, drawn);
  }

  /** How many wait: exact holding the lock, else about. */
  private int count() {
    return arriving.size() + drawn.left();
  }

  /** For about how many there is room at the moment. */
  int room() {
    return capacity - count();
  }

  /** Like {@link #offer}, of an element or an error in its place. */
  boolean offerResult(Result<T> one) {
    return offerResult(one, capacity);
  }

  /** Adds an element though it is full, up to twice its capacity; false when that is full too. */
  boolean squeeze(Result<T> one) {
    return offerResult(one, 2L * capacity);
  }

  private boolean offerResult(Result<T> one, long most) {
    lock.lock();
    try {
      if (closed || isFull(most)) return false;
      arriving.add(one);
    } finally {
      lock.unlock();
    }
    gate.signal();
    return true;
  }

  /**
   * Adds an element, giving up the oldest for it when full; how many were given up, {@link
   * #CLOSED}: nothing was added.
   */
  int force(Result<T> one) {
    int given;
    lock.lock();
    try {
      if (closed) return CLOSED;
      arriving.add(one); // first: who reads meanwhile never finds it empty
      given = isFull(capacity + 1L) && giveUp() ? 1 : 0;
    } finally {
      lock.unlock();
    }
    gate.signal();
    return given;
  }

  /** Takes away the oldest, if there are still too many when it does. */
  private boolean giveUp() { // lock held
    if (drawn.isEmpty()) {
      var free = arriving.another(); // the reader may still look into the array of the one before
      drawn = arriving.draw();
      arriving.clear(free);
    }
    return drawn.giveUp(capacity - arriving.size());
  }

  /** Whether more waits than it was made for. */
  boolean isOverfull() {
    if (count() <= capacity) return false;
    lock.lock();
    try {
      return count() > capacity;
    } finally {
      lock.unlock();
    }
  }

  /** Closes it and takes back what waits. Its reader has ended. */
  List<Result<T>> takeBack() {
    lock.lock();
    try {
      end();
      var left = new ArrayList<Result<T>>();
      for (var one = next(); one != null; one = next()) left.add(one);
      return left;
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    closed = true;
    parked = false;
    room.signalAll();
  }

  @Override
  boolean isReady(Instant now) {
    while (true) {
      var before = drawn;
      if (!before.isEmpty() || arriving.size() > 0) return true;
      if (drawn.equals(before)) return false; // else what had arrived is there by now
    }
  }

  @Override
  boolean isDone() {
    return closed && !isReady(Instant.EPOCH); // in this order: once closed, nothing is added
  }

  @Override
  Instant due() {
    return Instant.MAX;
  }

  @Override
  @Nullable Result<T> poll(Instant now) {
    var one = drawn.take();
    if (one == null) one = takeOver();
    if (one != null && parked) wake();
    return one;
  }

  /** Takes over what has arrived; its first element. */
  private @Nullable Result<T> takeOver() {
    lock.lock();
    try {
      return next();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Result<T> next() { // lock held, by the reader
    var one = drawn.take();
    if (one != null || arriving.size() == 0) return one;
    var before = drawn;
    drawn = arriving.draw();
    arriving.clear(before.spent());
    return drawn.take();
  }

  private void wake() {
    lock.lock();
    try {
      if (count() > enough) return;
      room.signal();
      parked = lock.hasWaiters(room); // so that nobody takes the lock to wake one who is awake
    } finally {
      lock.unlock();
    }
  }
}
