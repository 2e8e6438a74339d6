package dev.meshkit.grpc;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.DefaultHttp3GoAwayFrame;
import io.netty.handler.codec.http3.DefaultHttp3UnknownFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ControlStreamFrame;
import io.netty.handler.codec.quic.QuicChannel;

/** What we say on our control stream, and what is known of the path. On the event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // a frame that cannot be written shows as silence
final class ControlStream {
  private static final long NANOS_A_MILLI = 1_000_000;

  private final QuicChannel channel;
  private final SendTurn turn;

  ControlStream(QuicChannel channel, SendTurn turn) {
    this.channel = channel;
    this.turn = turn;
  }

  /**
   * An empty reserved frame: it means nothing, but must be acknowledged. False if there is none.
   */
  boolean ping() {
    return write(new DefaultHttp3UnknownFrame(QuicSettings.RESERVED_FRAME, Unpooled.EMPTY_BUFFER));
  }

  /**
   * Says that we are about to replace this connection: who does not know the frame ignores it (RFC
   * 9114 §9). Not GOAWAY, since requests may still follow, and some servers would refuse them.
   */
  void leaving() {
    write(new DefaultHttp3UnknownFrame(QuicSettings.LEAVING_FRAME, Unpooled.EMPTY_BUFFER));
  }

  /**
   * Says that we have heard nothing for long, though we asked: who hears this knows that it is not
   * heard, which a path that is dead in one direction would not show it otherwise. Who does not
   * know the frame ignores it.
   */
  void unheard() {
    write(new DefaultHttp3UnknownFrame(QuicSettings.UNHEARD_FRAME, Unpooled.EMPTY_BUFFER));
  }

  /** Says that requests with this id or a larger one will not be served. */
  void goAway(long id) {
    write(new DefaultHttp3GoAwayFrame(id));
  }

  private boolean write(Http3ControlStreamFrame frame) {
    var control = Http3.getLocalControlStream(channel);
    if (control == null) return false;
    control.write(frame);
    turn.wrote();
    return true;
  }

  /** How many packets came so far. */
  long packetsReceived() {
    var stats = channel.collectStats().getNow();
    return stats == null ? 0 : stats.recv();
  }

  /** What became of what was sent. */
  BlackHole.Seen seen() {
    var stats = channel.collectPathStats(0).getNow();
    if (stats == null) return BlackHole.Seen.NOTHING;
    return new BlackHole.Seen(
        stats.recv(), stats.sent(), stats.sentBytes(), stats.streamRetransBytes(), stats.pmtu());
  }

  /** The smoothed round-trip time, 0 while unknown. */
  long roundTripMs() {
    var stats = channel.collectPathStats(0).getNow();
    return stats == null ? 0 : stats.rtt() / NANOS_A_MILLI;
  }
}
