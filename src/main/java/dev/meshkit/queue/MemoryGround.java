package dev.meshkit.queue;

/**
 * What the roles of one memory queue share. Guarded by the queue's lock.
 *
 * @param options its rules
 * @param clock its clocks
 * @param book its lanes and live tasks
 * @param dead its dead
 * @param keys the dedup keys of tasks that have left
 * @param endings who waits for which task's end
 * @param breakers which lane keys are left alone for now
 */
record MemoryGround(
    QueueOptions options,
    MemoryClock clock,
    MemoryBook book,
    MemoryDead dead,
    MemoryKeys keys,
    MemoryEndings endings,
    Breakers breakers) {
  /** A queue without tasks. */
  static MemoryGround of(QueueOptions options, MemoryClock clock) {
    var salt = options.name().hashCode();
    var monotonic = clock.clocks().monotonic();
    var breakers = new Breakers(options.attempts().breaker(), salt, monotonic, () -> {});
    return new MemoryGround(
        options,
        clock,
        new MemoryBook(options, breakers, monotonic),
        new MemoryDead(options, clock),
        new MemoryKeys(options, clock),
        new MemoryEndings(),
        breakers);
  }

  /** A task's stable name; of two memory queues with one name the same. */
  dev.meshkit.api.Token token(long seq) {
    var name = dev.meshkit.api.Bytes.utf8("memory:" + options.name());
    return new Tokens(() -> name).of(seq);
  }
}
