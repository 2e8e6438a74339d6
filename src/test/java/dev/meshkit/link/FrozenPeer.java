package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.transport.RoadKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * {@code make chaos CASE=frozen-peer ARGS=5}: of five peers, each a process of its own, three are
 * stopped by a signal at once: one that is talked to, one that is only asked each second, and one
 * whose streams are open and silent. When is the path to each lost, when does a call that waits for
 * it end, and what do the other two feel? So many times over each kind of road, whichever side
 * dialled.
 */
public final class FrozenPeer {
  /** A silent path of each kind is lost within 3.25 s and a round trip, which is nothing here. */
  private static final double MOST_MS = 3_500;

  /** The longest that another peer may seem to be away, beyond the time between two questions. */
  private static final double STALL_MS = 1_000;

  private static final Duration WINDOW = Duration.ofSeconds(5);
  private static final int A_SECOND = 50;
  private static final List<Peer> PEERS =
      List.of(
          new Peer("b", A_SECOND, true),
          new Peer("c", 1, true),
          new Peer("d", 0, true),
          new Peer("e", A_SECOND, false),
          new Peer("f", A_SECOND, false));

  private final Roads roads;
  private final FrozenEcho self;
  private final Map<NodeId, Process> processes;
  private final List<String> broken = new ArrayList<>();

  private FrozenPeer(Roads roads, FrozenEcho self, Map<NodeId, Process> processes) {
    this.roads = roads;
    this.self = self;
    this.processes = processes;
  }

  /** A peer, how often it is asked, and whether it freezes. */
  private record Peer(String name, int aSecond, boolean freezes) {
    NodeId id() {
      return NodeId.of("eu", name);
    }

    static boolean stays(NodeId id) {
      return PEERS.stream().anyMatch(peer -> peer.id().equals(id) && !peer.freezes());
    }
  }

  /** Roads of a kind, all dialled by the one that stays awake, or by those that may freeze. */
  private record Roads(RoadKind over, boolean ours) {
    @Override
    public String toString() {
      return over + (ours ? " dialled by us" : " accepted by us");
    }
  }

  /** A peer that was stopped, since when, and a call that waits for it; 0 until it is lost. */
  private static final class Victim {
    private final Peer peer;
    private final FutureTask<Double> call;
    private long stoppedNanos;
    private double lostMs;

    Victim(Peer peer, Callable<?> call) {
      this.peer = peer;
      this.call =
          new FutureTask<>(
              () -> {
                var _ = call.call();
                return sinceMs();
              });
    }

    private double sinceMs() {
      return (System.nanoTime() - stoppedNanos) / 1e6;
    }

    private boolean isLost(FrozenEcho self) {
      if (lostMs == 0 && !self.links.up().contains(peer.id())) lostMs = sinceMs();
      return lostMs > 0;
    }
  }

  /** So many times; what was too late or too slow, nothing when it held. */
  public static List<String> run(int rounds) throws Exception {
    var broken = new ArrayList<String>();
    for (var over : RoadKind.values()) {
      broken.addAll(run(new Roads(over, true), rounds));
      broken.addAll(run(new Roads(over, false), rounds));
    }
    return broken;
  }

  private static List<String> run(Roads roads, int rounds) throws Exception {
    var directory = Files.createTempDirectory(Path.of("target"), "frozen-peer");
    var processes = new TreeMap<NodeId, Process>();
    var id = NodeId.of("eu", roads.ours() ? "a" : "z"); // the smaller dials
    var pace = new ScheduledThreadPoolExecutor(1);
    try (var self = new FrozenEcho(directory, id, roads.over())) {
      for (var peer : PEERS) {
        processes.put(peer.id(), self.start(directory, peer.id(), !roads.ours()));
      }
      if (roads.ours()) self.dial();
      var frozen = new FrozenPeer(roads, self, processes);
      until(() -> self.isLinkedTo(PEERS.size()));
      for (var peer : PEERS) {
        if (peer.aSecond() == 0) continue;
        var every = 1_000_000 / peer.aSecond();
        pace.scheduleAtFixedRate(() -> self.ask(peer.id()), 0, every, TimeUnit.MICROSECONDS);
      }
      for (var round = 0; round < rounds; round++) frozen.freeze();
      return frozen.broken;
    } finally {
      pace.shutdownNow();
      processes.values().forEach(Process::destroyForcibly);
    }
  }

  private void freeze() throws Exception {
    until(() -> self.isLinkedTo(PEERS.size()));
    var before = new Echoes(self.echoes(Peer::stays), System.nanoTime()).rate(self);
    var victims = new ArrayList<Victim>();
    for (var peer : PEERS) if (peer.freezes()) victims.add(victim(peer));
    for (var one : victims) {
      signal(processes.get(one.peer.id()), "STOP");
      one.stoppedNanos = System.nanoTime();
    }
    self.forgetGaps();
    var stopped = new Echoes(self.echoes(Peer::stays), System.nanoTime());
    for (var one : victims) if (roads.ours()) Thread.ofVirtual().start(one.call);
    until(() -> areLost(victims));
    var during = stopped.rate(self); // from the moment on when they froze, found out or not
    var stall = self.longestGapMs(Peer::stays) - 1_000.0 / A_SECOND;
    for (var one : victims) holdLost(one);
    for (var one : victims) signal(processes.get(one.peer.id()), "CONT");
    System.out.printf(
        "%s: the others' echoes a second: %.1f before, %.1f while they are frozen, none for %.0f ms"
            + " too long at most%n",
        roads, before, during, stall);
    hold(during >= 0.95 * before, "others: %.1f instead of %.1f".formatted(during, before));
    hold(stall <= STALL_MS, "others: nothing for %.0f ms".formatted(stall));
  }

  /** Looks at each of them: of each it is noted when. */
  private boolean areLost(List<Victim> victims) {
    var all = true;
    for (var one : victims) all &= one.isLost(self);
    return all;
  }

  private Victim victim(Peer peer) {
    return new Victim(
        peer, () -> self.links.sync(peer.id(), Bytes.utf8("x"), Duration.ofMinutes(1)));
  }

  private void holdLost(Victim one) throws Exception {
    var why = self.links.peerRoads().get(one.peer.id()).history().getLast().reason();
    var calls = roads.ours() ? ", a call to it %.0f ms".formatted(one.call.get()) : "";
    System.out.printf(
        "%s: a peer asked %d times a second is %s after %.0f ms%s%n",
        roads, one.peer.aSecond(), why, one.lostMs, calls);
    hold(one.lostMs <= MOST_MS, "the path was lost after %.0f ms".formatted(one.lostMs));
    if (roads.ours()) {
      hold(one.call.get() <= MOST_MS, "a call ended after %.0f ms".formatted(one.call.get()));
    }
    var told = why.equals("LOST") || (roads.over() == RoadKind.H3 && !roads.ours());
    hold(told, "the reason is " + why);
  }

  private void hold(boolean held, String otherwise) {
    if (!held) broken.add(roads + ": " + otherwise);
  }

  /** How many echoes of the others there were at some time. */
  private record Echoes(long count, long atNanos) {
    /** How many a second since then, of at least a window's time. */
    double rate(FrozenEcho self) {
      var end = atNanos + WINDOW.toNanos();
      until(() -> System.nanoTime() >= end);
      return (self.echoes(Peer::stays) - count) * 1e9 / (System.nanoTime() - atNanos);
    }
  }

  private static void until(Callable<Boolean> state) {
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(state);
  }

  private static void signal(Process process, String name) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
    if (kill.waitFor() != 0) throw new IOException("cannot send " + name);
  }
}
