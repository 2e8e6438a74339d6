package dev.meshkit.grpc;

import java.time.Duration;

/**
 * Decides whether a path takes no packets any more that are as large as those it took before. Small
 * ones pass, so it is not silent; all others are lost for good, since packets of a connection grow
 * and never shrink (RFC 8899 §4.3: a black hole). Only a new connection begins small again.
 *
 * <p>It is one if for {@value #TURNS} turns of 2 s the peer was heard, large packets were lost, and
 * hardly anything arrived beside them. Reads no clock, and is asked once a turn, so a process that
 * was stopped does not blame its peers.
 */
final class BlackHole {
  /** How long a turn is. */
  static final long TURN_TICKS = Ticks.of(Duration.ofSeconds(2));

  static final int TURNS = 3;

  private static final long FEW = 3; // packets in a turn: one that tries a larger size is none
  private static final long LEAST_BYTES = 1_200; // which pass everywhere, RFC 9000 §14.1
  private static final long HEADS_BYTES = 50; // of a packet and a frame: the rest is a stream's

  private Seen last = Seen.NOTHING;
  private int turns;

  /**
   * What was counted on the path so far.
   *
   * @param received packets
   * @param lost packets, also those that only tried a larger size
   * @param sentBytes in packets
   * @param resentBytes of streams, since the packets that held them were lost
   * @param packetBytes the largest that pass, as far as is known
   */
  record Seen(long received, long lost, long sentBytes, long resentBytes, long packetBytes) {
    static final Seen NOTHING = new Seen(0, 0, 0, 0, 0);
  }

  /** One turn later. */
  boolean turn(Seen now) {
    turns = now.packetBytes() > LEAST_BYTES && isSwallowed(last, now) ? turns + 1 : 0;
    last = now;
    return turns >= TURNS;
  }

  private static boolean isSwallowed(Seen was, Seen now) {
    var lost = now.lost() - was.lost();
    var resent = now.resentBytes() - was.resentBytes();
    var arrived = now.sentBytes() - was.sentBytes() - resent; // at most
    return now.received() > was.received()
        && lost >= FEW
        && resent > lost * (LEAST_BYTES - HEADS_BYTES)
        && arrived < resent / 2;
  }
}
