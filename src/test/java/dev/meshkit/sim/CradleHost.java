package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Change;
import dev.meshkit.election.Durable;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Founding;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Joining;
import dev.meshkit.election.Life;
import dev.meshkit.election.Profile;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.election.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A scope at a node where it may not have begun yet: the model of {@code node.Cradle} and {@code
 * node.Founder}. A node of a region that is not founded asks whoever leads the whole to be its
 * founder, and begins the region's election once it knows that it is. One that joins begins with
 * the record that a leader shows.
 */
final class CradleHost implements Host {
  private static final Duration EVERY = Duration.ofMillis(100);

  private final SimNode node;
  private final Scope scope;
  private final Profile profile;
  private final Shared shared;
  private List<Bytes> genesis = List.of(); // none or one
  private List<ElectionHost> born = List.of(); // none or one
  private Instant next;

  /**
   * What all such nodes of a run have in common.
   *
   * @param elections of the processes
   * @param disks by scope and store
   * @param joins whether they begin with what a leader shows
   */
  record Shared(
      ElectionRuns.Boot elections, SortedMap<String, SimDisk<Image>> disks, boolean joins) {}

  CradleHost(SimNode node, Scope scope, Profile profile, Shared shared, long from) {
    this.node = node;
    this.scope = scope;
    this.profile = profile;
    this.shared = shared;
    var wait = Math.max(0, from - node.world().now());
    this.next = isWhole() ? Instant.MAX : node.monotonic().plusNanos(wait);
  }

  private boolean isWhole() {
    return scope.equals(Scope.GLOBAL);
  }

  private String key() {
    return shared.elections().key(node, scope);
  }

  /** The node that begins the mesh, once. */
  CradleHost founding(Bytes drawn) {
    genesis = List.of(drawn);
    return this;
  }

  @Override
  public void start() {
    var disk = shared.disks().get(key());
    if (disk != null) begin(disk.durable().durable().record(), false);
    else for (var drawn : genesis) begin(Founding.global(seat(), drawn, profile), true);
  }

  @Override
  public void wake() {
    if (!born.isEmpty()) born.getFirst().wake();
    else if (!node.monotonic().isBefore(next)) {
      next = node.monotonic().plus(EVERY);
      if (!whole().isEmpty())
        Founding.of(whole().getFirst(), node.id().region(), seat(), profile)
            .ifPresentOrElse(first -> begin(first, true), this::ask);
    }
  }

  /** This node's part in the global scope: none before it has begun here. */
  private List<State> whole() {
    return switch (node.hosts().get(Scope.GLOBAL.text())) {
      case ElectionHost host -> List.of(host.state());
      case CradleHost host -> host.born.stream().map(ElectionHost::state).toList();
      case null, default -> List.of();
    };
  }

  private Seat seat() {
    return new Seat(node.id(), shared.elections().store(node), Seat.DEFAULT_RANK);
  }

  private void ask() {
    var change = new Change.AddRegion(node.id().region(), seat());
    var order = new Op.Order(Op.LEADER, "found " + node.id(), false, change);
    for (var other : node.world().nodes())
      if (leads(other) && (other != node || shared.joins())) other.order(order);
  }

  private static boolean leads(SimNode other) {
    var host = other.hosts().get(Scope.GLOBAL.text());
    return other.running() && host != null && host.authority().isPresent();
  }

  private void begin(ScopeRecord first, boolean fresh) {
    var store = shared.elections().store(node);
    var options = new ElectionOptions(scope, node.id(), store, first, profile);
    var disk =
        shared
            .disks()
            .computeIfAbsent(
                key(),
                key ->
                    new SimDisk<>(
                        node.world().chance().of("disk", key), Image.fresh(Durable.fresh(first))));
    if (fresh) node.world().coverage().count(Coverage.Seen.ADOPTED);
    born = List.of(new ElectionHost(node, options, disk, fresh, shared.elections()));
    born.getFirst().start();
  }

  @Override
  public void receive(int from, Object frame) {
    if (!born.isEmpty()) born.getFirst().receive(from, frame);
    else if (shared.joins()) hear(from, (Frame) frame);
  }

  private void hear(int from, Frame frame) {
    switch (Joining.hear(scope, shared.elections().store(node), Life.UNSAID, frame)) {
      case Joining.Begin(var first) -> {
        node.world().coverage().count(Coverage.Seen.JOINED);
        begin(first, true);
      }
      case Joining.Ask(var ask) ->
          node.send(from, scope.text(), shared.elections().wired() ? WireTrip.of(ask) : ask);
      case Joining.Nothing() -> {}
    }
  }

  @Override
  public void durable() {
    born.forEach(Host::durable);
  }

  @Override
  public void timer(Object what) {
    born.forEach(host -> host.timer(what));
  }

  @Override
  public void crash(double keep) {
    born.forEach(host -> host.crash(keep));
  }

  @Override
  public void leave() {
    born.forEach(Host::leave);
  }

  /** What operators ask is asked of the whole. */
  @Override
  public void order(Op.Order order) {
    if (isWhole()) born.forEach(host -> host.order(order));
  }

  @Override
  public void hand(NodeId to) {
    if (isWhole()) born.forEach(host -> host.hand(to));
  }

  @Override
  public void favour(boolean is) {
    born.forEach(host -> host.favour(is));
  }

  @Override
  public void act(long nanos) {
    born.forEach(host -> host.act(nanos));
  }

  @Override
  public void intrude(long ahead) {
    born.forEach(host -> host.intrude(ahead));
  }

  @Override
  public void forged(Op.Forge how) {
    born.forEach(host -> host.forged(how));
  }

  @Override
  public long held() {
    return born.isEmpty() ? 0 : born.getFirst().held();
  }

  @Override
  public List<String> words() {
    return born.isEmpty() ? List.of("not begun, looks again at " + next) : born.getFirst().words();
  }

  @Override
  public Instant due() {
    return born.isEmpty() ? next : born.getFirst().due();
  }

  @Override
  public void report(Census census) {
    if (!shared.joins() || !born.isEmpty() || mayBegin()) census.scope(scope);
  }

  /** Nobody founded it, and somebody is there to be asked; a founder may have lost its disk. */
  private boolean mayBegin() {
    var name = node.id().region();
    return !isWhole()
        && node.world().nodes().stream().anyMatch(CradleHost::leads)
        && whole().stream()
            .flatMap(known -> known.view().content().regions().stream())
            .noneMatch(known -> known.name().equals(name));
  }

  @Override
  public void stall(long until) {
    born.forEach(host -> host.stall(until));
  }

  @Override
  public List<Seat> electorate() {
    return born.isEmpty() ? List.of() : born.getFirst().electorate();
  }

  @Override
  public boolean mayHelpAgainst(Fence leading, NodeId leader, Seat voter) {
    return !born.isEmpty() && born.getFirst().mayHelpAgainst(leading, leader, voter);
  }

  @Override
  public Optional<Fence> authority() {
    return born.isEmpty() ? Optional.empty() : born.getFirst().authority();
  }
}
