package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Seat;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One core in one process with the model of its loop: takes inputs one at a time, performs effects
 * in order through its {@link SimNode}. A restart makes a new one on the same disk.
 */
interface Host {
  /** The process has started. */
  void start();

  /** A frame came. */
  void receive(int from, Object frame);

  /** The time that {@link #due} names has come. */
  void wake();

  /** The oldest commit of its disk completed. */
  void durable();

  /** Something it had set for a later time is due. */
  void timer(Object what);

  /** The process is about to die; what the disk keeps is {@code keep} of what is pending. */
  void crash(double keep);

  /** Its owner asks for a graceful end. */
  void leave();

  /** An operator wants a scope's record changed; nothing to a core that has none. */
  void order(Op.Order order);

  /** An operator wants that node to lead; nothing to a core that elects nobody. */
  default void hand(NodeId to) {}

  /** An operator says that the quorum is lost for good; nothing to a core that elects nobody. */
  default void revive(boolean shown) {}

  /** The wall clock has gone on without the other: the machine slept. */
  default void slept() {}

  /** Begins something by its authority, and ends it so much later; nothing to one without. */
  default void act(long nanos) {}

  /** This node begins or ceases to lead its region. */
  default void favour(boolean is) {}

  /** Says to everybody what only a voter may say, that many terms ahead; for one that is none. */
  void intrude(long ahead);

  /** Hears what no node of this mesh has sent; nothing to a core that elects nobody. */
  default void forged(Op.Forge how) {}

  /** When the core wants to be woken, on this node's monotonic clock. */
  Instant due();

  /** Until when it helps no other than a leader, on this node's clock; MAX: nobody is promised. */
  default Instant promised() {
    return Instant.MAX;
  }

  /** What there is to say of it at the end of a calm phase. */
  void report(Census census);

  /** Commits begun from now on wait until then, in virtual time. */
  void stall(long until);

  /** Who votes by the latest record of a core that has authority; nobody where none can. */
  default List<Seat> electorate() {
    return List.of();
  }

  /** Whether that voter could help another than this leader just now, for all its disk is. */
  default boolean mayHelpAgainst(Fence leading, NodeId leader, Seat voter) {
    return false;
  }

  /** 64 bits over all that the core holds just now; 0 of one that holds nothing of its own. */
  default long held() {
    return 0;
  }

  /** The same in words, a line for each thing. */
  default List<String> words() {
    return List.of();
  }

  /** The core's authority just now, read as any thread of the node could. */
  Optional<Fence> authority();
}
