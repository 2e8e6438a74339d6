package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.election.Content;
import dev.meshkit.election.Founding;
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

  private final Views views;
  private final ScopeElection region;
  private final LeaderCalls leaders;
  private final NodeEvent.Sink events;

  /** Of a region that has not begun here; it goes by {@code views} of the whole. */
  Founder(Views views, ScopeElection region, LeaderCalls leaders, NodeEvent.Sink events) {
    this.views = views;
    this.region = region;
    this.leaders = leaders;
    this.events = events;
  }

  /** Of a node that is to take part in its region, where that has not begun. */
  static Optional<Founder> of(NodeStart.Made made) {
    var region = made.scopes().get(Scope.region(made.base().self().region()));
    if (region == null || region.isBegun()) return Optional.empty();
    return Optional.of(new Founder(made.views(), region, made.leaders(), made.sightings()));
  }

  /** Runs until the region has begun here, or the thread is interrupted. */
  void run() throws InterruptedException {
    while (!region.isBegun()) {
      for (var whole : views.of(Scope.GLOBAL).stream().toList()) step(whole.content());
      Thread.sleep(PAUSE);
    }
  }

  /** By what is committed of the whole, which each node hears of, whether it takes part or not. */
  private void step(Content whole) throws InterruptedException {
    var berth = region.berth();
    var own = Founding.of(whole, berth.self().region(), berth.seat(), berth.profile());
    for (var first : own.stream().toList()) {
      var text = berth.self() + " founds " + berth.scope();
      var event = NodeEvent.info("leader.founded", berth.self().toString(), text);
      events.accept(event.of(berth.scope().text(), 0).because("FOUNDER"));
      region.found(first);
      return;
    }
    if (!isKnown(whole, berth.self().region())) leaders.ask(wish(berth));
  }

  /** Whether the whole has a founder for it: then its leader will show this node the record. */
  private static boolean isKnown(Content whole, String name) {
    return whole.regions().stream().anyMatch(known -> known.name().equals(name));
  }

  /** One id a founder: asked again it lands once, and a refusal means that another was first. */
  private static LeaderAsk wish(Berth berth) {
    var change = new Change.AddRegion(berth.self().region(), berth.seat());
    var id = Bytes.utf8("found " + berth.scope() + " " + berth.seat()).sha256();
    var author = new Author("", "the first node of its region", Instant.EPOCH);
    return new LeaderAsk(Scope.GLOBAL, author, WITHIN, new Wish.Alter(id, Command.ANY, change));
  }
}
