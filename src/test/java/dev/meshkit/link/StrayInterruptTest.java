package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Upward;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q22: a lane that ends before its stream takes the stream along, or its sender would wait. */
@Timeout(60)
class StrayInterruptTest {
  @TempDir Path directory;

  /** What a handler has left behind may interrupt the thread when the handler is long over. */
  @Test
  void anInterruptionFromOutsideEndsTheStreamAndTheNextOneGoesOn() throws Exception {
    var threads = new LinkedBlockingQueue<Thread>();
    try (var office =
        new PostOffice(
            directory,
            Map.of(
                "t",
                _ -> {
                  threads.add(Thread.currentThread());
                  return Ack.plain();
                }))) {
      try (var call = office.call().caller(B)) {
        open(call);
        assertEquals(Downward.Verdict.APPLIED, told(call, 1));
        threads.take().interrupt();
        assertTrue(call.receive().isEmpty());
      }
      try (var call = office.call().caller(B)) {
        open(call);
        assertEquals(Downward.Verdict.DUPLICATE, told(call, 1));
        assertEquals(Downward.Verdict.APPLIED, told(call, 2));
      }
    }
  }

  private static void open(Duplex call) throws InterruptedException {
    var store = Bytes.of(new byte[16]);
    call.send(DeliverCodec.up(new Upward.Open(store, Map.of(), true, List.of())));
    assertTrue(call.receive().isPresent());
  }

  private static Downward.Verdict told(Duplex call, long n) throws InterruptedException {
    call.send(
        DeliverCodec.up(
            new Upward.Parcel(
                "bulk", n, true, 1, "t", Bytes.of(new byte[16]), Map.of(), Bytes.utf8("m" + n))));
    return PostOffice.receipt(call.receive().orElseThrow()).verdict();
  }
}
