package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Frame;
import dev.meshkit.gossip.Entry;
import dev.meshkit.gossip.Told;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Something that an observer who sees everything saw. Plain values: histories are written by hand
 * in tests.
 */
sealed interface Sight {
  /** A process began. */
  record Started(NodeId node) implements Sight {}

  /** A process ended, in any way. */
  record Stopped(NodeId node) implements Sight {}

  /** A candidate won its term: it entered PENDING. */
  record Won(NodeId node, Fence fence) implements Sight {}

  /** A voter's grant became visible: an answer left, or for itself its own request for votes. */
  record Granted(NodeId voter, Fence term, NodeId candidate) implements Sight {}

  /** What a voter's disk holds of a scope, after a commit or what a crash left of one. */
  record Stored(NodeId node, Fence term, NodeId voted, RecordAt record) implements Sight {}

  /** Which record a voter's disk holds, and in which term, whenever either changes. */
  record Held(NodeId node, String store, Fence term, Kept record) implements Sight {
    /** Whether its holder votes by that record; a copy does on the store that it has. */
    boolean votes() {
      return record.voters.stream().anyMatch(this::is);
    }

    /** Under which name. */
    String voter() {
      return record.voters.stream().filter(this::is).findFirst().orElse(node + " " + store);
    }

    private boolean is(String voter) {
      var name = node.toString().replaceFirst(SimNode.COPY + "$", "");
      return voter.equals(name) || voter.equals(name + " " + store);
    }
  }

  /** A leader showed a record that it may not have stored yet. */
  record Offered(NodeId node, Fence term, Kept record) implements Sight {}

  /** What a leader of that term once showed came, perhaps after its time. */
  record Pushed(NodeId node, Fence term, Kept record) implements Sight {}

  /** A node lost its disks: it is another voter from now on, if it is one at all. */
  record Wiped(NodeId node) implements Sight {}

  /**
   * A disk went back in time: an older copy was put back, or an fsync had lied.
   *
   * @param shown whether its next process says less than the one before, or counts the same
   */
  record Regressed(NodeId node, boolean shown) implements Sight {}

  /** A copy of a node begins on a copy of its disk, under its name; it is called otherwise here. */
  record Copied(NodeId node, NodeId copy) implements Sight {}

  /**
   * The leader of the first scope fell, and so much later another has authority.
   *
   * @param bound what that may take, usually; nanoseconds as well
   */
  record Takeover(NodeId fallen, NodeId next, long nanos, long bound) implements Sight {}

  /**
   * An operator lets a scope begin again, in that generation.
   *
   * @param revoked whom any of the survivors knows to be revoked
   * @param applied the commands that any of them holds, committed or not
   */
  record Reborn(Scope scope, int generation, SortedSet<String> revoked, SortedSet<String> applied)
      implements Sight {
    /** Copies the sets. */
    public Reborn {
      revoked = Collections.unmodifiableSortedSet(new TreeSet<>(revoked));
      applied = Collections.unmodifiableSortedSet(new TreeSet<>(applied));
    }
  }

  /** Whom the record revokes that a node has just learned to be committed; of a later birth. */
  record Revokes(NodeId node, Fence term, SortedSet<String> revoked) implements Sight {
    /** Copies the set. */
    public Revokes {
      revoked = Collections.unmodifiableSortedSet(new TreeSet<>(revoked));
    }
  }

  /** Which birth of a scope a disk is of, whenever that changes. */
  record OfBirth(NodeId node, Scope scope, int generation, String genesis) implements Sight {}

  /**
   * A node heard what no node of its mesh says.
   *
   * @param kind what is wrong with it
   * @param counted whether it was refused, and that was counted
   * @param moved whether it changed anything there
   */
  record Forged(NodeId node, NodeId from, String kind, boolean counted, boolean moved)
      implements Sight {}

  /** Somebody says from now on that a tenure has begun which never was. */
  record Boasted(Fence fence) implements Sight {}

  /**
   * At the end one that votes in a scope takes that one for its leader; nobody if it knows none.
   */
  record Follows(NodeId node, Scope scope, NodeId leader) implements Sight {}

  /** At the end somebody has heard that this one leads, or that this tenure is over. */
  record Heard(NodeId node, Fence fence, NodeId leader) implements Sight {}

  /** A process begins quiet in a scope: it may have forgotten promises that its store gave. */
  record Recovering(NodeId node, Scope scope) implements Sight {}

  /** It takes all of them for run out. */
  record Recovered(NodeId node, Scope scope) implements Sight {}

  /** A process was told that its store must not vote, and believes it. */
  record Quarantined(NodeId node) implements Sight {}

  /**
   * A node heard something from one that does not vote by its record and knows none that is newer:
   * term, vote and promise before and after.
   */
  record Outside(NodeId node, NodeId from, String before, String after) implements Sight {}

  /**
   * A node heard something that must not move it, by this rule: what it holds itself to, before and
   * after.
   */
  record Unmoved(NodeId node, NodeId from, String rule, String before, String after)
      implements Sight {}

  /** A node learned that a record is committed, or started with one that it knew to be. */
  record Viewed(NodeId node, Fence term, Kept record) implements Sight {}

  /**
   * By what a node's gate decides, from now on or in a process that just began.
   *
   * @param by the record that it took over last
   * @param told the newest one that its node knows to be committed
   * @param choices by change
   */
  record Decides(
      NodeId node, Scope scope, Edition by, Edition told, SortedMap<String, Choices> choices)
      implements Sight {
    /** Copies the choices. */
    public Decides {
      choices = Collections.unmodifiableSortedMap(new TreeMap<>(choices));
    }
  }

  /** Somebody was told that a command is committed. */
  record Applied(Scope scope, String command, long version) implements Sight {}

  /**
   * An operator asked a node for a change.
   *
   * @param expected the version it was decided upon, or {@link CasHistory#ANY}
   */
  record Asked(NodeId node, Scope scope, String command, long expected) implements Sight {}

  /** What an operator was told of a change. */
  enum Fate {
    /** It is in the record, of that version or an earlier one. */
    APPLIED,
    /** It was meant for another version than that. */
    CONFLICT,
    /** It is certain that this try changed nothing. */
    UNCHANGED,
    /** It may be in the record or not. */
    UNKNOWN
  }

  /** A node answered an operator. */
  record Answered(NodeId node, Scope scope, String command, Fate what, long version)
      implements Sight {}

  /** A frame left whose header claims this durable state. */
  record Claimed(NodeId node, Fence term, RecordAt record) implements Sight {}

  /** A frame leaves, before the network has it. */
  record Sent(NodeId node, Frame frame) implements Sight {}

  /** A leader gave up its term for another, at that virtual time. */
  record Handed(Fence fence, long at) implements Sight {}

  /** A disk takes longer for a commit than all but a few ever do: between these virtual times. */
  record SlowDisk(NodeId node, long at, long until) implements Sight {}

  /** Somebody has authority from that virtual time on. */
  record Took(Fence fence, long at) implements Sight {}

  /** A leader was told that it has authority. */
  record Gained(NodeId node, Fence fence) implements Sight {}

  /** A leader was told that it no longer has it. */
  record Lost(NodeId node, Fence fence) implements Sight {}

  /** Everybody who holds authority over one scope at this very instant, perhaps nobody. */
  record Authority(Scope scope, List<Holder> holders) implements Sight {}

  /**
   * Somebody has authority just now, and of the voters of its latest record so many can help nobody
   * else: by their promise, because they are quiet, or because their process or store is gone.
   */
  record Backed(NodeId leader, Fence fence, int bound, int voters) implements Sight {}

  /** A leader read, by its fence, what only leaders may change. */
  record ReadUnder(NodeId node, Fence fence, long value) implements Sight {}

  /** It changed that, by a fence it may have lost meanwhile. */
  record WroteUnder(NodeId node, Fence fence, long value) implements Sight {}

  /**
   * Its fence was refused.
   *
   * @param holds whether it has authority by that fence at this instant
   */
  record Refused(NodeId node, Fence fence, boolean holds) implements Sight {}

  /** The subject itself raised its life. */
  record Issued(NodeId subject, Life life) implements Sight {}

  /** What one observer makes of a subject; seen whenever it changes. */
  record Shown(NodeId observer, NodeId subject, Status status, Life life) implements Sight {}

  /** What one observer holds of a subject, shown or not; seen whenever it may have changed. */
  record Holds(NodeId observer, NodeId subject, Entry entry) implements Sight {}

  /** An observer has forgotten a subject: of whom it knows nothing, everything is news. */
  record Forgets(NodeId observer, NodeId subject) implements Sight {}

  /**
   * What the root of a node's table is, and what the table is.
   *
   * @param held all of it, the node itself included
   */
  record Summed(NodeId node, long root, List<Told> held) implements Sight {}

  /** A frame with news of these members leaves, before the network has it. */
  record Passes(NodeId node, List<NodeId> members) implements Sight {}

  /** A calm phase is over: nothing has failed for longer than any bound. */
  record Calm(
      List<Scope> scopes,
      SortedMap<NodeId, Life> alive,
      SortedMap<NodeId, SortedMap<NodeId, Seen>> views)
      implements Sight {}

  /** A leader met another leader of its own term, and stopped. */
  record Split(NodeId node) implements Sight {}

  /** A process stopped because it took itself for a clone. */
  record Cloned(NodeId node) implements Sight {}

  /** A process says goodbye, by its own will. */
  record Leaving(NodeId node) implements Sight {}

  /**
   * An observer was told that a life of a member has left, by whomever.
   *
   * @param now what it makes of the member, having heard that
   */
  record Parted(NodeId observer, NodeId subject, Life left, Seen now) implements Sight {}

  /**
   * An observer heard from a subject that it holds for worse than alive, and does not tell it so:
   * not now, and not within the last second.
   */
  record Untold(NodeId observer, NodeId subject) implements Sight {}

  /** A process asks to be woken in the past. */
  record Overdue(NodeId node) implements Sight {}

  /** A process that had stood still runs again, and must judge nobody until it is awake. */
  record Woke(NodeId node) implements Sight {}

  /** It has run for as long as it had stood still. */
  record Awake(NodeId node) implements Sight {}

  /** An observer accuses a life of a member itself, for the first time. */
  record Accuses(NodeId observer, NodeId subject) implements Sight {}

  /** At the end of a run an observer still knows that a member has left. */
  record Remembers(NodeId observer, NodeId subject) implements Sight {}

  /** A process stands still just now: of the authority that is seen next it has not been asked. */
  record Stands(NodeId node) implements Sight {}

  /** Somebody with authority. */
  record Holder(NodeId node, Fence fence) {}

  /** A record's id, term first. */
  record RecordAt(long term, long version) implements Comparable<RecordAt> {
    @Override
    public int compareTo(RecordAt other) {
      return term != other.term
          ? Long.compare(term, other.term)
          : Long.compare(version, other.version);
    }
  }

  /** A record of some generation of a scope, which comes first. */
  record Edition(int generation, RecordAt at) implements Comparable<Edition> {
    @Override
    public int compareTo(Edition other) {
      return generation != other.generation
          ? Integer.compare(generation, other.generation)
          : at.compareTo(other.at);
    }
  }

  /**
   * What an entry with these versions comes to for some tenants, each at its place: as decided, as
   * explained, and as planned.
   */
  record Choices(
      long epoch,
      int prior,
      int version,
      List<Integer> decided,
      List<Integer> explained,
      List<Integer> planned) {
    /** Copies the lists. */
    public Choices {
      decided = List.copyOf(decided);
      explained = List.copyOf(explained);
      planned = List.copyOf(planned);
    }
  }

  /**
   * A record: its id, the hash of its content, the voters of whom more than half must hold it, each
   * with its store if that matters, the commands in it that may not be forgotten yet.
   */
  record Kept(RecordAt at, String content, List<String> voters, List<String> applied) {
    /** Copies the lists. */
    public Kept {
      voters = List.copyOf(voters);
      applied = List.copyOf(applied);
    }
  }

  /** A life of a node: a restart raises the generation, a refutation the incarnation. */
  record Life(long generation, int incarnation) implements Comparable<Life> {
    @Override
    public int compareTo(Life other) {
      return generation != other.generation
          ? Long.compareUnsigned(generation, other.generation)
          : Integer.compareUnsigned(incarnation, other.incarnation);
    }
  }

  /** One row of a view. */
  record Seen(Status status, Life life) {}
}
