package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.grpc.Http3Counts;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The meters of roads and streams that are levels, or are counted elsewhere. */
@Timeout(120)
class RoadMetersTest {
  @TempDir Path directory;

  @Test
  void whatAStreamDoesNotTakeIsUnsent() throws Exception {
    try (var office = new PostOffice(directory, Map.of("greet", _ -> Disposition.Ack.plain()))) {
      // given two messages of one run, of 5 and 7 bytes, and a stream that takes only the first
      var takes = new CountDownLatch(1);
      office.caller = call -> new Slow(call, takes);
      office.roadIsClosed = true;
      var one = office.send("greet", "a".repeat(5));
      var two = office.send("greet", "b".repeat(7));
      assertEquals(0, office.outbound.unsentBytes());
      office.roadIsClosed = false;
      office.outbound.linkUp(PostOffice.B);
      // then the other is unsent until it is taken, too
      await().until(() -> office.outbound.unsentBytes() == 7);
      takes.countDown();
      assertTrue(one.await(PostOffice.PATIENCE).isOk() && two.await(PostOffice.PATIENCE).isOk());
      await().until(() -> office.outbound.unsentBytes() == 0);
    }
  }

  /** A stream that takes two frames, the first of which opens it, and waits with the others. */
  private static final class Slow implements Duplex {
    private final Duplex call;
    private final CountDownLatch takes;
    private int taken;

    Slow(Duplex call, CountDownLatch takes) {
      this.call = call;
      this.takes = takes;
    }

    @Override
    public dev.meshkit.api.NodeId peer() {
      return call.peer();
    }

    @Override
    public boolean send(Bytes frame) throws InterruptedException {
      if (taken++ >= 2) takes.await();
      return call.send(frame);
    }

    @Override
    public Optional<Bytes> receive() throws InterruptedException {
      return call.receive();
    }

    @Override
    public void close() {
      call.close();
    }
  }

  @Test
  void whatHttp3CountsIsAmongTheMetersOfEachNode() {
    try (var lab = new Lab()) {
      var a = lab.node(A);
      var b = lab.node(B);
      a.want(b);
      await().until(() -> a.links.up().contains(B));
      for (var name : new String[] {"drains", "packets", "wakes"}) {
        assertTrue(a.count("meshkit_h3_" + name + "_total") > 0, a.meters.scrape());
      }
      await().until(() -> a.count("meshkit_h3_queued_calls") == 0);
      // peers of ours say what they cancel, so nobody asks them
      var probes = (double) Http3Counts.now().probes();
      assertEquals(probes, a.count("meshkit_h3_cancel_probes_total"), a.meters.scrape());
      assertTrue(a.meters.scrape().contains("\nmeshkit_h3_cancel_probes_total "));
    }
  }
}
