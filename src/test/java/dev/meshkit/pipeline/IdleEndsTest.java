package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P23, P26: a flow notices that nobody wants it any more, also while nothing comes. */
@Timeout(60)
class IdleEndsTest {
  private final Inlet<Integer> idle = Inlet.bounded("idle", 1);

  /** P23: a sink that was closed before, and one that is closed while the sources are quiet. */
  @Test
  void aMergeNoticesThatItsSinkIsClosed() throws Exception {
    var sink = Inlet.<Integer>bounded("sink", 1);
    var merges = new ConcurrentLinkedQueue<Merged<Integer>>();
    var running =
        Thread.ofVirtual().start(() -> merges.add(Merge.roundRobin(idle.source()).into(sink)));
    Awaitility.await().until(Threads::areQuiet);
    sink.close();
    running.join();
    merges.add(Merge.roundRobin(idle.source()).into(sink));
    var closed = new Merged<Integer>(Merged.End.SINK_CLOSED, 0, List.of());
    assertEquals(List.of(closed, closed), List.copyOf(merges));
  }

  /** P23: a failed sink is closed too. */
  @Test
  void aMergeNoticesThatItsSinkHasFailed() throws Exception {
    var sink = Inlet.<Integer>bounded("sink", 1);
    var merges = new ConcurrentLinkedQueue<Merged<Integer>>();
    var running =
        Thread.ofVirtual().start(() -> merges.add(Merge.roundRobin(idle.source()).into(sink)));
    Awaitility.await().until(Threads::areQuiet);
    sink.fail(Given.error("gone"));
    running.join();
    assertEquals(Merged.End.SINK_CLOSED, merges.remove().end());
  }

  /** P26: every outlet is gone, before it begins and while the source is quiet. */
  @Test
  void aBroadcastNoticesThatItsOutletsAreGone() throws Exception {
    var out = Inlet.<Integer>bounded("out", 1);
    var came = new ConcurrentLinkedQueue<Broadcasted<Integer>>();
    var broadcast = Broadcast.of(idle.source(), Outlet.of(out));
    var running = Thread.ofVirtual().start(() -> came.add(broadcast.run()));
    Awaitility.await().until(Threads::areQuiet);
    out.close();
    running.join();
    came.add(Broadcast.of(idle.source(), Outlet.of(out)).run());
    for (var one : came) {
      assertEquals(Broadcasted.End.NO_OUTLETS, one.end());
      assertEquals(Broadcasted.State.CLOSED, one.fates().getFirst().state());
    }
    assertEquals(2, came.size());
  }

  /** P23: the interruption of a merge that was told to close its sink leaves the sink open. */
  @Test
  void anInterruptedMergeLeavesItsSinkOpen() throws Exception {
    var sink = Inlet.<Integer>bounded("sink", 1);
    var merges = new ConcurrentLinkedQueue<Merged<Integer>>();
    var merge = Merge.roundRobin(idle.source()).thenClose();
    var running = Thread.ofVirtual().start(() -> merges.add(merge.into(sink)));
    Awaitility.await().until(Threads::areQuiet);
    running.interrupt();
    running.join();
    assertEquals(Merged.End.INTERRUPTED, merges.remove().end());
    assertFalse(sink.isClosed());
    assertTrue(sink.offer(1));
  }

  /** P25: a source that says by itself that it was interrupted is a broken one, and ends alone. */
  @Test
  void aSourceThatIsInterruptedByItselfIsBroken() {
    var sink = Inlet.<Integer>bounded("sink", 10);
    Source<Integer> rude =
        Source.pull(
            _ -> {
              throw new InterruptedException("by itself");
            });
    var merged = Merge.roundRobin(rude, Source.of(List.of(1, 2))).into(sink);
    assertEquals(new Merged<Integer>(Merged.End.SOURCES_ENDED, 3, List.of()), merged);
    assertFalse(Thread.interrupted());
    sink.close();
    var all = sink.source().stream().toList();
    assertEquals(List.of(1, 2), all.stream().filter(Result::isOk).map(Result::orThrow).toList());
    var broken = all.stream().filter(one -> !one.isOk()).findFirst().orElseThrow();
    assertEquals("error.source", AllTest.error(broken).code());
  }
}
