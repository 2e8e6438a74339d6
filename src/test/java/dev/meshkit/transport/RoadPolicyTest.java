package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.transport.RoadPolicy.Window;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** T36: which version of the transport there is between two regions. */
class RoadPolicyTest {
  private static final Window ONLY_LEGACY = new Window(1, 1, 1);
  private static final Window BOTH_ON_LEGACY = new Window(1, 2, 1);
  private static final Window BOTH_ON_CURRENT = new Window(1, 2, 2);

  private static OptionalInt between(Window eu, Window us) {
    return new RoadPolicy(RoadMode.AUTO, Map.of("eu", eu, "us", us)).version("eu", "us");
  }

  @Test
  void itIsTheLowerOfBothCommittedOnesIfBothPermitIt() {
    assertEquals(OptionalInt.of(1), between(BOTH_ON_LEGACY, BOTH_ON_CURRENT));
    assertEquals(OptionalInt.of(1), between(BOTH_ON_CURRENT, BOTH_ON_LEGACY));
    assertEquals(OptionalInt.of(2), between(BOTH_ON_CURRENT, BOTH_ON_CURRENT));
  }

  @Test
  void elseTheHighestThatBothPermit() {
    assertEquals(OptionalInt.of(2), between(BOTH_ON_LEGACY, Window.ONLY_CURRENT));
    assertEquals(OptionalInt.of(1), between(BOTH_ON_CURRENT, ONLY_LEGACY));
  }

  @Test
  void whoPermitsNothingInCommonHasNoRoad() {
    assertEquals(OptionalInt.empty(), between(ONLY_LEGACY, Window.ONLY_CURRENT));
  }

  @Test
  void aRegionThatIsNotNamedPermitsTheCurrentOneAlone() {
    assertEquals(OptionalInt.of(2), RoadPolicy.of(RoadMode.AUTO).version("eu", "us"));
  }

  @Test
  void aWindowIsInOrder() {
    assertThrows(IllegalArgumentException.class, () -> new Window(2, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Window(1, 2, 3));
  }
}
