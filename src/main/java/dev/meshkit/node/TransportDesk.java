package dev.meshkit.node;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Unit;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.VersionWindow;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.gossip.Input;
import dev.meshkit.link.Links;
import dev.meshkit.runtime.Loops;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.transport.RoadPolicy;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Has the links go by what is committed of {@link TransportRule#CHANGE} in each region, at the
 * start and whenever that changes, and tells the mesh where the legacy port is while it is bound.
 * Regions without an entry go by {@code listen.versions}. Thread-safe.
 */
final class TransportDesk {
  private static final System.Logger LOG = System.getLogger(TransportDesk.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final MeshConfig config;
  private final Links links;
  private final Mailbox<Input> gossip;
  private final Function<Endpoint, SortedMap<String, String>> labels;
  private final Views views;
  private final Semaphore news = new Semaphore(0);
  private TransportRule rule; // guarded by this
  private boolean draining; // guarded by this
  private volatile Optional<MeshError> trouble = Optional.empty();

  /**
   * For the node of {@code config}; {@code labels} is what it says of itself, by where its legacy
   * port is.
   */
  TransportDesk(
      MeshConfig config,
      Links links,
      Mailbox<Input> gossip,
      Function<Endpoint, SortedMap<String, String>> labels,
      Views views) {
    this.config = config;
    this.links = links;
    this.gossip = gossip;
    this.labels = labels;
    this.views = views;
    this.rule = known(config, views);
  }

  /** What a node goes by before it hears of anybody. */
  static TransportRule known(MeshConfig config, Views views) {
    return new TransportRule(new Settings(config).policy(), TransportRule.entries(views.all()));
  }

  /** By what was known when it was made; what the mesh is told of it is told already. */
  Result<Unit> begin() {
    synchronized (this) {
      var begun = links.policy(rule.policy());
      if (!begun.isOk()) return begun;
    }
    views.watch(this::viewed); // asks for what there is by now
    return Result.ok();
  }

  private void viewed(Scope scope, ScopeRecord view) {
    if (!scope.equals(Scope.GLOBAL)) news.release();
  }

  /** What runs as long as the node does. */
  Loops.Loop loop() {
    return new Loops.Loop("transport", this::run);
  }

  /** Goes by what comes, until interrupted. What could not be done is tried again. */
  private void run() throws InterruptedException {
    while (true) {
      news.acquire();
      news.drainPermits();
      if (follow().isOk()) continue;
      Thread.sleep(PAUSE);
      news.release();
    }
  }

  /** The mesh is to hear again what this node says of itself: its certificate is another. */
  void retell() {
    news.release();
  }

  /**
   * The mesh is to hear that this node is about to go: nobody asks it to vote any more. Never
   * blocks for long; where gossip has no room for it just now, the goodbye says it soon enough.
   */
  synchronized void drain() {
    draining = true;
    var _ = told();
  }

  private synchronized Result<Unit> follow() {
    var next = rule.next(TransportRule.entries(views.all()));
    return next.equals(rule) ? told() : by(next);
  }

  /**
   * Others than configured, for regions without an entry. An error means that the legacy port could
   * not be bound; then everything is as before.
   */
  synchronized Result<Unit> change(List<VersionWindow> versions) {
    var other = new Settings(config.withListen(config.listen().withVersions(versions)));
    return by(new TransportRule(other.policy(), rule.entries()))
        .onOk(_ -> LOG.log(Level.INFO, "listen.versions is {0} now", versions));
  }

  private Result<Unit> by(TransportRule next) { // held: this
    var done = links.policy(next.policy());
    if (done instanceof Result.Err<Unit>(var error)) {
      if (trouble.isEmpty()) LOG.log(Level.WARNING, "the transport stays: {0}", error.text());
      trouble = Optional.of(error);
      return done;
    }
    trouble = Optional.empty();
    rule = next;
    return told();
  }

  /** Of the legacy port and the certificate; an error if gossip has no room to hear of it now. */
  private Result<Unit> told() { // held: this
    var said = labels.apply(links.legacy());
    if (draining) said.put(MemberDesk.DRAINING, "1");
    if (gossip.offer(new Input.Described(said))) return Result.ok();
    return Result.err(
        MeshError.unavailable(
            "telling the mesh of the legacy port and the certificate",
            "the mailbox of gossip is full",
            "it is told again soon"));
  }

  /** What regions without an entry go by: {@code listen.versions}. */
  synchronized RoadPolicy configured() {
    return rule.otherwise();
  }

  /** Why the links do not go by what is committed, if they do not. */
  Optional<MeshError> trouble() {
    return trouble;
  }
}
