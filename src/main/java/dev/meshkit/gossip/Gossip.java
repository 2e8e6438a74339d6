package dev.meshkit.gossip;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Membership as a step function: SWIM with Lifeguard. Confined to the thread of {@code
 * node.GossipLoop}; its state is a function of its inputs and facts.
 *
 * <p>Each step hears its input, does what is due, and ends by saying which links it wants and what
 * is urgent. This class only deals out; the rules are in the roles it names.
 */
public final class Gossip {
  private final GossipOptions options;
  private final Past past;
  private final Health health = new Health();
  private final Lines lines = new Lines();
  private final Rumours rumours;
  private final Self self;
  private final MemberTable table;
  private final Claims claims;
  private final Heads heads;
  private final Post post;
  private final Prober prober;
  private final Helper helper;
  private final Syncs syncs;
  private final Entrance entrance;
  private final Healing healing;
  private final Spread spread;
  private final Diary diary;
  private final Duration pause; // a tick so late is no tick that was merely late
  private Instant due = Instant.EPOCH;
  private Instant goodbye = Instant.MAX;
  private boolean started;
  private boolean stopped;

  /** A node that knows only its past and has said nothing yet. */
  public Gossip(GossipOptions options, Past past) {
    this.options = options;
    this.past = past;
    var timing = options.timing();
    var second = Duration.ofSeconds(1);
    var two = timing.period().multipliedBy(2);
    pause = two.compareTo(second) > 0 ? two : second;
    rumours = new Rumours(timing, options.limits().urgent());
    self = new Self(options, past.generation(), rumours, health);
    table = new MemberTable(options, self, rumours);
    claims = new Claims(options.self(), rumours);
    heads = new Heads(options.self(), rumours);
    var said = new Post.Said(claims, heads);
    post = new Post(self, table, said, rumours, lines, options.limits());
    prober = new Prober(timing, table, post, health, lines);
    helper = new Helper(options.self(), post, lines, options.limits().errands());
    syncs = new Syncs(options, self, table, said, rumours, lines);
    entrance = new Entrance(self, table, post, lines, syncs);
    healing = new Healing(options, self, table, lines);
    spread = new Spread(timing, table, post, rumours);
    diary = new Diary(table);
  }

  /** What is to be done because of {@code input}, in order. */
  public List<Effect> step(Input input, Facts facts) {
    table.begin();
    if (stopped) return List.of();
    var turn = new Turn(facts);
    self.begin(turn);
    if (started) noticePause(turn);
    if (started && self.isReady()) hear(turn, input);
    else prepare(turn, input);
    if (started && self.isReady()) settle(turn);
    stopped = turn.effects.stream().anyMatch(Effect.Stop.class::isInstance);
    due = stopped || !started || !self.isReady() ? Instant.MAX : later(nextDue(), turn.now);
    return List.copyOf(turn.effects);
  }

  /**
   * When the next {@link Input.Tick} is wanted; never before the last step, for who is ticked later
   * than it asked to be takes itself for one that was stopped.
   */
  public Instant due() {
    return due;
  }

  /** All shown members, this node included, by name. */
  public List<Member> members() {
    return View.members(self, table);
  }

  /** This node, then those shown others that the last step may have changed, by name. */
  public List<Member> changed() {
    return View.changed(self, table);
  }

  /** Others of whom the last step may have changed what is held, shown or not, by name. */
  public List<NodeId> touched() {
    return View.touched(table);
  }

  /** All that is held, of this node first, then of others, shown or not; aged as of now. */
  public List<Told> held(Instant now) {
    return View.held(self, table, now);
  }

  /** The newest claim of each scope, by scope; of tenures whose leader is not up, its end. */
  public List<Claim> claims() {
    return View.claims(claims, table);
  }

  /** The committed records that this node holds and passes on, by scope. */
  public List<Head> heads() {
    return heads.all();
  }

  /** Who this is. */
  public NodeId self() {
    return self.id();
  }

  /** What is held of a node, whether shown or not; {@link Entry#NOTHING} of the unknown. */
  public Entry entry(NodeId id) {
    return table.entry(id);
  }

  /** Grows whenever one of the views may have changed. */
  public long version() {
    return table.version() + claims.version() + self.version() + (joined() ? 1 : 0);
  }

  /** Whether this node was let in by another, or has nobody to ask. */
  public boolean joined() {
    return entrance.isJoined();
  }

  /** The sums that ride on every ack: equal at two nodes that hold the same. */
  public Sums sums() {
    return syncs.sums();
  }

  /** How many linked peers held something else than this node when they last said so. */
  public int differing() {
    return syncs.differing();
  }

  /** The local health multiplier, 0 (well) to 7. */
  public int health() {
    return health.multiplier();
  }

  /** How many changed subjects wait to be passed on. */
  public int rumours() {
    return rumours.size();
  }

  /** How often it was at one of its limits. */
  public Limited limited() {
    return new Limited(
        table.ignored(), rumours.cut(), rumours.slowed(), helper.dropped(), syncs.parts());
  }

  /** Before the generation is durable nothing is heard but what the first words depend on. */
  private void prepare(Turn turn, Input input) {
    switch (input) {
      case Input.Seeds(var found) -> healing.seeds(found);
      case Input.LinkUp(var peer) -> lines.opened(peer, turn.now);
      case Input.LinkDown(var peer, var refused) -> lines.closed(peer, refused);
      case Input.Claimed(var claim) -> claims.gained(turn, claim);
      case Input.Unclaimed(var scope) -> claims.lost(turn, scope);
      case Input.Viewed(var head) -> heads.viewed(turn, head, true);
      case Input.Revoked(var nodes) -> table.revoke(turn, nodes);
      case Input.Described(var labels) -> self.describe(turn, labels);
      case Input.Leave() -> turn.emit(new Effect.Stop(Effect.Stop.Cause.LEFT));
      case Input.Saved(var generation) -> {
        if (self.saved(generation)) start(turn);
      }
      case Input.SyncAsked asked -> turn.emit(new Effect.Answer(asked.slot(), nothing()));
      case Input.Tick _,
          Input.Received _,
          Input.Dialled _,
          Input.Undialled _,
          Input.Unfetched _,
          Input.Synced _,
          Input.SyncFailed _ -> {}
    }
  }

  private void start(Turn turn) {
    if (started) {
      self.announce(turn);
    } else {
      prober.start(turn);
      healing.start(turn, past);
    }
    started = true;
    for (var peer : lines.up()) entrance.greet(turn, peer);
  }

  private void hear(Turn turn, Input input) {
    switch (input) {
      case Input.Tick() -> {}
      case Input.Received(var from, var frame) -> received(turn, from, frame);
      case Input.LinkUp(var peer) -> linked(turn, peer);
      case Input.LinkDown(var peer, var refused) -> unlinked(turn, peer, refused);
      case Input.Dialled(var at, var who) -> answered(turn, at, who);
      case Input.Undialled(var at) -> answered(turn, at, NodeId.NOBODY);
      case Input.Synced(var with, var theirs) -> {
        syncs.ended(with);
        learn(turn, with, theirs);
      }
      case Input.SyncFailed(var with) -> syncs.ended(with);
      case Input.SyncAsked(var from, var theirs, var slot) -> {
        learn(turn, from, theirs);
        turn.emit(new Effect.Answer(slot, syncs.whole(turn)));
      }
      case Input.Saved _ -> {}
      case Input.Seeds(var found) -> healing.seeds(found);
      case Input.Claimed(var claim) -> claims.gained(turn, claim);
      case Input.Unclaimed(var scope) -> claims.lost(turn, scope);
      case Input.Viewed(var head) -> heads.viewed(turn, head, false);
      case Input.Revoked(var nodes) -> table.revoke(turn, nodes);
      case Input.Unfetched(var head, var from) -> heads.failed(turn, head, from);
      case Input.Described(var labels) -> self.describe(turn, labels);
      case Input.Leave() -> leave(turn);
    }
  }

  private void received(Turn turn, NodeId from, Frame frame) {
    var future = Self.isFuture(frame.life().generation(), turn.wall);
    if (future && !(frame.body() instanceof Frame.Greet)) return;
    if (!future) {
      for (var told : frame.members()) {
        table.hear(turn, told, from);
        table.correct(turn, told, from);
      }
      for (var claim : frame.claims()) claims.hear(turn, claim, from);
      for (var head : frame.heads()) heads.hear(turn, head, from);
    }
    table.heard(turn, from, frame.life());
    if (table.shouldTell(turn.now, from, frame.life())) turn.accused.add(from);
    body(turn, from, frame);
  }

  private void body(Turn turn, NodeId from, Frame frame) {
    switch (frame.body()) {
      case Frame.Greet greet -> entrance.greeted(turn, from, frame.life(), greet);
      case Frame.Reject reject -> entrance.rejected(turn, from, reject);
      case Frame.Ping(var seq, var accusation) -> {
        if (accusation.id().equals(self.id())) table.hear(turn, accusation, from);
        post.probe(turn, from, new Frame.Ack(seq, syncs.sums(), health.multiplier()));
      }
      case Frame.Ack(var seq, var roots, _) -> {
        prober.acked(turn, from, seq);
        helper.acked(turn, from, seq);
        syncs.compare(turn, from, roots);
      }
      case Frame.PingReq request -> helper.asked(turn, from, request);
      case Frame.FwdAck(var seq) -> prober.forwarded(from, seq);
      case Frame.Nack nack -> prober.nacked(turn, from, nack);
      case Frame.News() -> {}
      case Frame.Accused(var told) -> {
        if (told.id().equals(self.id())) self.hear(turn, told.entry(), from);
      }
      case Frame.Leaving() -> {
        var left = new Entry(Key.of(frame.life(), Rank.LEFT), Attrs.NONE, Entry.NOTHING.accusers());
        table.hear(turn, Told.of(from, left), from);
      }
    }
  }

  private void learn(Turn turn, NodeId from, Table theirs) {
    if (Self.isFuture(theirs.life().generation(), turn.wall)) return;
    rumours.hush(!entrance.isJoined());
    for (var told : theirs.members()) table.hear(turn, told, from);
    for (var claim : theirs.claims()) claims.hear(turn, claim, from);
    for (var head : theirs.heads()) heads.hear(turn, head, from);
    rumours.hush(false);
    if (self.isReady()) entrance.join(turn);
  }

  private void linked(Turn turn, NodeId peer) {
    lines.opened(peer, turn.now);
    entrance.greet(turn, peer);
    prober.linked(turn, peer);
    helper.linked(turn, peer);
  }

  private void unlinked(Turn turn, NodeId peer, boolean refused) {
    lines.closed(peer, refused);
    syncs.unlinked(peer);
    prober.unlinked(turn, peer, refused);
    if (refused) helper.refused(turn, peer);
  }

  private void answered(Turn turn, Endpoint at, NodeId who) {
    healing.answered(at, who);
    entrance.answered(turn, at, who);
    self.answered(turn, at, who);
    if (who.isNobody() || who.equals(self.id())) return;
    lines.need(who, at, turn.now);
    if (!lines.isUp(who)) return;
    entrance.greet(turn, who);
    if (table.standing(who) == Standing.DEAD) syncs.ask(who, Effect.Sync.Cause.RETURN);
  }

  private void leave(Turn turn) {
    if (self.isLeaving()) return;
    self.leave(turn);
    goodbye = turn.now.plus(options.timing().gossip().multipliedBy(2));
  }

  /** A tick that comes far too late: this node was stopped, and all its clocks are wrong. */
  private void noticePause(Turn turn) {
    if (!turn.now.isAfter(due)) return;
    var gap = Duration.between(due, turn.now);
    var period = options.timing().period();
    if (gap.compareTo(pause) <= 0) return;
    health.worse((gap.toNanos() + period.toNanos() - 1) / period.toNanos());
    table.pause(gap);
    prober.pause(turn, gap);
    helper.pause(gap);
    if (self.isReady() && !self.isLeaving()) self.announce(turn);
  }

  private void settle(Turn turn) {
    if (self.isLeaving()) sayGoodbye(turn);
    else tick(turn);
    table.prune(turn);
    spread.tick(turn);
    for (var silent : lines.silent(turn.now)) post.bare(turn, silent, new Frame.News());
    for (var id : turn.accused) post.bare(turn, id, new Frame.Accused(post.told(turn, id)));
    turn.informed.forEach((teller, of) -> post.known(turn, teller, of));
    spread.flood(turn);
    diary.tick(turn);
    lines.want(turn, table);
  }

  private void tick(Turn turn) {
    if (!turn.now.isBefore(prober.barredUntil())) table.expire(turn);
    prober.tick(turn);
    table.plead(turn);
    helper.tick(turn);
    entrance.tick(turn);
    claims.repeat(turn);
    heads.tick(turn);
    if (!entrance.isJoined() && healing.hasNobodyToAsk()) entrance.join(turn);
    if (entrance.isJoined()) healing.tick(turn);
    else if (healing.join(turn)) for (var peer : lines.up()) entrance.greet(turn, peer);
    syncs.tick(turn);
  }

  private void sayGoodbye(Turn turn) {
    if (goodbye.isAfter(turn.now)) return;
    for (var peer : lines.up()) post.bare(turn, peer, new Frame.Leaving());
    turn.emit(new Effect.Stop(Effect.Stop.Cause.LEFT));
  }

  private Instant nextDue() {
    if (self.isLeaving()) return goodbye.isBefore(spread.due()) ? goodbye : spread.due();
    var verdicts = table.due();
    var bar = prober.barredUntil();
    var first = verdicts.isBefore(bar) ? bar : verdicts;
    first = sooner(sooner(first, prober.due()), sooner(helper.due(), entrance.due()));
    first = sooner(sooner(first, claims.due()), sooner(syncs.due(), heads.due()));
    first = sooner(sooner(first, healing.due(joined())), sooner(spread.due(), diary.due()));
    return sooner(first, lines.due());
  }

  private static Instant sooner(Instant a, Instant b) {
    return b.isBefore(a) ? b : a;
  }

  private static Instant later(Instant a, Instant b) {
    return a.isBefore(b) ? b : a;
  }

  private Table nothing() {
    return new Table(self.life(), List.of(), List.of());
  }
}
