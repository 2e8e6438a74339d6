package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Cause;
import dev.meshkit.election.Durable;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Frame;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.election.LeaderDecision.Following;
import dev.meshkit.election.LeaderDecision.Led;
import dev.meshkit.election.LeaderDecision.Undecided;
import dev.meshkit.election.Peers;
import dev.meshkit.election.Profile;
import dev.meshkit.election.Seat;
import dev.meshkit.election.Stored;
import dev.meshkit.election.Warrant;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.store.Store;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why a leader changed, as each node tells it. */
final class ElectionNewsTest {
  private static final Scope EU = Scope.region("eu");
  private static final NodeId OLD = NodeId.of("eu", "n1");
  private static final NodeId NEXT = NodeId.of("eu", "n2");
  private static final NodeId THIRD = NodeId.of("eu", "n3");
  private static final Fence SEVEN = new Fence(EU, 1, 7);
  private static final Fence EIGHT = new Fence(EU, 1, 8);
  private static final Bytes STORE = Bytes.of(new byte[16]);

  @TempDir private Path directory;
  private Store store;
  private Instant monotonic = Instant.EPOCH;
  private Instant wall = Instant.parse("2026-01-02T03:04:05Z");

  @BeforeEach
  void open() {
    store = ElectionFixture.store(directory, 1);
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** One node's news, and what it told. */
  private final class Teller {
    final List<String> told = new ArrayList<>();
    final Meters meters = new Meters(Map.of("scope", List.of(EU.text())));
    final ElectionNews news;

    Teller(NodeId self) {
      var clocks = new Clocks(() -> wall, () -> monotonic);
      var ports =
          new ElectionPorts(
              store,
              (_, _, _) -> false,
              new Mailbox<>(100, clocks.monotonic()),
              event -> told.add(event.type() + " " + event.subject() + " " + event.cause()),
              meters,
              clocks,
              new SplittableRandom(1),
              (_, _) -> {},
              new SharedDisk());
      var options =
          ElectionOptions.configured(EU, self, STORE, List.of(OLD, NEXT, THIRD), Profile.REGION);
      var stored = new Stored(Durable.fresh(options.first()), Peers.NONE, true);
      news = new ElectionNews(EU, self, stored, ports);
    }

    void decided(LeaderDecision... all) {
      for (var one : all) news.decided(one, 7, 1);
    }

    /** How often, and how long in all. */
    String times(String metric) {
      var series = metric + "_seconds_%s{scope=\"region/eu\"} ";
      return line(series.formatted("count")) + " " + line(series.formatted("sum"));
    }

    private String line(String series) {
      var start = meters.scrape().split(java.util.regex.Pattern.quote(series))[1];
      return start.substring(0, start.indexOf('\n'));
    }

    /** The latest change from a leader to the next. */
    List<String> latest() {
      assertEquals(told.getLast().split(" ")[2], news.cause());
      return told.subList(told.size() - 2, told.size());
    }
  }

  private static List<String> change(String cause) {
    return List.of("leader.lost eu/n1 " + cause, "leader.elected eu/n2 " + cause);
  }

  private static Frame.TimeoutNow named(Cause cause) {
    var seats = new Seat[] {new Seat(OLD, STORE, 10), new Seat(NEXT, STORE, 10)};
    return new Frame.TimeoutNow(new Warrant.Cert(seats[0], 7, seats[1]), cause);
  }

  /** Whatever the cause, and whether or not a successor was named: all three say the same. */
  @Test
  void everyNodeTellsTheSameCause() {
    for (var cause :
        List.of(
            Cause.LAPSE,
            Cause.DISK,
            Cause.CLOCK,
            Cause.SHUTDOWN,
            Cause.STEP_DOWN,
            Cause.TRANSFER)) {
      var plain = new Frame.StepDown(7, NodeId.NOBODY, cause);
      assertEquals(change(cause.name()), old(cause).latest());
      assertEquals(change(cause.name()), next(plain).latest());
      assertEquals(change(cause.name()), next(named(cause)).latest());
      assertEquals(change(cause.name()), third(plain).latest());
      assertEquals(change(cause.name()), third(new Frame.StepDown(7, NEXT, cause)).latest());
    }
  }

  /** Who was killed says nothing. */
  @Test
  void ofAKilledLeaderTheOthersSayTimeout() {
    assertEquals(change("TIMEOUT"), next().latest());
    assertEquals(change("TIMEOUT"), third().latest());
  }

  private Teller old(Cause cause) {
    var old = new Teller(OLD);
    old.news.gained(SEVEN);
    old.decided(new Led(SEVEN));
    old.news.lost(SEVEN, cause, Instant.EPOCH);
    old.decided(new Undecided(7), new Following(NEXT, EIGHT));
    return old;
  }

  private Teller next(Frame.Message... heard) {
    var next = new Teller(NEXT);
    next.decided(new Following(OLD, SEVEN));
    for (var one : heard) next.news.heard(OLD, one);
    next.decided(new Undecided(7), new Undecided(8));
    next.news.gained(EIGHT);
    next.decided(new Led(EIGHT));
    return next;
  }

  private Teller third(Frame.Message... heard) {
    var third = new Teller(THIRD);
    third.decided(new Following(OLD, SEVEN));
    for (var one : heard) third.news.heard(OLD, one);
    third.decided(new Undecided(7), new Following(NEXT, EIGHT));
    return third;
  }

  /** A voter that has voted for the successor follows nobody when it hears why there is one. */
  @Test
  void theLastWordOfWhoLedMayComeAfterTheVote() {
    var third = new Teller(THIRD);
    third.decided(new Following(OLD, SEVEN));
    third.decided(new Undecided(8));
    third.news.heard(OLD, new Frame.StepDown(7, NEXT, Cause.TRANSFER));
    third.decided(new Following(NEXT, EIGHT));
    assertEquals("leader.elected eu/n2 TRANSFER", third.told.getLast());
  }

  /** Late, of another term, or from somebody else: the change that comes has another cause. */
  @Test
  void onlyTheLeaderThatIsFollowedIsBelieved() {
    var third = new Teller(THIRD);
    third.decided(new Following(OLD, SEVEN));
    third.news.heard(NEXT, new Frame.StepDown(7, NodeId.NOBODY, Cause.DISK));
    third.news.heard(NEXT, named(Cause.DISK));
    third.news.heard(OLD, new Frame.StepDown(6, NodeId.NOBODY, Cause.DISK));
    third.news.heard(OLD, new Frame.Boot());
    third.decided(new Undecided(7));
    third.news.heard(NEXT, new Frame.StepDown(7, NodeId.NOBODY, Cause.DISK));
    third.decided(new Following(NEXT, EIGHT));
    assertEquals(change("TIMEOUT"), third.latest());
    // the cause of that change is used up
    third.news.heard(OLD, new Frame.StepDown(7, NodeId.NOBODY, Cause.DISK));
    third.decided(new Undecided(8));
    assertEquals("leader.lost eu/n2 TIMEOUT", third.told.getLast());
  }

  /** From the first round after a leader was lost to the win, and as long as nobody led. */
  @Test
  void anElectionAndAGapAreTimed() {
    var next = new Teller(NEXT);
    monotonic = Instant.EPOCH.plusMillis(500);
    next.decided(new Following(OLD, SEVEN));
    assertEquals("1 0.5", next.times("meshkit_leaderless"));
    monotonic = Instant.EPOCH.plusMillis(2_000);
    next.news.campaigned(); // in the step in which it follows no more
    next.decided(new Undecided(7));
    monotonic = Instant.EPOCH.plusMillis(2_250);
    next.news.campaigned();
    next.decided(new Undecided(8));
    assertEquals("0 0.0", next.times("meshkit_election"));
    monotonic = Instant.EPOCH.plusMillis(2_500);
    next.news.gained(EIGHT);
    next.decided(new Led(EIGHT));
    assertEquals("1 0.5", next.times("meshkit_election"));
    assertEquals("2 1.0", next.times("meshkit_leaderless"));
    // a round that another won is no part of the next election
    next.news.lost(EIGHT, Cause.LAPSE, monotonic);
    next.decided(new Undecided(8));
    next.news.campaigned();
    next.decided(new Following(OLD, new Fence(EU, 1, 9)));
    monotonic = Instant.EPOCH.plusMillis(9_000);
    next.news.campaigned();
    next.decided(new Undecided(9));
    monotonic = Instant.EPOCH.plusMillis(9_250);
    next.news.gained(new Fence(EU, 1, 10));
    assertEquals("2 0.75", next.times("meshkit_election"));
  }

  /** Another term in which nobody leads is no change; another fence of the same leader is. */
  @Test
  void aLeaderIsOneSinceItsFence() {
    var third = new Teller(THIRD);
    var start = wall;
    assertEquals("", third.news.cause());
    third.decided(new Undecided(7));
    wall = start.plusSeconds(1);
    third.decided(new Undecided(8));
    assertEquals(start, third.news.sinceWall());
    third.decided(new Following(OLD, SEVEN));
    assertEquals(wall, third.news.sinceWall());
    wall = start.plusSeconds(2);
    third.decided(new Following(OLD, EIGHT));
    assertEquals(wall, third.news.sinceWall());
    wall = start.plusSeconds(3);
    third.decided(new Following(OLD, EIGHT));
    assertEquals(start.plusSeconds(2), third.news.sinceWall());
    assertEquals(List.of("leader.elected eu/n1 GENESIS"), third.told);
  }
}
