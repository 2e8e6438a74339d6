package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** transport.md §8: the granted size of the socket buffers is logged once. */
@Timeout(60)
class GrantedBuffersTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(GrantedBuffers.class);
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          events.add(event);
        }
      };

  @BeforeEach
  void listen() {
    appender.start();
    logger.setLevel(Level.TRACE);
    logger.addAppender(appender);
  }

  @AfterEach
  void listenNoMore() {
    logger.detachAppender(appender);
    logger.setLevel(null);
  }

  private static void note(GrantedBuffers buffers, MultiThreadIoEventLoopGroup loops) {
    var socket =
        UdpSockets.of(loops.next())
            .handler(new Discard())
            .bind(new InetSocketAddress("127.0.0.1", 0))
            .syncUninterruptibly()
            .channel();
    buffers.note((DatagramChannel) socket);
    socket.close().syncUninterruptibly();
  }

  @Test
  void manySocketsAreALine() {
    var buffers = new GrantedBuffers();
    try (var loops = new MultiThreadIoEventLoopGroup(1, UdpSockets.io())) {
      for (var i = 0; i < 3; i++) note(buffers, loops);
    }
    assertEquals(1, events.size(), events::toString);
  }

  @Test
  void whatIsLessThanAskedForIsSaidWithItsSize() {
    GrantedBuffers.tell(new GrantedBuffers.Size(212_992, 4 << 20), 4 << 20);
    GrantedBuffers.tell(new GrantedBuffers.Size(4 << 20, 212_992), 4 << 20);
    GrantedBuffers.tell(new GrantedBuffers.Size(4 << 20, 4 << 20), 4 << 20);
    assertEquals(
        List.of(Level.INFO, Level.INFO, Level.DEBUG),
        events.stream().map(ILoggingEvent::getLevel).toList());
    assertTrue(events.getFirst().getFormattedMessage().contains("212992 bytes to receive"));
    assertTrue(events.get(1).getFormattedMessage().contains("212992 to send"));
  }

  /** Linux says twice what it grants: of a small buffer, which nobody cuts, that can be seen. */
  @Test
  void theSizeIsTheGrantedOne() {
    try (var loops = new MultiThreadIoEventLoopGroup(1, UdpSockets.io())) {
      var socket =
          UdpSockets.of(loops.next())
              .option(io.netty.channel.ChannelOption.SO_RCVBUF, 65_536)
              .option(io.netty.channel.ChannelOption.SO_SNDBUF, 32_768)
              .handler(new Discard())
              .bind(new InetSocketAddress("127.0.0.1", 0))
              .syncUninterruptibly()
              .channel();
      var size = GrantedBuffers.Size.of((DatagramChannel) socket);
      assertEquals(new GrantedBuffers.Size(65_536, 32_768), size);
      assertTrue(size.isLessThan(UdpSockets.BUFFER_BYTES));
    }
  }

  /** Who serves or dials is told; a reactor that is still there from before has told it already. */
  @Test
  void aServerTellsIt() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              try (var mesh = new Meshless()) {
                mesh.start(mesh.server());
              }
              assertEquals(1, events.size(), events::toString);
            });
  }
}
