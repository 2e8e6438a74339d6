package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Loops;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.store.Store;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.ElectCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * E35: what ends a race, in the order in which it happens. An ask that is stuck ends by its
 * interruption only, and the deadline is an hour: nothing here comes by waiting.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RaceEndTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final NodeId SELF = NodeId.of("eu", "n1");
  private static final List<NodeId> VOTERS =
      List.of(SELF, node("n2"), node("n3"), node("n4"), node("n5"));
  private static final RecordId FIRST = new RecordId(0, 1);

  /** A promise is short, and so is the first timer, as no chance is added; a round is long. */
  private static final Profile SLOW =
      new Profile(
          Duration.ofMillis(50),
          Duration.ofMillis(300),
          HOUR,
          Duration.ZERO,
          Duration.ofSeconds(1),
          HOUR,
          Duration.ofMillis(5));

  @TempDir Path directory;

  private final LinkedBlockingQueue<String> log = new LinkedBlockingQueue<>();
  private final Set<NodeId> prompt = ConcurrentHashMap.newKeySet();
  private final Clocks clocks = Clocks.system();
  private final Mailbox<Input> inputs = new Mailbox<>(8, clocks.monotonic());

  /** What a test does while loops run. */
  private interface Body {
    void run() throws Exception;
  }

  @Test
  void aQuorumIsToldOfWhileOthersHaveNotAnsweredAndTheyAreCutShort() throws Exception {
    prompt.addAll(List.of(node("n2"), node("n4")));
    try (var store = ElectionFixture.store(directory, 1)) {
      var loop = new CampaignLoop(ElectionFixture.SCOPE, ports(store), inputs);
      running(
          List.of(new Loops.Loop("campaign", loop::run)),
          () -> {
            // given a race all of whose asks are out, and two of them stuck
            loop.begin(round(1));
            assertEquals(asked("n2", "n3", "n4", "n5"), next(4));
            // when the other two grant, which decides it
            loop.tell(1, granted(node("n2")));
            loop.tell(1, granted(node("n4")));
            // then that is told, and by then those that were stuck have been cut short
            assertTrue(counted().won());
            assertEquals(List.of("cut n3", "cut n5"), next(log.size()));
          });
    }
  }

  /** A round that is given up is followed by the next at once: it waits for the old one's end. */
  @Test
  void theAsksOfARaceHaveEndedBeforeTheNextRoundAsks() throws Exception {
    try (var store = ElectionFixture.store(directory, 1)) {
      var loop = new CampaignLoop(ElectionFixture.SCOPE, ports(store), inputs);
      running(
          List.of(new Loops.Loop("campaign", loop::run)),
          () -> {
            loop.begin(round(1));
            assertEquals(asked("n2", "n3", "n4", "n5"), next(4));
            loop.tell(1, new Ballot.Rival());
            loop.begin(round(2));
            assertEquals(List.of("cut n2", "cut n3", "cut n4", "cut n5"), next(4));
            assertEquals(asked("n2", "n3", "n4", "n5"), next(4));
            var ballot = counted();
            assertEquals(List.of(1L, true), List.of(ballot.round().id(), ballot.rival()));
          });
    }
  }

  /** The whole way: a heartbeat of a later term comes to a voter that asks for votes. */
  @Test
  void aRivalsHeartbeatEndsARace() throws Exception {
    try (var store = ElectionFixture.store(directory, 1)) {
      var voters = VOTERS.subList(0, 3);
      var options =
          ElectionOptions.configured(ElectionFixture.SCOPE, SELF, store.uuid(), voters, SLOW);
      var election = ScopeElection.open(options, Steering.Course.FIXED, ports(store)).orThrow();
      running(
          election.loops(),
          () -> {
            // given a voter whose asks are out
            assertEquals(asked("n2", "n3"), next(2));
            // when another leads
            election.inputs().offer(beat(options, node("n2"), 5));
            // then its race is over, and it asks again only when that one has fallen silent
            assertEquals(List.of("cut n2", "cut n3"), next(2));
            assertEquals(asked("n2", "n3"), next(2));
          });
    }
  }

  private void running(List<Loops.Loop> loops, Body body) throws Exception {
    var threads = new ArrayList<Thread>();
    for (var loop : loops) threads.add(Thread.ofVirtual().start(() -> untilInterrupted(loop)));
    try {
      body.run();
    } finally {
      for (var thread : threads) thread.interrupt();
      for (var thread : threads) thread.join();
    }
  }

  private static void untilInterrupted(Loops.Loop loop) {
    try {
      loop.body().run();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the test is over
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private ElectionPorts ports(Store store) {
    return new ElectionPorts(
        store,
        (to, _, frame) -> sent(to, frame),
        new Mailbox<>(100, clocks.monotonic()),
        _ -> {},
        new Meters(Map.of()),
        clocks,
        () -> 0,
        (_, _) -> {},
        new SharedDisk());
  }

  /** On the thread of its ask, where it is one: stuck, unless that voter is prompt. */
  private boolean sent(NodeId to, Bytes bytes) {
    if (!(ElectCodec.frame(bytes) instanceof Decoded.Whole<Frame>(var frame)))
      throw new AssertionError("not a frame: " + bytes);
    if (!(frame.message() instanceof Frame.Ask)) return true;
    log.add("asked " + to.name());
    if (prompt.contains(to)) return true;
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      log.add("cut " + to.name());
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** The next so many lines of the log, in the order of names. */
  private List<String> next(int lines) throws InterruptedException {
    var next = new ArrayList<String>();
    for (var i = 0; i < lines; i++) next.add(log.take());
    next.sort(null);
    return next;
  }

  private static List<String> asked(String... names) {
    return List.of(names).stream().map(name -> "asked " + name).toList();
  }

  private Ballot counted() throws InterruptedException {
    if (inputs.take(Instant.MAX, Input.Tick.NOW) instanceof Input.Counted(var ballot))
      return ballot;
    throw new AssertionError("not a ballot");
  }

  private static Input beat(ElectionOptions options, NodeId leader, long term) {
    var content = options.first().content();
    var store = Bytes.utf8("the store of " + leader.name() + ".");
    var header = new Header(options.scope(), 1, content.genesis(), term, FIRST, store);
    var beat = new Frame.Beat(1, 0, SLOW.promise(), content.hash(), FIRST);
    return new Input.Received(leader, new Frame(header, beat));
  }

  private static Round round(long id) {
    var first =
        ElectionOptions.configured(ElectionFixture.SCOPE, SELF, Bytes.EMPTY, VOTERS, SLOW).first();
    var header =
        new Header(ElectionFixture.SCOPE, 1, first.content().genesis(), 7, first.id(), Bytes.EMPTY);
    var ask = new Frame(header, new Frame.Ask(id, false, 7, FIRST));
    return new Round(id, SELF, ask, VOTERS.subList(1, 5), 3, HOUR);
  }

  private static Ballot.Reply granted(NodeId voter) {
    return new Ballot.Answered(voter, 7, new Frame.Answer(1, 7, Why.GRANTED, Duration.ZERO));
  }

  private static NodeId node(String name) {
    return NodeId.of("eu", name);
  }
}
