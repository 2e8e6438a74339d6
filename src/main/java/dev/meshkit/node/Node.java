package dev.meshkit.node;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Handler;
import dev.meshkit.api.Leadership;
import dev.meshkit.api.LocalStore;
import dev.meshkit.api.Member;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.ScopeLeader;
import dev.meshkit.api.SendOptions;
import dev.meshkit.api.Sent;
import dev.meshkit.api.Stopped;
import dev.meshkit.api.Unit;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.VersionWindow;
import dev.meshkit.control.Origin;
import dev.meshkit.control.proto.NodeStatus;
import dev.meshkit.gate.DeterministicGate;
import dev.meshkit.pipeline.Compensation;
import dev.meshkit.runtime.Loops;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * A running node: the loops, what they stand on, and the order in which it all ends. Thread-safe.
 *
 * <p>One virtual thread runs the loops; the first that fails stops the node, and whoever waits in
 * {@link #awaitStop} learns why.
 */
public final class Node implements Mesh {
  private static final System.Logger LOG = System.getLogger(Node.class.getName());

  private final NodeParts parts;
  private final Compensation ends;
  private final Thread loops;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch loopsEnded = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile Stopped cause = new Stopped.Closed();

  Node(NodeParts parts, Compensation ends) {
    this.parts = parts;
    this.ends = ends;
    var name = "node-" + parts.self();
    this.loops = Thread.ofVirtual().name(name).unstarted(() -> runLoops(parts.loops()));
  }

  /**
   * Starts a node and blocks until it is ready; on an error nothing is left open, and no database
   * that was not there.
   *
   * @param config what it is told
   * @param handlers by topic; all there will be
   */
  public static Result<Node> open(MeshConfig config, Map<String, Handler> handlers) {
    return new NodeStart(config, handlers, Compensation.open("node " + config.node().id())).open();
  }

  /** Loads the classes that need preview API, so that a wrong JVM shows before anything opens. */
  public static boolean preview() {
    return Loops.isAvailable();
  }

  /** Starts the loops; from here on the node is alive. */
  void start() {
    loops.start();
  }

  /** Interrupts the loops that were started, and waits until they have ended. */
  void endLoops() throws InterruptedException {
    loops.interrupt();
    loopsEnded.await();
  }

  /** Closes what was opened, all of it, in reverse; what fails is logged. */
  static void end(Compensation ends) {
    ends.close();
    for (var failed : ends.failures()) {
      LOG.log(System.Logger.Level.WARNING, "a step of the stop failed", new MeshException(failed));
    }
  }

  @Override
  public NodeId self() {
    return parts.self();
  }

  @Override
  public Endpoint endpoint() {
    return parts.advertised();
  }

  @Override
  public Result<Sent> send(NodeId to, Message message, SendOptions options)
      throws InterruptedException {
    var refused = notNow();
    return refused.isPresent()
        ? Result.err(refused.get())
        : parts.outbound().send(to, message, options);
  }

  @Override
  public Result<SortedMap<NodeId, Sent>> broadcast(
      Message message, SendOptions options, Predicate<Member> among) throws InterruptedException {
    var refused = notNow();
    if (refused.isPresent()) return Result.err(refused.get());
    var to =
        parts.gossip().view().members().stream()
            .filter(member -> member.status() != Member.Status.LEFT)
            .filter(member -> !member.node().equals(self()))
            .filter(among)
            .map(Member::node)
            .toList();
    return parts.outbound().broadcast(to, message, options);
  }

  /** Why no message is taken now, if it is so. */
  private Optional<MeshError> notNow() {
    if (closing.get()) return Optional.of(draining("sending a message"));
    return parts.life().state() == NodeStatus.State.STARTING
        ? Optional.of(starting())
        : Optional.empty();
  }

  @Override
  public List<Member> members() {
    return snapshot().mesh().members();
  }

  @Override
  public List<ScopeLeader> leaders() {
    return snapshot().leaders();
  }

  @Override
  public LocalStore store() {
    return parts.store();
  }

  /** The database of a node that does not run, see {@code MeshKit.store}. */
  public static Result<LocalStore> store(MeshConfig config) {
    return Foundation.store(config);
  }

  @Override
  public Leadership leadership(Scope scope) {
    var election = parts.elections().get(scope);
    if (election == null) {
      throw new MeshException(
          MeshError.validation(
              "leading " + scope,
              self() + " does not vote in it",
              "name it among the voters of " + scope + " in the configuration of every voter"));
    }
    return election;
  }

  /**
   * Goes by other {@code listen.versions} from now on, see {@code MeshKit.permit}.
   *
   * @throws dev.meshkit.config.InvalidConfig if they are out of range or order
   */
  public Result<Unit> permit(List<VersionWindow> versions) {
    if (closing.get()) return Result.err(draining("changing listen.versions"));
    return parts.changes().transport().change(versions);
  }

  /** Which version of each change runs here, see {@code MeshKit.gate}. */
  public DeterministicGate gate() {
    return parts.changes().gates().gate();
  }

  /** Reads this node's identity again, see {@code MeshKit.renew}. */
  public Result<Unit> renew() {
    if (closing.get()) return Result.err(draining("reading the identity"));
    return parts.changes().identity().renew();
  }

  @Override
  public Stopped awaitStop() throws InterruptedException {
    stopped.await();
    return cause;
  }

  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      parts.life().enter(NodeStatus.State.STOPPING, "close");
      end(ends);
      stopped.countDown();
      return;
    }
    awaitUninterruptibly();
  }

  /** This moment of the mesh. */
  Snapshot snapshot() {
    var votes = new TreeMap<Scope, ElectionView>();
    parts
        .elections()
        .forEach((scope, election) -> election.seen().ifPresent(view -> votes.put(scope, view)));
    return new Snapshot(self(), parts.gossip().view(), votes);
  }

  /** The clock of waiting. */
  Instant monotonic() {
    return parts.clocks().monotonic().instant();
  }

  /** Where an answer comes from. */
  Origin origin(String cluster, Snapshot seen) {
    var up = seen.mesh().members().stream().filter(m -> m.status() == Member.Status.ALIVE).toList();
    return new Origin(
        cluster,
        seen.names().text(self()),
        parts.clocks().wall().instant(),
        Math.max(1, up.size() - parts.gossip().differing()),
        up.size());
  }

  /** Where the page and health endpoints are, empty if they are off. */
  String http() {
    return parts.http().get();
  }

  private void runLoops(List<Loops.Loop> all) {
    try {
      Loops.run(all);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // close() ends the loops so
    } catch (IllegalStateException failed) {
      cause = why(failed);
      LOG.log(System.Logger.Level.ERROR, "node " + self() + " stops: " + text(cause), failed);
    } finally {
      loopsEnded.countDown();
    }
    if (!closing.get()) Thread.ofPlatform().name("node-stop").start(this::close);
  }

  private void awaitUninterruptibly() {
    try {
      stopped.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // whoever began to close goes on with it
    }
  }

  /** Why a node stops one of whose loops failed. */
  static Stopped why(IllegalStateException failed) {
    for (Throwable at = failed; at != null; at = at.getCause()) {
      if (at instanceof MeshException known) {
        var error = known.error();
        var store = error.code().startsWith("error.store");
        return store ? new Stopped.StoreFailed(error) : new Stopped.Failed(error);
      }
    }
    return new Stopped.Failed(
        MeshError.of(
            "error.unspecified",
            "running the loops of a node",
            String.valueOf(failed.getCause()),
            "report it with the log: it is a fault of MeshKit",
            MeshError.Retry.NEVER));
  }

  private static String text(Stopped cause) {
    return switch (cause) {
      case Stopped.Closed _ -> "closed";
      case Stopped.StoreFailed(var error) -> error.text();
      case Stopped.Failed(var error) -> error.text();
    };
  }

  private static MeshError starting() {
    return MeshError.unavailable("sending a message", "this node is starting", "try again soon");
  }

  private static MeshError draining(String tried) {
    return MeshError.of(
        "error.draining",
        tried,
        "this node is stopping",
        "do it at another node, or after the restart",
        MeshError.Retry.SAFE);
  }
}
