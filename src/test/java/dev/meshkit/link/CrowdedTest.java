package dev.meshkit.link;

import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.StagedCall;
import dev.meshkit.wire.HelloCodec;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T29: who finds a node with as many peers as it takes is told so, and those keep their place. */
@Timeout(60)
class CrowdedTest {
  private static final int MOST = 512;

  private final Lab lab = new Lab();
  private final Host host = new Host(lab, B);
  private final Dialler node = new Dialler(lab, host);
  private final Lines lines = new Lines(node.context);
  private final Reception reception = new Reception(node.context, lines);

  @AfterEach
  void close() throws InterruptedException {
    lines.close();
    node.close();
    host.close();
    lab.close();
  }

  private static NodeId peer(int i) {
    return NodeId.of("eu", "p%03d".formatted(i));
  }

  private Result<?> greeted(int i) {
    var theirs = HelloRules.ours(LinkOptions.of(peer(i), Lab.CLUSTER));
    return reception.hello(peer(i), Family.STREAM, HelloCodec.hello(theirs));
  }

  @Test
  void onePeerMoreThanItTakesIsToldSo() {
    var calls = new ArrayList<StagedCall>();
    for (var i = 0; i < MOST; i++) {
      assertTrue(greeted(i).isOk(), "after " + i);
      for (var family : Lines.SYMMETRIC) {
        calls.add(StagedCall.taking(peer(i), family, true));
        lines.adopt(
            calls.getLast().stream(), HelloRules.ours(LinkOptions.of(peer(i), Lab.CLUSTER)));
      }
    }
    var refused = assertInstanceOf(Result.Err.class, greeted(MOST)).error();
    assertEquals("MK-NET-010", refused.details().get("mk"), refused::text);
    assertTrue(greeted(0).isOk());
    // and its streams are those it had
    await().atMost(Duration.ofSeconds(20)).until(() -> lines.lives(Family.STREAM).size() == MOST);
  }
}
