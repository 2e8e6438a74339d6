package dev.meshkit.gossip;

import static dev.meshkit.gossip.Change.Kind.DIED;
import static dev.meshkit.gossip.Change.Kind.JOINED;
import static dev.meshkit.gossip.Change.Kind.REFUTED;
import static dev.meshkit.gossip.Change.Kind.REJOINED;
import static dev.meshkit.gossip.Change.Kind.RESTARTED;
import static dev.meshkit.gossip.Change.Kind.SUSPECTED;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What one observer makes of an entry that rose: the table of statuses, line by line.
 *
 * <p>The lattice is shared, the status is local. SUSPECT never makes a member, and DEAD is not
 * believed at once of somebody seen to live: the <em>contest</em> leaves it the time to refute, so
 * that a healed partition, which carries each side's obituaries to the other, kills nobody.
 */
final class StatusMachine {
  private static final int CONTEST_ROUNDS = 5;

  private final Timing timing;
  private final Duration contest;

  StatusMachine(Timing timing) {
    this.timing = timing;
    contest = timing.gossip().multipliedBy(CONTEST_ROUNDS);
  }

  /**
   * The entry of {@code peer} rose from {@code before}, {@code n} nodes being up. True if this is
   * news that others should hear at once.
   */
  boolean risen(Turn turn, Peer peer, Entry before, int n) {
    if (peer.revoked) { // it cannot refute
      if (peer.standing == Standing.ABSENT && peer.entry.attrs().isKnown()) revoke(turn, peer);
      return false;
    }
    return switch (peer.standing) {
      case ABSENT -> appear(turn, peer, n);
      case ALIVE -> whileAlive(turn, peer, before, n);
      case SUSPECT -> whileSuspect(turn, peer, before, n);
      case DEAD, LEFT -> whileGone(turn, peer, before, n);
    };
  }

  /**
   * The deadline of a suspect has come. One voice does not outweigh what this node hears itself: if
   * only one accuses, and the accused has spoken since, then its suspicion begins again at that
   * sign of life. Whose words reach nobody, and who therefore hears no refutation, buries no one
   * who talks to it. Two voices suffice: of who is deaf, all others know.
   */
  void reconsider(Peer peer) {
    if (!peer.hasOneAccuser() || !peer.heardAt.isAfter(peer.since)) return;
    peer.since = peer.heardAt;
    peer.deadline = peer.since.plus(peer.isGone() ? contest : peer.suspicion.timeout(0));
  }

  /** Nobody refuted in time. The caller has raised the entry to DEAD. */
  void expire(Turn turn, Peer peer) {
    become(turn, peer, Standing.DEAD, DIED, "no refutation before the deadline");
  }

  /** The cluster has revoked it. Who is not shown is not shown for that. */
  void revoke(Turn turn, Peer peer) {
    if (peer.standing == Standing.LEFT || !peer.entry.attrs().isKnown()) return;
    become(turn, peer, Standing.LEFT, Change.Kind.LEFT, Change.REVOKED);
  }

  /** It is revoked no longer: what is held of it counts again. */
  void restore(Turn turn, Peer peer, int n) {
    if (peer.standing != Standing.LEFT) return;
    switch (peer.entry.key().rank()) {
      case ALIVE -> become(turn, peer, Standing.ALIVE, REJOINED, "revoked no longer");
      case SUSPECT -> {
        become(turn, peer, Standing.ALIVE, REJOINED, "revoked no longer");
        suspect(turn, peer, n);
      }
      case DEAD -> peer.standing = Standing.DEAD;
      case LEFT -> {}
    }
  }

  private boolean appear(Turn turn, Peer peer, int n) {
    if (!peer.entry.attrs().isKnown() || peer.isGone()) return false;
    become(turn, peer, Standing.ALIVE, JOINED, "first heard of");
    if (peer.entry.key().rank() == Rank.SUSPECT) suspect(turn, peer, n);
    return true;
  }

  private boolean whileAlive(Turn turn, Peer peer, Entry before, int n) {
    switch (peer.entry.key().rank()) {
      case ALIVE -> {
        if (peer.entry.key().generation() == before.key().generation()) {
          return peer.entry.key().incarnation() != before.key().incarnation(); // a refutation
        }
        become(turn, peer, Standing.ALIVE, RESTARTED, "a new generation");
        return true;
      }
      case SUSPECT -> suspect(turn, peer, n);
      case DEAD -> contest(turn, peer, n);
      case LEFT -> {
        leave(turn, peer);
        return true;
      }
    }
    return false;
  }

  private boolean whileSuspect(Turn turn, Peer peer, Entry before, int n) {
    var newerLife = !peer.entry.key().life().equals(before.key().life());
    if (peer.entry.key().rank() == Rank.LEFT) {
      leave(turn, peer);
      return true;
    }
    if (newerLife) {
      become(turn, peer, Standing.ALIVE, REFUTED, "a newer life");
      if (peer.entry.key().rank() == Rank.SUSPECT) suspect(turn, peer, n);
      if (peer.entry.key().rank() == Rank.DEAD) contest(turn, peer, n);
      return true;
    }
    shorten(peer, peer.since.plus(peer.suspicion.timeout(peer.confirmations())));
    if (peer.isGone() && before.key().rank() != Rank.DEAD) {
      shorten(peer, later(turn.now, peer.since.plus(contest)));
    }
    return false;
  }

  private boolean whileGone(Turn turn, Peer peer, Entry before, int n) {
    if (peer.entry.key().rank() == Rank.LEFT) peer.standing = Standing.LEFT;
    if (peer.isGone() || peer.entry.key().life().equals(before.key().life())) return false;
    become(turn, peer, Standing.ALIVE, REJOINED, "a newer life");
    if (peer.entry.key().rank() == Rank.SUSPECT) suspect(turn, peer, n);
    return true;
  }

  private void suspect(Turn turn, Peer peer, int n) {
    begin(turn, peer, n, "silent to its accusers");
    peer.deadline = turn.now.plus(peer.suspicion.timeout(peer.confirmations()));
  }

  private void contest(Turn turn, Peer peer, int n) {
    begin(turn, peer, n, "held dead elsewhere");
    peer.deadline = turn.now.plus(contest);
    turn.accused.add(peer.id);
  }

  private void begin(Turn turn, Peer peer, int n, String cause) {
    become(turn, peer, Standing.SUSPECT, SUSPECTED, cause);
    peer.suspicion = Suspicion.of(timing, n);
    peer.since = turn.now;
  }

  private static void leave(Turn turn, Peer peer) {
    become(turn, peer, Standing.LEFT, Change.Kind.LEFT, "it said goodbye");
  }

  private static void become(Turn turn, Peer peer, Standing to, Change.Kind kind, String cause) {
    var from = peer.standing;
    peer.standing = to;
    peer.deadline = Instant.MAX;
    var accused = to == Standing.SUSPECT || to == Standing.DEAD;
    var by = accused ? List.copyOf(peer.entry.accusers()) : List.<NodeId>of();
    turn.event(new Change(kind, peer.id, peer.entry.key().life(), from, to, by, cause));
  }

  private static void shorten(Peer peer, Instant deadline) {
    if (deadline.isBefore(peer.deadline)) peer.deadline = deadline;
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
