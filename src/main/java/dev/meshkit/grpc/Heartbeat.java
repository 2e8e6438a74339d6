package dev.meshkit.grpc;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.DefaultHttp3GoAwayFrame;
import io.netty.handler.codec.http3.DefaultHttp3UnknownFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.quic.QuicChannel;

/**
 * Notices a silent path. HTTP/3 has no PING, so an empty reserved frame on our control stream makes
 * the peer acknowledge; no packet at all after it means that the path is lost.
 *
 * <p>Time is counted in ticks, so a process that was stopped does not blame its peers. Confined to
 * the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a frame that cannot be written shows as silence
final class Heartbeat {
  /** What a tick found. */
  enum Path {
    ALIVE,
    LOST
  }

  private static final long BUSY_SILENCE_MS = 1_000; // asked sooner while calls are open

  private final QuicChannel channel;
  private final long timeMs;
  private final long timeoutMs;
  private long received;
  private long silentMs;
  private long askedMs = -1; // since the frame was sent; -1 = none is out

  Heartbeat(QuicChannel channel, KeepAlive keepAlive) {
    this.channel = channel;
    this.timeMs = keepAlive.time().toMillis();
    this.timeoutMs = keepAlive.timeout().toMillis();
  }

  /** One tick later: looks for packets, asks if there were none for too long. */
  Path tick(boolean busy) {
    var stats = channel.collectStats().getNow();
    if (stats != null && stats.recv() != received) {
      received = stats.recv();
      silentMs = 0;
      askedMs = -1;
      return Path.ALIVE;
    }
    silentMs += Reactor.TICK_MS;
    if (askedMs >= 0) {
      askedMs += Reactor.TICK_MS;
      return askedMs >= timeoutMs ? Path.LOST : Path.ALIVE;
    }
    if (silentMs >= (busy ? Math.min(BUSY_SILENCE_MS, timeMs) : timeMs)) ask();
    return Path.ALIVE;
  }

  private void ask() {
    var control = Http3.getLocalControlStream(channel);
    if (control == null) return;
    askedMs = 0;
    control.write(new DefaultHttp3UnknownFrame(QuicSettings.RESERVED_FRAME, Unpooled.EMPTY_BUFFER));
  }

  /** Tells the peer to open no more streams: the largest id there is. */
  void goAway() {
    var control = Http3.getLocalControlStream(channel);
    if (control != null) control.write(new DefaultHttp3GoAwayFrame((1L << 62) - 4));
  }
}
