package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection's timer is moved to when it is due; any other task's is what it is. */
class QuicLoopsTest {
  private final QuicLoops loops = new QuicLoops(1, UdpSockets.io());
  private final QuicLoops.Loop loop = assertInstanceOf(QuicLoops.Loop.class, loops.next());

  @AfterEach
  void close() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void nettyStillCallsItsTimerWhatWeDo() throws Exception {
    var timer = Class.forName(QuicLoops.TIMER, false, getClass().getClassLoader());
    assertTrue(Runnable.class.isAssignableFrom(timer));
  }

  @Test
  void aConnectionsTimerSeemsToBeDueNeverAndCanBeTakenBack() throws Exception {
    var ran = new AtomicBoolean();
    var looked =
        loop.submit(
                () -> {
                  var timer = loop.schedule(() -> ran.set(true), 1, TimeUnit.HOURS);
                  var movable = loop.movable(timer);
                  var delay = movable.getDelay(TimeUnit.NANOSECONDS);
                  assertTrue(movable.cancel(false));
                  assertTrue(timer.isCancelled());
                  return delay;
                })
            .get();
    assertEquals(Long.MAX_VALUE, looked);
    assertFalse(ran.get());
  }

  @Test
  void whereTurnsComeCloseItIsLeftAlone() throws Exception {
    var last =
        loop.submit(
                () -> {
                  var movable = loop.movable(loop.schedule(() -> {}, 1, TimeUnit.HOURS));
                  var delay = Long.MAX_VALUE;
                  for (var i = 0; i < 1_000_000 && delay == Long.MAX_VALUE; i++)
                    delay = movable.getDelay(TimeUnit.NANOSECONDS);
                  return delay;
                })
            .get();
    assertNotEquals(Long.MAX_VALUE, last);
  }

  @Test
  void anyOtherTaskIsDueWhenItIs() {
    var timer = loop.schedule(() -> {}, 1, TimeUnit.HOURS);
    assertTrue(timer.getDelay(TimeUnit.MINUTES) < 61);
  }
}
