package dev.meshkit.sim;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.gossip.Effect;
import dev.meshkit.gossip.Facts;
import dev.meshkit.gossip.Frame;
import dev.meshkit.gossip.Gossip;
import dev.meshkit.gossip.GossipOptions;
import dev.meshkit.gossip.Input;
import dev.meshkit.gossip.Life;
import dev.meshkit.gossip.Past;
import dev.meshkit.gossip.Rank;
import dev.meshkit.gossip.Table;
import dev.meshkit.gossip.Told;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The gossip core of one process with the model of its loop, its links and its disk. */
final class GossipHost implements Host {
  /** The name under which its frames travel. */
  static final String CORE = "gossip";

  private static final long TEND = 1_000_000_000L;
  private static final int WORDY = 50; // nodes
  private static final int MOST = 200; // nodes; of more, sums stand for what each holds at the end
  private static final int WIDE = 8;
  private static final long PASSED = 20_000L; // from one loop's mailbox to another's
  private static final long CALL_TIMEOUT = 2_000_000_000L;

  private final SimNode node;
  private final boolean small; // then its frames go through the codec, and are written down
  private final boolean newer; // then its frames say more than others know
  private final SimDisk<Past> disk;
  private final List<Endpoint> seeds;
  private final Gossip core;
  private final GossipWatch watch;
  private final SimLinks links;
  private final Tales tales;
  private final Deque<Past> writing = new ArrayDeque<>();
  private final SortedMap<Integer, NodeId> syncs = new TreeMap<>();
  private final SortedSet<Endpoint> dials = new TreeSet<>(Comparator.comparing(Endpoint::toString));
  private final SortedMap<NodeId, Integer> speaker = new TreeMap<>(); // the last of that name
  private final StateHash hash = new StateHash();
  private final int wide; // so many steps a hash: as many as there are entries to read for one
  private int steps;
  private int calls;
  private int saves; // of generations: the first is that of the process
  private Past past;
  private long lastSaved;

  GossipHost(SimNode node, GossipOptions options, SimDisk<Past> disk, List<Endpoint> seeds) {
    this.node = node;
    this.disk = disk;
    this.seeds = seeds;
    this.past = disk.durable();
    this.lastSaved = past.generation();
    this.core = new Gossip(options, past);
    this.watch = new GossipWatch(node, core, options.timing());
    this.links = new SimLinks(node);
    this.tales = new Tales(node);
    this.newer = Newer.is(options.attrs());
    this.small = node.world().nodes().size() <= WORDY;
    this.wide = WIDE * node.world().nodes().size();
  }

  /** Something this host set itself for later. */
  private sealed interface Later {
    record Tend() implements Later {}

    record SyncTimeout(int call) implements Later {}

    record DialTimeout(Endpoint at) implements Later {}
  }

  /** What it hears at a time that it is told beforehand, made when that has come. */
  @FunctionalInterface
  interface Meeting {
    Input heard();
  }

  /** What it says besides, though it is not so. */
  Tales tales() {
    return tales;
  }

  /** What it says of itself. */
  Told self() {
    return Told.of(node.id(), core.entry(node.id()));
  }

  /** Where an answer to a sync goes; the core hands it back in an effect. */
  private record Slot(int caller, int call) implements Input.Slot {
    @Override
    public void answer(Table ours) {
      throw new IllegalStateException("the core calls a slot that is the loop's to call");
    }
  }

  @Override
  public void start() {
    step(new Input.Seeds(seeds));
    node.later(TEND, CORE, new Later.Tend());
  }

  @Override
  public void receive(int from, Object frame) {
    var wired = (Wired) frame;
    links.received(from, wired).forEach(this::step);
    if (!node.running()) return;
    var peer = name(from);
    speaker.put(peer, from);
    switch (wired) {
      case Wired.News(var news) -> {
        var gone = goodbyes(news.members());
        if (news.body() instanceof Frame.Leaving) gone.put(peer, news.life());
        hear(gone, new Input.Received(peer, news));
      }
      case Wired.Hail(var at) -> node.send(from, CORE, new Wired.HailBack(at));
      case Wired.HailBack(var at) -> {
        if (dials.remove(at)) step(new Input.Dialled(at, peer));
      }
      case Wired.SyncCall(var call, var theirs) ->
          hear(goodbyes(theirs.members()), new Input.SyncAsked(peer, theirs, new Slot(from, call)));
      case Wired.SyncBack(var call, var theirs) -> {
        if (syncs.remove(call) != null)
          hear(goodbyes(theirs.members()), new Input.Synced(peer, theirs));
      }
      case Wired.Open _, Wired.Opened _, Wired.Refused _, Wired.KeepAlive _ -> {}
    }
  }

  private SortedMap<NodeId, Life> goodbyes(List<Told> members) {
    var gone = new TreeMap<NodeId, Life>();
    for (var told : members)
      if (told.entry().key().rank() == Rank.LEFT) gone.put(told.id(), told.entry().key().life());
    return gone;
  }

  /** Of itself it knows better who has left, and before its life is durable it is deaf. */
  private void hear(SortedMap<NodeId, Life> gone, Input news) {
    var isDeaf = core.due().equals(Instant.MAX);
    step(news);
    if (isDeaf || !node.running()) return;
    gone.remove(node.id());
    gone.forEach((who, life) -> watch.parted(who, life));
  }

  @Override
  public void wake() {
    step(new Input.Tick());
  }

  @Override
  public void durable() {
    disk.complete();
    var written = writing.removeFirst();
    if (written.generation() != lastSaved) {
      lastSaved = written.generation();
      step(new Input.Saved(written.generation()));
    }
  }

  @Override
  public void timer(Object what) {
    if (what instanceof Input input) {
      step(input);
      return;
    }
    if (what instanceof Meeting meeting) {
      step(meeting.heard());
      return;
    }
    switch ((Later) what) {
      case Later.Tend _ -> {
        node.later(TEND, CORE, new Later.Tend());
        links.tend().forEach(this::step);
      }
      case Later.SyncTimeout(var call) -> {
        var with = syncs.remove(call);
        if (with != null) step(new Input.SyncFailed(with));
      }
      case Later.DialTimeout(var at) -> {
        if (dials.remove(at)) step(new Input.Undialled(at));
      }
    }
  }

  @Override
  public void order(Op.Order order) {} // no scope here

  @Override
  public void intrude(long ahead) {} // nobody votes here

  @Override
  public void leave() {
    node.world().saw(new Sight.Leaving(node.label()));
    step(new Input.Leave());
  }

  private void step(Input input) {
    if (!node.running()) return;
    watch.wakes();
    var isDeaf = core.due().equals(Instant.MAX);
    var from = input instanceof Input.Received(var speaks, _) ? speaks : node.id();
    var before = core.entry(from).key();
    var effects = core.step(input, new Facts(node.monotonic(), node.wall(), node.chance()));
    var said = node.id() + " gossip " + (small ? input + " -> " + effects : brief(input));
    node.world().note(said, ++steps % wide == 0 ? hash.ofParts(core) : 0);
    watch.look();
    if (!isDeaf && input instanceof Input.Received(_, var heard))
      watch.hears(from, heard, before, effects);
    node.perform(effects, Effect.Save.class::isInstance, this::perform);
  }

  /** Of a mesh so large that its tables in words are most of the work; the sums stand for them. */
  private String brief(Input input) {
    return input.getClass().getSimpleName() + " " + core.version() + " " + core.sums();
  }

  private void perform(Effect effect) {
    switch (effect) {
      case Effect.Send(var to, var frame, _) -> {
        watch.passes(frame.members());
        var peer = number(to);
        if (peer >= 0 && links.up(peer))
          read(tales.in(frame), Newer::of, WireTrip::of)
              .ifPresent(f -> send(peer, new Wired.News(f)));
      }
      case Effect.Dial(var at) -> dial(at);
      case Effect.Sync(var with, var ours, var why) -> {
        watch.syncs(why);
        sync(with, tales.in(ours));
      }
      case Effect.Fetch fetch -> node.later(PASSED, ViewHost.CORE, fetch);
      case Effect.Answer(var slot, var ours) -> {
        var to = (Slot) slot;
        read(tales.in(ours), Newer::answered, WireTrip::answered)
            .ifPresent(t -> send(to.caller(), new Wired.SyncBack(to.call(), t)));
      }
      case Effect.Want(var peers) -> {
        var numbers = new TreeSet<Integer>();
        peers.forEach((peer, at) -> numbers.add(place(peer, at)));
        links.want(numbers);
      }
      case Effect.Event(var change) -> watch.told(change);
      case Effect.Save(var generation) -> {
        if (saves++ > 0) node.world().coverage().count(Coverage.Seen.OWN_PAST);
        write(new Past(generation, past.peers()));
      }
      case Effect.Remember(var peers) -> write(new Past(past.generation(), peers));
      case Effect.Stop(var cause) -> {
        if (cause == Effect.Stop.Cause.CLONED) cloned();
        node.exit();
      }
    }
  }

  /** What a receiver reads of what this process writes: nothing, if it cannot. */
  private <T> Optional<T> read(T said, Function<T, Optional<T>> newest, UnaryOperator<T> usual) {
    if (!newer) return Optional.of(small ? usual.apply(said) : said);
    node.world().coverage().count(Coverage.Seen.FROM_NEWER);
    return newest.apply(said);
  }

  private void send(int to, Wired what) {
    node.send(to, CORE, what);
  }

  private void write(Past next) {
    past = next;
    writing.addLast(next);
    node.commit(disk, CORE, next);
  }

  private void dial(Endpoint at) {
    dials.add(at);
    node.later(CALL_TIMEOUT, CORE, new Later.DialTimeout(at));
    var peer = Addresses.number(at);
    if (peer >= 0 && peer < node.world().nodes().size()) node.send(peer, CORE, new Wired.Hail(at));
  }

  private void sync(NodeId with, Table ours) {
    var call = calls++;
    syncs.put(call, with);
    node.later(CALL_TIMEOUT, CORE, new Later.SyncTimeout(call));
    var peer = number(with);
    if (peer < 0) return;
    read(ours, Newer::asked, WireTrip::asked)
        .ifPresent(t -> send(peer, new Wired.SyncCall(call, t)));
  }

  private void cloned() {
    node.world().coverage().count(Coverage.Seen.CLONE_STOPPED);
    node.world().saw(new Sight.Cloned(node.label()));
  }

  /** Where that one runs: of two processes of one name the one that spoke last. */
  private int number(NodeId peer) {
    return speaker.getOrDefault(peer, node.world().number(peer));
  }

  /** Whose endpoint that is, if it is one of that name. */
  private int place(NodeId peer, Endpoint at) {
    var there = Addresses.number(at);
    var exists = there >= 0 && there < node.world().nodes().size();
    return exists && name(there).equals(peer) ? there : node.world().number(peer);
  }

  private NodeId name(int peer) {
    return node.world().nodes().get(peer).id();
  }

  /** This process is over, or the run. */
  private void limited() {
    var at = core.limited();
    var seen = node.world().coverage();
    seen.count(Coverage.Seen.MEMBER_REFUSED, at.members());
    seen.count(Coverage.Seen.FRAME_FULL, at.frames());
    seen.count(Coverage.Seen.URGENT_FULL, at.urgent());
    seen.count(Coverage.Seen.ERRAND_DROPPED, at.errands());
    seen.count(Coverage.Seen.SYNC_PART, at.syncs());
  }

  @Override
  public void crash(double keep) {
    limited();
    if (!writing.isEmpty()) node.world().coverage().count(Coverage.Seen.CRASH_BEFORE_DURABLE);
    disk.crash(keep);
  }

  @Override
  public void stall(long until) {
    disk.stall(until);
  }

  @Override
  public Instant due() {
    return core.due();
  }

  @Override
  public long held() {
    if (node.world().nodes().size() <= MOST) return hash.ofParts(core);
    return Chance.splitmix64(core.version() ^ core.sums().members());
  }

  @Override
  public List<String> words() {
    return StateText.ofParts(core);
  }

  @Override
  public void report(Census census) {
    limited();
    watch.keeps();
    for (var claim : core.claims()) {
      var fence = new Fence(claim.scope(), claim.generation(), claim.term());
      node.world().saw(new Sight.Heard(node.label(), fence, claim.leader()));
    }
    census.view(node.id(), watch.life(), watch.view());
  }

  @Override
  public Optional<Fence> authority() {
    return Optional.empty();
  }
}
