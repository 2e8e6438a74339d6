package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.gossip.Claim;
import dev.meshkit.gossip.Frame;
import dev.meshkit.gossip.Input;
import dev.meshkit.gossip.Life;
import dev.meshkit.gossip.Table;
import dev.meshkit.observe.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who finds two leaders of one term, and who only finds one after the other (E38). */
final class DualLeadersTest {
  private static final Scope EU = Scope.region("eu");
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("eu", "n2");
  private static final NodeId N3 = NodeId.of("eu", "n3");

  private final Meters meters = new Meters(Map.of("scope", List.of(EU.text())));
  private final List<NodeEvent> events = new ArrayList<>();
  private final DualLeaders duals = new DualLeaders(N3, meters, events::add);

  private static Claim claim(long term, NodeId leader) {
    return new Claim(EU, 1, term, leader);
  }

  private static Input heard(Claim... claims) {
    var body = new Frame.News();
    return new Input.Received(N1, new Frame(Life.NONE, body, List.of(), List.of(claims)));
  }

  private static Table table(Claim claim) {
    return new Table(Life.NONE, List.of(), List.of(claim));
  }

  private void counted(int times) {
    assertEquals(times, events.size());
    var series = "meshkit_dual_leaders_total{scope=\"region/eu\"} " + times;
    assertTrue(meters.scrape().contains(series), series);
  }

  /** By whatever way it is heard of; once a pair and fence. */
  @Test
  void twoLeadersOfATermAreToldOnce() {
    duals.hear(heard(claim(7, N1)));
    duals.hear(new Input.Synced(N2, table(claim(7, N2))));
    duals.hear(heard(claim(7, N2), claim(7, N1)));
    counted(1);
    var told = events.getFirst();
    assertEquals("eu/n1 and eu/n2 both lead region/eu under 1.7", told.text());
    assertEquals(Map.of("one", "eu/n1", "other", "eu/n2", "fence", "1.7"), told.data());
    assertEquals(NodeEvent.Severity.ERROR, told.severity());
    assertEquals("MK-ELE-003", told.code());
    duals.hear(new Input.SyncAsked(N2, table(claim(8, N2)), _ -> {}));
    duals.hear(new Input.SyncAsked(N1, table(claim(8, N1)), _ -> {}));
    counted(2);
    duals.hear(heard(claim(8, N3)));
    counted(3);
  }

  /** A leader that hears of another of its own term, though a later one has been heard of, too. */
  @Test
  void itsOwnTenureCounts() {
    duals.hear(new Input.Claimed(claim(7, N3)));
    duals.hear(heard(claim(8, N1), claim(7, N2)));
    counted(1);
    assertEquals("eu/n2 and eu/n3 both lead region/eu under 1.7", events.getFirst().text());
    duals.hear(new Input.Unclaimed(EU));
    duals.hear(heard(claim(7, N1)));
    counted(1);
  }

  /** Older and newer claims side by side, ends, other scopes and generations: nothing to tell. */
  @Test
  void aTakeoverIsNone() {
    duals.hear(new Input.Claimed(claim(6, N3)));
    duals.hear(new Input.Unclaimed(EU));
    duals.hear(heard(claim(7, N1), claim(8, N2), claim(7, N1)));
    duals.hear(heard(claim(7, N1).ended(), claim(8, N2).ended(), claim(6, N3), claim(8, N2)));
    duals.hear(heard(new Claim(Scope.GLOBAL, 1, 8, N1), new Claim(EU, 2, 8, N1)));
    counted(0);
  }

  /** Who makes claims up fills neither log nor history, and pins nothing. */
  @Test
  void manyAreCountedAndTheFirstOfThemTold() {
    for (var term = 1; term <= 70; term++) duals.hear(heard(claim(term, N1), claim(term, N2)));
    assertEquals(64, events.size());
    var series = "meshkit_dual_leaders_total{scope=\"region/eu\"} 70";
    assertTrue(meters.scrape().contains(series), series);
  }

  /** A term that nobody can have come to hides no other; of scopes of others nothing is kept. */
  @Test
  void wildClaimsAreOfNoAccount() {
    duals.hear(heard(claim(7, N1), claim(Long.MAX_VALUE, N1), claim(7, N2)));
    counted(1);
    var us = Scope.region("us");
    duals.hear(heard(new Claim(us, 1, 7, N1), new Claim(us, 1, 7, N2)));
    counted(1);
  }
}
