package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;

/**
 * What a stream sends in one write: gathered at its head while our half is open, and dropped after
 * that. Confined to the event loop.
 */
final class Burst {
  private final Halves halves;
  private final SendRoom room;
  private final Replay replay;

  Burst(Halves halves, SendRoom room, Replay replay) {
    this.halves = halves;
    this.room = room;
    this.replay = replay;
  }

  /** Adds a field section. */
  void add(FieldSection fields) {
    if (!halves.isSent()) halves.head().add(fields);
  }

  /** Adds a framed message, and owns it; true if it was dropped and there is room again. */
  boolean add(ByteBuf frame) {
    if (halves.isSent()) return drop(frame);
    replay.sent(frame);
    halves.head().add(frame);
    return false;
  }

  /** Releases a message that goes nowhere; true if there is room again. */
  boolean drop(ByteBuf frame) {
    var bytes = frame.readableBytes();
    frame.release();
    return room.drain(bytes);
  }

  /** Writes it, with FIN if it is the {@code last}. */
  void release(boolean last, StreamHead.Sent sent) {
    if (last) halves.sent(); // before QUIC tells us that it took it
    try {
      halves.head().release(last, sent);
    } catch (RuntimeException | Error failure) {
      if (last) halves.unsent();
      throw failure;
    }
  }
}
