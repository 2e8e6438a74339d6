package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;

/**
 * A bounded line of elements with many writers and one reader. A full one makes {@link #put} wait
 * and {@link #offer} say no; nothing is dropped. An error that a flow carries stands in its place
 * between elements and does not end the line; {@link #fail} does. Thread-safe for writers.
 *
 * @param <T> an element
 */
public final class Inlet<T> extends Port<T> {
  private final int capacity;
  private final Condition room;
  private final ArrayDeque<Result<T>> waiting = new ArrayDeque<>(); // guarded by gate
  private boolean closed; // guarded by gate

  Inlet(Gate gate, String name, int capacity) {
    super(gate, name);
    if (capacity < 1) throw new IllegalArgumentException("an inlet holds at least 1: " + capacity);
    this.capacity = capacity;
    this.room = gate.room();
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
    gate.lock();
    try {
      if (!closed) waiting.add(Result.err(error));
    } finally {
      gate.unlock();
    }
    close();
  }

  /** Ends it: what waits is still delivered; writers are told no. Idempotent. */
  public void close() {
    gate.lock();
    try {
      closed = true;
      room.signalAll();
      gate.signal();
    } finally {
      gate.unlock();
    }
  }

  /** Whether writers are told no. */
  public boolean isClosed() {
    gate.lock();
    try {
      return closed;
    } finally {
      gate.unlock();
    }
  }

  /** Read as a flow; closing the source closes the inlet. */
  public Source<T> source() {
    return new PortSource<>(this, this::close);
  }

  /** Like {@link #put}, of an element or an error in its place. */
  boolean deliver(Result<T> one) throws InterruptedException {
    gate.lockInterruptibly();
    try {
      while (!closed && waiting.size() >= capacity) room.await();
      return add(one);
    } finally {
      gate.unlock();
    }
  }

  /** Like {@link #offer}, of an element or an error in its place. */
  boolean offerResult(Result<T> one) {
    gate.lock();
    try {
      return waiting.size() < capacity && add(one);
    } finally {
      gate.unlock();
    }
  }

  /** Adds an element, giving up the oldest for it when full; how many were given up. */
  int force(Result<T> one) {
    gate.lock();
    try {
      var full = !closed && waiting.size() >= capacity;
      if (full) waiting.remove();
      add(one);
      return full ? 1 : 0;
    } finally {
      gate.unlock();
    }
  }

  /** Adds an element though it is full, up to twice its capacity; false when that is full too. */
  boolean squeeze(Result<T> one) {
    gate.lock();
    try {
      return waiting.size() < 2L * capacity && add(one);
    } finally {
      gate.unlock();
    }
  }

  /** Whether more waits than it was made for. */
  boolean isOverfull() {
    gate.lock();
    try {
      return waiting.size() > capacity;
    } finally {
      gate.unlock();
    }
  }

  /** Closes it and takes back what waits. */
  List<Result<T>> takeBack() {
    gate.lock();
    try {
      closed = true;
      room.signalAll();
      var left = new ArrayList<>(waiting);
      waiting.clear();
      return left;
    } finally {
      gate.unlock();
    }
  }

  private boolean add(Result<T> one) {
    if (closed) return false;
    waiting.add(one);
    gate.signal();
    return true;
  }

  @Override
  boolean isReady(Instant now) {
    return !waiting.isEmpty();
  }

  @Override
  boolean isDone() {
    return closed && waiting.isEmpty();
  }

  @Override
  Instant due() {
    return Instant.MAX;
  }

  @Override
  Result<T> poll(Instant now) {
    var one = waiting.remove();
    if (waiting.size() < capacity) room.signal();
    return one;
  }
}
