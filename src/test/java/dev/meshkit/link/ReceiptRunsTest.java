package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.store.Op;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Upward;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q33: what is applied together is told together, to whom that understands. */
@Timeout(60)
class ReceiptRunsTest {
  private static final int MANY = 60;

  @TempDir Path directory;

  /** One commit's messages have one receipt; those of before it may have had their own. */
  @Test
  void aRunThatWasMarkedTogetherHasOneReceipt() throws Exception {
    assertTrue(receipts(true) <= 2);
  }

  /** Q33 A release that knows receipts of one message gets these. */
  @Test
  void anOlderSenderHasAReceiptOfEachMessage() throws Exception {
    assertEquals(MANY, receipts(false));
  }

  /** How many receipts all messages have, which are handled while the store is busy. */
  private int receipts(boolean runs) throws Exception {
    var handled = new CountDownLatch(MANY);
    var busy = new CountDownLatch(1);
    try (var office =
            new PostOffice(
                directory,
                Map.of(
                    "t",
                    _ -> {
                      handled.countDown();
                      return Ack.plain();
                    }));
        var call = office.call().caller(B)) {
      var store = Bytes.of(new byte[16]);
      call.send(DeliverCodec.up(new Upward.Open(store, Map.of(), runs, List.of())));
      assertTrue(call.receive().isPresent());
      assertTrue(office.receiver.submit(Op.record("test", _ -> PostOffice.awaited(busy)), _ -> {}));
      for (var n = 1; n <= MANY; n++) call.send(parcel(n));
      assertTrue(handled.await(90, TimeUnit.SECONDS));
      busy.countDown();
      var count = 0;
      for (var next = 1L; next <= MANY; count++) {
        var receipt = PostOffice.receipt(call.receive().orElseThrow());
        assertEquals(next, receipt.n());
        assertEquals(Downward.Verdict.APPLIED, receipt.verdict());
        next = receipt.last() + 1;
      }
      return count;
    }
  }

  private static Bytes parcel(long n) {
    return DeliverCodec.up(
        new Upward.Parcel(
            "bulk", n, n == 1, 1, "t", Bytes.of(new byte[16]), Map.of(), Bytes.utf8("m" + n)));
  }
}
