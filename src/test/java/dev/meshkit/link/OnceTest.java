package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.A;
import static dev.meshkit.link.PostOffice.B;
import static dev.meshkit.link.PostOffice.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Handler;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Token;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Downward.Verdict;
import dev.meshkit.wire.Upward;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An effect that more than one node sends: Q33, Q34. */
@Timeout(120)
class OnceTest {
  private static final NodeId C = NodeId.of("eu", "c");
  private static final String CREATE = "CREATE TABLE IF NOT EXISTS app_paid (what TEXT) STRICT";

  @TempDir Path directory;

  /** Q33 A message with an effect's token is applied once even when two nodes send it. */
  @Test
  void anEffectThatTwoNodesSendIsAppliedOnce() throws Exception {
    try (var office = new PostOffice(directory, Map.of("pay", paying(new AtomicBoolean())))) {
      assertEquals(Verdict.APPLIED, answer(office, A, 1, "order 17"));
      assertEquals(Verdict.APPLIED, answer(office, C, 1, "order 17"));
      assertEquals(1, number(office.receiver, "SELECT count(*) FROM app_paid"));
      // and another effect is another
      assertEquals(Verdict.APPLIED, answer(office, C, 2, "order 18"));
      assertEquals(2, number(office.receiver, "SELECT count(*) FROM app_paid"));
    }
  }

  /** Q34 Inbox mark, once(token) and Ack work are one transaction: what fails leaves no token. */
  @Test
  void workThatFailsLeavesNoToken() throws Exception {
    var fails = new AtomicBoolean(true);
    try (var office = new PostOffice(directory, Map.of("pay", paying(fails)))) {
      assertEquals(Verdict.RETRY, answer(office, A, 1, "order 17"));
      assertEquals(0, number(office.receiver, "SELECT count(*) FROM once"));
      assertEquals(0, number(office.receiver, "SELECT count(*) FROM inbox"));
      fails.set(false);
      assertEquals(Verdict.APPLIED, answer(office, A, 1, "order 17"));
      assertEquals(1, number(office.receiver, "SELECT count(*) FROM app_paid"));
    }
  }

  private static Handler paying(AtomicBoolean fails) {
    return received ->
        new Disposition.Ack(
            tx -> {
              tx.update(CREATE);
              var what = received.message().headers().getOrDefault("effect", "");
              if (tx.once(Token.of(what))) tx.update("INSERT INTO app_paid VALUES (?)", what);
              if (fails.get()) throw new IllegalStateException("the test says so");
            });
  }

  private static Verdict answer(PostOffice office, NodeId from, long n, String effect)
      throws InterruptedException {
    try (var call = office.call(from).caller(B)) {
      call.send(DeliverCodec.up(new Upward.Open(Bytes.of(new byte[16]), Map.of())));
      assertTrue(call.receive().isPresent());
      var token =
          Bytes.of(new byte[] {(byte) n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
      var headers = Map.of("effect", effect);
      call.send(
          DeliverCodec.up(
              new Upward.Parcel("bulk", n, true, 1, "pay", token, headers, Bytes.EMPTY)));
      var said = DeliverCodec.down(call.receive().orElseThrow());
      if (said instanceof Decoded.Whole<Downward>(Downward.Receipt receipt))
        return receipt.verdict();
      throw new AssertionError("no receipt: " + said);
    }
  }
}
