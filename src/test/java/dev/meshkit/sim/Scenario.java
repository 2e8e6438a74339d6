package dev.meshkit.sim;

import java.io.PrintStream;
import java.util.List;

/** The runs that can be asked for by name. */
enum Scenario {
  /** Everything at once, with 1–7 voters. */
  ELECTION_CHAOS("election/chaos"),
  /** Leaders hear the last answers late, on clocks of their own, and are cut off. */
  ELECTION_LATE("election/late"),
  /** Voters restart within promises, one by one and all at once. */
  ELECTION_RESTART("election/restart"),
  /** Changes of the record while leaders die at every step; retries, two operators. */
  ELECTION_RECORD("election/record"),
  /** Voters are added, removed and replaced, wiped, while leaders die. */
  ELECTION_MEMBERSHIP("election/membership"),
  /** A voter lags, is removed, returns; strangers speak; the leader notices nothing. */
  ELECTION_LAGGING("election/lagging"),
  /** Clocks run off, stand still and jump. */
  ELECTION_CLOCK("election/clock"),
  /** Links fail one way, or but for a chain, a star, a hub of regions, and never heal. */
  ELECTION_ASYMMETRY("election/asymmetry"),
  /** Partitions that move about as often as promises end, and leaders whose steps take long. */
  ELECTION_SHAPES("election/shapes"),
  /** Voters on whom a leader's time rests are removed, and it stands still. */
  ELECTION_SHRINKING("election/shrinking"),
  /** The longest promise falls, and voters forget a longer one. */
  ELECTION_SHORTENING("election/shortening"),
  /** Leaders hand over and stop, with and without faults. */
  ELECTION_TRANSFER("election/transfer"),
  /** Leadership goes back and forth, and the words of terms that are over come again, late. */
  ELECTION_ECHO("election/echo"),
  /** A preferred voter comes and goes; minutes, as leadership moves seldom. */
  ELECTION_PREFERRED("election/preferred"),
  /** Disks hang, fail and fill up. */
  ELECTION_DISK("election/disk"),
  /** Stores go back in time, by copies or by fsyncs that lied, or run twice. */
  ELECTION_STORE("election/store"),
  /** Leaders are killed, and nothing else happens: how long until another leads. */
  ELECTION_FAILOVER("election/failover"),
  /** An hour of a bad network: nobody falls. */
  ELECTION_QUIET("election/quiet"),
  /** A quorum is lost; an operator recovers the scope from a survivor; the dead come back. */
  ELECTION_GENESIS("election/genesis"),
  /** Leaders bring their electorate to its size, and replace who is gone. */
  ELECTION_AUTOPILOT("election/autopilot"),
  /** Several nodes found one region, while leaders of the whole are cut off. */
  ELECTION_FOUNDING("election/founding"),
  /** Nodes that hold no record come to a mesh that runs, and come to vote. */
  ELECTION_JOINING("election/joining"),
  /** Processes die and come back. */
  GOSSIP_CRASH("gossip/crash"),
  /** Frames are lost, up to 30 of 100; processes stand still and leave. */
  GOSSIP_LOSS("gossip/loss"),
  /** The network falls apart in every shape. */
  GOSSIP_PARTITION("gossip/partition"),
  /** All restart at once, on disks kept and lost, by clocks that were set back. */
  GOSSIP_RESTART("gossip/restart"),
  /** Two or three that each think the others dead. */
  GOSSIP_MUTUAL("gossip/mutual"),
  /** Nodes say goodbye, unheard, half heard, or under suspicion, and are back at once or later. */
  GOSSIP_LEAVE("gossip/leave"),
  /** One stands still again and again, or a third do, and kill nobody. */
  GOSSIP_PAUSE("gossip/pause"),
  /** One is hardly heard, or two do not hear each other, all the time or now and then. */
  GOSSIP_PARTIAL("gossip/partial"),
  /** A copy of a node runs beside it, and one of the two stops. */
  GOSSIP_IDENTITY("gossip/identity"),
  /** Most leave for good, and after an hour nobody remembers them. */
  GOSSIP_CHURN("gossip/churn"),
  /** Apart for over a day, or away for over an hour: others have forgotten whom they meet again. */
  GOSSIP_FORGOTTEN("gossip/forgotten"),
  /** Somebody is lost, killed or leaves a mesh in which nothing else fails: how soon all know. */
  GOSSIP_DETECTION("gossip/detection"),
  /** Some of many stall again and again, and their doubts hurt nobody else. */
  GOSSIP_LIFEGUARD("gossip/lifeguard"),
  /** Many begin at once, and know one or three of whom not all are there. */
  GOSSIP_BOOTSTRAP("gossip/bootstrap"),
  /** A mesh goes over to a later version node by node, some back; nobody is doubted for it. */
  GOSSIP_VERSIONS("gossip/versions"),
  /** More nodes than each may know, with next to no room for anything else. */
  GOSSIP_LIMITS("gossip/limits"),
  /** Elections of three scopes among nodes that gossip, all of it failing, and some that lie. */
  MESH_BOTH("mesh/both"),
  /** The whole revokes a node, which has left everywhere at once. */
  MESH_REVOKED("mesh/revoked"),
  /** 200 nodes hear of each change of a record that three of them vote on, while nodes die. */
  MESH_HEADS("mesh/heads");

  private final String text;

  Scenario(String text) {
    this.text = text;
  }

  /** The scenario of a name. */
  static Scenario parse(String text) {
    for (var scenario : values()) if (scenario.text.equals(text)) return scenario;
    throw new IllegalArgumentException(
        "no scenario '" + text + "'; there are " + List.of(values()));
  }

  /** The one of a name, or all. */
  static List<Scenario> asked(String text) {
    return text.isEmpty() ? List.of(values()) : List.of(parse(text));
  }

  /** One run; equal arguments give equal outcomes (V1). */
  Outcome run(long seed) {
    return run(seed, List.of());
  }

  /** The same, with each line of the transcript printed. */
  Outcome run(long seed, List<PrintStream> listeners) {
    return new Simulation(setup(seed), seed, new Transcript(listeners)).run(text);
  }

  /** The same, with other faults than the seed's, in other sizes. */
  Outcome run(long seed, Schedule schedule, List<PrintStream> listeners) {
    return new Simulation(setup(seed).with(schedule), seed, new Transcript(listeners)).run(text);
  }

  /** One run, drawn whole. */
  Setup setup(long seed) {
    var drawn = drawn(seed);
    if (!text.startsWith("election/")) return drawn;
    var acted = Acts.in(drawn, new Chance(seed).of("work", text));
    if (acted.climate().streams()) return acted; // links of their own, and times are measured
    return Forgery.in(acted, new Chance(seed).of("fault", text + "/forged"));
  }

  private Setup drawn(long seed) {
    var draws = new Chance(seed).of("fault", text);
    return switch (this) {
      case ELECTION_CHAOS, ELECTION_LATE, ELECTION_RESTART, ELECTION_RECORD ->
          new ElectionRuns(draws, seed % 10 == 0).setup(this);
      case ELECTION_MEMBERSHIP -> new ElectionRuns(draws, seed % 10 == 0).membership();
      case ELECTION_LAGGING -> new ElectionRuns(draws, seed % 10 == 0).lagging();
      case ELECTION_CLOCK -> new ClockRuns(draws, seed % 10 == 0).setup();
      case ELECTION_ASYMMETRY -> new ElectionRuns(draws, seed % 10 == 0).asymmetry();
      case ELECTION_SHAPES -> new ShapeRuns(draws, seed % 10 == 0).setup();
      case ELECTION_SHRINKING -> new ElectionRuns(draws, seed % 10 == 0).shrinking();
      case ELECTION_PREFERRED -> new HandoverRuns(draws, seed % 10 == 0).preferring();
      case ELECTION_ECHO -> new HandoverRuns(draws, seed % 10 == 0).echo();
      case ELECTION_TRANSFER -> new HandoverRuns(draws, seed % 10 == 0).transfer();
      case ELECTION_SHORTENING -> new ElectionRuns(draws, seed % 10 == 0).shortening();
      case ELECTION_DISK -> new StoreRuns(draws, seed % 10 == 0).disk();
      case ELECTION_STORE -> new StoreRuns(draws, seed % 10 == 0).store();
      case ELECTION_FAILOVER -> {
        var runs = new TakeoverRuns(draws, seed % 10 == 0);
        yield seed % 5 == 4 ? runs.cold() : runs.failover();
      }
      case ELECTION_QUIET -> new TakeoverRuns(draws, seed % 10 == 0).quiet();
      case ELECTION_GENESIS -> new StoreRuns(draws, seed % 10 == 0).genesis();
      case ELECTION_FOUNDING -> new FoundingRuns(draws, seed % 10 == 0).setup();
      case ELECTION_AUTOPILOT -> new AutopilotRuns(draws, seed % 10 == 0).setup();
      case ELECTION_JOINING -> new JoiningRuns(draws, seed % 10 == 0).setup();
      case GOSSIP_CRASH,
          GOSSIP_LOSS,
          GOSSIP_PARTITION,
          GOSSIP_RESTART,
          GOSSIP_MUTUAL,
          GOSSIP_LEAVE,
          GOSSIP_PAUSE,
          GOSSIP_PARTIAL ->
          new GossipRuns(draws).setup(this);
      case GOSSIP_IDENTITY -> new GossipRuns(draws).identity();
      case GOSSIP_CHURN -> new GossipRuns(draws).churn();
      case GOSSIP_FORGOTTEN -> new GossipRuns(draws).forgotten(seed % 5 == 4);
      case GOSSIP_DETECTION -> new MeasuredRuns(draws).detection();
      case GOSSIP_LIFEGUARD -> new MeasuredRuns(draws).lifeguard();
      case GOSSIP_BOOTSTRAP -> new MeasuredRuns(draws).bootstrap();
      case GOSSIP_LIMITS -> new GossipRuns(draws).limits();
      case GOSSIP_VERSIONS -> new GossipRuns(draws).versions();
      case MESH_BOTH ->
          new MeshRuns(draws, seed % 10 == 0).setup(new Chance(seed).of("fault", text + "/lies"));
      case MESH_REVOKED -> new MeshRuns(draws, seed % 10 == 0).revoking();
      case MESH_HEADS -> new MeshRuns(draws, true).heads(200);
    };
  }

  /** How many seeds a campaign of a change runs. */
  long usual() {
    return switch (this) {
      case ELECTION_LATE, ELECTION_RESTART, ELECTION_ASYMMETRY, ELECTION_FAILOVER -> 150;
      case ELECTION_CHAOS, ELECTION_DISK, ELECTION_GENESIS, ELECTION_STORE -> 120;
      case ELECTION_MEMBERSHIP, ELECTION_LAGGING -> 100;
      case ELECTION_SHRINKING, ELECTION_SHORTENING, ELECTION_TRANSFER -> 100;
      case ELECTION_FOUNDING, ELECTION_ECHO, ELECTION_CLOCK -> 100;
      case ELECTION_SHAPES -> 60;
      case ELECTION_RECORD, ELECTION_AUTOPILOT -> 40;
      case ELECTION_JOINING -> 32;
      case ELECTION_PREFERRED -> 16;
      case ELECTION_QUIET -> 5;
      case GOSSIP_CRASH -> 40;
      case GOSSIP_LOSS -> 30;
      case GOSSIP_RESTART, GOSSIP_MUTUAL, GOSSIP_LEAVE -> 20;
      case GOSSIP_PAUSE, GOSSIP_PARTIAL, GOSSIP_IDENTITY -> 20;
      case GOSSIP_DETECTION -> 25;
      case GOSSIP_LIFEGUARD -> 6;
      case GOSSIP_BOOTSTRAP -> 8;
      case GOSSIP_CHURN -> 14;
      case GOSSIP_FORGOTTEN -> 5;
      case GOSSIP_PARTITION -> 60;
      case GOSSIP_LIMITS, GOSSIP_VERSIONS -> 10;
      case MESH_BOTH -> 16;
      case MESH_REVOKED -> 10;
      case MESH_HEADS -> 1;
    };
  }

  /** Whether a run takes as long as a hundred others; none is done twice. */
  boolean isLong() {
    return this == MESH_HEADS;
  }

  /** How many of them the tests run, which have no time for all. */
  long few() {
    return switch (this) {
      case ELECTION_CHAOS,
          ELECTION_LATE,
          ELECTION_RESTART,
          ELECTION_FAILOVER,
          ELECTION_MEMBERSHIP ->
          15;
      case ELECTION_LAGGING,
          ELECTION_ASYMMETRY,
          ELECTION_SHRINKING,
          ELECTION_SHORTENING,
          ELECTION_ECHO,
          ELECTION_CLOCK,
          ELECTION_TRANSFER,
          ELECTION_DISK,
          ELECTION_STORE,
          ELECTION_GENESIS,
          ELECTION_RECORD,
          GOSSIP_DETECTION ->
          10;
      case ELECTION_AUTOPILOT, ELECTION_FOUNDING, ELECTION_JOINING -> 5;
      case GOSSIP_CRASH, GOSSIP_LOSS, GOSSIP_PARTITION -> 4;
      case MESH_BOTH -> 3;
      case ELECTION_PREFERRED, ELECTION_SHAPES, MESH_REVOKED -> 2;
      case GOSSIP_RESTART, GOSSIP_MUTUAL, GOSSIP_LEAVE, GOSSIP_PAUSE -> 2;
      case GOSSIP_PARTIAL, GOSSIP_IDENTITY, GOSSIP_VERSIONS, GOSSIP_LIMITS -> 2;
      case ELECTION_QUIET, GOSSIP_CHURN, GOSSIP_FORGOTTEN -> 1;
      case GOSSIP_LIFEGUARD, GOSSIP_BOOTSTRAP, MESH_HEADS -> 1;
    };
  }

  /** What a campaign of so many runs must have seen, or it proves nothing. */
  List<Coverage.Need> needs(long runs) {
    return Expected.needs(this, runs);
  }

  /** What a campaign measured and should not have (V19). */
  List<String> excess(Coverage seen) {
    return Expected.excess(this, seen);
  }

  @Override
  public String toString() {
    return text;
  }
}
