package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.control.proto.Health;
import dev.meshkit.runtime.Mailbox;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** O26: liveness fails on a loop that does not turn, never on one that has nothing to do. */
class PulseTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Mailbox<String> inputs = new Mailbox<>(4, now::get);
  private final Pulse pulse = new Pulse(now::get);

  @Test
  void anIdleLoopIsWell() {
    pulse.watch("gossip", inputs);
    pass(Duration.ofHours(1));
    assertEquals(Health.OK, health());
  }

  @Test
  void aLoopThatTakesNoInputForTwoSecondsIsStuck() {
    pulse.watch("gossip", inputs);
    inputs.offer("frame");
    assertEquals(Health.OK, health());
    pass(Duration.ofMillis(2_001));
    assertEquals(Health.FAIL, health());
  }

  @Test
  void aLoopThatTakesInputUnderLoadIsWell() throws InterruptedException {
    pulse.watch("gossip", inputs);
    for (var turn = 0; turn < 10; turn++) {
      inputs.offer("a");
      inputs.offer("b");
      inputs.take(Instant.MAX, "none");
      pass(Duration.ofMillis(1_900));
      assertEquals(Health.OK, health());
      inputs.take(Instant.MAX, "none");
    }
  }

  private Health health() {
    return pulse.checks().getFirst().getStatus();
  }

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }
}
