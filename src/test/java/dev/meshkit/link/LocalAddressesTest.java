package dev.meshkit.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** T28 What this host can be reached at, without asking the kernel more often than it matters. */
class LocalAddressesTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final LocalAddresses addresses = new LocalAddresses(now::get);

  @Test
  void loopbackAndLinksAreNoNetworks() {
    for (var at : addresses.get()) {
      assertFalse(at.isLoopbackAddress(), at::toString);
      assertFalse(at.isLinkLocalAddress(), at::toString);
    }
  }

  @Test
  void theKernelIsAskedOnceInTwoSeconds() {
    var first = addresses.get();
    now.set(Instant.EPOCH.plus(Duration.ofMillis(1_999)));
    assertSame(first, addresses.get());
    now.set(Instant.EPOCH.plus(Duration.ofSeconds(2)));
    var second = addresses.get();
    assertEquals(first, second);
    if (!first.isEmpty())
      assertNotSame(first, second); // a host without a network has one empty set
  }
}
