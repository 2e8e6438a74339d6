package dev.meshkit.transport;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T27: a connection over TCP that may not show an identity yet says nothing, and blocks no loop.
 */
@Timeout(60)
class ThresholdTest {
  private final BlockingQueue<Boolean> verdict = new LinkedBlockingQueue<>();
  private volatile Thread waits = Thread.currentThread();
  private final AtomicInteger active = new AtomicInteger();

  /** Of a connection that says something as soon as it is connected, as TLS does. */
  private EmbeddedChannel connected() {
    var talks =
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelActive(ChannelHandlerContext context) {
            active.incrementAndGet();
            context.writeAndFlush("hello");
          }
        };
    return new EmbeddedChannel(new Threshold(_ -> verdict()), talks);
  }

  private boolean verdict() throws InterruptedException {
    waits = Thread.currentThread();
    return verdict.take();
  }

  @Test
  void whoMayGreetGreetsThenAndNotBefore() {
    var channel = connected();
    assertNull(channel.readOutbound());
    verdict.add(true);
    await().until(() -> ran(channel) && active.get() == 1);
    assertEquals("hello", channel.readOutbound());
    assertTrue(channel.isActive());
  }

  @Test
  void whoMayNotIsClosedWithoutAWord() {
    var channel = connected();
    verdict.add(false);
    await().until(() -> ran(channel) && !channel.isActive());
    assertNull(channel.readOutbound());
    assertEquals(0, active.get());
  }

  /** Those behind have heard that it is over: that it began after that would be news to nobody. */
  @Test
  void whatEndedMeanwhileDoesNotBegin() {
    var channel = connected();
    channel.close();
    verdict.add(true);
    await().until(verdict::isEmpty);
    await().until(() -> !waits.isAlive()); // whatever it has to say is said
    ran(channel);
    assertFalse(channel.isActive());
    assertEquals(0, active.get());
  }

  private static boolean ran(EmbeddedChannel channel) {
    channel.runPendingTasks();
    return true;
  }
}
