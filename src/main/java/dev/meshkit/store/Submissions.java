package dev.meshkit.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The two bounded queues in front of the committer: urgent (settle, expire, record) and normal
 * (enqueue, lease). Callers park while theirs is full. Thread-safe; one taker.
 */
final class Submissions {
  private final StoreLimits limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition emptied = lock.newCondition();
  private final Waiting urgent = new Waiting(); // guarded by lock
  private final Waiting normal = new Waiting(); // guarded by lock
  private boolean closed; // guarded by lock
  private volatile boolean ending;

  /** What became of a hand-over. */
  enum Handed {
    TAKEN,
    FULL,
    CLOSED
  }

  private static final class Waiting {
    private final ArrayDeque<Ticket<?>> tickets = new ArrayDeque<>();
    private long bytes;

    /**
     * One that is larger than all the room there is counts for a quarter of it at the door: it
     * would wait until nothing else did, and others always come.
     */
    boolean fits(Ticket<?> ticket, StoreLimits limits) {
      var most = limits.queueBytes();
      var size = ticket.op().sizeBytes() > most ? most / 4 : ticket.op().sizeBytes();
      return tickets.isEmpty() || (tickets.size() < limits.queueOps() && bytes + size <= most);
    }

    void add(Ticket<?> ticket) {
      tickets.add(ticket);
      bytes += ticket.op().sizeBytes();
    }

    Ticket<?> remove() {
      var ticket = tickets.remove();
      bytes -= ticket.op().sizeBytes();
      return ticket;
    }
  }

  Submissions(StoreLimits limits) {
    this.limits = limits;
  }

  /** Hands a ticket over; parks while the queue is full, at most for {@code wait}. */
  Handed put(Ticket<?> ticket, Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var queue = ticket.op().kind().urgent() ? urgent : normal;
      var leftNanos = wait.toNanos();
      while (!closed && !queue.fits(ticket, limits)) {
        if (leftNanos <= 0) return Handed.FULL;
        leftNanos = emptied.awaitNanos(leftNanos);
      }
      return add(ticket, queue);
    } finally {
      lock.unlock();
    }
  }

  /** Hands a ticket over if there is room now. */
  Handed offer(Ticket<?> ticket) {
    lock.lock();
    try {
      var queue = ticket.op().kind().urgent() ? urgent : normal;
      return !closed && !queue.fits(ticket, limits) ? Handed.FULL : add(ticket, queue);
    } finally {
      lock.unlock();
    }
  }

  /** The next batch: blocks for its first ticket; empty once closed and drained. */
  List<Ticket<?>> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && urgent.tickets.isEmpty() && normal.tickets.isEmpty()) filled.await();
      var batch = new ArrayList<Ticket<?>>();
      drain(batch);
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds to this batch what came while it was applied, as far as it fits. Never blocks. Who was
   * answered by the last commit asks again while the next batch is applied: else each commit has
   * half of them.
   */
  void more(List<Ticket<?>> batch) {
    lock.lock();
    try {
      if (!urgent.tickets.isEmpty() || !normal.tickets.isEmpty()) drain(batch);
    } finally {
      lock.unlock();
    }
  }

  /** Holding the lock. */
  private void drain(List<Ticket<?>> batch) {
    var bytes = 0L;
    var others = 0;
    for (var ticket : batch) {
      bytes += ticket.op().sizeBytes();
      if (!ticket.op().kind().urgent()) others++;
    }
    var kept = normal.tickets.isEmpty() ? 0 : limits.batchOps() / 4 - others; // for the others
    bytes = drain(urgent, batch, limits.batchOps() - Math.max(0, kept), bytes);
    if (others == 0) bytes += first(normal, batch);
    bytes = drain(normal, batch, limits.batchOps(), bytes);
    drain(urgent, batch, limits.batchOps(), bytes);
    emptied.signalAll();
  }

  /** How many wait. */
  int depth() {
    lock.lock();
    try {
      return urgent.tickets.size() + normal.tickets.size();
    } finally {
      lock.unlock();
    }
  }

  /** What comes from here on are the last things to be done. */
  void ending() {
    ending = true;
  }

  /** Whether it is not worth while to wait for a lock again that was waited for in vain. */
  boolean isEnding() {
    return ending;
  }

  /** Takes nothing more; what waits is still taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      ending = true;
      filled.signalAll();
      emptied.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Handed add(Ticket<?> ticket, Waiting queue) {
    if (closed) return Handed.CLOSED;
    queue.add(ticket);
    filled.signal();
    return Handed.TAKEN;
  }

  /** Whatever its size: beside urgent ones, which always come, a large one would never fit. */
  private long first(Waiting queue, List<Ticket<?>> batch) {
    if (queue.tickets.isEmpty() || batch.size() >= limits.batchOps()) return 0;
    var ticket = queue.remove();
    batch.add(ticket);
    return ticket.op().sizeBytes();
  }

  private long drain(Waiting queue, List<Ticket<?>> batch, int ops, long bytesSoFar) {
    var bytes = bytesSoFar;
    while (!queue.tickets.isEmpty() && batch.size() < ops) {
      var size = queue.tickets.element().op().sizeBytes();
      if (bytes + size > limits.batchBytes() && !batch.isEmpty()) break;
      bytes += size;
      batch.add(queue.remove());
    }
    return bytes;
  }
}
