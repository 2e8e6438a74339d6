package dev.meshkit.grpc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection's request streams by id, and how many there ever were. On the event loop. */
final class OpenStreams {
  private final Map<Long, CallStream> open = new LinkedHashMap<>();
  private long opened;
  private long abandoned;
  private long next; // one above every id so far, and an id of the same kind
  private int waiting; // came, and nobody serves them yet

  /** One has come whose turn is later. */
  void come(long id) {
    waiting++;
    next = Math.max(next, id + 4);
  }

  /** It is the turn of one that had come. */
  void taken() {
    waiting--;
  }

  void add(long id, CallStream stream) {
    open.put(id, stream);
    opened++;
    next = Math.max(next, id + 4);
  }

  /** Forgets one; false if it was not there. */
  boolean remove(long id) {
    return open.remove(id) != null;
  }

  @Nullable CallStream get(long id) {
    return open.get(id);
  }

  /** Whether none is open, and none waits. */
  boolean isEmpty() {
    return open.isEmpty() && waiting == 0;
  }

  int size() {
    return open.size();
  }

  /**
   * What a connection was used for so far.
   *
   * @param opened streams
   * @param abandoned of them, weighted
   */
  record Use(long opened, long abandoned) {
    static final Use NONE = new Use(0, 0);
  }

  Use use() {
    return new Use(opened, abandoned);
  }

  /** One has not ended in both directions: what Netty keeps of it, it keeps for good. */
  void abandon(int weight) {
    abandoned += weight;
  }

  /** The smallest id that no stream has had yet. */
  long nextId() {
    return next;
  }

  /** Those that are open now. */
  List<CallStream> all() {
    return List.copyOf(open.values());
  }

  /** Those that are open now and whose id is not below {@code id}. */
  List<CallStream> from(long id) {
    return open.entrySet().stream()
        .filter(stream -> stream.getKey() >= id)
        .map(Map.Entry::getValue)
        .toList();
  }
}
