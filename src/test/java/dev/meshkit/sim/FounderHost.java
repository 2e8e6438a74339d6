package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Change;
import dev.meshkit.election.Durable;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Founding;
import dev.meshkit.election.Profile;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/**
 * One node of a region that is not founded yet: it asks whoever leads the whole to be its founder,
 * and begins the region's election once it knows that it is.
 */
final class FounderHost implements Host {
  private static final Duration EVERY = Duration.ofMillis(100);

  private final SimNode node;
  private final Scope scope;
  private final Profile profile;
  private final ElectionRuns.Boot shared;
  private final SortedMap<NodeId, SimDisk<Image>> disks;
  private List<ElectionHost> born = List.of(); // none or one
  private Instant next;

  FounderHost(
      SimNode node,
      Profile profile,
      ElectionRuns.Boot shared,
      SortedMap<NodeId, SimDisk<Image>> disks,
      long from) {
    this.node = node;
    this.scope = Scope.region(node.id().region());
    this.profile = profile;
    this.shared = shared;
    this.disks = disks;
    var wait = Math.max(0, from - node.world().now());
    this.next = node.monotonic().plusNanos(wait);
  }

  @Override
  public void start() {
    var disk = disks.get(node.id());
    if (disk != null) begin(disk.durable().durable().record(), false);
  }

  @Override
  public void wake() {
    if (!born.isEmpty()) born.getFirst().wake();
    else if (!node.monotonic().isBefore(next)) {
      next = node.monotonic().plus(EVERY);
      var global = (ElectionHost) Objects.requireNonNull(node.hosts().get(Scope.GLOBAL.text()));
      Founding.of(global.state(), node.id().region(), seat(), profile)
          .ifPresentOrElse(first -> begin(first, true), this::ask);
    }
  }

  private Seat seat() {
    return new Seat(node.id(), shared.store(node), Seat.DEFAULT_RANK);
  }

  private void ask() {
    var change = new Change.AddRegion(node.id().region(), seat());
    var order = new Op.Order(Op.LEADER, "found " + node.id(), false, change);
    for (var other : node.world().nodes())
      if (other.running() && leads(other) && other != node) other.order(order);
  }

  private static boolean leads(SimNode other) {
    var host = other.hosts().get(Scope.GLOBAL.text());
    return host != null && host.authority().isPresent();
  }

  private void begin(ScopeRecord first, boolean fresh) {
    var options = new ElectionOptions(scope, node.id(), shared.store(node), first, profile);
    var key = scope + " " + node.label();
    var disk =
        disks.computeIfAbsent(
            node.id(),
            _ ->
                new SimDisk<>(
                    node.world().chance().of("disk", key), Image.fresh(Durable.fresh(first))));
    if (fresh) node.world().coverage().count(Coverage.Seen.ADOPTED);
    born = List.of(new ElectionHost(node, options, disk, fresh, shared));
    born.getFirst().start();
  }

  @Override
  public void receive(int from, Object frame) {
    born.forEach(host -> host.receive(from, frame));
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
  public void order(Op.Order order) {}

  @Override
  public void act(long nanos) {
    born.forEach(host -> host.act(nanos));
  }

  @Override
  public void intrude(long ahead) {
    born.forEach(host -> host.intrude(ahead));
  }

  @Override
  public Instant due() {
    return born.isEmpty() ? next : born.getFirst().due();
  }

  @Override
  public void report(Census census) {
    census.scope(scope); // founded or not: somebody must lead it
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
