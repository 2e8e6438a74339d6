package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.wire.LeaderAsk;
import dev.meshkit.wire.LeaderAsk.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Until the region of this node has begun here: asks whoever leads the whole to be its founder, and
 * begins it once the committed global record says so (E30). One loop of the node; it ends by
 * itself.
 */
final class Founder {
  private static final Duration WITHIN = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final ScopeElection global;
  private final ScopeElection region;
  private final LeaderCalls leaders;
  private final NodeEvent.Sink events;

  private Founder(
      ScopeElection global, ScopeElection region, LeaderCalls leaders, NodeEvent.Sink events) {
    this.global = global;
    this.region = region;
    this.leaders = leaders;
    this.events = events;
  }

  /** Of a node whose region has not begun, and which takes part in the whole. */
  static Optional<Founder> of(NodeStart.Made made) {
    var global = made.scopes().get(Scope.GLOBAL);
    var region = made.scopes().get(Scope.region(made.base().self().region()));
    if (global == null || region == null || region.isBegun()) return Optional.empty();
    return Optional.of(new Founder(global, region, made.leaders(), made.sightings()));
  }

  /** Runs until the region has begun here, or the thread is interrupted. */
  void run() throws InterruptedException {
    while (!region.isBegun()) {
      if (global.isBegun()) step();
      Thread.sleep(PAUSE);
    }
  }

  private void step() throws InterruptedException {
    var berth = region.berth();
    for (var first : Electorates.founded(berth, global)) {
      var text = berth.self() + " founds " + berth.scope();
      var event = NodeEvent.info("leader.founded", berth.self().toString(), text);
      events.accept(event.of(berth.scope().text(), 0).because("FOUNDER"));
      region.found(first);
      return;
    }
    if (!isKnown(berth.self().region())) leaders.ask(wish(berth));
  }

  /** Whether the whole has a founder for it, so that its leader will show this node the record. */
  private boolean isKnown(String name) {
    return global.seen().stream()
        .flatMap(seen -> seen.view().content().regions().stream())
        .anyMatch(known -> known.name().equals(name));
  }

  /** One id a founder: asked again it lands once, and a refusal means that another was first. */
  private static LeaderAsk wish(Berth berth) {
    var change = new Change.AddRegion(berth.self().region(), berth.seat());
    var id = Bytes.utf8("found " + berth.scope() + " " + berth.seat()).sha256();
    var author = new Author("", "the first node of its region", Instant.EPOCH);
    return new LeaderAsk(Scope.GLOBAL, author, WITHIN, new Wish.Alter(id, Command.ANY, change));
  }
}
