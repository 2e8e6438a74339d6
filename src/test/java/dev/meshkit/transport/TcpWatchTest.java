package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Issue 5: a peer that froze is lost within 3.5 s and a round trip of its last word, also by who
 * accepted its HTTP/2 connection; who answers stays.
 */
class TcpWatchTest {
  private static final int ASKED = 5;
  private static final int LOST = 12;

  private final List<String> lost = new ArrayList<>();
  private final EmbeddedChannel dialler = http2(false, new ArrayList<>());
  private final List<Long> answers = new ArrayList<>();
  private final EmbeddedChannel acceptor = http2(true, answers);
  private Duration roundTrip = Duration.ZERO;

  @BeforeEach
  void connect() {
    acceptor.freezeTime();
    exchange();
    acceptor
        .pipeline()
        .addFirst(new TcpWatch(() -> roundTrip, () -> lost.add("open: " + acceptor.isOpen())));
  }

  @AfterEach
  void close() {
    dialler.finishAndReleaseAll();
    acceptor.finishAndReleaseAll();
  }

  private static EmbeddedChannel http2(boolean server, List<Long> answers) {
    var listener =
        new Http2FrameAdapter() {
          @Override
          public void onPingAckRead(io.netty.channel.ChannelHandlerContext context, long answered) {
            answers.add(answered);
          }
        };
    var builder = new Http2ConnectionHandlerBuilder().server(server).frameListener(listener);
    return new EmbeddedChannel(builder.build());
  }

  /** All that either side has to say, until there is nothing. */
  private void exchange() {
    var more = true;
    while (more) {
      var there = isBrought(dialler, acceptor);
      more = isBrought(acceptor, dialler) || there;
    }
  }

  private static boolean isBrought(EmbeddedChannel from, EmbeddedChannel to) {
    var any = false;
    for (ByteBuf said = from.readOutbound(); said != null; said = from.readOutbound()) {
      to.writeInbound(said);
      any = true;
    }
    return any;
  }

  private void call() throws Http2Exception {
    var http2 = acceptor.pipeline().get(Http2ConnectionHandler.class);
    var _ = http2.connection().remote().createStream(1, false);
  }

  private void turns(int count) {
    for (var turn = 0; turn < count; turn++) after(TcpPulse.TURN);
  }

  private void after(Duration time) {
    acceptor.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    acceptor.runScheduledPendingTasks();
  }

  /** Turns until the peer is asked; it does not hear of it. */
  private int turnsUntilAsked() {
    var turn = 0;
    while (acceptor.outboundMessages().isEmpty() && turn < 100) {
      turns(1);
      turn++;
    }
    acceptor.releaseOutbound();
    return turn;
  }

  /** The last word may have come just after a turn, and is heard at once. */
  @Test
  void aFrozenPeerIsLostWellWithin3500MsOfItsLastWord() {
    assertEquals(LOST, TcpPulse.lost(Duration.ZERO));
    assertEquals(ASKED, TcpPulse.ASK);
    assertTrue(TcpPulse.TURN.multipliedBy(LOST + 1).compareTo(Duration.ofMillis(3_250)) <= 0);
  }

  @Test
  void whoAnswersNothingIsAskedOnceAndThenLost() throws Http2Exception {
    // given a peer with an open call, whose TCP is there and which says nothing
    call();
    // when its time is up, then it was asked, and is told of before its connection is cut
    assertEquals(ASKED, turnsUntilAsked());
    turns(LOST - ASKED - 1);
    assertTrue(acceptor.isOpen());
    assertTrue(acceptor.outboundMessages().isEmpty());
    turns(1);
    assertFalse(acceptor.isOpen());
    assertEquals(List.of("open: true"), lost);
  }

  @Test
  void whoAnswersNothingButTheQuestionStays() throws Http2Exception {
    call();
    for (var turn = 0; turn < 40 * ASKED; turn++) {
      turns(1);
      exchange();
    }
    assertTrue(acceptor.isOpen());
    assertEquals(40, answers.size());
    assertTrue(answers.stream().allMatch(answer -> answer == TcpWatch.QUESTION));
    assertEquals(List.of(), lost);
  }

  /** What comes may be a piece of a record that is far from whole. */
  @Test
  void aPieceOfAFrameIsASignOfLife() throws Http2Exception {
    call();
    turns(LOST - 1);
    acceptor.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 0}));
    turns(LOST - 1);
    assertTrue(acceptor.isOpen());
    turns(1);
    assertFalse(acceptor.isOpen());
  }

  @Test
  void aProcessThatWasStoppedDoesNotBlameItsPeer() throws Http2Exception {
    call();
    turns(ASKED);
    after(Duration.ofMinutes(10));
    turns(LOST - ASKED - 2);
    assertTrue(acceptor.isOpen());
    turns(1);
    assertFalse(acceptor.isOpen());
  }

  @Test
  void withoutCallsNobodyIsAsked() throws Http2Exception {
    assertEquals(100, turnsUntilAsked());
    assertTrue(acceptor.isOpen());
    call(); // of which it has just been heard
    assertEquals(ASKED, turnsUntilAsked());
  }

  @Test
  void aSlowPathHasSixOfItsRoundTripsToAnswer() throws Http2Exception {
    call();
    roundTrip = Duration.ofSeconds(1);
    turns(4 * (1 + 6) - 1);
    assertTrue(acceptor.isOpen());
    turns(1);
    assertFalse(acceptor.isOpen());
  }

  @Test
  void whatIsGoneIsNotLookedAtAnyMore() throws Http2Exception {
    call();
    var _ = acceptor.close();
    turns(LOST + 1);
    assertEquals(List.of(), lost);
  }
}
