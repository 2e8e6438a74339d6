package dev.meshkit.wire;

import java.util.Map;

/** What the receiver of durable messages answers on a Deliver stream. */
public sealed interface Downward {
  /**
   * The first frame: every handler of an earlier stream of this pair has ended.
   *
   * @param highest the highest number applied in each lane of that store; at most 16. A sender that
   *     has not given that number yet has gone back in time
   */
  record Opened(Map<String, Long> highest) implements Downward {
    /** Copies the map. */
    public Opened {
      highest = Map.copyOf(highest);
    }
  }

  /**
   * The answer to one message, or the same to each of a run.
   *
   * @param lane of the message
   * @param n of the message, or the first of the run
   * @param last of the run, at most {@link #MOST_OF_A_RUN} in all; {@code n} for one message
   * @param verdict what became of it
   * @param retryAfterMs with RETRY and BUSY: not before so many milliseconds
   * @param code a stable error code, empty if it was applied
   * @param why for people, at most 512 characters, empty if it was applied
   */
  record Receipt(
      String lane, long n, long last, Verdict verdict, int retryAfterMs, String code, String why)
      implements Downward {

    /** The answer to one message. */
    public Receipt(
        String lane, long n, Verdict verdict, int retryAfterMs, String code, String why) {
      this(lane, n, n, verdict, retryAfterMs, code, why);
    }
  }

  /** Messages that one receipt is for, at most. */
  int MOST_OF_A_RUN = 4_096;

  /** What became of a message. */
  enum Verdict {
    /** Applied, and marked so, in one transaction. */
    APPLIED,
    /** Applied before. */
    DUPLICATE,
    /** Its handler failed: charged, tried again later. */
    RETRY,
    /** It cannot be handled now: not charged, tried again later. */
    BUSY,
    /** It will never be handled. */
    REFUSED,
    /** Something before it in its lane was not applied: sent again after that. */
    HELD,
    /** Too old to know whether it was applied. */
    FORGOTTEN
  }
}
