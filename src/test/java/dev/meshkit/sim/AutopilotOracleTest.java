package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Roster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** V15 of the oracles of E31 and E32: legal histories pass, illegal ones do not. */
@Tag(Histories.TAG)
class AutopilotOracleTest {
  private static final Roster.Plan THREE =
      new Roster.Plan(3, new TreeSet<>(), Duration.ofSeconds(20));
  private static final Roster.Plan FIVE =
      new Roster.Plan(5, new TreeSet<>(), Duration.ofSeconds(20));
  private static final Fence TERM = new Fence(Scope.GLOBAL, 1, 1);
  private static final Sight CALM = new Sight.Calm(List.of(), new TreeMap<>(), new TreeMap<>());

  private final AtomicLong now = new AtomicLong();
  private long version;

  /** E31: one of two, three of three, the dead where nobody follows. */
  @Test
  void passesElectoratesAsPlanned() {
    assertEquals("", planned(born("r/a", "r/b"), viewed("r/a")));
    assertEquals("", planned(born("r/a", "r/b", "r/c"), viewed("r/a", "r/b", "r/c")));
    var dead = born("r/a", "r/b", "r/c");
    assertEquals("", planned(dead, stopped("r/c"), viewed("r/a", "r/b", "r/c")));
  }

  /** E31: an even number, too few, the dead among those who could be replaced, a crowd. */
  @Test
  void objectsToOthers() {
    assertNotEquals("", planned(born("r/a", "r/b"), viewed("r/a", "r/b")));
    assertNotEquals("", planned(born("r/a", "r/b", "r/c"), viewed("r/a")));
    var four = born("r/a", "r/b", "r/c", "r/d");
    assertNotEquals("", planned(four, stopped("r/c"), viewed("r/a", "r/b", "r/c")));
    var wide = born("r/a", "r/b", "r/c", "s/d", "t/e");
    assertNotEquals("", planned(wide, viewed("r/a", "r/b", "s/d")));
    assertEquals("", planned(wide, viewed("r/a", "s/d", "t/e")));
  }

  /** E31: five of three regions with three of one, where three of three regions could be had. */
  @Test
  void objectsToCrowds() {
    var wide = born("r/a", "r/b", "r/c", "s/d", "t/e");
    assertNotEquals("", planned(FIVE, wide, viewed("r/a", "r/b", "r/c", "s/d", "t/e")));
    assertNotEquals("", planned(FIVE, wide, viewed("r/a", "r/b", "s/d")));
    assertEquals("", planned(FIVE, wide, viewed("r/a", "s/d", "t/e")));
    var two = born("r/a", "r/b", "r/c", "s/d", "s/e");
    assertEquals("", planned(FIVE, two, viewed("r/a", "r/b", "r/c", "s/d", "s/e")));
    assertEquals("", planned(FIVE, wide, stopped("t/e"), viewed("r/a", "r/b", "s/d")));
  }

  /** E32: the dead after their time, the wiped at once, the healthy from an even number. */
  @Test
  void passesSeatsThatAreFreedInTime() {
    assertEquals("", removing(20, stopped("r/c")));
    assertEquals("", removing(1, List.of(new Sight.Wiped(id("r/c")))));
    var kept = seats();
    see(kept, viewed("r/a", "r/b", "r/c", "r/d"));
    now.set(60_000_000_000L);
    assertEquals("", see(kept, viewed("r/a", "r/b", "r/d")));
  }

  /** E32: one of a crowd, where a region's loss would be that of the quorum; not of two regions. */
  @Test
  void passesACrowdThatGrowsLess() {
    assertEquals("", thinning("t/e"));
    assertNotEquals("", thinning("s/e"));
  }

  private String thinning(String last) {
    now.set(0);
    var kept = new SeatsAreKept(FIVE, new TreeSet<>(), now::get);
    see(kept, born("r/a", "r/b", "r/c", "s/d", last));
    see(kept, viewed("r/a", "r/b", "r/c", "s/d", last));
    now.set(60_000_000_000L);
    return see(kept, viewed("r/a", "r/b", "s/d", last));
  }

  /** E32: the dead too early, the healthy before another has its place. */
  @Test
  void objectsToSeatsThatAreFreedTooEarly() {
    assertNotEquals("", removing(10, stopped("r/c")));
    assertNotEquals("", removing(20, List.of()));
  }

  @SafeVarargs
  private String planned(List<Sight>... history) {
    return planned(THREE, history);
  }

  @SafeVarargs
  private String planned(Roster.Plan plan, List<Sight>... history) {
    var all = new ArrayList<Sight>();
    for (var part : history) all.addAll(part);
    all.add(CALM);
    return Histories.judge(new ElectorateAsPlanned(plan, new TreeSet<>()), all);
  }

  private String removing(int afterSeconds, List<Sight> happened) {
    now.set(0);
    var kept = seats();
    see(kept, viewed("r/a", "r/b", "r/c"));
    see(kept, happened);
    now.set(afterSeconds * 1_000_000_000L);
    return see(kept, viewed("r/a", "r/b"));
  }

  private SeatsAreKept seats() {
    var kept = new SeatsAreKept(THREE, new TreeSet<>(), now::get);
    see(kept, born("r/a", "r/b", "r/c", "r/d"));
    return kept;
  }

  private static String see(Oracle oracle, List<Sight> history) {
    return Histories.judge(oracle, history);
  }

  private List<Sight> born(String... nodes) {
    var all = new ArrayList<Sight>();
    for (var node : nodes) {
      all.add(new Sight.Started(id(node)));
      all.add(new Sight.Held(id(node), "s", TERM, kept(node)));
    }
    return all;
  }

  private static List<Sight> stopped(String node) {
    return List.of(new Sight.Stopped(id(node)));
  }

  private List<Sight> viewed(String... voters) {
    version++;
    return List.of(new Sight.Viewed(id("r/a"), TERM, kept(voters)));
  }

  private Sight.Kept kept(String... voters) {
    var named = List.of(voters).stream().map(voter -> voter + " s").toList();
    return new Sight.Kept(new Sight.RecordAt(1, version), "", named, List.of());
  }

  private static NodeId id(String node) {
    return NodeId.parse(node);
  }
}
