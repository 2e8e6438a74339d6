package dev.meshkit.transport;

import java.time.Duration;

/**
 * Decides whether the peer of an HTTP/2 connection that was accepted is still there, as {@link
 * Silence} has it: grpc-netty lets no server ask more often than each 10 s. Reads no clock: time is
 * counted in turns, so a process that was stopped does not blame its peers. Confined to one thread.
 */
final class TcpPulse {
  /** How long a turn is. */
  static final Duration TURN = Duration.ofMillis(250);

  /**
   * Turns without a word before the peer is asked: one more than {@link Silence#ASK}, at the
   * expense of the answer, since a peer measures its round trip each second and may be a little
   * late.
   */
  static final int ASK = turns(Silence.ASK) + 1;

  /** What to do after a turn. */
  enum Step {
    NOTHING,
    ASK,
    LOST
  }

  private int silentTurns;

  /** Something came, whatever it is. */
  void heard() {
    silentTurns = 0;
  }

  /**
   * One turn later.
   *
   * @param busy whether calls are open; else silence means nothing
   * @param roundTrip of the path, zero while nobody knows
   */
  Step turn(boolean busy, Duration roundTrip) {
    silentTurns = busy ? silentTurns + 1 : 0;
    if (silentTurns >= lost(roundTrip)) return Step.LOST;
    return silentTurns == ASK ? Step.ASK : Step.NOTHING;
  }

  /** Turns without a word before the path is lost. */
  static int lost(Duration roundTrip) {
    return turns(Silence.ASK) + turns(Silence.lost(roundTrip));
  }

  private static int turns(Duration time) {
    return (int) Math.ceilDiv(time.toMillis(), TURN.toMillis());
  }
}
