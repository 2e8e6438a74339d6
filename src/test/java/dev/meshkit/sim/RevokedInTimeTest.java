package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * M32, E12, E14 in virtual time: whom the whole revokes has left in the view of every node within 2
 * s, whether it votes or not, in the lead or not.
 */
class RevokedInTimeTest {
  private static final int NODES = 30;
  private static final NodeId ANN = NodeId.of("eu", "ann");
  private static final NodeId EVE = NodeId.of("us", "eve");
  private static final Sight.Life LIFE = new Sight.Life(1, 0);

  private double now;
  private final RevokedInTime oracle = new RevokedInTime(EVE, () -> Seconds.of(now));

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 17})
  void whoIsRevokedHasLeftEverywhereInTime(int revoked) {
    for (var seed = 1L; seed <= 2; seed++) {
      var draws = new Chance(seed).of("fault", "revoking " + revoked);
      var setup = new MeshRuns(draws, seed % 2 == 0).revoking(NODES, revoked);
      var outcome = new Simulation(setup, seed, new Transcript(List.of())).run("revoking");
      assertTrue(outcome.passed(), outcome::report);
    }
  }

  private String at(double seconds, Sight sight) {
    now = seconds;
    return oracle.see(sight);
  }

  private void revoked() {
    assertEquals("", at(0, new Sight.Started(ANN)));
    assertEquals("", at(0, new Sight.Started(EVE)));
    assertEquals("", at(1, new Sight.Shown(ANN, EVE, Status.ALIVE, LIFE)));
    assertEquals("", at(9, new Sight.Applied(Scope.GLOBAL, RevokedInTime.COMMAND, 2)));
  }

  /** V15. */
  @Test
  @Tag(Histories.TAG)
  void aViewThatComesTooLateIsSeen() {
    revoked();
    assertEquals("", at(10.9, new Sight.Split(ANN)));
    now = 11.1;
    var late = Histories.illegal(oracle, new Sight.Split(ANN));
    assertEquals("[eu/ann] show us/eve 2 s after it was revoked", late);
  }

  /** V15. */
  @Test
  @Tag(Histories.TAG)
  void whoIsShownAgainIsSeen() {
    revoked();
    assertEquals("", at(10, new Sight.Shown(ANN, EVE, Status.LEFT, LIFE)));
    now = 12;
    Histories.legal(oracle, new Sight.Gained(ANN, new Fence(Scope.GLOBAL, 1, 2)));
    var again = Histories.illegal(oracle, new Sight.Shown(ANN, EVE, Status.ALIVE, LIFE));
    assertEquals("eu/ann shows it ALIVE", again);
  }
}
