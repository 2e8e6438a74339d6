package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Ballot;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Header;
import dev.meshkit.election.Input;
import dev.meshkit.election.Profile;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.Round;
import dev.meshkit.election.Why;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Recorded;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * E35: a race ends when it is decided, not at its deadline, and leaves no thread behind. The
 * deadline here is an hour: a race that waits for it fails the build, not an assertion.
 */
final class CampaignLoopTest {
  private static final List<NodeId> VOTERS =
      List.of(node("n1"), node("n2"), node("n3"), node("n4"), node("n5"));
  private static final Input NOTHING = Input.Tick.NOW;

  @TempDir Path directory;

  private final LinkedBlockingQueue<NodeId> asked = new LinkedBlockingQueue<>();
  private final Clocks clocks = Clocks.system();
  private final Mailbox<Input> inputs = new Mailbox<>(8, clocks.monotonic());

  /** What a test does with a running loop. */
  private interface Body {
    void with(CampaignLoop loop) throws Exception;
  }

  @Test
  void aRaceEndsWithItsQuorum() throws Exception {
    running(
        loop -> {
          var round = round(1);
          loop.begin(round);
          for (var i = 0; i < 4; i++) asked.take();
          loop.tell(1, answer(VOTERS.get(1), Why.GRANTED));
          loop.tell(1, answer(VOTERS.get(3), Why.GRANTED));
          assertTrue(counted().won());
        });
  }

  @Test
  void aRaceEndsWhenItCannotBeWon() throws Exception {
    running(
        loop -> {
          loop.begin(round(1));
          for (var i = 1; i <= 3; i++) loop.tell(1, answer(VOTERS.get(i), Why.PROMISE));
          var ballot = counted();
          assertTrue(ballot.lost());
          assertFalse(ballot.rival());
        });
  }

  @Test
  void aRivalEndsARace() throws Exception {
    running(
        loop -> {
          loop.begin(round(1));
          loop.tell(1, new Ballot.Rival());
          assertTrue(counted().rival());
        });
  }

  /** A voter that answers twice, or to another round, does not count twice or here. */
  @Test
  void onlyThisRoundsFirstAnswersCount() throws Exception {
    running(
        loop -> {
          loop.begin(round(1));
          loop.tell(7, answer(VOTERS.get(1), Why.GRANTED));
          loop.tell(1, answer(VOTERS.get(2), Why.GRANTED));
          loop.tell(1, answer(VOTERS.get(2), Why.GRANTED));
          loop.tell(1, answer(VOTERS.get(2), Why.VOTED)); // a voter does not change its mind
          loop.tell(1, answer(VOTERS.get(3), Why.GRANTED)); // the one grant that was missing
          var ballot = counted();
          assertTrue(ballot.won());
          assertEquals(
              Set.of(VOTERS.get(0), VOTERS.get(2), VOTERS.get(3)), Set.copyOf(ballot.granted()));
          assertEquals(Set.of(), ballot.refused().keySet());
        });
  }

  /** E38: who lost can read in a recording who refused, why, and who said nothing. */
  @Test
  void whoDidNotGrantIsRecordedWithTheReason() throws Exception {
    var against =
        Recorded.during(
            () ->
                running(
                    loop -> {
                      loop.begin(round(1));
                      loop.tell(1, answer(VOTERS.get(1), Why.PROMISE));
                      loop.tell(1, answer(VOTERS.get(2), Why.VOTED));
                      loop.tell(1, answer(VOTERS.get(3), Why.STALE));
                      assertTrue(counted().lost());
                    }),
            "meshkit.Election",
            "against");
    var others = VOTERS.subList(1, VOTERS.size()).toArray();
    var wanted = "%s PROMISE, %s VOTED, %s STALE, %s silent".formatted(others);
    assertEquals(List.of(wanted), against);
  }

  /** Undecided at the deadline is an answer, not an error. */
  @Test
  void aSilentRaceEndsAtItsDeadline() throws Exception {
    running(
        loop -> {
          loop.begin(round(1, Duration.ofMillis(20)));
          var ballot = counted();
          assertFalse(ballot.decided());
        });
  }

  /** E35: 10,000 races of four asks and a rival's place leave no thread behind. */
  @Test
  void tenThousandRacesLeaveNoThreadBehind() throws Exception {
    running(
        loop -> {
          for (var id = 1; id <= 10_000; id++) {
            loop.begin(round(id));
            loop.tell(id, answer(VOTERS.get(1), Why.GRANTED));
            loop.tell(id, answer(VOTERS.get(2), Why.GRANTED));
            assertTrue(counted().won());
          }
          assertFalse(dump().contains("race-"), "a race's scope is still open");
        });
    // and the dump does show a race that is under way
    running(
        loop -> {
          loop.begin(round(1));
          for (var i = 0; i < 4; i++) asked.take();
          assertTrue(dump().contains("race-"));
        });
  }

  private void running(Body body) throws Exception {
    asked.clear();
    var gossip = new Mailbox<dev.meshkit.gossip.Input>(1, clocks.monotonic());
    try (var store = ElectionFixture.store(directory, 1)) {
      var ports =
          new ElectionPorts(
              store,
              (to, _, _) -> asked.add(to),
              gossip,
              _ -> {},
              new Meters(Map.of()),
              clocks,
              new SplittableRandom(1),
              (_, _) -> {},
              new SharedDisk());
      var loop = new CampaignLoop(ElectionFixture.SCOPE, ports, inputs);
      var thread = Thread.ofVirtual().start(() -> untilInterrupted(loop));
      body.with(loop);
      thread.interrupt();
      thread.join();
    }
  }

  private static void untilInterrupted(CampaignLoop loop) {
    try {
      loop.run();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Ballot counted() throws InterruptedException {
    if (inputs.take(Instant.MAX, NOTHING) instanceof Input.Counted(var ballot)) return ballot;
    throw new AssertionError("not a ballot");
  }

  private String dump() throws java.io.IOException {
    var file = Files.createTempDirectory(directory, "dump").resolve("threads.json");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
    return Files.readString(file);
  }

  private static Round round(long id) {
    return round(id, Duration.ofHours(1));
  }

  private static Round round(long id, Duration deadline) {
    var self = VOTERS.getFirst();
    var first =
        ElectionOptions.configured(ElectionFixture.SCOPE, self, Bytes.EMPTY, VOTERS, Profile.FAST)
            .first();
    var header =
        new Header(ElectionFixture.SCOPE, 1, first.content().genesis(), 7, first.id(), Bytes.EMPTY);
    var ask = new Frame(header, new Frame.Ask(id, false, 7, new RecordId(0, 1)));
    return new Round(id, self, ask, VOTERS.subList(1, 5), 3, deadline);
  }

  private static Ballot.Reply answer(NodeId voter, Why why) {
    return new Ballot.Answered(voter, 7, new Frame.Answer(1, 7, why, Duration.ZERO));
  }

  private static NodeId node(String name) {
    return NodeId.of("eu", name);
  }
}
