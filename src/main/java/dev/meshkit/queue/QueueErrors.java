package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What a queue says when it cannot. */
final class QueueErrors {
  /** The code of an attempt whose lease ran out. */
  static final String LEASE_EXPIRED = "error.taskqueue.lease_expired";

  /** The code of whatever is asked of a closed queue. */
  static final String DISPOSED = "error.taskqueue.disposed";

  /** The code of an attempt whose process died. */
  static final String CRASHED = "error.taskqueue.crashed";

  /** The code of what nobody thought of. */
  static final String FAULT = "error.internal";

  private QueueErrors() {}

  /** The lease is someone else's now, or nobody's. */
  static MeshError inactive(long seq, long fence) {
    return MeshError.of(
        "error.taskqueue.lease_inactive",
        "task " + seq + " under fence " + fence,
        "its lease ran out or was settled before",
        "drop the work: another worker has the task, or had it",
        Retry.NEVER);
  }

  /** The lease cannot be held any longer, whatever its worker says. */
  static MeshError overrun(long seq, long fence, Duration maxRun) {
    return MeshError.of(
        "error.taskqueue.lease_inactive",
        "task " + seq + " under fence " + fence,
        "its lease was held for " + maxRun.toMillis() + " ms, as long as heartbeats can",
        "drop the work: another worker will have the task; or allow its queue a longer run",
        Retry.NEVER);
  }

  /** The holder was silent for too long. */
  static MeshError expired(Duration lease) {
    return MeshError.of(
        LEASE_EXPIRED,
        "running a task",
        "its worker neither settled it nor said that it lives for " + lease.toMillis() + " ms",
        "make the handler heartbeat, or allow it more time",
        Retry.SAFE);
  }

  /** The process died holding it. */
  static MeshError crashed() {
    return MeshError.of(
        CRASHED,
        "running a task",
        "the process ended while it held the task",
        "look at why the process ended",
        Retry.SAFE);
  }

  /** Its process died too often holding it. */
  static MeshError crashLoop(int crashes) {
    return MeshError.of(
        "error.taskqueue.crash_loop",
        "running a task",
        crashes + " processes ended while they held the task",
        "mend the handler, then redrive it",
        Retry.NEVER);
  }

  /** Nobody took it in time. */
  static MeshError ttl() {
    return MeshError.of(
        "error.taskqueue.expired",
        "waiting to be run",
        "its time to live is over",
        "redrive it if it still matters",
        Retry.NEVER);
  }

  /** It was sent so long ago that whoever has applied it may not know it again. */
  static MeshError forgotten() {
    return MeshError.of(
        "error.taskqueue.forgotten",
        "waiting to be run again",
        "it was handed out before, and whoever had it then is no longer sure to know it again",
        "redrive it as new if it may be applied twice",
        Retry.NEVER);
  }

  /** Its body cannot be trusted. */
  static MeshError corrupt(RuntimeException thrown) {
    return new MeshError.Fault(
        "error.taskqueue.corrupt",
        "reading a task",
        String.valueOf(thrown.getMessage()),
        "check the disk, and which codec wrote the task",
        Retry.NEVER,
        Map.of(),
        Optional.of(thrown));
  }

  /** Nobody has it, and nobody ever had. */
  static MeshError unknown(TaskId id) {
    return MeshError.validation(
        "waiting for task " + id,
        "no task of this queue has had that number",
        "wait for one that an enqueue has answered");
  }

  /** It ended, and nothing is left that says how. */
  static MeshError endUnknown(TaskId id) {
    return MeshError.of(
        "error.not_found",
        "waiting for task " + id,
        "how it ended is not known any more: it is neither live nor dead, and more than "
            + LostEnds.MOST
            + " later ones were canceled, or removed from the dead, since",
        "ask the far side before sending it again; v_trace has what it went through, for a day;"
            + " and wait for one from its beginning",
        Retry.NEVER);
  }

  /** What {@link #full} says. */
  static final String FULL = "error.queue.full";

  /** No room: {@code limit} says which one is reached. */
  static MeshError full(QueueOptions options, String limit) {
    return MeshError.of(
        FULL,
        "enqueueing into " + options.name(),
        limit,
        "nothing happened; try again when it has drained",
        Retry.SAFE);
  }

  /** It is more than there will ever be room for, so nobody waits for it. */
  static MeshError neverFits(QueueOptions options, String limit) {
    return MeshError.validation(
        "enqueueing into " + options.name(),
        limit,
        "nothing happened; enqueue less at once, or raise the queue's capacity");
  }

  /** An operator does this to other people's work, and must say why. */
  static MeshError noReason(String tried) {
    return MeshError.validation(tried, "it needs a reason", "say why, for the audit");
  }

  /** A worker that takes nothing would only be in the way of those that do. */
  static MeshError noTasks(int max) {
    return MeshError.validation(
        "leasing", max + " is no number of tasks to lease", "ask for 1 or more");
  }

  /** A disk has damaged what an operator had done, or wants done. */
  static MeshError damagedJob(long id, String what) {
    return MeshError.of(
        "error.store.corrupt",
        "reading row " + id + " of the table job",
        what,
        "it is left out, and nothing else; see v_jobs, and give that order anew if it matters",
        Retry.NEVER);
  }

  /** The system has no thread for a handler. */
  static MeshError noThread(Lease<?> lease, Throwable thrown) {
    return MeshError.of(
        FAULT,
        "starting a handler for task " + lease.id() + " of lane " + lease.lane(),
        "there is no thread for it: " + Slot.text(thrown),
        "it is given back, uncharged, and tried again; allow the process more threads or memory,"
            + " or its pump fewer handlers",
        Retry.SAFE_WITH_KEY);
  }

  /** Something nobody thought of, in a thread of the queue that goes on all the same. */
  static MeshError fault(String what, Throwable thrown) {
    return new MeshError.Fault(
        FAULT,
        what,
        Slot.text(thrown),
        "it is tried again; report it with the log",
        Retry.SAFE_WITH_KEY,
        Map.of(),
        Optional.of(thrown));
  }

  /** It was closed in the middle of a job, whose row keeps the place. */
  static MeshError cutOff(String queue) {
    return MeshError.of(
        DISPOSED,
        "a redrive, purge or cancel in " + queue,
        "the queue was closed meanwhile",
        "nothing: the next start goes on with it",
        Retry.NEVER);
  }

  /** What a closed queue says. */
  static MeshError closed(String queue) {
    return MeshError.of(
        DISPOSED,
        "using " + queue,
        "it is closed",
        "nothing happened; use the queue of the node's next start",
        Retry.NEVER);
  }
}
