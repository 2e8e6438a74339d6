package dev.meshkit.transport;

import static dev.meshkit.transport.LegacyBed.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.transport.LegacyFrame.Kind;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T36: a peer that reads nothing, so that the writer is stuck in its socket, over real TLS. It is
 * aborted within 1 s, from whatever decides so, and it does not keep its connection by talking.
 */
@Timeout(60)
class LegacyStuckPeerTest {
  private static final Duration A_SECOND = Duration.ofSeconds(1);
  private static final Duration TURN = Duration.ofMillis(150); // in the place of half a second

  private final LegacyBed bed = new LegacyBed();
  private final List<ByteStream> streams = bed.service.streams;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile Optional<Status> refusal = Optional.empty();
  private LegacyIo peer;
  private LegacyIo ours;

  @BeforeEach
  void connect() throws Exception {
    var ends = bed.connect();
    ours = ends.ours();
    peer = ends.peer();
  }

  @AfterEach
  void close() throws IOException {
    over.countDown();
    peer.raw().close(); // not by what is tested
    ours.raw().close();
    bed.close();
  }

  /** A connection whose writer is stuck, with whoever sends on its one stream. */
  private record Stuck(LegacyLink link, Thread sender, ByteStream stream) {}

  private Stuck stuck(Duration turn) throws IOException {
    Supplier<Optional<Status>> check = () -> refusal;
    var link = new LegacyLink(new LegacyLink.Parts(B, ours, bed.tools, check, bed.service), turn);
    link.start();
    LegacyBed.ask(peer, 1, Family.STREAM);
    LegacyBed.credit(peer, 1);
    Thread.ofVirtual().start(this::talk);
    await().until(() -> !streams.isEmpty());
    var stream = streams.getFirst();
    var sender = Thread.ofVirtual().start(() -> send(stream));
    var last = new AtomicLong();
    await()
        .pollInterval(Duration.ofMillis(200)) // twice the same: that is no pause between two pieces
        .until(() -> isStill(last) || stream.ended().isPresent());
    return new Stuck(link, sender, stream);
  }

  private boolean isStill(AtomicLong last) {
    var taken = ours.pieces().taken();
    return last.getAndSet(taken) == taken && ours.pieces().isWriting();
  }

  private void send(ByteStream stream) {
    var frame = Bytes.of(new byte[Family.STREAM.maxFrameBytes()]);
    try {
      while (stream.send(frame)) Thread.yield();
    } catch (InterruptedException never) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says what wants no answer, so that it is never silent. */
  private void talk() {
    try {
      while (!over.await(5, TimeUnit.MILLISECONDS)) say(LegacyFrame.of(Kind.PONG, 0));
    } catch (IOException ended) {
      over.countDown();
    } catch (InterruptedException never) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void say(LegacyFrame frame) throws IOException {
    LegacyBed.say(peer, frame);
  }

  private static String why(Stuck stuck) {
    return String.valueOf(stuck.stream().ended().orElseThrow().getDescription());
  }

  @Test
  void itIsGivenUpAfter30TurnsAndTheReasonSaysSo() throws Exception {
    var stuck = stuck(TURN);
    assertTrue(stuck.link().awaitGone(Duration.ofSeconds(20)), "it is kept");
    await().until(() -> stuck.stream().ended().isPresent());
    assertEquals(
        "the legacy connection to eu/b is lost: the peer has read nothing for 15 s", why(stuck));
    stuck.sender().join();
  }

  @Test
  void whatIsAbandonedEndsWithinASecondForBothSides() throws Exception {
    // given a stuck connection that nothing else would end so soon
    var stuck = stuck(Duration.ofHours(1));
    // when it is abandoned
    var began = System.nanoTime();
    Thread.ofVirtual().start(stuck.link()::abandon); // closing TLS, it would never return
    // then whoever sends, whoever waits and the peer hear of it
    assertTrue(stuck.link().awaitGone(A_SECOND));
    assertTrue(stuck.sender().join(A_SECOND));
    assertThrows(IOException.class, this::readOut);
    assertTrue(stuck.stream().ended().isPresent());
    var took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(A_SECOND) < 0, took::toString);
  }

  /** What is in the sockets' buffers, to the end. */
  private void readOut() throws IOException {
    while (true) peer.read();
  }

  @Test
  void whoMustNotStayAnyLongerIsOutWithinASecondOfThatTurn() throws Exception {
    var stuck = stuck(TURN);
    refusal = Optional.of(Status.UNAUTHENTICATED.withDescription("MK-TLS-004 it has ended"));
    var began = System.nanoTime();
    assertTrue(stuck.link().awaitGone(A_SECOND), "it stays");
    assertTrue(stuck.sender().join(A_SECOND));
    assertThrows(IOException.class, this::readOut);
    var took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(A_SECOND) < 0, took::toString);
    assertEquals("MK-TLS-004 it has ended", why(stuck));
  }

  @Test
  void whoAsksAndReadsNoAnswerIsLeftAtTheBoundWithAReason() throws Exception {
    var stuck = stuck(Duration.ofHours(1));
    Thread.ofVirtual().start(this::askOn);
    assertTrue(stuck.link().awaitGone(Duration.ofSeconds(20)), "it is kept");
    await().until(() -> stuck.stream().ended().isPresent());
    assertEquals(
        "the legacy connection to eu/b is lost: the peer does not read: 1,024 frames wait",
        why(stuck));
  }

  private void askOn() {
    try {
      while (true) say(LegacyFrame.of(Kind.PING, 9));
    } catch (IOException ended) {
      over.countDown();
    }
  }
}
