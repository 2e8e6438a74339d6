package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The way from a node to itself. */
@Timeout(60)
class SelfRoadTest {
  private static final NodeId SELF = NodeId.of("eu", "n1");

  /** What serves it has ended when it is closed, and nothing more is served then. */
  @Test
  void whatServesItEndsWithIt() throws Exception {
    var serving = new AtomicReference<Thread>();
    var begun = new CountDownLatch(1);
    var road =
        new SelfRoad(
            SELF,
            to -> Result.err(MeshError.unavailable("dial " + to, "no peers", "none")),
            (_, _) -> {
              serving.set(Thread.currentThread());
              begun.countDown();
              new CountDownLatch(1).await();
            });
    try (var open = road.open(SELF).orThrow()) {
      begun.await();
      road.close();
      assertFalse(serving.get().isAlive());
      assertEquals(java.util.Optional.empty(), open.receive());
    }
    var late = assertInstanceOf(Result.Err.class, road.open(SELF));
    assertEquals("error.draining", late.error().code());
  }
}
