package dev.meshkit.gossip;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Everything a {@link Gossip} wants done, in this order. */
public sealed interface Effect {
  /**
   * Send a frame; losing it is harmless.
   *
   * @param to to whom
   * @param frame what
   * @param urgent before the gossip that waits
   */
  record Send(NodeId to, Frame frame, boolean urgent) implements Effect {}

  /**
   * Find out who is at an endpoint: {@link Input.Dialled} or {@link Input.Undialled} follows within
   * 2 s.
   *
   * @param at where
   */
  record Dial(Endpoint at) implements Effect {}

  /**
   * Exchange tables: {@link Input.Synced} or {@link Input.SyncFailed} follows.
   *
   * @param with with whom
   * @param ours this node's table
   * @param why the first reason there was
   */
  record Sync(NodeId with, Table ours, Sync.Cause why) implements Effect {
    /** Why tables are exchanged. */
    public enum Cause {
      /** This node was let in. */
      JOIN,
      /** The peer is back, or begins another life. */
      RETURN,
      /** The roots have differed for a while. */
      DIFFERENCE,
      /** It is time to, with anybody. */
      ROUTINE
    }
  }

  /**
   * Answer a peer's sync.
   *
   * @param slot of the {@link Input.SyncAsked}
   * @param ours this node's table, theirs merged
   */
  record Answer(Input.Slot slot, Table ours) implements Effect {}

  /**
   * Bring this node's view of a scope up to a committed record: {@link Input.Viewed} follows once
   * it is durable, of this one or a later one, or {@link Input.Unfetched}. Where its content is
   * stored already, nobody is asked.
   *
   * @param from who has it
   * @param head which
   */
  record Fetch(NodeId from, Head head) implements Effect {}

  /**
   * Keep links to exactly these; replaces what was wanted before.
   *
   * @param peers whom, and where
   */
  record Want(SortedMap<NodeId, Endpoint> peers) implements Effect {
    /** Copies the map. */
    public Want {
      peers = Collections.unmodifiableSortedMap(new TreeMap<>(peers));
    }
  }

  /**
   * Tell people and programs.
   *
   * @param change what changed
   */
  record Event(Change change) implements Effect {}

  /**
   * Make the generation durable, then say {@link Input.Saved}. Until then this core sends nothing.
   *
   * @param generation greater than any saved before
   */
  record Save(long generation) implements Effect {}

  /**
   * Add these to what the disk remembers, or replace them there, when convenient; nobody waits.
   *
   * @param peers whom to remember
   */
  record Remember(List<Remembered> peers) implements Effect {
    /** Copies the list. */
    public Remember {
      peers = List.copyOf(peers);
    }
  }

  /**
   * This core is done: it does nothing from here on.
   *
   * @param cause why
   */
  record Stop(Stop.Cause cause) implements Effect {
    /** Why a core ends. */
    public enum Cause {
      /** It said goodbye. */
      LEFT,
      /** Another process runs under this node's name, and this one yields. */
      CLONED
    }
  }
}
