package dev.meshkit.grpc;

import java.time.Duration;

/**
 * Decides whether a path takes no packets any more that are as large as those it took before. Small
 * ones pass, so it is not silent; all others are lost for good, since packets of a connection grow
 * and never shrink (RFC 8899 §4.3: a black hole). Only a new connection begins small again.
 *
 * <p>It is one if in {@value #TURNS} turns of 2 s the peer was heard, and of what was sent hardly
 * anything was new or arrived: all of it was sent before. Where nothing is acknowledged any more
 * QUIC counts no packet as lost, and tries ever more rarely, two packets at a time, so turns in
 * which it waits say nothing, if they are few. What it sends meanwhile to acknowledge what the peer
 * says is no sign that anything large passes. Reads no clock, and is asked once a turn, so a
 * process that was stopped does not blame its peers.
 */
final class BlackHole {
  /** How long a turn is. */
  static final long TURN_TICKS = Ticks.of(Duration.ofSeconds(2));

  static final int TURNS = 3;

  /** Turns in a row that say nothing, while QUIC waits before it tries again. */
  static final int MOST_QUIET = 4;

  private static final long LEAST_BYTES = 1_200; // which pass everywhere, RFC 9000 §14.1
  private static final long HEADS_BYTES = 60; // of a packet and a frame, or of an acknowledgement
  private static final long RESENT_BYTES = 2 * (LEAST_BYTES - HEADS_BYTES); // what is tried at once

  private Seen last = Seen.NOTHING;
  private int turns;
  private int quiet;

  /**
   * What was counted on the path so far.
   *
   * @param received packets
   * @param sent packets
   * @param sentBytes in packets
   * @param resentBytes of streams, since the packets that held them were lost, or seem to be
   * @param packetBytes the largest that pass, as far as is known
   */
  record Seen(long received, long sent, long sentBytes, long resentBytes, long packetBytes) {
    static final Seen NOTHING = new Seen(0, 0, 0, 0, 0);
  }

  /** One turn later. */
  boolean turn(Seen now) {
    var was = last;
    last = now;
    if (now.packetBytes() <= LEAST_BYTES || now.received() == was.received()) {
      turns = 0; // it could not be smaller, or is silent, and lost for that
      return false;
    }
    var resent = now.resentBytes() - was.resentBytes();
    var heads = (now.sent() - was.sent()) * HEADS_BYTES;
    var arrived = now.sentBytes() - was.sentBytes() - resent - heads; // at most
    if (resent >= RESENT_BYTES && arrived < resent / 2) {
      turns++;
      quiet = 0;
    } else if (arrived >= LEAST_BYTES || ++quiet > MOST_QUIET) {
      turns = 0;
      quiet = 0;
    }
    return turns >= TURNS;
  }
}
