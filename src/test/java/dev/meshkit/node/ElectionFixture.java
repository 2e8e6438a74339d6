package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Input;
import dev.meshkit.election.Profile;
import dev.meshkit.gossip.Claim;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.ElectCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Voters of one region in one process: real stores, loops and threads; frames go through the codec
 * from mailbox to mailbox.
 */
final class ElectionFixture implements AutoCloseable {
  static final Scope SCOPE = Scope.region("eu");

  final Map<NodeId, Running> running = new ConcurrentHashMap<>();
  final List<NodeEvent> events = new CopyOnWriteArrayList<>();

  /** Whom a voter asked for what is left, whether or not they run. */
  final Map<NodeId, Bytes> surveyed = new ConcurrentHashMap<>();

  final Clocks clocks = Clocks.system();
  private final Profile profile;
  private final Path directory;
  private final List<NodeId> voters = new ArrayList<>();

  /** One voter. */
  record Running(
      ScopeElection election,
      Store store,
      Mailbox<dev.meshkit.gossip.Input> gossip,
      Meters meters,
      List<Thread> threads,
      List<Throwable> failures) {
    /** What gossip was told, oldest first; the mailbox is emptied. */
    List<Claim> claims() throws InterruptedException {
      var told = new ArrayList<Claim>();
      var none = new dev.meshkit.gossip.Input.Tick();
      while (true) {
        switch (gossip.take(Instant.MIN, none)) {
          case dev.meshkit.gossip.Input.Claimed(var claim) -> told.add(claim);
          case dev.meshkit.gossip.Input.Tick _ -> {
            return told;
          }
          case dev.meshkit.gossip.Input _ -> {}
        }
      }
    }
  }

  ElectionFixture(Path directory, int size) {
    this(directory, size, Profile.FAST);
  }

  ElectionFixture(Path directory, int size, Profile profile) {
    this.directory = directory;
    this.profile = profile;
    for (var i = 1; i <= size; i++) voters.add(NodeId.of("eu", "n" + i));
  }

  static Store store(Path directory, long seed) {
    try {
      Files.createDirectories(directory);
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
    var options =
        StoreOptions.of(directory, "election", Clocks.system(), new SplittableRandom(seed));
    return Store.open(options).orThrow();
  }

  static ElectionOptions options(NodeId self, Bytes store, List<NodeId> voters) {
    return ElectionOptions.configured(SCOPE, self, store, voters, Profile.FAST);
  }

  void startAll() throws InterruptedException {
    for (var voter : voters) start(voter);
  }

  Running start(NodeId self) throws InterruptedException {
    var store = store(directory.resolve(self.name()), self.hashCode());
    var gossip = new Mailbox<dev.meshkit.gossip.Input>(100, clocks.monotonic());
    var meters = new Meters(Map.of("scope", List.of(SCOPE.text())));
    var ports =
        new ElectionPorts(
            store,
            (to, _, frame) -> send(self, to, frame),
            gossip,
            events::add,
            meters,
            clocks,
            new SplittableRandom(self.hashCode()),
            (_, _) -> {},
            new SharedDisk());
    var options = ElectionOptions.configured(SCOPE, self, store.uuid(), voters, profile);
    var life = new dev.meshkit.election.Life(store.boot(), self.hashCode());
    var election = ScopeElection.open(options.lived(life), Steering.Course.FIXED, ports).orThrow();
    var failures = new CopyOnWriteArrayList<Throwable>();
    var one = new Running(election, store, gossip, meters, new ArrayList<>(), failures);
    running.put(self, one);
    for (var loop : election.loops()) one.threads().add(run(loop, failures));
    return one;
  }

  private static Thread run(dev.meshkit.runtime.Loops.Loop loop, List<Throwable> failures) {
    return Thread.ofVirtual()
        .name(loop.name())
        .start(
            () -> {
              try {
                loop.body().run();
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              } catch (Exception failure) {
                failures.add(failure);
              }
            });
  }

  private boolean send(NodeId from, NodeId to, Bytes bytes) {
    return switch (ElectCodec.frame(bytes)) {
      case Decoded.Whole<Frame>(var frame) -> {
        if (frame.message() instanceof Frame.Survey(var id)) surveyed.put(to, id);
        var peer = running.get(to);
        yield peer != null && peer.election().inputs().offer(new Input.Received(from, frame));
      }
      case Decoded.Malformed<Frame>(var why) -> throw new AssertionError(why);
    };
  }

  /** Ends a voter's loops without a word. */
  void kill(NodeId self) throws InterruptedException {
    var dead = running.remove(self);
    if (dead == null) return;
    for (var thread : dead.threads()) thread.interrupt();
    for (var thread : dead.threads()) thread.join();
    dead.store().close();
  }

  List<NodeId> leaders() {
    return running.entrySet().stream()
        .filter(e -> e.getValue().election().authority().isPresent())
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public void close() {
    try {
      for (var voter : voters) kill(voter);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the build is being stopped
    }
  }
}
