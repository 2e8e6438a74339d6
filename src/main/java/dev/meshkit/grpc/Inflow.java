package dev.meshkit.grpc;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Headers;

/**
 * The peer's half of a request stream: what the tail of its pipeline has read, told to the call,
 * and whether to read on. Confined to the event loop, but for {@link #giveBack}.
 */
final class Inflow {
  private final CallStream stream;
  private final Halves halves;
  private final Replay replay;
  private final StreamEvents events;
  private final ReadAhead ahead = new ReadAhead();
  private final Pieces burst = new Pieces();

  Inflow(CallStream stream, Halves halves, Replay replay, StreamEvents events) {
    this.stream = stream;
    this.halves = halves;
    this.replay = replay;
    this.events = events;
  }

  void headers(Http3Headers fields) {
    replay.drop(); // what is answered was processed
    halves.connection().turn().read();
    handOver();
    if (!stream.isOver()) events.headers(fields);
  }

  void data(ByteBuf bytes) {
    if (stream.isOver()) {
      halves.skipped(bytes.readableBytes());
      bytes.release();
      return;
    }
    halves.connection().turn().read();
    burst.add(Pieces.tight(bytes, ahead.isBehind()));
  }

  /** Tells the call of the bytes of this burst. */
  void handOver() {
    burst.handTo(
        bytes -> {
          ahead.add(ReadAhead.weightOf(bytes));
          events.data(bytes);
        });
  }

  /** The call is over: nobody wants what was read of this burst. */
  void drop() {
    burst.close();
  }

  /** A burst was read: hand it over, and go on if the call keeps up. */
  void burstRead() {
    if (stream.isOver()) {
      halves.skipOn();
      return;
    }
    handOver();
    if (halves.head().finSeen()) fin();
    events.flush();
    readOn();
  }

  void fin() {
    if (halves.isRead()) return;
    halves.read();
    if (stream.isOver()) return;
    handOver();
    if (!halves.head().endsWithAFrame()) {
      stream.lost(Status.INTERNAL.withDescription(Halves.CUT_OFF), Http3ErrorCode.H3_FRAME_ERROR);
      halves.cutOff();
      return;
    }
    events.end();
    stream.peerIsDone();
  }

  /** Reads what comes next, if the call is not too far behind. */
  void readOn() {
    var more = !halves.isRead() && !stream.isOver() && ahead.hasRoom();
    if (more && halves.channel().isActive()) halves.channel().read();
  }

  /** The call wants what follows bytes of this weight; true if reading had stopped. Any thread. */
  boolean giveBack(long weight) {
    return ahead.giveBack(weight);
  }
}
