package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** V9, V19: streams keep order and die whole; how long takeovers take is judged twice. */
class StreamsTest {
  private static final List<NodeId> NODES = GossipRuns.names(2);
  private static final Pattern HEARD = Pattern.compile("eu/n2 hears (\\d+) from 0");

  /** V9: much is lost and late, and yet everything comes, once and in order. */
  @Test
  void aStreamKeepsItsOrder() {
    var heard = heard(List.of(weather(0.3)), true);
    assertTrue(heard.size() > 100, heard::toString);
    var sent = new ArrayList<Long>(); // each number twice
    for (var i = 0L; i < heard.size(); i++) sent.add(i / 2 + 1);
    assertEquals(sent, heard);
    assertFalse(heard(List.of(weather(0.3)), false).equals(sent), "the hostile network does not");
  }

  /** V9: who is alone on a path is sent again after ever longer; what follows others is not. */
  @Test
  void onlyASilentPathBacksOff() {
    var network =
        new SimNetwork(new Chance(7), 2, SimNetwork.Climate.FAR.streamed(), new Coverage());
    network.weather(new Op.Weather(1, 0, 1)); // each is lost as often as any can be
    var alone = network.arrivals(new Link(0, 1), 0).getFirst();
    assertTrue(alone > Seconds.of(255 * 0.75), () -> alone + " ns");
    network = new SimNetwork(new Chance(7), 2, SimNetwork.Climate.FAR.streamed(), new Coverage());
    network.arrivals(new Link(0, 1), -Seconds.of(0.5)); // a beat before
    network.weather(new Op.Weather(1, 0, 1));
    var next = network.arrivals(new Link(0, 1), 0).getFirst();
    assertTrue(next > Seconds.of(8 * 0.75) && next < Seconds.of(8), () -> next + " ns");
  }

  /** V9: a cut that heals in time costs time; of what waits, only the latest of a kind is sent. */
  @Test
  void aShortCutLosesNothingButWhatIsStale() {
    var cut = new Op.Timed(Seconds.of(2), new Op.Cut("one-way", List.of(new Link(0, 1))));
    var heal = new Op.Timed(Seconds.of(9), new Op.Heal());
    var heard = heard(List.of(cut, heal), true);
    assertEquals(heard.stream().sorted().toList(), heard);
    assertTrue(gap(heard) > 10, "stale ones were replaced: " + heard);
    assertTrue(heard.contains(firstAfterGap(heard)), heard::toString);
    assertEquals(1, gaps(heard));
  }

  /** V9: a connection that is dead is dead both ways, and takes along what was under way. */
  @Test
  void aLongCutEndsTheConnection() {
    var streams = new Streams(true);
    var there = new Link(0, 1);
    var back = new Link(1, 0);
    var arrival = new Happening.Arrival(there, "c", new Streamed(0, 1, 7L));
    streams.cut(new java.util.TreeSet<>(List.of(there)), 0);
    streams.park(arrival);
    streams.cut(new java.util.TreeSet<>(), Streams.IDLE - 1);
    assertEquals(List.of(arrival), streams.freed());
    assertEquals(0, streams.connection(back));
    streams.cut(new java.util.TreeSet<>(List.of(there)), 100);
    streams.park(arrival);
    streams.cut(new java.util.TreeSet<>(), 100 + Streams.IDLE);
    assertEquals(List.of(), streams.freed());
    assertEquals(List.of(1, 1), List.of(streams.connection(there), streams.connection(back)));
  }

  /** E34 in the model: a thousand stale frames of a kind collapse into one; other kinds stay. */
  @Test
  void onlyTheLatestOfAKindWaits() {
    var streams = new Streams(true);
    var link = new Link(0, 1);
    streams.cut(new java.util.TreeSet<>(List.of(link)), 0);
    for (var i = 0; i < 1_000; i++)
      streams.park(new Happening.Arrival(link, "c", new Streamed(0, 1, (long) i)));
    streams.park(new Happening.Arrival(link, "c", new Streamed(0, 1, "text")));
    streams.cut(new java.util.TreeSet<>(), 1);
    var freed = streams.freed().stream().map(a -> ((Streamed) a.frame()).frame()).toList();
    assertEquals(List.of(999L, "text"), freed);
  }

  /** V19: the hard limit of a run, and the distribution of a campaign. */
  @Test
  void takeoversAreJudgedTwice() {
    var ann = NODES.getFirst();
    var bob = NODES.getLast();
    assertEquals("", new TakeoverInTime().see(new Sight.Takeover(ann, bob, 300, 100)));
    assertFalse(new TakeoverInTime().see(new Sight.Takeover(ann, bob, 301, 100)).isEmpty());
    var coverage = new Coverage();
    assertEquals(3, Scenario.ELECTION_FAILOVER.excess(coverage).size());
    coverage.measure(ColdStartInTime.TIME, 500);
    coverage.measure(CommitInTime.TIME, 500);
    for (var i = 1; i <= 100; i++) coverage.measure(Takeovers.TIME, i == 100 ? 2_000 : 500);
    assertEquals(List.of(), Scenario.ELECTION_FAILOVER.excess(coverage));
    coverage.measure(Takeovers.TIME, 2_000);
    assertTrue(Scenario.ELECTION_FAILOVER.excess(coverage).getFirst().startsWith("LATE: "));
  }

  /** L8, V19: one change an hour may be, two in one hour of a hundred, four never. */
  @Test
  void aQuietHourHasOneChangeAtMost() {
    var quiet = Scenario.ELECTION_QUIET;
    var seen = new Coverage();
    assertTrue(quiet.excess(seen).getFirst().startsWith("VACUOUS: "));
    hour(2).measure(seen);
    assertEquals(List.of(), quiet.excess(seen));
    hour(3).measure(seen);
    assertTrue(quiet.excess(seen).getFirst().startsWith("RESTLESS: "));
    for (var n = 0; n < 98; n++) hour(2).measure(seen);
    assertEquals(List.of(), quiet.excess(seen));
    hour(4).measure(seen);
    assertTrue(quiet.excess(seen).getFirst().startsWith("RESTLESS: "));
    assertFalse(hour(4).see(gained(5)).isEmpty());
  }

  private static QuietStaysLed hour(int tenures) {
    var oracle = new QuietStaysLed();
    for (var term = 1; term <= tenures; term++) assertEquals("", oracle.see(gained(term)));
    return oracle;
  }

  private static Sight gained(long term) {
    return new Sight.Gained(NODES.getFirst(), new Fence(Scope.GLOBAL, 1, term));
  }

  private static Op.Timed weather(double loss) {
    return new Op.Timed(0, new Op.Weather(loss, 0.2, 1));
  }

  private static long firstAfterGap(List<Long> heard) {
    for (var i = 1; i < heard.size(); i++)
      if (heard.get(i) - heard.get(i - 1) > 1) return heard.get(i);
    return -1;
  }

  private static long gap(List<Long> heard) {
    return firstAfterGap(heard) - heard.indexOf(firstAfterGap(heard));
  }

  private static long gaps(List<Long> heard) {
    var gaps = 0;
    for (var i = 1; i < heard.size(); i++) if (heard.get(i) - heard.get(i - 1) > 1) gaps++;
    return gaps;
  }

  /** What the second node hears of the first, which counts. */
  private static List<Long> heard(List<Op.Timed> ops, boolean streamed) {
    var bytes = new java.io.ByteArrayOutputStream();
    var out = new java.io.PrintStream(bytes, true, java.nio.charset.StandardCharsets.UTF_8);
    var disks = new TreeMap<NodeId, SimDisk<Long>>();
    Cores boot =
        node -> {
          var draws = node.world().chance().of("disk", node.id().toString());
          var disk = disks.computeIfAbsent(node.id(), _ -> new SimDisk<>(draws, 0L));
          var hosts = new TreeMap<String, Host>();
          hosts.put(ToyHost.CORE, new ToyHost(node, disk, false));
          return hosts;
        };
    var climate = SimNetwork.Climate.LAN;
    var setup =
        new Setup(
            NODES,
            List.of(),
            streamed ? climate.streamed() : climate,
            Seconds.of(20),
            Seconds.of(5),
            ops,
            boot,
            List.of());
    new Simulation(setup, 7, new Transcript(List.of(out))).run("toy");
    var heard = new ArrayList<Long>();
    bytes
        .toString(java.nio.charset.StandardCharsets.UTF_8)
        .lines()
        .map(HEARD::matcher)
        .filter(java.util.regex.Matcher::find)
        .forEach(found -> heard.add(Long.parseLong(found.group(1))));
    return heard;
  }
}
