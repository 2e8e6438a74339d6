package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import java.time.Instant;

/**
 * Everything an {@link Election} wants done, in this order. {@link Outbox} keeps what waits for the
 * disk.
 */
public sealed interface Effect {
  /**
   * Make this durable, then say {@link Input.StorageDone}. At most one is under way.
   *
   * @param k counts the persists of a process, from 1
   * @param durable the whole durable state
   */
  record Persist(long k, Durable durable) implements Effect {}

  /**
   * Send a frame; losing it is harmless.
   *
   * @param to to whom
   * @param frame what
   * @param after leaves once this persist is durable; 0: at once
   */
  record Send(NodeId to, Frame frame, long after) implements Effect {}

  /**
   * Ask the voters; {@link Input.Counted} follows, unless {@link Abort} does.
   *
   * @param round whom to ask, and what
   * @param after begins once this persist is durable; 0: at once
   */
  record Race(Round round, long after) implements Effect {}

  /**
   * A voter answered: fold it into the race of that round.
   *
   * @param round the ask's
   * @param reply the answer
   */
  record Answered(long round, Ballot.Reply reply) implements Effect {}

  /**
   * A race is pointless now.
   *
   * @param round which
   * @param reply what the race should make of it
   */
  record Abort(long round, Ballot.Reply reply) implements Effect {}

  /**
   * This node leads.
   *
   * @param fence of the tenure
   * @param until when authority ends unless it is extended; ε before the tenure does
   */
  record Gained(Fence fence, Instant until) implements Effect {}

  /**
   * This node goes on leading, until later than it was told, or, when the voters changed, earlier.
   *
   * @param fence as gained
   * @param until when authority ends
   */
  record Extended(Fence fence, Instant until) implements Effect {}

  /**
   * This node leads no more. Follows each {@link Gained} exactly once, before anything else of its
   * step: authority first.
   *
   * @param fence as gained
   * @param cause why
   */
  record Lost(Fence fence, Cause cause) implements Effect {}

  /**
   * Who leads has changed, as far as this node knows.
   *
   * @param decision what it believes now
   */
  record Decided(LeaderDecision decision) implements Effect {}

  /**
   * A record is known to be committed (R10).
   *
   * @param view which
   * @param after to be told once this persist is durable, so that a view never goes back, not even
   *     over a restart; 0: at once
   * @param holders how many voters were known to hold it, of a leader; a follower knows of none
   */
  record Committed(ScopeRecord view, long after, int holders) implements Effect {}

  /**
   * What became of a command; one for each {@link Input.Commanded}, unless the process dies first.
   *
   * @param command its id
   * @param verdict what
   */
  record Replied(Bytes command, Verdict verdict) implements Effect {}

  /**
   * This node will hand over: finish what only a leader may, within bounds, then say {@link
   * Input.Drained}. It leads meanwhile, and goes on to if nobody says so.
   *
   * @param fence of its tenure
   * @param to who shall lead
   */
  record Drain(Fence fence, NodeId to) implements Effect {}

  /**
   * Leadership stays where it is, whatever was wished.
   *
   * @param to who was to lead
   * @param why not, for people
   */
  record Kept(NodeId to, String why) implements Effect {}

  /**
   * This voter begins no generation, whatever an operator wished.
   *
   * @param genesis the id of that {@link Input.Recover}
   * @param why not, for people
   */
  record Forgone(Bytes genesis, String why) implements Effect {}

  /**
   * A frame or record was refused whole; count it.
   *
   * @param from whose
   * @param why the reason
   */
  record Dropped(NodeId from, Drop why) implements Effect {}

  /**
   * This core is done: it does nothing from here on, and nothing that still waits may leave.
   *
   * @param cause why
   */
  record Halt(HaltCause cause) implements Effect {}
}
