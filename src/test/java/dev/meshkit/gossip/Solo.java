package dev.meshkit.gossip;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** One core under a test's hands: a ready node whose clock and peers the test plays. */
final class Solo {
  static final NodeId TELLER = NodeId.of("eu", "teller");
  static final long GENERATION = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  final Gossip core;
  final List<Effect> effects = new ArrayList<>();
  final List<Change> changes = new ArrayList<>();
  Instant now = Instant.EPOCH;
  Instant wall = Instant.ofEpochMilli(GENERATION);
  private final Chance chance = new Chance(99);

  Solo(String id) {
    this(id, Timing.lan());
  }

  Solo(String id, Timing timing) {
    var attrs = Attrs.at(endpoint(NodeId.parse(id)));
    core = new Gossip(GossipOptions.of(NodeId.parse(id), attrs).timed(timing), Past.NONE);
    step(new Input.Seeds(List.of()));
    step(new Input.Saved(GENERATION));
    effects.clear();
  }

  static Endpoint endpoint(NodeId id) {
    return new Endpoint(id.name() + ".test", 7443);
  }

  /** What a node says of itself in a life. */
  static Told alive(String id, long generation, int incarnation) {
    var node = NodeId.parse(id);
    var attrs = Attrs.at(endpoint(node)).said(new Life(generation, incarnation), 1);
    return Told.of(node, Entry.alive(attrs));
  }

  /** What others say of a life. */
  static Told said(String id, long generation, int incarnation, Rank rank, String... accusers) {
    var by = new TreeSet<NodeId>();
    for (var accuser : accusers) by.add(NodeId.parse(accuser));
    var key = new Key(generation, incarnation, rank);
    return Told.of(NodeId.parse(id), new Entry(key, Attrs.NONE, by));
  }

  List<Effect> step(Input input) {
    var made = core.step(input, new Facts(now, wall, chance.next()));
    effects.addAll(made);
    for (var effect : made) if (effect instanceof Effect.Event(var change)) changes.add(change);
    return made;
  }

  /** A peer says something, with news. */
  List<Effect> frame(NodeId from, Frame.Body body, Told... news) {
    var life = new Life(1, 0);
    return step(new Input.Received(from, new Frame(life, body, List.of(news), List.of())));
  }

  /** A bystander brings news. */
  List<Effect> hear(Told... news) {
    return frame(TELLER, new Frame.News(), news);
  }

  void hear(List<Told> news) {
    for (var told : news) hear(told);
  }

  /** Members that are there and linked: {@code eu/m1} to {@code eu/m<count>}. */
  void peers(int count) {
    for (var i = 1; i <= count; i++) {
      hear(alive("eu/m" + i, 1, 0));
      step(new Input.LinkUp(NodeId.of("eu", "m" + i)));
    }
  }

  /** Time passes; what is due is done at its moment. */
  void pass(Duration time) {
    var end = now.plus(time);
    while (!core.due().isAfter(end)) {
      if (core.due().isAfter(now)) now = core.due();
      step(new Input.Tick());
    }
    now = end;
  }

  /**
   * Time passes, and every ping to a peer is answered at once; a suspect says nothing itself, but
   * helpers reach it.
   */
  void passAnswered(Duration time) {
    var end = now.plus(time);
    while (!core.due().isAfter(end)) {
      if (core.due().isAfter(now)) now = core.due();
      for (var effect : step(new Input.Tick()))
        if (effect instanceof Effect.Send(var to, var sent, _)) answer(to, sent.body());
    }
    now = end;
  }

  private void answer(NodeId to, Frame.Body asked) {
    switch (asked) {
      case Frame.Ping(var seq, _) when standing(to.toString()) != Standing.SUSPECT ->
          frame(to, new Frame.Ack(seq, core.sums(), 0));
      case Frame.PingReq request -> frame(to, new Frame.FwdAck(request.seq()));
      default -> {}
    }
  }

  Standing standing(String id) {
    return core.members().stream()
        .filter(member -> member.node().equals(NodeId.parse(id)))
        .map(Member::status)
        .map(status -> Standing.valueOf(status.name()))
        .findFirst()
        .orElse(Standing.ABSENT);
  }

  Entry entry(NodeId id) {
    return core.entry(id);
  }

  /** What happened to one node, in order. */
  List<Change.Kind> of(String id) {
    return changes.stream()
        .filter(change -> change.node().equals(NodeId.parse(id)))
        .map(Change::kind)
        .toList();
  }

  /** Bodies sent to one node so far. */
  List<Frame.Body> sent(NodeId to) {
    return effects.stream()
        .filter(effect -> effect instanceof Effect.Send send && send.to().equals(to))
        .map(effect -> ((Effect.Send) effect).frame().body())
        .toList();
  }

  /** All bodies of a kind sent so far. */
  <B extends Frame.Body> List<B> sent(Class<B> kind) {
    return effects.stream()
        .filter(Effect.Send.class::isInstance)
        .map(effect -> ((Effect.Send) effect).frame().body())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }
}
