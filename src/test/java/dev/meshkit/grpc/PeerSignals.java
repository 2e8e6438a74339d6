package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import tech.kwik.core.frame.ConnectionCloseFrame;
import tech.kwik.core.frame.HandshakeDoneFrame;
import tech.kwik.core.frame.ResetStreamFrame;
import tech.kwik.core.frame.StopSendingFrame;
import tech.kwik.core.log.BaseLogger;
import tech.kwik.core.packet.QuicPacket;

/**
 * The codes that a Kwik connection received: Kwik tells its log of them, and nobody else. Of one
 * connection, since stream ids are a connection's own. The first code for a stream is the one that
 * counts (RFC 9000 §3.2): where the peer stops as well, Netty's QUIC repeats its reset with a 0.
 */
final class PeerSignals extends BaseLogger {
  static {
    // Kwik's loss detector asserts that a round trip takes a millisecond; on the loopback it may
    // not, and the assertion would end the thread that receives.
    PeerSignals.class.getClassLoader().setPackageAssertionStatus("tech.kwik.core.recovery", false);
  }

  /**
   * How the other side closed.
   *
   * @param application whether the code is HTTP/3's and not QUIC's
   */
  record Close(boolean application, long code, String reason) {}

  private final Map<Integer, Long> resets = new ConcurrentHashMap<>();
  private final Map<Integer, Long> stops = new ConcurrentHashMap<>();
  private final AtomicReference<Close> close = new AtomicReference<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch confirmed = new CountDownLatch(1);

  @Override
  public void received(Instant time, int datagram, QuicPacket packet) {
    for (var frame : packet.getFrames()) {
      switch (frame) {
        case ResetStreamFrame reset ->
            resets.putIfAbsent(reset.getStreamId(), reset.getErrorCode());
        case StopSendingFrame stop -> stops.putIfAbsent(stop.getStreamId(), stop.getErrorCode());
        case ConnectionCloseFrame end -> closed(end);
        case HandshakeDoneFrame _ -> confirmed.countDown();
        default -> {} // what else Kwik receives it handles
      }
    }
  }

  private void closed(ConnectionCloseFrame end) {
    var reason = end.hasReasonPhrase() ? end.getReasonPhrase() : "";
    var how = new Close(end.hasApplicationProtocolError(), end.getErrorCode(), reason);
    if (close.compareAndSet(null, how)) closed.countDown();
  }

  /** Waits until the server has completed the handshake, too: what is sent before may be lost. */
  void awaitConfirmed() throws InterruptedException {
    assertTrue(confirmed.await(90, TimeUnit.SECONDS), "the handshake is not confirmed");
  }

  /** Waits for RESET_STREAM of this stream. */
  long reset(int stream) {
    Awaitility.await("RESET_STREAM")
        .atMost(Duration.ofSeconds(20))
        .until(() -> resets.containsKey(stream));
    return resets.get(stream);
  }

  /** Waits for STOP_SENDING for this stream. */
  long stopped(int stream) {
    Awaitility.await("STOP_SENDING")
        .atMost(Duration.ofSeconds(20))
        .until(() -> stops.containsKey(stream));
    return stops.get(stream);
  }

  boolean wasReset(int stream) {
    return resets.containsKey(stream);
  }

  boolean wasStopped(int stream) {
    return stops.containsKey(stream);
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Waits for CONNECTION_CLOSE. */
  Close close() throws InterruptedException {
    assertTrue(closed.await(90, TimeUnit.SECONDS), "the connection is not closed");
    return close.get();
  }

  @Override
  protected void log(String message) {}

  @Override
  protected void log(String message, Throwable failure) {}

  @Override
  protected void logWithHexDump(String message, byte[] data, int length) {}

  @Override
  protected void logWithHexDump(String message, ByteBuffer data, int offset, int length) {}
}
