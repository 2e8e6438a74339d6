package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.List;

/**
 * Who takes part in which election, and how patiently.
 *
 * @param scope what is to be led
 * @param self this node
 * @param store this node's {@code election.db}, 16 bytes
 * @param first the record the scope begins with, the same on every voter
 * @param profile the timing
 * @param life this process, as peers hear of it
 * @param waiting how many changes may wait at a leader, 1 to 64; one more is refused
 */
public record ElectionOptions(
    Scope scope,
    NodeId self,
    Bytes store,
    ScopeRecord first,
    Profile profile,
    Life life,
    int waiting) {
  /** Of a process that says nothing of itself. */
  public ElectionOptions(
      Scope scope, NodeId self, Bytes store, ScopeRecord first, Profile profile) {
    this(scope, self, store, first, profile, Life.UNSAID, Agenda.LIMIT);
  }

  /** Checks that somebody takes part, and the limit. */
  public ElectionOptions {
    if (self.isNobody()) throw new IllegalArgumentException("a node has a name");
    if (waiting < 1 || waiting > Agenda.LIMIT)
      throw new IllegalArgumentException("want 1 to 64 changes that wait, not " + waiting);
  }

  /**
   * A scope whose voters come from configuration: record (0,1), generation 1. Its genesis id is
   * drawn from the scope and its voters, so that nodes configured differently refuse each other's
   * frames instead of counting quorums of different sets.
   */
  public static ElectionOptions configured(
      Scope scope, NodeId self, Bytes store, List<NodeId> voters, Profile profile) {
    var members = voters.stream().sorted().map(Seat::configured).toList();
    var named = scope + members.stream().map(m -> " " + m.node()).reduce("", String::concat);
    var genesis = Bytes.utf8(named).sha256();
    var content = Content.of(1, genesis, profile.maxPromise(), Content.RHO_PPM, members);
    var first = new ScopeRecord(new RecordId(0, 1), content);
    return new ElectionOptions(scope, self, store, first, profile);
  }

  /** The same, lived by one process. */
  public ElectionOptions lived(Life by) {
    return new ElectionOptions(scope, self, store, first, profile, by, waiting);
  }

  /** The same with room for so many changes. */
  public ElectionOptions waiting(int most) {
    return new ElectionOptions(scope, self, store, first, profile, life, most);
  }
}
