package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Input;
import dev.meshkit.runtime.Mailbox;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** §1: who leads its region is a little readier to lead the whole, for as long as it does. */
class AffinityTest {
  private static final Duration WITHIN = Duration.ofSeconds(20);

  private final InstantSource clock = InstantSource.system();
  private final Mailbox<Input> global = new Mailbox<>(4, clock);

  @Test
  void theWholeIsToldWhenTheRegionIsLedAndWhenNoMore() throws InterruptedException {
    var region = Scope.region("eu");
    var tenures = new Tenures(new TenureBox(clock), WITHIN);
    tenures.lead(new Affinity(global));
    tenures.begin(new Fence(region, 1, 7), Duration.ZERO);
    assertEquals(new Input.Favoured(true), heard());
    tenures.end();
    assertEquals(new Input.Favoured(false), heard());
  }

  private Input heard() throws InterruptedException {
    return global.take(clock.instant().plus(WITHIN), Input.Tick.NOW);
  }
}
