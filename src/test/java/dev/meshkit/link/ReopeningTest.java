package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * T31, T34: when a stream is opened anew. On a road that lives the smaller id is always sooner than
 * the larger one, however often the stream has failed and whatever the lots: two roads else.
 */
class ReopeningTest {
  private static final NodeId SMALLER = NodeId.of("af", "a");

  /** Draws the longest pause there is, or the shortest. */
  private volatile long draw = -1;

  private final Lab lab = new Lab();
  private final Host host = new Host(lab, B);
  private final RandomGenerator chance = () -> draw;
  private final Dialler dialler = new Dialler(lab, host, chance);

  @AfterEach
  void close() throws InterruptedException {
    dialler.close();
    host.close();
    lab.close();
  }

  @Test
  void onARoadThatLivesTheSmallerIsAlwaysSooner() {
    var onLiveRoad = new Attempted(false, true, Optional.empty());
    var ofSmaller = new Reopening(dialler.context, B); // this node is A
    var ofLarger = new Reopening(dialler.context, SMALLER);
    for (var k = 0; k < 20; k++) {
      draw = -1;
      var latest = ofSmaller.after(onLiveRoad, k);
      draw = 0;
      assertTrue(latest.compareTo(ofLarger.after(onLiveRoad, k)) < 0, latest::toString);
      assertTrue(latest.compareTo(ofLarger.lived()) < 0, latest::toString);
    }
  }

  /** Design §11: attempts are counted anew after ten seconds of life, not of a moment less. */
  @Test
  void aStreamOfTenSecondsWasOfUse() {
    assertTrue(LineKeeper.wasOfUse(Duration.ofSeconds(10)));
    assertFalse(LineKeeper.wasOfUse(Duration.ofMillis(9_999)));
  }

  @Test
  void aStreamThatWasOfUseIsBackOnItsRoadAfter50To250Ms() {
    var reopening = new Reopening(dialler.context, B);
    assertEquals(250, reopening.soon().plusNanos(100_000).toMillis());
    draw = 0;
    assertEquals(Duration.ofMillis(50), reopening.soon());
    var worked = new Attempted(true, true, Optional.of(reopening.soon()));
    assertEquals(Duration.ofMillis(50), reopening.after(worked, 0));
    assertEquals(
        Duration.ofMillis(1_050), new Reopening(dialler.context, SMALLER).after(worked, 0));
  }

  @Test
  void whereTheRoadIsGoneThePausesGrowToTheCap() {
    var gone = new Attempted(false, Optional.empty());
    var reopening = new Reopening(dialler.context, B);
    for (var k = 0; k < 10; k++) {
      var most = Math.min(10_000, 100 << k);
      assertEquals(most, reopening.after(gone, k).plusNanos(100_000).toMillis());
    }
    assertEquals(Duration.ZERO, reopening.first());
    assertEquals(Duration.ofSeconds(1), new Reopening(dialler.context, SMALLER).first());
    assertTrue(A.compareTo(SMALLER) > 0 && A.compareTo(B) < 0);
  }
}
