package dev.meshkit.gossip;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Everything that happens to a {@link Gossip}. */
public sealed interface Input {
  /** Time passed: what is due is done. */
  record Tick() implements Input {}

  /**
   * A frame came.
   *
   * @param from whose certificate the link carries
   * @param frame what it said
   */
  record Received(NodeId from, Frame frame) implements Input {}

  /**
   * A link to a peer is live, whoever dialled it.
   *
   * @param peer whose certificate it carries
   */
  record LinkUp(NodeId peer) implements Input {}

  /**
   * A link to a peer ended, or could not be opened.
   *
   * @param peer to whom
   * @param refused the peer's host answered, and nobody listens there
   */
  record LinkDown(NodeId peer, boolean refused) implements Input {}

  /**
   * A {@link Effect.Dial} found somebody.
   *
   * @param at what was dialled
   * @param who whose certificate answered
   */
  record Dialled(Endpoint at, NodeId who) implements Input {}

  /**
   * A {@link Effect.Dial} found nobody.
   *
   * @param at what was dialled
   */
  record Undialled(Endpoint at) implements Input {}

  /**
   * A {@link Effect.Sync} was answered.
   *
   * @param with by whom
   * @param theirs the answer
   */
  record Synced(NodeId with, Table theirs) implements Input {}

  /**
   * A {@link Effect.Sync} failed.
   *
   * @param with with whom
   */
  record SyncFailed(NodeId with) implements Input {}

  /**
   * A peer asks for a sync; answered by an {@link Effect.Answer} that names the same slot.
   *
   * @param from who asks
   * @param theirs its table
   * @param slot where the answer goes
   */
  record SyncAsked(NodeId from, Table theirs, Slot slot) implements Input {}

  /**
   * A {@link Effect.Save} is durable.
   *
   * @param generation which
   */
  record Saved(long generation) implements Input {}

  /**
   * Discovery found these; replaces what it found before.
   *
   * @param seeds where peers might be
   */
  record Seeds(List<Endpoint> seeds) implements Input {
    /** Copies the list. */
    public Seeds {
      seeds = List.copyOf(seeds);
    }
  }

  /**
   * This node gained a tenure, and repeats so until {@link Unclaimed}.
   *
   * @param claim naming this node
   */
  record Claimed(Claim claim) implements Input {}

  /**
   * This node leads a scope no more.
   *
   * @param scope which
   */
  record Unclaimed(Scope scope) implements Input {}

  /**
   * This node's view of a scope is that committed record from now on, durably: everybody may hear
   * of it, and ask for it.
   *
   * @param head which
   */
  record Viewed(Head head) implements Input {}

  /**
   * The cluster has revoked these, and nobody else: they are shown as LEFT, whatever is said.
   *
   * @param nodes who
   */
  record Revoked(SortedSet<NodeId> nodes) implements Input {
    /** Copies the set. */
    public Revoked {
      nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
    }
  }

  /**
   * An {@link Effect.Fetch} failed.
   *
   * @param head which
   * @param from who was asked
   */
  record Unfetched(Head head, NodeId from) implements Input {}

  /**
   * What this node says of itself is another from now on, in another life.
   *
   * @param labels in the place of those it was opened with
   */
  record Described(SortedMap<String, String> labels) implements Input {
    /** Copies the map. */
    public Described {
      labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }
  }

  /** Say goodbye; ends with an {@link Effect.Stop}. */
  record Leave() implements Input {}

  /** Where the answer to a {@link SyncAsked} goes; the core hands it on and never calls it. */
  interface Slot {
    /** Answers. Never blocks. */
    void answer(Table ours);
  }
}
