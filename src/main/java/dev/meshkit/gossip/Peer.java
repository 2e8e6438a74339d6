package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;

/** Another node, as this one holds it. Mutable; confined to its {@link MemberTable}. */
final class Peer {
  final NodeId id;
  Entry entry;
  Standing standing = Standing.ABSENT;

  /** Of the suspicion that runs: its lengths, its start, its end. */
  Suspicion suspicion = new Suspicion(Duration.ZERO, Duration.ZERO, 0);

  Instant since = Instant.EPOCH;
  Instant deadline = Instant.MAX;

  /** When it last said something itself, in the life that is accused or a later one. */
  Instant heardAt = Instant.MIN;

  /** When somebody first held this life DEAD or LEFT; MAX of the living. */
  Instant goneAt = Instant.MAX;

  /** When it was last told what is held against it. */
  Instant toldAt = Instant.MIN;

  /** When this node, its only accuser, is to tell it so again. */
  Instant pleadAt = Instant.MIN;

  /** The cluster has revoked it: shown as LEFT, whatever its entry says. */
  boolean revoked;

  /** What it adds to the root now; 0 if it is not counted. */
  long part;

  private Attrs measured = Attrs.NONE;
  private int attrsBytes;

  Peer(NodeId id, Entry entry) {
    this.id = id;
    this.entry = entry;
  }

  /** How long it has been DEAD or LEFT; ZERO of the living. */
  Duration age(Instant now) {
    return goneAt.equals(Instant.MAX) ? Duration.ZERO : Duration.between(goneAt, now);
  }

  /** Whether what is known of it is an obituary or a goodbye. */
  boolean isGone() {
    return entry.key().rank().compareTo(Rank.DEAD) >= 0;
  }

  /** Whether anything is held against it. */
  boolean isAccused() {
    return entry.key().rank() != Rank.ALIVE;
  }

  /** Whether only one says that it is silent, or nobody knows any more who did. */
  boolean hasOneAccuser() {
    return entry.accusers().size() < 2;
  }

  /** Whether {@code accuser} alone says so. */
  boolean isAccusedOnlyBy(NodeId accuser) {
    return hasOneAccuser() && entry.accusers().contains(accuser);
  }

  /** What its attributes take on the wire at most, bytes; 0 if none are known. */
  int attrsBytes() {
    if (!measured.equals(entry.attrs())) {
      measured = entry.attrs();
      attrsBytes = measured.isKnown() ? Post.size(measured) : 0;
    }
    return attrsBytes;
  }

  /** How many confirm the first accuser. */
  int confirmations() {
    return suspicion.confirmations(entry.accusers().size());
  }
}
