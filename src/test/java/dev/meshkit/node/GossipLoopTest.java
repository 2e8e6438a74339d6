package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.gossip.Attrs;
import dev.meshkit.gossip.Claim;
import dev.meshkit.gossip.Effect;
import dev.meshkit.gossip.Frame;
import dev.meshkit.gossip.GossipOptions;
import dev.meshkit.gossip.Head;
import dev.meshkit.gossip.Input;
import dev.meshkit.gossip.Table;
import dev.meshkit.gossip.Timing;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.GossipCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three loops on real threads, clocks and disks; only the network is in memory. */
class GossipLoopTest {
  private static final String COUNTED = "meshkit_dual_leaders_total";

  @TempDir Path directory;
  private final Map<NodeId, Agent> network = new ConcurrentHashMap<>();
  private final List<Agent> opened = new ArrayList<>();

  @AfterEach
  void stopAll() throws InterruptedException {
    for (var agent : opened) agent.stop();
  }

  /** M3 with a real disk; a restart keeps its peers and outranks its past. */
  @Test
  void loopsJoinLeaveAndComeBackUnderAGreaterGeneration() throws Exception {
    var one = start("n1");
    start("n2", "n1");
    var three = start("n3", "n1");
    for (var agent : opened) awaitView(agent, Map.of("n1", "ALIVE", "n2", "ALIVE", "n3", "ALIVE"));
    assertTrue(one.loop.view().joined());
    assertTrue(one.events.stream().anyMatch(event -> event.type().equals("member.joined")));

    assertTrue(three.loop.leave(Duration.ofSeconds(10)));
    assertEquals(Optional.of(Effect.Stop.Cause.LEFT), three.loop.cause());
    awaitView(one, Map.of("n1", "ALIVE", "n2", "ALIVE", "n3", "LEFT"));
    three.stop();

    var again = start("n3"); // no seed: only what the disk remembers leads back
    assertTrue(again.loop.generation() > three.loop.generation());
    awaitView(one, Map.of("n1", "ALIVE", "n2", "ALIVE", "n3", "ALIVE"));
    awaitView(again, Map.of("n1", "ALIVE", "n2", "ALIVE", "n3", "ALIVE"));
    var refused = one.events.stream().filter(event -> event.type().equals("member.died")).toList();
    assertEquals(List.of(), refused);
    assertTrue(
        one.meters
            .scrape()
            .contains("meshkit_member_transitions_total{from=\"LEFT\",to=\"ALIVE\"}"));
  }

  /** T36: who is to be reached there is dialled as soon as it says so. */
  @Test
  void aLoopTellsOfLegacyPortsThatAreSaidAndOfNothingElse() throws Exception {
    var one = start("n1");
    var two = start("n2", "n1");
    awaitView(one, Map.of("n1", "ALIVE", "n2", "ALIVE"));
    assertEquals(List.of(), List.copyOf(one.served));
    describe(two, Map.of("zone", "a"));
    describe(two, Map.of(MemberDesk.LEGACY, "7445"));
    await().until(() -> !one.served.isEmpty());
    assertEquals(new Endpoint("n2.test", 7445), one.loop.view().legacyAt(two.id));
    describe(two, Map.of(MemberDesk.LEGACY, "7445", "zone", "b"));
    describe(two, Map.of(MemberDesk.LEGACY, "7446"));
    await().until(() -> one.served.size() > 1);
    describe(two, Map.of());
    await().until(() -> one.loop.view().legacyAt(two.id).equals(Endpoint.NONE));
    assertEquals(List.of("eu/n2 n2.test:7445", "eu/n2 n2.test:7446"), List.copyOf(one.served));
  }

  /** E38: two leaders of one term are told by who hears of both; a takeover is none. */
  @Test
  void twoLeadersOfOneTermAreTold() throws Exception {
    var one = start("n1");
    var two = start("n2", "n1");
    awaitView(one, Map.of("n1", "ALIVE", "n2", "ALIVE"));
    awaitView(two, Map.of("n1", "ALIVE", "n2", "ALIVE"));
    leads(one, 7);
    await().until(() -> two.loop.view().claims().stream().anyMatch(claim -> claim.term() == 7));
    leads(two, 8); // while the older one is still claimed
    for (var agent : opened)
      await().until(() -> agent.loop.view().claims().stream().anyMatch(claim -> claim.term() == 8));
    assertEquals(List.of(), duals());
    leads(one, 9);
    leads(two, 9);
    await().until(() -> !duals().isEmpty());
    var told = duals().getFirst();
    assertEquals("eu/n1 and eu/n2 both lead region/eu under 1.9", told.text());
    assertEquals(NodeEvent.Severity.ERROR, told.severity());
    assertTrue(
        opened.stream()
            .anyMatch(
                agent -> agent.meters.scrape().contains(COUNTED + "{scope=\"region/eu\"} 1")));
  }

  private static void leads(Agent agent, long term) {
    var claim = new Claim(Scope.region("eu"), 1, term, agent.id);
    assertTrue(agent.inputs.offer(new Input.Claimed(claim)));
  }

  private List<NodeEvent> duals() {
    return opened.stream()
        .flatMap(agent -> agent.events.stream())
        .filter(event -> event.type().equals("leader.dual"))
        .toList();
  }

  private static void describe(Agent agent, Map<String, String> labels) {
    agent.inputs.offer(new Input.Described(new java.util.TreeMap<>(labels)));
  }

  /** Whoever asks an open node, however early, finds it among its members. */
  @Test
  void aLoopThatHasNotBegunShowsItsOwnNode() throws Exception {
    var agent = new Agent(NodeId.of("eu", "n1"));
    opened.add(agent);
    assertEquals(Map.of("n1", "ALIVE"), statuses(agent.loop.view()));
  }

  private void awaitView(Agent agent, Map<String, String> want) {
    await().untilAsserted(() -> assertEquals(want, statuses(agent.loop.view())));
  }

  private static Map<String, String> statuses(GossipView view) {
    var statuses = new java.util.TreeMap<String, String>();
    for (Member member : view.members()) statuses.put(member.node().name(), member.status().name());
    return statuses;
  }

  private Agent start(String name, String... seeds) throws Exception {
    var agent = new Agent(NodeId.of("eu", name));
    opened.add(agent);
    network.put(agent.id, agent);
    var ends = new ArrayList<Endpoint>();
    for (var seed : seeds) ends.add(endpoint(NodeId.of("eu", seed)));
    agent.inputs.offer(new Input.Seeds(ends));
    agent.thread.start();
    return agent;
  }

  private static Endpoint endpoint(NodeId id) {
    return new Endpoint(id.name() + ".test", 7443);
  }

  /** A node of this test: its loop, its disk, and its end of the network. */
  private final class Agent implements PeerCalls {
    final NodeId id;
    final Clocks clocks = Clocks.system();
    final Mailbox<Input> inputs = new Mailbox<>(10_000, clocks.monotonic());
    final ConcurrentLinkedQueue<NodeEvent> events = new ConcurrentLinkedQueue<>();
    final Meters meters = new Meters(Map.of("loop", List.of("gossip")));
    final ConcurrentLinkedQueue<String> served = new ConcurrentLinkedQueue<>();
    final Map<NodeId, Boolean> links = new ConcurrentHashMap<>();
    final Store store;
    final GossipLoop loop;
    final Thread thread;

    Agent(NodeId id) throws InterruptedException, IOException {
      this.id = id;
      var home = Files.createDirectories(directory.resolve(id.name()));
      var chance = new SplittableRandom(id.hashCode());
      store = Store.open(StoreOptions.of(home, "mesh", clocks, chance)).orThrow();
      var options = GossipOptions.of(id, Attrs.at(endpoint(id))).timed(Timing.fast());
      var ports = new GossipLoop.Ports(inputs, clocks, chance, meters, events::add, _ -> {});
      loop = GossipLoop.open(options, new GossipDisk(store), ports).orThrow();
      thread = Thread.ofVirtual().name("gossip-" + id).unstarted(this::run);
    }

    private void run() {
      try {
        loop.run(this);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }

    void stop() throws InterruptedException {
      thread.interrupt();
      thread.join();
      if (network.remove(id, this))
        for (var other : network.values())
          if (other.links.remove(id) != null) other.inputs.offer(new Input.LinkDown(id, true));
      store.close();
    }

    @Override
    public void want(Map<NodeId, Endpoint> peers) {
      for (var peer : peers.keySet()) {
        var other = network.get(peer);
        if (other == null || links.putIfAbsent(peer, true) != null) continue;
        inputs.offer(new Input.LinkUp(peer));
        if (other.links.putIfAbsent(id, true) == null) other.inputs.offer(new Input.LinkUp(id));
      }
    }

    @Override
    public void served(Set<NodeId> peers) { // whom it tells of it finds where
      for (var peer : peers) served.add(peer + " " + loop.view().legacyAt(peer));
    }

    @Override
    public boolean send(NodeId to, Bytes bytes) {
      var other = network.get(to);
      if (other == null || !links.containsKey(to)) return false;
      return GossipCodec.frame(bytes) instanceof Decoded.Whole<Frame>(var frame)
          && other.inputs.offer(new Input.Received(id, frame));
    }

    @Override
    public Result<NodeId> greet(Endpoint at) {
      for (var other : network.keySet()) if (endpoint(other).equals(at)) return Result.ok(other);
      return Result.err(MeshError.unavailable("greet", "nobody is at " + at, "start it"));
    }

    @Override
    public Input fetch(NodeId from, Head head) {
      return new Input.Unfetched(head, from); // nobody here has a record
    }

    @Override
    public void retell() {}

    @Override
    public Result<Bytes> sync(NodeId to, Bytes request, Duration timeout)
        throws InterruptedException {
      var reply = new SynchronousQueue<Table>();
      var other = network.get(to);
      if (other != null
          && GossipCodec.request(request) instanceof Decoded.Whole<Table>(var theirs)
          && other.inputs.offer(new Input.SyncAsked(id, theirs, slot(reply, timeout)))) {
        var table = reply.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
        if (table != null) return Result.ok(GossipCodec.response(table));
      }
      return Result.err(new MeshError.TimedOut(timeout, "sync with " + to));
    }

    private Input.Slot slot(SynchronousQueue<Table> reply, Duration timeout) {
      return table ->
          Thread.startVirtualThread(
              () -> {
                try {
                  reply.offer(table, timeout.toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException gone) {
                  Thread.currentThread().interrupt();
                }
              });
    }
  }
}
