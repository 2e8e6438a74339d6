package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.runtime.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;

/**
 * A bounded line of elements with many writers and one reader. A full one makes {@link #put} wait and
 * {@link #offer} say no; nothing is dropped. Thread-safe for writers.
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
    return new Inlet<>(new Gate(Clocks.system().monotonic()), name, capacity);
  }

  /** Adds an element; blocks while full. False, and nothing was added, once it is closed. */
  public boolean put(T element) throws InterruptedException {
    gate.lockInterruptibly();
    try {
      while (!closed && waiting.size() >= capacity) room.await();
      return add(element);
    } finally {
      gate.unlock();
    }
  }

  /** Adds an element; false, and nothing was added, when it is full or closed. Never blocks. */
  public boolean offer(T element) {
    gate.lock();
    try {
      return waiting.size() < capacity && add(element);
    } finally {
      gate.unlock();
    }
  }

  /** Like {@link #put}, at most for {@code patience}. */
  boolean offer(T element, Duration patience) throws InterruptedException {
    gate.lockInterruptibly();
    try {
      var nanos = patience.toNanos();
      while (!closed && waiting.size() >= capacity) {
        if (nanos <= 0) return false;
        nanos = room.awaitNanos(nanos);
      }
      return add(element);
    } finally {
      gate.unlock();
    }
  }

  /** Adds an element, giving up the oldest for it when full; whether one was given up. */
  boolean force(T element) {
    gate.lock();
    try {
      var full = waiting.size() >= capacity;
      if (full) waiting.poll();
      add(element);
      return full;
    } finally {
      gate.unlock();
    }
  }

  /** Delivers this error after the elements before it, once, and closes. */
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

  /** Read as a flow. */
  public Source<T> source() {
    return new InletSource<>(this);
  }

  private boolean add(T element) {
    if (closed) return false;
    waiting.add(Result.ok(element));
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
    room.signal();
    return waiting.remove();
  }
}
