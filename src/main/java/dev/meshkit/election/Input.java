package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import java.time.Instant;
import java.util.List;

/** Everything that happens to an {@link Election}. */
public sealed interface Input {
  /** Time passed: what is due is done. */
  record Tick() implements Input {
    /** The one tick. */
    public static final Tick NOW = new Tick();
  }

  /**
   * A frame came.
   *
   * @param from whose certificate the link carries
   * @param frame what it said, of this scope
   */
  record Received(NodeId from, Frame frame) implements Input {}

  /**
   * A {@link Effect.Race} has ended: decided, or at its deadline. The core checks round, term and
   * record again: the race decides nothing, it only ends early.
   *
   * @param ballot the answers
   */
  record Counted(Ballot ballot) implements Input {}

  /**
   * A {@link Effect.Persist} is durable.
   *
   * @param k which
   */
  record StorageDone(long k) implements Input {}

  /**
   * Another scope's persist is durable on the disk that this scope's leader would ask next: it need
   * not ask so soon.
   *
   * @param began on this node's monotonic clock
   * @param ended on the same
   */
  record DiskAnswered(Instant began, Instant ended) implements Input {}

  /** A persist failed, or nobody knows: the node stops, and no further frame leaves. */
  record StorageFailed() implements Input {}

  /** The monotonic clock stood still or went back: authority ends. */
  record ClockSuspect() implements Input {}

  /**
   * Somebody wants the scope record changed; {@link Effect.Replied} follows.
   *
   * @param command what, under which id
   */
  record Commanded(Command command) implements Input {}

  /**
   * Who may be asked to vote here next, by what gossip knows: replaces who was named before. A
   * leader sends them its beats.
   *
   * @param seats each with its store, at most 16
   */
  record Learners(List<Seat> seats) implements Input {
    /** Checks the limits. */
    public Learners {
      seats = List.copyOf(seats);
      if (seats.size() > dev.meshkit.election.Learners.LIMIT)
        throw new IllegalArgumentException("want at most 16 learners, not " + seats.size());
      if (seats.stream().anyMatch(seat -> seat.store().isEmpty()))
        throw new IllegalArgumentException("a learner is known by its store");
    }
  }

  /**
   * Somebody wants another voter to lead; {@link Effect.Drain} or {@link Effect.Kept} follows.
   *
   * @param to who, or {@link NodeId#NOBODY} for whoever is first in rank
   */
  record Transfer(NodeId to) implements Input {}

  /**
   * This node shall lead no more: whoever is first in rank leads instead, or whoever wins. {@link
   * Effect.Lost} or {@link Effect.Kept} follows.
   */
  record StepDown() implements Input {}

  /**
   * An operator says that this scope's quorum is lost for good: this voter alone begins the next
   * generation, with the largest record that it or any survivor it can reach has on its disk, and
   * whom any of them knows to be revoked.
   *
   * <p>It asks the other voters by both of its records, who votes by one that it is shown, the
   * learners, {@code also}, and who recovers the same scope, all again each H, and begins once all
   * have answered, with what has come max(P, J, 4·SRTT + 2·W99) after somebody was asked for the
   * first time, at the latest. Given up if meanwhile a leader of this generation beats, or whoever
   * is asked leads or follows one; if another recovery of a larger id, or anything of a later
   * generation, is heard of; if this voter itself wins or is silenced, or by what was found votes
   * no more or is revoked; and if that is more than a record takes. So it is at once by a leader,
   * by who does not vote, in quarantine, if a later generation has begun than whoever orders it
   * knows of, and while another one is under way. {@link Effect.Committed} of that generation
   * follows, or {@link Effect.Forgone}; neither after a crash, which forgets it.
   *
   * @param genesis drawn anew, 1 to 32 bytes: two recoveries make scopes that refuse each other
   * @param generation the latest that whoever orders it knows of, at least 1
   * @param also who may hold what was committed without voting, at most 16: whoever leads tells it
   *     to those who learn, and this voter need never have led
   */
  record Recover(Bytes genesis, int generation, List<NodeId> also) implements Input {
    /** The most that are asked besides voters and learners. */
    public static final int MOST = dev.meshkit.election.Learners.LIMIT;

    /** Checks the limits. */
    public Recover {
      if (genesis.isEmpty() || genesis.size() > 32)
        throw new IllegalArgumentException("a genesis id has 1 to 32 bytes");
      also = List.copyOf(also);
      if (also.size() > MOST)
        throw new IllegalArgumentException("want at most 16 to ask, not " + also.size());
    }
  }

  /**
   * What was asked by {@link Effect.Drain} is done, or took too long: authority may go.
   *
   * @param fence of the tenure that drained
   * @param to who shall lead
   */
  record Drained(Fence fence, NodeId to) implements Input {}

  /**
   * Whether this node leads its own region just now: then it follows a leader that is lost a little
   * earlier, so that fewer nodes lead and less crosses regions.
   *
   * @param is whether it does
   */
  record Favoured(boolean is) implements Input {}

  /**
   * Stop in order: hand over or step down, vote on until somebody else leads or 2 s have passed.
   */
  record Stop() implements Input {}
}
