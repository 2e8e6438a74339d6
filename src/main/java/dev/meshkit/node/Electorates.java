package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Member;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Unit;
import dev.meshkit.config.ElectionBirth;
import dev.meshkit.config.ElectionConfig;
import dev.meshkit.config.ElectionScopeConfig;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Founding;
import dev.meshkit.election.Life;
import dev.meshkit.election.Lookout;
import dev.meshkit.election.Prospect;
import dev.meshkit.election.Roster;
import dev.meshkit.election.ScopeRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens the two scopes of a node: with the voters that are named, or as {@code election.vote} says.
 * Used once, at the start.
 */
final class Electorates {
  /** Of a release that does not say how long its certificate lasts; one that ended has no link. */
  private static final Duration CERTIFIED = Duration.ofDays(1);

  private final Foundation base;
  private final ElectionPorts ports;
  private final Supplier<List<Member>> members;
  private final ElectionConfig config;
  private final Life life;

  /** Of the node on {@code base}; {@code members} is what gossip shows. */
  Electorates(Foundation base, ElectionPorts ports, Supplier<List<Member>> members) {
    this.base = base;
    this.ports = ports;
    this.members = members;
    this.config = base.settings().config().election();
    this.life = new Life(base.votes().boot(), base.chance().nextLong());
  }

  /** Both scopes, without one whose named voters leave this node out. */
  Result<SortedMap<Scope, ScopeElection>> open() throws InterruptedException {
    var all = new TreeMap<Scope, ScopeElection>();
    var region = Scope.region(base.self().region());
    var global = open(Scope.GLOBAL, config.global(), all);
    if (!global.isOk()) return global.cast();
    var own = open(region, config.region(), all);
    if (!own.isOk()) return own.cast();
    affine(all, region);
    return Result.ok(all);
  }

  private Result<Unit> open(
      Scope scope, ElectionScopeConfig said, SortedMap<Scope, ScopeElection> all)
      throws InterruptedException {
    if (said.voters().isEmpty() && config.vote().birth() == ElectionBirth.NONE) return Result.ok();
    if (!said.voters().isEmpty() && !said.voters().contains(base.self())) return Result.ok();
    var opened = said.voters().isEmpty() ? finding(scope, said, all) : named(scope, said);
    return opened.onOk(election -> all.put(scope, election)).map(_ -> Unit.UNIT);
  }

  private Result<ScopeElection> named(Scope scope, ElectionScopeConfig said)
      throws InterruptedException {
    var profile = Settings.profile(said.profile());
    var store = base.votes().uuid();
    var options = ElectionOptions.configured(scope, base.self(), store, said.voters(), profile);
    var global = scope.equals(Scope.GLOBAL);
    var course = Steering.Course.byHand(said.voters(), () -> sightings(global));
    return ScopeElection.open(options.lived(life), course, ports);
  }

  private Result<ScopeElection> finding(
      Scope scope, ElectionScopeConfig said, SortedMap<Scope, ScopeElection> all)
      throws InterruptedException {
    var profile = Settings.profile(said.profile());
    var berth = new Berth(scope, base.self(), base.votes().uuid(), profile, life);
    return ScopeElection.open(berth, first(berth, all), course(scope), ports);
  }

  /** What this node begins a scope with that it holds no record of; none: somebody shows it. */
  private List<ScopeRecord> first(Berth berth, SortedMap<Scope, ScopeElection> all) {
    if (!berth.scope().equals(Scope.GLOBAL)) return founded(berth, all.get(Scope.GLOBAL));
    if (config.vote().birth() != ElectionBirth.FOUND) return List.of();
    var drawn = ByteBuffer.allocate(16);
    drawn.putLong(base.chance().nextLong()).putLong(base.chance().nextLong());
    return List.of(Founding.global(berth.seat(), Bytes.of(drawn.array()), berth.profile()));
  }

  /** The first record of a region whose founder this node is by its view of the whole (E30). */
  private static List<ScopeRecord> founded(Berth berth, @Nullable ScopeElection global) {
    if (global == null) return List.of();
    return global
        .seen()
        .flatMap(
            seen ->
                Founding.of(
                    seen.view().content(), berth.self().region(), berth.seat(), berth.profile()))
        .stream()
        .toList();
  }

  private Steering.Course course(Scope scope) {
    var global = scope.equals(Scope.GLOBAL);
    var plan = Roster.Plan.of(global, config.vote().deadVoterAfter(), config.vote().settle());
    return Steering.Course.towards(plan, () -> sightings(global));
  }

  private List<Lookout.Sighting> sightings(boolean global) {
    return members.get().stream()
        .filter(member -> global || member.node().region().equals(base.self().region()))
        .map(member -> sighting(member, base.clocks().wall().instant()))
        .toList();
  }

  /** What autopilot goes by, as gossip shows it at {@code now} of the wall clock. */
  static Lookout.Sighting sighting(Member member, Instant now) {
    return new Lookout.Sighting(
        member.node(),
        MemberDesk.votesBy(member),
        member.status() == Member.Status.ALIVE,
        MemberDesk.drains(member) ? Prospect.Bar.DRAINING : Prospect.Bar.NONE,
        MemberDesk.certified(member).map(end -> Duration.between(now, end)).orElse(CERTIFIED));
  }

  /** Who leads its region follows sooner in the whole, if it takes part in both. */
  private static void affine(SortedMap<Scope, ScopeElection> scopes, Scope region) {
    var whole = scopes.get(Scope.GLOBAL);
    var own = scopes.get(region);
    if (whole != null && own != null) own.whenLeader(new Affinity(whole.inputs()));
  }
}
