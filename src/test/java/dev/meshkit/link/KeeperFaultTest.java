package dev.meshkit.link;

import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.meshkit.runtime.Clocks;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An Error of whoever looks after a road costs that road: it does not stay without him. */
@Timeout(60)
class KeeperFaultTest {
  private static final RoadTimes AGED_SOON =
      RoadTimes.DEFAULTS.withAge(Duration.ofMillis(200), Duration.ofMillis(1));

  private final AtomicReference<String> faulty = new AtomicReference<>("nobody");
  private final Lab lab = new Lab();
  private final Host host = new Host(lab, B);
  private final Dialler dialler = new Dialler(lab, host, AGED_SOON, clocks());

  @AfterEach
  void close() throws InterruptedException {
    dialler.close();
    host.close();
    lab.close();
  }

  /** One that throws once, for the thread of this name. */
  private Clocks clocks() {
    var real = Clocks.system();
    return new Clocks(real.wall(), () -> now(real));
  }

  private Instant now(Clocks real) {
    if (Thread.currentThread().getName().equals(faulty.get())) {
      faulty.set("nobody");
      throw new AssertionError("planted");
    }
    return real.monotonic().instant();
  }

  /** Of himself, and of who does for him what takes longer: here, who replaces the aged road. */
  @ParameterizedTest
  @ValueSource(strings = {"road eu/b", "road"})
  void aRoadThatNobodyLooksAfterIsGivenUp(String thread) throws Exception {
    faulty.set(thread);
    var road = dialler.roads().to(B).orThrow();
    await().until(() -> faulty.get().equals("nobody"));
    await().until(() -> dialler.roads().dialled().isEmpty());
    assertNotSame(road, dialler.roads().to(B).orThrow());
    assertEquals(1, dialler.roads().dialled().size());
  }
}
