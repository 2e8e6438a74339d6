package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.NodeId;
import dev.meshkit.transport.RoadPolicy.Window;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** T36: which version of the transport there is between two regions. */
class RoadPolicyTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("us", "n2");
  private static final Window ONLY_LEGACY = new Window(1, 1, 1);
  private static final Window BOTH_ON_LEGACY = new Window(1, 2, 1);
  private static final Window BOTH_ON_CURRENT = new Window(1, 2, 2);

  private static OptionalInt between(Window eu, Window us) {
    return new RoadPolicy(RoadMode.AUTO, Map.of("eu", eu, "us", us)).version(N1, N2);
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
    assertEquals(OptionalInt.of(2), RoadPolicy.of(RoadMode.AUTO).version(N1, N2));
  }

  /** A pilot: some links of a region are decided otherwise, and both ends see the same. */
  @Test
  void eachLinkIsDecidedByItself() {
    var n3 = NodeId.of("eu", "n3");
    var windows = Map.of("eu", BOTH_ON_CURRENT, "us", BOTH_ON_CURRENT);
    RoadPolicy.Decided pilot =
        (region, window, one, other) ->
            region.equals("us") && (one.equals(N1) || other.equals(N1))
                ? OptionalInt.of(1)
                : OptionalInt.of(window.committed());
    var policy = new RoadPolicy(RoadMode.AUTO, windows, pilot);
    assertEquals(OptionalInt.of(1), policy.version(N1, N2));
    assertEquals(OptionalInt.of(1), policy.version(N2, N1));
    assertEquals(OptionalInt.of(2), policy.version(n3, N2));
  }

  /** G5: what this build cannot run is never replaced by the nearest it can. */
  @Test
  void aVersionThatThisBuildCannotRunIsNoRoad() {
    var windows = Map.of("eu", BOTH_ON_CURRENT, "us", BOTH_ON_CURRENT);
    RoadPolicy.Decided unknown =
        (region, window, _, _) ->
            region.equals("us") ? OptionalInt.empty() : OptionalInt.of(window.committed());
    var policy = new RoadPolicy(RoadMode.AUTO, windows, unknown);
    assertEquals(OptionalInt.empty(), policy.version(N1, N2));
    assertEquals(OptionalInt.of(2), policy.version(N1, NodeId.of("eu", "n3")));
  }

  @Test
  void aWindowIsInOrder() {
    assertThrows(IllegalArgumentException.class, () -> new Window(2, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Window(1, 2, 3));
  }
}
