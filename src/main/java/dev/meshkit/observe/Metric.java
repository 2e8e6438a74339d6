package dev.meshkit.observe;

import static dev.meshkit.observe.Metric.Type.COUNTER;
import static dev.meshkit.observe.Metric.Type.GAUGE;
import static dev.meshkit.observe.Metric.Type.SECONDS;
import static dev.meshkit.observe.Metric.Type.SIZES;

import java.util.List;

/**
 * The catalogue: each metric once, with its type, labels and their closed value sets.
 *
 * <p>The printed name is {@code meshkit_} and {@link #id()}. A label without values is open: its
 * values come from the mesh, and past {@link Meters#OPEN_VALUES} of them all others are {@code
 * _other}.
 */
public enum Metric {
  /** Always 1. */
  BUILD_INFO(
      GAUGE,
      "Which build this is.",
      Label.open("version"),
      Label.open("jdk"),
      Label.open("commit")),
  /** Moves when nothing else does. */
  UPTIME_SECONDS(GAUGE, "Seconds since the node was opened."),
  /** As /readyz says. */
  READY(GAUGE, "1 while the node is ready, else 0."),
  /** Grows on an idle node too: a loop that stalls stops counting. */
  LOOP_TURNS_TOTAL(COUNTER, "Turns of each loop.", Label.LOOP),
  /** Bounded; a full mailbox refuses. */
  MAILBOX_DEPTH(GAUGE, "Inputs that wait for a loop.", Label.LOOP),
  /** What a full mailbox refused. */
  MAILBOX_REJECTED_TOTAL(COUNTER, "Inputs refused by a full mailbox.", Label.LOOP),

  /** This node's view. */
  MEMBERS(GAUGE, "Members by region and status.", Label.open("region"), Label.STATUS),
  /** NONE: heard of for the first time. */
  MEMBER_TRANSITIONS_TOTAL(
      COUNTER,
      "Changes of a member's status.",
      Label.of("from", "NONE", "ALIVE", "SUSPECT", "DEAD", "LEFT"),
      Label.of("to", "NONE", "ALIVE", "SUSPECT", "DEAD", "LEFT")),
  /** Kind is the frame's name in mesh.proto. */
  GOSSIP_FRAMES_TOTAL(COUNTER, "Gossip frames.", Label.DIRECTION, Label.open("kind")),
  /** Malformed, from another sender than its certificate says, or over a limit. */
  GOSSIP_REFUSED_TOTAL(COUNTER, "Gossip frames and entries refused.", Label.open("reason")),

  /** Computed at scrape: 0 at the first scrape after losing the leader. */
  ELECTION_HAS_LEADER(GAUGE, "1 while this node knows a leader, else 0.", Label.SCOPE),
  /** Computed at scrape. */
  ELECTION_IS_LEADER(GAUGE, "1 while this node leads, else 0.", Label.SCOPE),
  /** Only grows. */
  ELECTION_TERM(GAUGE, "The term this node is in.", Label.SCOPE),
  /** As {@code meshkit leaders} has it: from 0 on down the next loss ends leading. */
  ELECTION_QUORUM_MARGIN(
      GAUGE,
      "Voters up beyond a quorum, as this node sees it; 0 before the scope has begun here.",
      Label.SCOPE),
  /** Rounds this node ran. */
  ELECTIONS_TOTAL(
      COUNTER,
      "Election rounds by outcome.",
      Label.SCOPE,
      Label.of("result", "WON", "LOST", "RIVAL", "TIMEOUT")),
  /** Of whoever may not say it here, or of a scope that only has this one's name. */
  ELECTION_DROPS_TOTAL(
      COUNTER,
      "Election frames that changed nothing.",
      Label.SCOPE,
      Label.of(
          "reason",
          "GENERATION",
          "GENESIS",
          "WILD_TERM",
          "NOT_MEMBER",
          "INVALID_RECORD",
          "QUARANTINED")),
  /** As this node sees them. */
  LEADER_CHANGES_TOTAL(COUNTER, "Changes of leader.", Label.SCOPE, Label.CAUSE),
  /** Of those it won; a hand-over is one, too, without a pre-vote. */
  ELECTION_SECONDS(
      SECONDS,
      "Time from the first round that this node ran while nobody led until it led.",
      Label.SCOPE),
  /** As JFR's LeaderlessGap has it; the first begins with the node. */
  LEADERLESS_SECONDS(
      SECONDS, "Time that nobody led, as this node saw it, once somebody does.", Label.SCOPE),
  /** Computed at scrape. */
  TENURE_LEFT_SECONDS(
      GAUGE,
      "How long this node may still lead if nothing extends it; 0 while it does not.",
      Label.SCOPE),
  /** Computed at scrape. */
  RECORD_VERSION(
      GAUGE,
      "The version of the latest scope record that this node knows to be committed.",
      Label.SCOPE),
  /** Two valid fences at one time: must stay 0. */
  DUAL_LEADERS_TOTAL(COUNTER, "Times two leaders held valid fences.", Label.SCOPE),

  /** By queue, class and state. */
  QUEUE_TASKS(
      GAUGE,
      "Tasks.",
      Label.open("queue"),
      Label.of("class", "CONTROL", "STATE", "BULK"),
      Label.of("state", "READY", "DELAYED", "LEASED", "DEAD")),
  /** Of the first task of each lane that has one; computed at scrape. */
  QUEUE_HEAD_AGE_SECONDS(
      GAUGE, "Age of the oldest task at the front of a lane.", Label.open("queue")),
  /** A level: from the high mark of tasks or bytes until the low one. */
  QUEUE_PRESSURE(
      GAUGE, "1 while a queue is so full that senders should wait.", Label.open("queue")),
  /** A delay that was asked for is part of it. */
  QUEUE_PICKUP_SECONDS(SECONDS, "Time from an enqueue to its first lease."),
  /** Every attempt and pause is part of it. */
  QUEUE_DELIVERY_SECONDS(SECONDS, "Time from an enqueue to its acknowledgement."),
  /** Of tasks that were acknowledged or died. */
  QUEUE_ATTEMPTS(SIZES, "Attempts a task took, the last included."),
  /** A worker that was too late; nothing of what it said was applied. */
  QUEUE_STALE_TOTAL(COUNTER, "Settlements under a lease that was over."),
  /** What became of an enqueue. */
  QUEUE_ENQUEUED_TOTAL(
      COUNTER,
      "Tasks offered to the queue.",
      Label.of("outcome", "ACCEPTED", "DUPLICATE", "COALESCED", "DROPPED", "REFUSED")),
  /** What the store did. */
  QUEUE_SETTLED_TOTAL(
      COUNTER,
      "Leases settled, and tasks canceled, leased or not.",
      Label.of("outcome", "DONE", "REQUEUED", "DEAD", "SUPERSEDED", "STALE", "CANCELED")),
  /** Why they died. */
  QUEUE_DEAD_TOTAL(
      COUNTER,
      "Tasks that became poison.",
      Label.of(
          "reason",
          "EXHAUSTED",
          "PERMANENT",
          "CRASH_LOOP",
          "EXPIRED",
          "CORRUPT",
          "PEER_GONE",
          "FORGOTTEN",
          "OPERATOR")),
  /** Computed at scrape; for the peers that cannot be reached. */
  QUEUE_BREAKER_OPEN(
      GAUGE, "1 while a peer's tasks wait because it cannot be reached.", Label.open("peer")),
  /** Given another life. */
  QUEUE_REDRIVEN_TOTAL(COUNTER, "Dead tasks that were brought back."),
  /** What the retention of the dead removed, by the bound that was passed. */
  QUEUE_RETIRED_TOTAL(
      COUNTER,
      "Dead tasks removed because of their age, number or size.",
      Label.of("cause", "AGE", "ROWS", "BYTES")),
  /** As adopted here: what is committed, not what a subject runs. */
  GATE_VERSION(GAUGE, "The committed version of a change.", Label.open("change")),
  /** Beyond 128 of one label the rest is together. */
  GATE_DECISIONS_TOTAL(
      COUNTER,
      "Decisions, by what they came to.",
      Label.open("change"),
      Label.open("version"),
      Label.of("source", "PINNED", "COMMITTED", "BASELINE")),
  /** That work was refused, and nothing was done in its place. */
  GATE_CONFLICTS_TOTAL(COUNTER, "Decisions for a version that this build cannot run."),
  /** STAYED: the road of the version that is wanted cannot be had; once until there is another. */
  GATE_FLIPS_TOTAL(
      COUNTER,
      "Links that came to use another version of the transport, or could not.",
      Label.of("outcome", "FLIPPED", "STAYED")),
  /** Told by the node that dialled; its streams move after that. */
  GATE_FLIP_SECONDS(
      SECONDS, "Time of the dial by which a link came to use another version of the transport."),
  /** By the wall clocks of both nodes; not of what a node finds when it starts. */
  GATE_ADOPT_DELAY_SECONDS(
      SECONDS, "Time from the leader's change of a gate until this node went by it."),
  /** Computed at scrape; runs that are over are not counted. */
  GATE_RUNS(GAUGE, "Runs that are not over.", Label.of("state", "OPEN", "PARKED")),
  /** Each ends an execution without a trace. */
  GATE_FENCED_TOTAL(COUNTER, "Runs that met the fence of a later leader."),
  /** OPEN: without an outcome, to be tried again; REPLAYED: done before, and not again. */
  EFFECTS_TOTAL(
      COUNTER,
      "Steps of runs, by what became of them.",
      Label.of("mode", "VALUE", "LOCAL_TX", "IDEMPOTENT", "AT_MOST_ONCE"),
      Label.of("outcome", "OK", "FAILED", "IN_DOUBT", "OPEN", "REPLAYED")),
  /** The receiving side. */
  QUEUE_INBOX_TOTAL(
      COUNTER,
      "Messages received, by verdict.",
      Label.of(
          "verdict",
          "APPLIED",
          "DUPLICATE",
          "RETRY",
          "BUSY",
          "REFUSED",
          "HELD",
          "FORGOTTEN",
          "MALFORMED")),

  /** BEGIN to durable. */
  STORE_COMMIT_SECONDS(SECONDS, "Time of a group commit.", Label.FILE),
  /** How well commits are grouped. */
  STORE_OPS_PER_COMMIT(SIZES, "Operations in a group commit.", Label.FILE),
  /** Bounded; a full queue makes callers wait. */
  STORE_SUBMIT_DEPTH(GAUGE, "Operations that wait for a commit.", Label.FILE),
  /** As the file system has it. */
  STORE_DB_BYTES(GAUGE, "Size of a database.", Label.FILE),
  /** Of the file: a log that has started over is overwritten, not cut. */
  STORE_WAL_BYTES(GAUGE, "Size of a database's log.", Label.FILE),
  /** At least; ours are pages of milliseconds, so this is another program's. */
  STORE_OLDEST_READER_SECONDS(
      GAUGE, "For how long a reader has kept a log from starting over.", Label.FILE),
  /** Between commits, on the writer thread. */
  STORE_CHECKPOINT_SECONDS(SECONDS, "Time of a checkpoint.", Label.FILE),
  /** Each is waited out, until the deadline. */
  STORE_BUSY_TOTAL(COUNTER, "Commits that met another program's lock, by try.", Label.FILE),
  /** Such as a shell's. */
  STORE_FOREIGN_CHANGE_TOTAL(COUNTER, "Commits after another program's edit.", Label.FILE),
  /** A step of the wall clock, or a drift that came to as much. */
  STORE_CLOCK_JUMP_TOTAL(
      COUNTER, "Times the wall clock moved against the queue clock.", Label.FILE),
  /** One of them is 1. */
  STORE_STATE(
      GAUGE,
      "1 for what a store can do now, else 0.",
      Label.FILE,
      Label.of("state", "OK", "DEGRADED_FULL", "READ_ONLY", "FAILED")),

  /** First byte queued to status known. */
  RPC_SECONDS(SECONDS, "Time of an RPC.", Label.SIDE, Label.open("method"), Label.open("status")),
  /** Links that are up. */
  CONNECTIONS(
      GAUGE, "Connections with peers.", Label.of("road", "H3", "H2", "LEGACY"), Label.DIRECTION),
  /** Result is OK or an MK code. */
  DIALS_TOTAL(COUNTER, "Dials by outcome.", Label.open("road"), Label.open("result")),
  /** Never silent: why a peer is on HTTP/2 though HTTP/3 is permitted. */
  H3_FALLBACK_TOTAL(COUNTER, "Roads that fell back to HTTP/2.", Label.open("reason")),
  /** The streams with a peer moved back to HTTP/3. */
  H3_REPROMOTIONS_TOTAL(COUNTER, "Roads that went back to HTTP/3."),
  /** Streams move to the fresh one; AGED before the peer would send it away. */
  ROADS_REPLACED_TOTAL(
      COUNTER,
      "Roads replaced by a fresh one of their kind.",
      Label.of("reason", "AGED", "RENEWED", "SENT_AWAY")),
  /** Dial to first answer. */
  HANDSHAKE_SECONDS(SECONDS, "Time until a road was usable.", Label.SIDE),
  /**
   * Of a stream or request that nobody waits for any more, or an Elect that a later one made room
   * for.
   */
  LEGACY_DROPS_TOTAL(
      COUNTER,
      "Frames of the legacy socket that nobody took.",
      Label.of("what", "STREAM", "ELECT", "DELIVER", "RESP", "VIOLATION")),
  /** At a bound, over a rate, malformed, for a full mailbox, or with the stream they waited for. */
  STREAM_DROPS_TOTAL(
      COUNTER,
      "Frames dropped.",
      Label.of("family", "STREAM", "ELECT", "DELIVER"),
      Label.of(
          "reason", "outgoing", "ended", "rate", "malformed", "scope", "exception", "too_large")),
  /** What a stream's peer has not made room for yet; at 1 MiB a stream the oldest is dropped. */
  STREAM_UNSENT_BYTES(
      GAUGE,
      "Bytes that wait to be sent on streams.",
      Label.of("family", "STREAM", "ELECT", "DELIVER")),
  /** Of all channels of the process. */
  H3_QUEUED_CALLS(GAUGE, "Calls that wait for a stream or a connection of HTTP/3."),
  /** By them, packets and wake-ups are those a drain. */
  H3_DRAINS_TOTAL(COUNTER, "Times an event loop of HTTP/3 sent what was waiting, in one flush."),
  /** Those that the kernel splits off counted each. */
  H3_PACKETS_TOTAL(COUNTER, "QUIC packets sent."),
  /** Of threads that wait for what came. */
  H3_WAKES_TOTAL(COUNTER, "Times an event loop of HTTP/3 woke another thread."),
  /** Only of clients that do not tell of their cancels themselves. */
  H3_CANCEL_PROBES_TOTAL(COUNTER, "Probes whether a client still wants its answer."),
  /** Code is an MK code. */
  HANDSHAKE_FAILURES_TOTAL(COUNTER, "TLS handshakes refused.", Label.SIDE, Label.open("code")),
  /** Whoever dialled; one that was not even let in is a handshake refused. */
  REVOKED_CUT_TOTAL(COUNTER, "Live roads cut because their peer's certificate was revoked.");

  /** How a metric is recorded and printed. */
  public enum Type {
    /** Only grows; its name ends in {@code _total}. */
    COUNTER,
    /** A level. */
    GAUGE,
    /** A histogram of times; its name ends in {@code _seconds}. */
    SECONDS,
    /** A histogram of small numbers. */
    SIZES
  }

  /**
   * A dimension.
   *
   * @param name as printed
   * @param values all values it can have; empty when they are not known beforehand
   */
  public record Label(String name, List<String> values) {
    static final Label LOOP = open("loop");
    static final Label SCOPE = open("scope");
    static final Label FILE = of("file", "mesh.db", "election.db");
    static final Label STATUS = of("status", "ALIVE", "SUSPECT", "DEAD", "LEFT");
    static final Label DIRECTION = of("direction", "IN", "OUT");
    static final Label SIDE = of("side", "CLIENT", "SERVER");
    static final Label CAUSE =
        of(
            "cause",
            "GENESIS",
            "TIMEOUT",
            "LAPSE",
            "TRANSFER",
            "STEP_DOWN",
            "HIGHER_TERM",
            "DISK",
            "CLOCK",
            "SHUTDOWN");

    /** Copies the values. */
    public Label {
      values = List.copyOf(values);
    }

    static Label open(String name) {
      return new Label(name, List.of());
    }

    static Label of(String name, String... values) {
      return new Label(name, List.of(values));
    }

    /** Whether its values are not known beforehand. */
    public boolean isOpen() {
      return values.isEmpty();
    }
  }

  private final Type type;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<Label> labels;

  private final boolean open;

  Metric(Type type, String help, Label... labels) {
    this.type = type;
    this.help = help;
    this.labels = List.of(labels);
    this.open = this.labels.stream().anyMatch(Label::isOpen);
  }

  /** Its name without the prefix {@code meshkit_}. */
  public String id() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** How it is recorded. */
  public Type type() {
    return type;
  }

  /** Whether one of its labels takes values of the mesh. */
  boolean isOpen() {
    return open;
  }

  /** What it says, in one sentence. */
  public String help() {
    return help;
  }

  /** Its dimensions, in the order their values are given. */
  public List<Label> labels() {
    return labels;
  }
}
