package dev.meshkit.link;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** S32: refusals are rate-limited in logs. */
class TellingTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Telling telling = new Telling(now::get);

  @Test
  void oneLineAMinuteForEachPeerAndCode() {
    assertTrue(telling.isNews("eu/b MK-TLS-002"));
    assertFalse(telling.isNews("eu/b MK-TLS-002"));
    assertTrue(telling.isNews("eu/b MK-TLS-004"));
    assertTrue(telling.isNews("eu/c MK-TLS-002"));
    now.set(Instant.EPOCH.plusSeconds(59));
    assertFalse(telling.isNews("eu/b MK-TLS-002"));
    now.set(Instant.EPOCH.plusSeconds(60));
    assertTrue(telling.isNews("eu/b MK-TLS-002"));
  }
}
