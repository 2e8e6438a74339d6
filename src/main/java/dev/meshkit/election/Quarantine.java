package dev.meshkit.election;

import dev.meshkit.api.NodeId;

/**
 * How a store that went back in time, or runs twice, is silenced: its peers drop what it says and
 * tell it; it votes no more until it gets an empty store, which is another voter.
 */
final class Quarantine {
  private Quarantine() {}

  /** Whether a frame must not count because of the store it comes from; then its sender is told. */
  static boolean drops(Turn turn, NodeId from, Frame frame) {
    var header = frame.header();
    var peers = turn.heard.peers();
    if (!peers.refuses(header, frame.message() instanceof Frame.Boot)) {
      if (isOfInterest(turn, from, header)) turn.heard = turn.heard.knowing(peers.met(header));
      return false;
    }
    turn.heard = turn.heard.knowing(peers.refused(header));
    // two that refuse each other must not answer for ever
    if (!(frame.message() instanceof Frame.Quarantine))
      turn.send(from, new Frame.Quarantine(header.life()));
    return true;
  }

  private static boolean isOfInterest(Turn turn, NodeId from, Header header) {
    return turn.isVoter(from, header) || turn.learners.has(from, header.store());
  }

  /**
   * A restarted voter is judged within its quiet period, before it can do harm: by what its store
   * held when it began, each time, as any of these frames may be lost.
   */
  static void hello(Turn turn, Role.Recovering recovering) {
    var now = turn.header(turn.disk.durable());
    var began = recovering.began();
    var said = now.generation() == began.generation() ? began.of(now) : now;
    turn.sendAll(said, new Frame.Boot());
    turn.role = recovering.after(turn.now.plus(turn.profile.promise()));
  }

  /**
   * A peer refuses this very process. Authority ends first. No acknowledgement leaves any more: a
   * copy of this node may answer the same leader, and one's promise is not the other's.
   */
  static void impose(Turn turn, NodeId by, Frame.Quarantine verdict) {
    if (!verdict.life().equals(turn.options.life()) || !verdict.life().isSaid()) return;
    if (turn.role instanceof Role.Quarantined) return;
    turn.rest(Cause.DISK);
    turn.promise = Promise.NONE;
    Generations.forgo(turn, Generations.SILENCED);
    turn.role = new Role.Quarantined(by);
  }
}
