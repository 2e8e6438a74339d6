package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Ticks ride on packets that come anyway, come by themselves where none do, and keep their rate.
 */
class TickingTest {
  private final EmbeddedChannel socket = new EmbeddedChannel();
  private final AtomicLong ticks = new AtomicLong();

  @BeforeEach
  void begin() {
    socket.freezeTime();
    var ticking = Ticking.on(socket.eventLoop());
    ticking.add(ticks::set);
    socket.pipeline().addLast(ticking.rider());
  }

  @Test
  void aTickThatIsDueComesAfterTheNextPackets() {
    read(249);
    assertEquals(0, ticks.get());
    read(2);
    assertEquals(1, ticks.get());
    read(100);
    assertEquals(1, ticks.get());
    read(150);
    assertEquals(2, ticks.get());
  }

  @Test
  void whereNoneComeItComesByItself() {
    pass(449);
    assertEquals(0, ticks.get());
    pass(2);
    assertEquals(1, ticks.get());
  }

  @Test
  void whatIsSentCarriesItToo() {
    pass(251);
    assertEquals(0, ticks.get());
    socket.flush();
    socket.runPendingTasks();
    assertEquals(1, ticks.get());
  }

  @Test
  void oneThatWasLateDelaysNoOther() {
    read(376);
    read(125); // 501 ms: the second is due after 500
    assertEquals(2, ticks.get());
    for (var i = 0; i < 100; i++) pass(100);
    assertTrue(Math.abs(42 - ticks.get()) <= 2, () -> ticks + " ticks");
  }

  @Test
  void aLoopThatStoodStillMissesNothingTwice() {
    pass(60_000);
    assertEquals(1, ticks.get());
    read(249);
    assertEquals(1, ticks.get());
    read(1);
    assertEquals(2, ticks.get());
  }

  private void read(long ms) {
    pass(ms);
    socket.pipeline().fireChannelReadComplete();
  }

  private void pass(long ms) {
    socket.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
    socket.runScheduledPendingTasks();
  }
}
