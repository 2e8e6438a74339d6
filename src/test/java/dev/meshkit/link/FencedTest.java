package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.A;
import static dev.meshkit.link.PostOffice.B;
import static dev.meshkit.link.PostOffice.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Fence;
import dev.meshkit.api.Handler;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Downward.Verdict;
import dev.meshkit.wire.Upward;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** E20 The order of a leader that comes after its successor's is refused where it lands. */
@Timeout(120)
class FencedTest {
  private static final NodeId C = NodeId.of("eu", "c");

  @TempDir Path directory;

  /** E20 Refused for good, at the first attempt, and without a trace; the lane goes on. */
  @Test
  void anOrderThatComesTooLateIsRefused() throws Exception {
    try (var office = new PostOffice(directory, Map.of("run", FencedTest.obeying()))) {
      assertEquals(Verdict.APPLIED, answer(office, A, 1, 7));
      assertEquals(Verdict.APPLIED, answer(office, C, 1, 9));
      assertEquals(Verdict.REFUSED, answer(office, A, 2, 7));
      assertEquals(2, number(office.receiver, "SELECT count(*) FROM app_ran"));
      // and once it leads again, it is obeyed
      assertEquals(Verdict.APPLIED, answer(office, A, 3, 12));
      assertEquals(Verdict.REFUSED, answer(office, C, 2, 9));
      assertEquals(3, number(office.receiver, "SELECT count(*) FROM app_ran"));
    }
  }

  private static Handler obeying() {
    return received -> {
      var term = Long.parseLong(received.message().headers().getOrDefault("term", ""));
      return new Disposition.Ack(
          tx -> {
            tx.update("CREATE TABLE IF NOT EXISTS app_ran (term INTEGER) STRICT");
            tx.update("INSERT INTO app_ran VALUES (?)", term);
            tx.guard(new Fence(Scope.region("eu"), 1, term), "runs");
          });
    };
  }

  private static Verdict answer(PostOffice office, NodeId from, long n, long term)
      throws InterruptedException {
    try (var call = office.call(from).caller(B)) {
      call.send(DeliverCodec.up(new Upward.Open(Bytes.of(new byte[16]), Map.of())));
      assertTrue(call.receive().isPresent());
      var token =
          Bytes.of(new byte[] {(byte) n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
      var headers = Map.of("term", Long.toString(term));
      call.send(
          DeliverCodec.up(
              new Upward.Parcel("bulk", n, true, 1, "run", token, headers, Bytes.EMPTY)));
      var said = DeliverCodec.down(call.receive().orElseThrow());
      if (said instanceof Decoded.Whole<Downward>(Downward.Receipt receipt))
        return receipt.verdict();
      throw new AssertionError("no receipt: " + said);
    }
  }
}
