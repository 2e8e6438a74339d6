package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Change;
import java.util.List;
import java.util.stream.Collectors;

/** One fault, as data: written before the run, printed with a failure, never decided within it. */
sealed interface Op {
  /**
   * Instead of a node's number: whoever has authority over the scenario's first scope just then.
   */
  int LEADER = -1;

  /** Instead of a node's number: all but that one; nobody while nobody leads. */
  int OTHERS = -2;

  /**
   * These directions carry nothing from now on; replaces an earlier cut.
   *
   * @param shape what kind of partition it is, for coverage
   * @param links the dead directions
   */
  record Cut(String shape, List<Link> links) implements Op {
    /** Copies the list. */
    public Cut {
      links = List.copyOf(links);
    }

    @Override
    public String toString() {
      return "Cut "
          + shape
          + links.stream().map(Link::toString).collect(Collectors.joining(" ", " ", ""));
    }
  }

  /**
   * Both directions between one node and all others; for cutting whoever leads.
   *
   * @param node who, or {@link #LEADER}
   * @param send whether what it sends is lost
   * @param receive whether what is sent to it is lost
   */
  record Isolate(int node, boolean send, boolean receive) implements Op {}

  /** Every direction carries again. */
  record Heal() implements Op {}

  /**
   * How hostile the network is.
   *
   * @param loss chance that a frame is lost
   * @param duplication chance that it comes twice, the second time up to a minute late
   * @param delay a factor on every delay
   */
  record Weather(double loss, double duplication, double delay) implements Op {}

  /**
   * Most of what a node sends is lost, whatever the weather; for the hostile network.
   *
   * @param node who
   * @param loss chance that a frame of it is lost; 0 for as the weather has it
   */
  record Mumble(int node, double loss) implements Op {}

  /** At which point a process dies. */
  enum Moment {
    /** At once. */
    NOW,
    /** Between two effects of its next step. */
    MID_STEP,
    /** Between two effects of the next step that writes: between persist and answer. */
    MID_WRITE
  }

  /**
   * A process dies.
   *
   * @param node who, or {@link #LEADER}
   * @param moment when exactly
   * @param keep which prefix of the pending disk writes survives, 0 none to 1 all
   */
  record Crash(int node, Moment moment, double keep) implements Op {}

  /**
   * It comes back with the disk it left; nothing if it runs.
   *
   * @param node who
   */
  record Restart(int node) implements Op {}

  /**
   * The process stands still while its clock goes on.
   *
   * @param node who, or {@link #LEADER}
   * @param nanos how long
   */
  record Pause(int node, long nanos) implements Op {}

  /**
   * The disk completes nothing for a while.
   *
   * @param node who, or {@link #LEADER}
   * @param nanos how long
   */
  record Stall(int node, long nanos) implements Op {}

  /**
   * One clock at its slowest and all others at their fastest, within ρ: the worst for a tenure.
   *
   * @param node whose is slow, or {@link #LEADER}
   * @param nanos how long
   */
  record Skew(int node, long nanos) implements Op {}

  /**
   * Each step of a process takes many times as long as usual, while its clock goes on.
   *
   * @param node whose, or {@link #LEADER}
   * @param factor how many times
   * @param nanos for how long
   */
  record Slow(int node, int factor, long nanos) implements Op {}

  /**
   * One clock runs off for a while, perhaps by more than any protocol is told of.
   *
   * @param node whose, or {@link #LEADER}
   * @param drift by how much of its rate, 0.5 for half as fast again
   * @param nanos how long
   */
  record Rate(int node, double drift, long nanos) implements Op {}

  /**
   * The machine sleeps: the process stands still, and so does its monotonic clock, while the wall
   * clock shows the truth when it wakes.
   *
   * @param node who, or {@link #LEADER}
   * @param nanos how long
   */
  record Suspend(int node, long nanos) implements Op {}

  /**
   * A clock is set.
   *
   * @param node whose, or {@link #LEADER}
   * @param nanos by how much; back if negative
   * @param wall whether only the one that people read, or only the one that timers go by
   */
  record Step(int node, long nanos, boolean wall) implements Op {}

  /**
   * As {@link Isolate}, of one that does not lead just then; of a leader nothing.
   *
   * @param node who
   * @param send whether what it sends is lost
   * @param receive whether what is sent to it is lost
   */
  record Lag(int node, boolean send, boolean receive) implements Op {}

  /**
   * A disk is lost: the process ends, and another begins on a new store.
   *
   * @param node whose
   */
  record Wipe(int node) implements Op {}

  /**
   * The process ends, an older copy of its disk is put back, another process begins.
   *
   * @param node whose
   * @param age which copy, 0 the first to 1 the latest
   */
  record Rollback(int node, double age) implements Op {}

  /**
   * The disk says of what is written from now on that it is durable, and loses it in the next
   * crash.
   *
   * @param node whose
   */
  record Lie(int node) implements Op {}

  /**
   * What the disk is given to write fails for a while.
   *
   * @param node whose, or {@link #LEADER}
   * @param nanos how long
   * @param full whether for want of room: then nothing of it is there later
   */
  record Fail(int node, long nanos, boolean full) implements Op {}

  /**
   * A copy of a node begins, under its name, on a copy of its disk.
   *
   * @param node who
   * @param copy the number of the host where the copy runs
   */
  record Clone(int node, int copy) implements Op {}

  /**
   * An operator recovers the scope from one survivor, whose process ends and begins anew.
   *
   * @param node who
   */
  record Recover(int node) implements Op {}

  /**
   * An operator tells a node that runs to begin the next generation of the scope; it asks whoever
   * else is left.
   *
   * @param node who
   * @param shown whether gossip shows it, besides voters and learners, who can be reached
   */
  record Revive(int node, boolean shown) implements Op {}

  /**
   * One that does not vote says everything a voter or leader might say, in a later term.
   *
   * @param node who
   * @param ahead by how many terms
   */
  record Intrude(int node, long ahead) implements Op {}

  /** What no node of a mesh says. */
  enum Forged {
    /** Said of the same generation of the scope, but of another beginning of it. */
    BIRTH(Coverage.Seen.FOREIGN_BIRTH),
    /** Said in a term that nobody can have come to. */
    WILD(Coverage.Seen.WILD_TERM),
    /** Bytes that are no frame. */
    BYTES(Coverage.Seen.MALFORMED);

    private final Coverage.Seen seen;

    Forged(Coverage.Seen seen) {
      this.seen = seen;
    }

    /** As what one that was refused is counted. */
    Coverage.Seen seen() {
      return seen;
    }
  }

  /**
   * Frames come that no node of this mesh has sent.
   *
   * @param node in whose name
   * @param to who hears them, or {@link #LEADER}
   * @param kind what is wrong with them
   * @param ahead by how many terms and versions they are later than what is known there; of a wild
   *     one, by how many terms it is short of the last
   */
  record Forge(int node, int to, Forged kind, long ahead) implements Op {}

  /**
   * For a while all that a node gossips says that somebody leads, by a fence that nobody ever had.
   *
   * @param node who says so
   * @param scope what is led
   * @param leader who is said to
   * @param ahead by how many terms the fence is later than the record that it knows of
   * @param nanos how long
   */
  record Boast(int node, Scope scope, int leader, long ahead, long nanos) implements Op {}

  /**
   * For a while all that a node gossips says that a record is committed that nobody ever made.
   *
   * @param node who says so
   * @param scope whose record
   * @param ahead by how many terms and versions it is later than the one that it knows of
   * @param nanos how long
   */
  record Invent(int node, Scope scope, long ahead, long nanos) implements Op {}

  /**
   * A graceful leave: goodbye to all, then the process ends.
   *
   * @param node who
   */
  record Leave(int node) implements Op {}

  /**
   * An operator wants the record of each scope changed that the node votes in.
   *
   * @param node whom it is asked of, or {@link #LEADER}
   * @param id of the command; the same again is a retry
   * @param seen whether it holds only for the version that the node knows to be committed just then
   * @param change what
   */
  record Order(int node, String id, boolean seen, Change change) implements Op {}

  /**
   * Whoever has authority begins something that is protected by its fence: it reads now, and writes
   * later, whether it has authority then or not.
   *
   * @param node who, or {@link #LEADER}
   * @param nanos how long that takes
   */
  record Act(int node, long nanos) implements Op {}

  /**
   * An operator wants another node to lead.
   *
   * @param node whom it is asked of, or {@link #LEADER}
   * @param to who shall lead
   */
  record Hand(int node, NodeId to) implements Op {}

  /**
   * An op and when.
   *
   * @param at virtual nanoseconds
   * @param op what happens
   */
  record Timed(long at, Op op) {
    @Override
    public String toString() {
      return Seconds.text(at) + " " + op;
    }
  }
}
