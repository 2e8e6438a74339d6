package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Scope;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** E19: authority ends by itself, with no loop running. */
final class TenureBoxTest {
  private static final Instant NOON = Instant.EPOCH.plusSeconds(43_200);
  private static final Fence FENCE = new Fence(Scope.GLOBAL, 1, 7);

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final TenureBox box = new TenureBox(now::get);

  @Test
  void authorityEndsWhenTheClockReachesItsEnd() {
    assertEquals(Optional.empty(), box.authority());
    box.open(FENCE, NOON.plusMillis(470));
    assertEquals(Optional.of(FENCE), box.authority());
    now.set(NOON.plusNanos(469_999_999));
    assertEquals(Optional.of(FENCE), box.authority());
    now.set(NOON.plusMillis(470));
    assertEquals(Optional.empty(), box.authority());
  }

  @Test
  void aClockThatWentBackGivesNoAuthority() {
    box.open(FENCE, NOON.plusMillis(470));
    now.set(NOON.minusNanos(1));
    assertEquals(Optional.empty(), box.authority());
  }

  /** Nor does an extension, by that clock, of what began before it. */
  @Test
  void anExtensionByAClockThatWentBackGivesNone() {
    now.set(NOON.plusMillis(100));
    box.open(FENCE, NOON.plusMillis(470));
    now.set(NOON.plusMillis(50));
    box.open(FENCE, NOON.plusMillis(420));
    assertEquals(Optional.empty(), box.authority());
    box.shut();
    box.open(new Fence(Scope.GLOBAL, 1, 8), NOON.plusMillis(420)); // another begins when it begins
    assertEquals(Optional.of(new Fence(Scope.GLOBAL, 1, 8)), box.authority());
  }

  @Test
  void itIsExtendedAndShut() {
    box.open(FENCE, NOON.plusMillis(470));
    now.set(NOON.plusMillis(100));
    box.open(FENCE, NOON.plusMillis(570));
    now.set(NOON.plusMillis(500));
    assertEquals(Optional.of(FENCE), box.authority());
    box.shut();
    assertEquals(Optional.empty(), box.authority());
  }
}
