package dev.meshkit.queue;

import java.util.ArrayList;
import java.util.List;

/** A task as far as its story was told: what its enqueuer wanted, and what workers said of it. */
final class KillTask {
  final String tag;
  final String lane;
  final String dedup;
  final String coal;
  final String ttl;
  final String group;
  final long toldAt;
  long seq; // 0 while nobody has said
  boolean refused; // a duplicate, or there was no room
  boolean isVoid; // its process died before it came to anything
  boolean acked; // somebody with a valid lease was about to say so
  boolean ackedWithoutWork;
  boolean poisoned; // the same
  boolean spent; // failed at its last attempt, the same
  boolean replaced; // the queue has said so
  boolean died; // has been dead, and may have come back since
  long doneAt; // 0 while it is not settled for sure
  boolean gone; // and was seen to be
  KillLease last = KillLease.NONE;

  KillTask(String[] words, long toldAt) {
    this.tag = words[1];
    this.lane = words[2];
    this.dedup = words[3];
    this.coal = words[4];
    this.ttl = words[5];
    this.group = words[6];
    this.toldAt = toldAt;
  }

  boolean isDone() {
    return doneAt != 0;
  }

  boolean isStrict() {
    return lane.startsWith("s");
  }

  /** Nothing but workers and crashes can take it out of its place. */
  boolean keepsPlace() {
    return ttl.equals("-") && coal.equals("-") && !died;
  }

  /** Those behind it may go. */
  boolean isOver() {
    return acked || poisoned || spent || gone || died || isDone();
  }

  /** What a worker holds, or held. */
  static final class KillLease {
    static final KillLease NONE = new KillLease(0, 0, 0);

    final long fence;
    final int attempt;
    final long fetch;
    final List<String> words = new ArrayList<>(); // said while it was valid
    boolean over; // it must not settle anything any more
    boolean outlived; // the task was leased again since
    boolean charged; // the next attempt is another one

    KillLease(long fence, int attempt, long fetch) {
      this.fence = fence;
      this.attempt = attempt;
      this.fetch = fetch;
    }

    /** In its worker's hands, who has not said anything of it. */
    boolean isHeld() {
      return fence != 0 && !over && words.isEmpty();
    }
  }

  @Override
  public String toString() {
    return "task " + seq + " (" + tag + ", lane " + lane + ", fence " + last.fence + ")";
  }
}
