package dev.meshkit.grpc;

import io.netty.handler.codec.http3.Http3ErrorCode;

/**
 * Counts what a connection's peer may do for little and makes us work for: resetting streams
 * (CVE-2023-44487), cancelling calls that are not there, sending frames that carry nothing, keeping
 * an unused connection alive. Beyond the bounds the connection is closed with EXCESSIVE_LOAD.
 * Confined to the event loop.
 *
 * <p>A reset counts while the call is not answered, and so does a stream beyond our GOAWAY. Who
 * resets what was answered has paid for a whole call, and the bound of running calls holds for it.
 * So each answer pays for one reset: who asks two servers and takes the first answer gives up as
 * many calls as it likes, where a flood is answered nothing.
 *
 * <p>Too many resets do not end the connection at once: a client may have reason to give up all its
 * calls. They make its next streams wait in the {@link Gate}, and QUIC grants it no further ones
 * before those are read. So nobody gets more work out of us than the bound allows, beyond the 256
 * streams that were open; a client that behaves is slowed down, and moves when we send it away for
 * what it gave up. Who presses on is a flood.
 */
final class Guard {
  /**
   * What a late reset counts. Each of them had a place among the running calls for a while, so that
   * clients whose deadlines pass do not come near the bound; but it is one.
   */
  private static final double LATE = 0.25;

  private final Connection connection;
  private final Budget resets;
  private final long pressingTicks;
  private final Budget empties;
  private final Budget strays;
  private final PingWatch pings;
  private long pressed; // ticks with streams that wait, less those without

  Guard(Connection connection, Bounds.Floods floods, PingWatch.Permit permit) {
    this.connection = connection;
    this.resets = new Budget(floods.resetsASecond(), floods.resetBurst());
    this.pressingTicks = Ticks.of(floods.pressing());
    this.empties = new Budget(floods.emptyFramesASecond(), floods.emptyFramesASecond());
    this.strays = new Budget(floods.resetsASecond(), floods.resetBurst());
    this.pings = new PingWatch(permit);
  }

  /** The peer gave up a stream at once. */
  void streamReset() {
    resets.owe(1);
  }

  /** The peer gave up a stream that had had some time. */
  void lateReset() {
    resets.owe(LATE);
  }

  /** How many streams we take in, until we know more of what becomes of them. */
  int streamsTaken() {
    return resets.left();
  }

  /** A call of the peer's was answered to its end. */
  void answered() {
    resets.giveBack();
  }

  /** The peer tells that it cancels a call which is not open: for nothing, a byte or eight. */
  void strayCancel() {
    if (!strays.spend()) flooded("too many cancels of no call");
  }

  /** The peer has opened a stream, whose end it may tell before or after. */
  void strayPaid() {
    strays.giveBack();
  }

  /** The peer sent a frame that carries nothing. */
  void emptyFrame() {
    if (!empties.spend()) flooded("too many frames without content");
  }

  /** The peer sent a frame that carries something. */
  void progress() {
    empties.giveBack();
  }

  /** The peer sent a frame that means nothing, to see whether we are there. */
  void pinged() {
    if (!pings.ping(!connection.streams().isEmpty())) flooded("too many pings");
    emptyFrame();
  }

  /** We sent a part of an answer. */
  void answering() {
    pings.sent();
  }

  /** Another 250 ms have passed, and streams wait or not. */
  void tick(boolean waiting) {
    resets.tick();
    pressed = Math.max(0, pressed + (waiting ? 1 : -1));
    if (pressed >= pressingTicks) flooded("too many streams reset");
    empties.tick();
    strays.tick();
    pings.tick();
  }

  private void flooded(String how) {
    if (connection.isClosed()) return; // the rest of what was read
    connection.flooded();
    overload(how);
  }

  /** Closes the connection, and says why. */
  void overload(String what) {
    connection.close(
        Failures.ofOurs(
            Kind.OVERLOAD,
            connection.remote() + " overloads us: " + what,
            Http3ErrorCode.H3_EXCESSIVE_LOAD.code(),
            what));
  }
}
