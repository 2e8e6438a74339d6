package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.election.Effect;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One host of the simulated mesh: a clock, disks that outlive the process, and the process, which
 * is a set of {@link Host}s. What those do to the world goes through here.
 */
final class SimNode {
  /** What observers call a copy ends in this; its name does not. */
  static final String COPY = "-copy";

  /** The cores that elect nobody. */
  private static final List<String> MEMBERS = List.of(GossipHost.CORE, ViewHost.CORE);

  private final int number;
  private final NodeId id;
  private final NodeId label;
  private final Simulation world;
  private final Cores boot;
  private final SimClock clock;
  private final Draws core;
  private final Draws crashes;
  private final SimMailbox mailbox;
  private final SortedMap<String, Host> hosts = new TreeMap<>();
  private List<Alarm> alarms = List.of(); // of the cores, in their order
  private int life;
  private boolean running;
  private boolean elects;
  private long pausedUntil;
  private boolean slept; // and has done nothing since
  private Op.Moment doom = Op.Moment.NOW; // NOW: none is pending
  private double keep;
  private final List<Instant> promised = new ArrayList<>(); // of the process that ended last
  private boolean hostUp = true;

  SimNode(int number, NodeId id, NodeId label, Simulation world, Cores boot) {
    this.number = number;
    this.id = id;
    this.label = label;
    this.world = world;
    this.boot = boot;
    this.clock = new SimClock(world.chance().of("clock", label.toString()));
    this.core = world.chance().of("core", label.toString());
    this.crashes = world.chance().of("disk", "crash/" + label);
    this.mailbox = new SimMailbox(Tiny.mailbox(world.chance().seed()), world.coverage());
  }

  /** Starts the process; one that runs goes on, and no crash waits for it any more. */
  void start() {
    doom = Op.Moment.NOW;
    if (running || world.isAbsent(this) || !boot.isBorn(this)) return;
    running = true;
    life++;
    hosts.clear();
    hosts.putAll(boot.hosts(this));
    alarms = hosts.entrySet().stream().map(e -> new Alarm(e.getKey(), e.getValue())).toList();
    elects = hosts.keySet().stream().anyMatch(core -> !MEMBERS.contains(core));
    world.saw(new Sight.Started(label));
    if (promised.stream()
        .filter(until -> until.isBefore(Instant.MAX))
        .anyMatch(monotonic()::isBefore)) world.coverage().count(Coverage.Seen.PROMISE_OUTLIVED);
    for (var host : List.copyOf(hosts.values())) if (running) host.start();
    arm();
  }

  /** Ends the process: at once, or between two effects of a later step. */
  void crash(Op.Crash how) {
    keep = how.keep();
    doom = running ? how.moment() : Op.Moment.NOW;
    if (doom == Op.Moment.NOW) end();
  }

  /** The process ends by its own will, with all it asked to be written. */
  void exit() {
    keep = 1;
    end();
  }

  private void end() {
    if (!running) return;
    world.coverage().count(Coverage.Seen.CRASH);
    if (doom != Op.Moment.NOW) world.coverage().count(Coverage.Seen.CRASH_MID_STEP);
    running = false;
    doom = Op.Moment.NOW;
    pausedUntil = 0;
    slept = false;
    promised.clear();
    hosts.values().forEach(host -> promised.add(host.promised()));
    for (var host : hosts.values()) host.crash(keep);
    world.saw(new Sight.Stopped(label));
    hostUp = crashes.chance(0.6);
    world.note("-- " + label + " is gone");
  }

  /** Loses its disks with the process, and starts anew. */
  void wipe() {
    world.coverage().count(Coverage.Seen.WIPED);
    keep = 0;
    doom = Op.Moment.NOW;
    end();
    boot.wipe(this);
    promised.clear();
    world.saw(new Sight.Wiped(label));
    start();
  }

  /** An older copy of its disks is put back, and a process begins on it. */
  void rollback(double age) {
    world.coverage().count(Coverage.Seen.ROLLED_BACK);
    keep = 0;
    doom = Op.Moment.NOW;
    end();
    boot.damage(this, disk -> disk.rollback(age));
    start();
  }

  /** Its process is stopped, an operator recovers its scopes from its disks, another begins. */
  void recover() {
    doom = Op.Moment.NOW;
    exit();
    boot.recover(this);
    start();
  }

  /** An operator tells its process to go on with its scopes by what it finds at whoever is left. */
  void revive(boolean shown) {
    for (var host : List.copyOf(hosts.values())) if (running) host.revive(shown);
    if (running) arm();
  }

  /** Its disks lose from now on what they say is durable, and show it in a crash. */
  void lie() {
    boot.damage(this, SimDisk::lie);
  }

  /** What its disks are given fails until then. */
  void fail(long until, boolean full) {
    boot.damage(this, disk -> disk.fail(until, full));
  }

  /** Begins as a copy of another, which knows nothing of it. */
  void copy(SimNode other) {
    world.coverage().count(Coverage.Seen.COPIED);
    boot.copy(other, this);
    world.saw(new Sight.Copied(other.label(), label));
    start();
  }

  /** Has it speak out of turn. */
  void intrude(long ahead) {
    if (running) hosts.values().forEach(host -> host.intrude(ahead));
  }

  /** Has it hear what no node has sent; one that stands still hears nothing of it. */
  void forged(Op.Forge how) {
    if (pausedUntil > world.now()) return;
    for (var host : List.copyOf(hosts.values())) if (running) host.forged(how);
    if (running) arm();
  }

  /** Asks the process to leave gracefully. */
  void leave() {
    for (var host : List.copyOf(hosts.values())) if (running) host.leave();
    if (running) arm();
  }

  /** Hands an operator's wish to the process. */
  void order(Op.Order order) {
    for (var host : List.copyOf(hosts.values())) if (running) host.order(order);
    if (running) arm();
  }

  /** Asks the process to make another node lead. */
  void hand(NodeId to) {
    for (var host : List.copyOf(hosts.values())) if (running) host.hand(to);
    if (running) arm();
  }

  /** Has each core that has authority act by it; one that stands still begins later. */
  void act(long nanos) {
    for (var host : List.copyOf(hosts.values())) if (running) host.act(nanos);
  }

  /** Performs what a step decided, in order; a doomed process dies between two of them (V5). */
  <E> void perform(List<E> effects, Predicate<E> writes, Consumer<E> each) {
    var dies = doom == Op.Moment.MID_STEP && !effects.isEmpty();
    dies |= doom == Op.Moment.MID_WRITE && effects.stream().anyMatch(writes);
    var left = dies ? crashes.below(effects.size() + 1) : effects.size();
    for (var i = 0; i < left && running; i++) each.accept(effects.get(i));
    if (effects.subList(left, effects.size()).stream().anyMatch(Effect.Committed.class::isInstance))
      world.coverage().count(Coverage.Seen.CRASH_BEFORE_PUBLISH);
    if (dies) end();
  }

  /** Hands a happening to the core it is meant for; false if none took it. */
  boolean take(Happening what) {
    if (slept) {
      slept = false;
      for (var host : List.copyOf(hosts.values())) if (running) host.slept();
      if (!running) return true; // it died of finding that out
    }
    return switch (what) {
      case Happening.Arrival a -> on(a.core(), host -> host.receive(a.link().from(), a.frame()));
      case Happening.Durable d -> on(d.core(), Host::durable);
      case Happening.Timer t -> on(t.core(), host -> host.timer(t.what()));
      case Happening.Due d -> wake(d);
    };
  }

  private boolean wake(Happening.Due due) {
    for (var alarm : alarms) {
      if (!alarm.core.equals(due.core())) continue;
      if (alarm.at != due.at()) return false; // superseded by an earlier one (V4)
      alarm.at = Alarm.NONE;
      if (!monotonic().isBefore(alarm.host.due())) return on(due.core(), Host::wake);
      arm();
    }
    return false;
  }

  private boolean on(String name, Consumer<Host> call) {
    for (var alarm : alarms) {
      if (!alarm.core.equals(name)) continue;
      call.accept(alarm.host);
      if (running) arm();
      return true;
    }
    return false;
  }

  private void arm() {
    for (var alarm : alarms) {
      var at = clock.when(alarm.host.due(), world.now());
      if (alarm.at != Alarm.NONE && alarm.at <= at) continue; // it fires early, and looks again
      alarm.at = at;
      world.schedule(at, this, new Happening.Due(alarm.core, at));
    }
  }

  private void disarm() {
    for (var alarm : alarms) alarm.at = Alarm.NONE;
  }

  /** Hands a frame to the network. */
  void send(int to, String core, Object frame) {
    world.send(new Link(number, to), core, frame);
  }

  /** The same to every other node. */
  void sendAll(String core, Object frame) {
    for (var to = 0; to < world.nodes().size(); to++) if (to != number) send(to, core, frame);
  }

  /** Has {@link Host#timer} called after so much virtual time. */
  void later(long nanos, String core, Object what) {
    world.schedule(world.now() + nanos, this, new Happening.Timer(core, what));
  }

  /** Begins a commit on one of this node's disks, and reports it when it is durable. */
  <T> void commit(SimDisk<T> disk, String core, T state) {
    var done = disk.commit(state, world.now());
    if (done - world.now() > SimDisk.RARE)
      world.saw(new Sight.SlowDisk(label(), world.now(), done));
    world.schedule(done, this, new Happening.Durable(core));
  }

  /** Its clock runs off by so much until then; what it waits for moves with it. */
  void run(double drift, long until) {
    clock.run(drift, world.now(), until);
    disarm();
    if (running) arm();
  }

  /** A clock of it is set; by the monotonic one it looks anew what is due. */
  void step(long nanos, boolean wall) {
    if (nanos < 0) world.coverage().count(Coverage.Seen.CLOCK_BACK);
    if (wall) {
      clock.set(nanos);
      return;
    }
    clock.step(nanos, world.now());
    disarm();
    if (running) arm();
  }

  /** Stands still until then, and its clock as well; its loops find that out when it wakes. */
  void suspend(long until) {
    if (!running) return;
    clock.sleep(world.now(), until);
    disarm();
    pause(until);
    slept = true;
    arm();
  }

  /** Stands still until then; its clock goes on. */
  void pause(long until) {
    if (running) pausedUntil = Math.max(pausedUntil, until);
  }

  /** Its disks complete nothing that is begun before then. */
  void stall(long until) {
    hosts.values().forEach(host -> host.stall(until));
  }

  /** What waits for it while it stands still. */
  SimMailbox mailbox() {
    return mailbox;
  }

  /** Until when it stands still; 0 if it does not. */
  long pausedUntil() {
    return pausedUntil;
  }

  /** This node's monotonic clock now. */
  Instant monotonic() {
    return clock.monotonic(world.now());
  }

  /** This node's wall clock now. */
  Instant wall() {
    return clock.wall(world.now());
  }

  /** The 64 random bits of a step. */
  long chance() {
    return core.nextLong();
  }

  /** The cores of the process that runs, or ran last. */
  SortedMap<String, Host> hosts() {
    return hosts;
  }

  /** Whether a core of it elects somebody: of a large mesh few do. */
  boolean elects() {
    return elects;
  }

  /** Whether the process runs; one that stands still does. */
  boolean running() {
    return running;
  }

  /** Whether its kernel answers while no process runs. */
  boolean hostUp() {
    return hostUp;
  }

  /** Counts the processes this host has had; events of an earlier one are void. */
  int life() {
    return life;
  }

  /** Its place among the nodes. */
  int number() {
    return number;
  }

  /** Its name. */
  NodeId id() {
    return id;
  }

  /** What observers call it: its name, unless it is a copy of who has that name. */
  NodeId label() {
    return label;
  }

  /** Where it lives. */
  Simulation world() {
    return world;
  }

  /** How it is. */
  @Override
  public String toString() {
    if (!running) return label + " is down, and its host " + (hostUp ? "answers" : "does not");
    var stands =
        pausedUntil > world.now() ? "stands still until " + Seconds.text(pausedUntil) : "runs";
    return label + " " + stands + ", process " + life + ", at " + monotonic() + ", wall " + wall();
  }
}
