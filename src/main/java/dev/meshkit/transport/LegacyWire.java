package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.transport.LegacyFrame.Kind;
import io.grpc.Status;

/**
 * The sending half of one stream on a legacy connection. Stream and Deliver pay for each frame with
 * credit, initially 64 frames and 1 MiB; Elect has none, since only its latest word counts.
 */
final class LegacyWire implements Wire {
  static final int FRAMES = 64;
  static final int BYTES = 1 << 20;

  private static final int WORTH_FRAMES = 16;
  private static final int WORTH_BYTES = 256 << 10;

  private final LegacyLink link;
  private final Side side;
  private long mayFrames = FRAMES; // guarded by this: what we may send
  private long mayBytes = BYTES; // guarded by this
  private long wanted; // guarded by this: frames asked of the peer
  private long granted = FRAMES; // guarded by this: frames it may send in all
  private long arrived; // guarded by this
  private long owedBytes; // guarded by this
  private long sentBytes = BYTES; // guarded by this: bytes it may still send

  /**
   * Which stream, from which side.
   *
   * @param id of the stream
   * @param family of the stream
   * @param accepted whether the peer opened it
   * @param hello ours, to answer with if so
   */
  record Side(long id, Family family, boolean accepted, Bytes hello) {}

  LegacyWire(LegacyLink link, Side side) {
    this.link = link;
    this.side = side;
  }

  @Override
  public boolean endsWithUs() {
    return side.accepted();
  }

  @Override
  public void begin() {
    if (!side.accepted()) return;
    var body = LegacyBody.hello(side.family(), side.hello());
    link.tell(new LegacyFrame(Kind.HELLO, side.id(), body));
  }

  @Override
  public void request(int n) {
    synchronized (this) {
      wanted += n;
    }
    if (side.family() == Family.ELECT) link.wanted(side.id());
    else credit();
  }

  private void credit() {
    var frames = 0L;
    var bytes = 0L;
    synchronized (this) {
      var more = wanted + FRAMES - WORTH_FRAMES - granted;
      if (more < WORTH_FRAMES && owedBytes < WORTH_BYTES) return;
      frames = Math.max(0, more);
      bytes = owedBytes;
      granted += frames;
      sentBytes += bytes;
      owedBytes = 0;
    }
    link.tell(
        new LegacyFrame(Kind.CREDIT, side.id(), LegacyBody.credit((int) frames, (int) bytes)));
  }

  /**
   * Whether the stream has room for the next frame, which it is given then; without credit that is
   * not a matter of course.
   */
  synchronized boolean takes() {
    if (side.family() != Family.ELECT) return true;
    if (arrived >= wanted) return false;
    arrived++;
    return true;
  }

  /** A frame came; false if it was not paid for. */
  synchronized boolean arrived(int size) {
    if (side.family() == Family.ELECT) return true;
    arrived++;
    var paid = arrived <= granted && sentBytes > 0;
    sentBytes -= size;
    owedBytes += size;
    return paid;
  }

  /** The peer takes more. */
  synchronized void credit(LegacyBody.Credit more) {
    mayFrames += more.frames();
    mayBytes += more.bytes();
  }

  @Override
  public boolean isReady() {
    var rank = LegacyQueue.of(side.family());
    if (side.family() == Family.ELECT) return link.hasRoom(rank);
    synchronized (this) {
      if (mayFrames <= 0 || mayBytes <= 0) return false; // the last may overdraw the bytes
    }
    return link.hasRoom(rank);
  }

  @Override
  public void send(Bytes message) {
    synchronized (this) {
      mayFrames--;
      mayBytes -= message.size();
    }
    var type =
        switch (side.family()) {
          case STREAM -> Kind.STREAM;
          case ELECT -> Kind.ELECT;
          case DELIVER -> Kind.DELIVER;
        };
    link.send(side.family(), new LegacyFrame(type, side.id(), message));
  }

  /** In order after what was sent. */
  @Override
  public void finish() {
    var end = new LegacyFrame(Kind.CANCEL, side.id(), LegacyBody.status(Status.OK));
    link.send(side.family(), end);
    if (side.accepted()) link.forget(side.id());
  }

  @Override
  public void abort(Status why) {
    link.tell(new LegacyFrame(Kind.CANCEL, side.id(), LegacyBody.status(why)));
    link.forget(side.id());
  }
}
