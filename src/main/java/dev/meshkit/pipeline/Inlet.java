package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A bounded line of elements with many writers and one reader. A full one makes {@link #put} wait
 * and {@link #offer} say no; nothing is dropped. An error that a flow carries stands in its place
 * between elements and does not end the line; {@link #fail} does. Thread-safe for writers.
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
  private final ArrayDeque<Result<T>> waiting = new ArrayDeque<>(); // guarded by lock
  private volatile int count; // of those that wait; written holding the lock
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
      if (!closed) add(Result.err(error));
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
      while (!closed && count >= capacity) room.await();
      if (closed) return false;
      add(one);
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
      while (!closed && count >= capacity) room.await();
      if (closed) return 0;
      most = Math.min(some.size(), capacity - count);
      for (var i = 0; i < most; i++) waiting.add(some.get(i));
      count = waiting.size();
    } finally {
      lock.unlock();
    }
    gate.signal();
    return most;
  }

  /** For how many there is room at the moment. */
  int room() {
    return capacity - count;
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
      if (closed || count >= most) return false;
      add(one);
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
    var given = 0;
    lock.lock();
    try {
      if (closed) return CLOSED;
      if (count >= capacity) {
        waiting.remove();
        given = 1;
      }
      add(one);
    } finally {
      lock.unlock();
    }
    gate.signal();
    return given;
  }

  /** Whether more waits than it was made for. */
  boolean isOverfull() {
    return count > capacity;
  }

  /** Closes it and takes back what waits. */
  List<Result<T>> takeBack() {
    lock.lock();
    try {
      end();
      var left = new ArrayList<>(waiting);
      waiting.clear();
      count = 0;
      return left;
    } finally {
      lock.unlock();
    }
  }

  private void add(Result<T> one) {
    waiting.add(one);
    count = waiting.size();
  }

  private void end() {
    closed = true;
    room.signalAll();
  }

  @Override
  boolean isReady(Instant now) {
    return count > 0;
  }

  @Override
  boolean isDone() {
    return closed && count == 0; // in this order: once closed, nothing is added
  }

  @Override
  Instant due() {
    return Instant.MAX;
  }

  @Override
  @Nullable Result<T> poll(Instant now) {
    lock.lock();
    try {
      var one = waiting.poll();
      if (one == null) return null;
      count = waiting.size();
      if (count <= enough) room.signal();
      return one;
    } finally {
      lock.unlock();
    }
  }
}
