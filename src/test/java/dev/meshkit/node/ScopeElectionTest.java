package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Drop;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Header;
import dev.meshkit.election.Input;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.election.Profile;
import dev.meshkit.gossip.Claim;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole elections on threads and disks. Bounds are generous: they end a broken run, no more. */
final class ScopeElectionTest {
  private static final Duration LONG = Duration.ofSeconds(90);
  private static final NodeId N1 = NodeId.of("eu", "n1");

  @TempDir Path directory;

  /**
   * The leader's code runs, is interrupted when it is killed, and the successor's fence is greater.
   */
  @Test
  void threeElectOneAndReplaceItWhenItDies() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3)) {
      // given three voters, each with code that leads
      var began = ConcurrentHashMap.<Fence>newKeySet();
      var ended = ConcurrentHashMap.<Fence>newKeySet();
      mesh.startAll();
      for (var voter : mesh.running.values())
        voter
            .election()
            .whenLeader(
                tenure -> {
                  began.add(tenure.fence());
                  try {
                    new CountDownLatch(1).await();
                  } finally {
                    ended.add(tenure.fence());
                  }
                });
      // when all follow one of them, then its code runs, and gossip is told
      var first = awaitLed(mesh, 3);
      await().until(() -> began.contains(first.fence()));
      var told = new ArrayList<Claim>();
      await()
          .until(
              () -> {
                told.addAll(mesh.running.get(first.leader()).claims());
                return told.stream().anyMatch(claim -> claim.leader().equals(first.leader()));
              });
      // when it dies
      mesh.kill(first.leader());
      await().until(() -> ended.contains(first.fence()));
      // then another leads under a greater fence, its code runs, and it says so
      var next = awaitLed(mesh, 2);
      assertTrue(next.fence().compareTo(first.fence()) > 0, next + " after " + first);
      await().until(() -> began.contains(next.fence()));
      await().until(() -> mesh.events.stream().anyMatch(event -> isOf(event, next.fence())));
    }
  }

  /** ARCHITECTURE §9.4: fresh, and again after a restart; the second fence is greater. */
  @Test
  void aLoneVoterLeadsAndLeadsAgainAfterARestart() throws Exception {
    try (var mesh = new ElectionFixture(directory, 1)) {
      mesh.startAll();
      var first = awaitLed(mesh, 1);
      mesh.kill(N1);
      mesh.startAll();
      var second = awaitLed(mesh, 1);
      assertTrue(second.fence().compareTo(first.fence()) > 0, second + " after " + first);
    }
  }

  /** Code registered while this node leads runs at once: it is this tenure's, too. */
  @Test
  void codeRegisteredDuringATenureRunsInIt() throws Exception {
    try (var mesh = new ElectionFixture(directory, 1)) {
      mesh.startAll();
      awaitLed(mesh, 1);
      var seen = new LinkedBlockingQueue<Optional<Fence>>();
      mesh.running.get(N1).election().whenLeader(tenure -> seen.add(tenure.authority()));
      while (seen.take().isEmpty()) {
        // a tenure may end before its code begins
      }
    }
  }

  /** What compares no fences is let alone for twice the longest promise (election.md §5). */
  @Test
  void aNewLeaderWaitsBeforeItTouchesWhatComparesNoFences() throws Exception {
    try (var mesh = new ElectionFixture(directory, 1)) {
      var began = System.nanoTime();
      mesh.startAll();
      var acted = new LinkedBlockingQueue<Long>();
      mesh.running
          .get(N1)
          .election()
          .whenLeader(
              tenure -> {
                if (tenure.awaitUnfenced()) acted.add(System.nanoTime());
              });
      var least = Profile.FAST.maxPromise().multipliedBy(2);
      var waited = Duration.ofNanos(acted.take() - began);
      assertTrue(waited.compareTo(least) >= 0, waited + " of " + least);
    }
  }

  /** A stopped leader steps down, and its loop ends once a successor leads. */
  @Test
  void aStoppedLeaderHandsOver() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3)) {
      mesh.startAll();
      var first = awaitLed(mesh, 3).leader();
      var stopped = mesh.running.get(first).election();
      assertTrue(stopped.stop(LONG));
      assertEquals(Optional.empty(), stopped.authority());
      await().until(() -> mesh.leaders().stream().anyMatch(leader -> !leader.equals(first)));
      assertEquals(Optional.empty(), stopped.authority());
      assertEquals(List.of(), mesh.running.get(first).failures());
    }
  }

  /** One tenure. */
  private record Led(NodeId leader, Fence fence) {}

  /**
   * Waits until one of {@code size} running voters leads and all others follow it. On a busy
   * machine tenures may lapse meanwhile, so this is looked at whole, again and again.
   */
  private static Led awaitLed(ElectionFixture mesh, int size) {
    return await().until(() -> led(mesh, size), Optional::isPresent).orElseThrow();
  }

  private static Optional<Led> led(ElectionFixture mesh, int size) {
    var led = new ArrayList<Led>();
    mesh.running.forEach(
        (node, one) -> one.election().authority().ifPresent(f -> led.add(new Led(node, f))));
    var agreed = led.size() == 1 && followers(mesh, led.getFirst()) == size - 1;
    return agreed ? Optional.of(led.getFirst()) : Optional.empty();
  }

  private static long followers(ElectionFixture mesh, Led led) {
    var following = new LeaderDecision.Following(led.leader(), led.fence());
    return mesh.running.values().stream()
        .filter(one -> following.equals(one.election().view().decision()))
        .count();
  }

  private static boolean isOf(NodeEvent event, Fence fence) {
    return event.type().equals("leader.elected") && event.term() == fence.term();
  }

  /** E33: what a node that does not vote here says changes nothing, and is counted by why. */
  @Test
  void whatAStrangerSaysIsCounted() throws Exception {
    try (var mesh = new ElectionFixture(directory, 1)) {
      var one = mesh.start(N1);
      await().until(() -> !mesh.leaders().isEmpty());
      var before = one.election().view();
      var stranger = NodeId.of("us", "n9");
      var content = before.record().content();
      var store = Bytes.utf8("of a stranger");
      var term = before.term() + 1_000; // where this mesh does not come by itself
      for (var genesis : List.of(content.genesis(), Bytes.utf8("another"))) {
        var rec = before.record().id();
        var header =
            new Header(ElectionFixture.SCOPE, content.generation(), genesis, term, rec, store);
        var asked = new Frame(header, new Frame.Ask(1, false, term, rec));
        one.election().inputs().offer(new Input.Received(stranger, asked));
      }
      for (var why : List.of(Drop.NOT_MEMBER, Drop.GENESIS)) {
        var series = "_drops_total{reason=\"" + why + "\",scope=\"region/eu\"} 1.0";
        await(why.name()).until(() -> one.meters().scrape().contains("meshkit_election" + series));
      }
      assertTrue(one.election().view().term() < term);
    }
  }

  /** What is left of a tenure, and the record's version, as a scrape finds them. */
  @Test
  void aLeaderShowsWhatIsLeftOfItsTenure() throws Exception {
    try (var mesh = new ElectionFixture(directory, 1)) {
      var one = mesh.start(N1);
      var left = Pattern.compile("meshkit_tenure_left_seconds.scope=.region/eu.. 0[.][0-9]*[1-9]");
      await().until(() -> left.matcher(one.meters().scrape()).find());
      var version = one.election().view().view().id().version();
      assertTrue(version > 0);
      var series = "meshkit_record_version{scope=\"region/eu\"} " + version + ".0";
      assertTrue(one.meters().scrape().contains(series));
      one.store().close();
      one.threads().getFirst().join();
      assertTrue(
          one.meters().scrape().contains("meshkit_tenure_left_seconds{scope=\"region/eu\"} 0.0"));
    }
  }

  /** E38, S1: another's beat of a leader's own term stops it, and both are named. */
  @Test
  void aLeaderThatMeetsAnotherOfItsTermIsTold() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3)) {
      mesh.startAll();
      var led = awaitLed(mesh, 3);
      var one = mesh.running.get(led.leader());
      var other =
          mesh.running.keySet().stream().filter(n -> !n.equals(led.leader())).findAny().get();
      var store = mesh.running.get(other).store().uuid();
      await()
          .until(
              () -> { // unless its tenure has lapsed since
                one.election().inputs().offer(new Input.Received(other, beat(one, store)));
                return mesh.events.stream().anyMatch(event -> event.type().equals("leader.dual"));
              });
      one.threads().getFirst().join();
      assertInstanceOf(MeshException.class, one.failures().getFirst());
      assertEquals(Optional.empty(), one.election().authority());
      var told = mesh.events.stream().filter(e -> e.type().equals("leader.dual")).toList();
      assertEquals(1, told.size());
      assertTrue(told.getFirst().data().containsValue(other.toString()));
      assertTrue(told.getFirst().data().containsValue(led.leader().toString()));
      var series = "meshkit_dual_leaders_total{scope=\"region/eu\"} 1.0";
      assertTrue(one.meters().scrape().contains(series));
    }
  }

  private static Frame beat(ElectionFixture.Running to, Bytes store) {
    var seen = to.election().view();
    var content = seen.record().content();
    var rec = seen.record().id();
    var header =
        new Header(
            ElectionFixture.SCOPE,
            content.generation(),
            content.genesis(),
            seen.term(),
            rec,
            store);
    var promise = Duration.ofMillis(200);
    return new Frame(header, new Frame.Beat(1, 0, promise, content.hash(), rec));
  }

  /** E3: when a vote cannot be written the loop ends with the reason, and authority is off. */
  @Test
  void aStoreThatTakesNoVoteStopsTheLoop() throws Exception {
    try (var mesh = new ElectionFixture(directory, 1)) {
      var one = mesh.start(N1);
      await().until(() -> !mesh.leaders().isEmpty());
      one.store().close(); // the next probe of the disk is refused
      one.threads().getFirst().join();
      assertInstanceOf(MeshException.class, one.failures().getFirst());
      assertEquals(Optional.empty(), one.election().authority());
    }
  }
}
