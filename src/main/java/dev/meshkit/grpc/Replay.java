package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * What was sent of a request, so that it can be sent again if the server says that it processed
 * none of it: kept until the answer begins, or until it exceeds 64 KiB. Confined to the event loop.
 */
final class Replay {
  /** The longest request that is kept. */
  static final int MOST_BYTES = 64 << 10;

  private List<ByteBuf> frames = new ArrayList<>();
  private int bytes;
  private boolean finished;
  private boolean whole;

  /** Keeps, or does not keep anything in the first place. */
  Replay(boolean keep) {
    whole = keep;
  }

  /** A framed message is about to be written; not yet read by anyone. */
  void sent(ByteBuf frame) {
    if (!whole) return;
    bytes += frame.readableBytes();
    if (bytes > MOST_BYTES) {
      drop();
    } else {
      frames.add(frame.retain());
    }
  }

  /** The request is complete. */
  void finished() {
    finished = true;
  }

  /** Whether everything sent so far is here. */
  boolean isWhole() {
    return whole;
  }

  boolean isFinished() {
    return finished;
  }

  /** Hands over what was sent, to be written anew: whoever wrote it first must be done with it. */
  List<ByteBuf> take() {
    var again = frames;
    frames = new ArrayList<>();
    bytes = 0;
    finished = false;
    again.forEach(frame -> frame.readerIndex(0));
    return again;
  }

  /** Nobody will want it again. */
  void drop() {
    whole = false;
    frames.forEach(ByteBuf::release);
    frames.clear();
  }
}
