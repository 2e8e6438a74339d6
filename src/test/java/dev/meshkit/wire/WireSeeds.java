package dev.meshkit.wire;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Audit;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Content;
import dev.meshkit.election.Gate;
import dev.meshkit.election.Header;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.Region;
import dev.meshkit.election.Revocation;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.election.Verdict;
import dev.meshkit.election.Why;
import dev.meshkit.gossip.Attrs;
import dev.meshkit.gossip.Claim;
import dev.meshkit.gossip.Entry;
import dev.meshkit.gossip.Frame;
import dev.meshkit.gossip.Key;
import dev.meshkit.gossip.Life;
import dev.meshkit.gossip.Rank;
import dev.meshkit.gossip.Refusal;
import dev.meshkit.gossip.Sums;
import dev.meshkit.gossip.Table;
import dev.meshkit.gossip.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** One of each thing that peers say, for a fuzzer to begin with. */
final class WireSeeds {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("us", "n2");
  private static final Bytes STORE = Bytes.hex("00112233445566778899aabbccddeeff");
  private static final Bytes KEY = STORE.sha256();
  private static final Endpoint AT = new Endpoint("::1", 7443);
  private static final Life LIFE = new Life(7, 2);
  private static final Told ALIVE =
      Told.of(
          N1,
          Entry.alive(
              Attrs.at(AT)
                  .in("rack-7", STORE)
                  .labelled(Set.of("voter"), Map.of("disk", "π"))
                  .speaking(1, 3, -1L)
                  .said(LIFE, -7)));
  private static final Told DEAD =
      new Told(
          N2,
          new Entry(new Key(7, 2, Rank.DEAD), Attrs.NONE, new TreeSet<>(Set.of(N1))),
          Duration.ofMillis(90_001));
  private static final Claim CLAIM = new Claim(Scope.region("eu"), 1, 42, N1);
  private static final RecordId ID = new RecordId(7, 3);

  private WireSeeds() {}

  /** Of gossip, each body. */
  static List<Frame> frames() {
    var bodies =
        List.of(
            new Frame.Greet(1, STORE, AT, Frame.Greet.Purpose.HELLO),
            new Frame.Greet(1, STORE, AT, Frame.Greet.Purpose.JOIN),
            new Frame.Greet(1, STORE, Endpoint.NONE, Frame.Greet.Purpose.WELCOME),
            new Frame.Reject(Refusal.REVOKED, "ask"),
            new Frame.Ping(3, Told.NOTHING),
            new Frame.Ping(3, DEAD),
            new Frame.Ack(3, new Sums(1, 2, 3), 7),
            new Frame.PingReq(3, N2, AT, Duration.ofMillis(500)),
            new Frame.FwdAck(3),
            new Frame.Nack(3, true),
            new Frame.News(),
            new Frame.Accused(DEAD),
            new Frame.Leaving());
    var frames = new ArrayList<Frame>();
    for (var body : bodies) {
      frames.add(new Frame(LIFE, body, List.of(ALIVE, DEAD), List.of(CLAIM, CLAIM.ended())));
    }
    return frames;
  }

  /** Of anti-entropy. */
  static List<Table> tables() {
    return List.of(
        new Table(LIFE, List.of(), List.of()),
        new Table(LIFE, List.of(ALIVE, DEAD), List.of(CLAIM)));
  }

  /** Of elections, each message. */
  static List<dev.meshkit.election.Frame> elections() {
    var header = new Header(Scope.region("eu"), 1, Bytes.utf8("genesis"), 8, ID, STORE);
    var messages =
        List.of(
            new dev.meshkit.election.Frame.Ask(4, true, 9, ID),
            new dev.meshkit.election.Frame.Answer(4, 9, Why.GRANTED, Duration.ZERO),
            new dev.meshkit.election.Frame.Answer(4, 9, Why.QUIET, Duration.ofMillis(120)),
            new dev.meshkit.election.Frame.Beat(
                3, -5, Duration.ofMillis(600), record().content().hash(), ID),
            new dev.meshkit.election.Frame.BeatAck(3, -5, Duration.ofMillis(600), true),
            new dev.meshkit.election.Frame.StepDown(8, NodeId.NOBODY),
            new dev.meshkit.election.Frame.StepDown(8, N2),
            new dev.meshkit.election.Frame.RecordPut(record(), true),
            new dev.meshkit.election.Frame.RecordGet(ID),
            new dev.meshkit.election.Frame.Survey(STORE),
            new dev.meshkit.election.Frame.Holds(STORE, record(), true),
            new dev.meshkit.election.Frame.Withholds(STORE, Why.PROMISE, Duration.ofMillis(120)),
            new dev.meshkit.election.Frame.Boot(),
            new dev.meshkit.election.Frame.Quarantine(new dev.meshkit.election.Life(3, -4)));
    return messages.stream()
        .map(message -> new dev.meshkit.election.Frame(header, message))
        .toList();
  }

  /** Three voters, one of them a witness. */
  static ScopeRecord record() {
    var voters =
        List.of(
            new Seat(N1, STORE, 10),
            new Seat(NodeId.of("eu", "n2"), Bytes.EMPTY, 0),
            new Seat(N2, Bytes.EMPTY, Seat.WITNESS));
    return new ScopeRecord(
        ID,
        Content.of(1, Bytes.utf8("genesis"), Duration.ofSeconds(2), 100_000, voters)
            .founding(List.of(new Region("us", 1, new Seat(NodeId.of("us", "n5"), STORE, 10))))
            .with(
                List.of(
                    new Gate("codec", 3, 2, 4, STORE, 9),
                    new Gate("order", 1, 0, 1, Bytes.EMPTY, 0)),
                List.of(
                    new Revocation(Bytes.EMPTY, NodeId.of("eu", "n9"), Revocation.NEVER),
                    new Revocation(KEY, NodeId.NOBODY, Instant.ofEpochMilli(1_800_000_000_123L))),
                List.of(
                    new Audit(Bytes.utf8("b"), Author.NONE),
                    new Audit(
                        Bytes.utf8("a"), new Author("ops", "stolen", Instant.ofEpochMilli(7)))),
                List.of(Bytes.utf8("b"), Bytes.utf8("a"))));
  }

  /** Of the sender of messages. */
  static List<Upward> upwards() {
    return List.of(
        new Upward.Open(STORE, Map.of("bulk", 8L, "control", 1L)),
        new Upward.Parcel("bulk", 7, true, 2, "orders", STORE, Map.of("a", "ü"), Bytes.utf8("b")),
        new Upward.Parcel("bulk", 8, false, 1, "orders", STORE, Map.of(), Bytes.EMPTY));
  }

  /** Of their receiver. */
  static List<Downward> downwards() {
    var all = new ArrayList<Downward>();
    all.add(new Downward.Opened(Map.of("bulk", 7L)));
    for (var verdict : Downward.Verdict.values()) {
      all.add(new Downward.Receipt("bulk", 7, verdict, 250, "error.x", "why"));
    }
    return all;
  }

  /** For whoever leads. */
  static List<LeaderAsk> commands() {
    var changes =
        List.of(
            new Change.SetGate(new Gate("transport", 2, 1, 2, Bytes.utf8("x"), 9)),
            new Change.SetRank(N1, 3),
            new Change.AddVoter(new Seat(N1, STORE, 7)),
            new Change.RemoveVoter(N2),
            new Change.Revoke(new Revocation(KEY, N1, Instant.ofEpochMilli(5))),
            new Change.Unrevoke(KEY, NodeId.NOBODY),
            new Change.SetParams(Duration.ofMillis(2_000), 100_000),
            new Change.AddRegion("eu", new Seat(N1, STORE, 10)),
            new Change.RenewRegion(new Region("eu", 3, new Seat(N1, STORE, 10))));
    var wishes = new ArrayList<LeaderAsk.Wish>();
    for (var change : changes) wishes.add(new LeaderAsk.Wish.Alter(STORE, 4, change));
    wishes.add(new LeaderAsk.Wish.Admit(STORE, 0, N2, 255));
    wishes.add(new LeaderAsk.Wish.Transfer(N2));
    wishes.add(new LeaderAsk.Wish.Transfer(NodeId.NOBODY));
    wishes.add(new LeaderAsk.Wish.Authority());
    wishes.add(new LeaderAsk.Wish.Report("meshkit::transport::us"));
    var author = new Author("ops", "because \u03c0", Instant.EPOCH);
    return wishes.stream()
        .map(wish -> new LeaderAsk(Scope.region("eu"), author, Duration.ofMillis(2_500), wish))
        .toList();
  }

  /** Of whoever leads. */
  static List<LeaderReply> verdicts() {
    var reign = new LeaderReply.Reign(1, 42);
    return List.of(
        new LeaderReply.Settled(new Verdict.Applied(7)),
        new LeaderReply.Settled(new Verdict.Conflict(0)),
        new LeaderReply.Settled(new Verdict.Refused("no")),
        new LeaderReply.Settled(new Verdict.NotLeader(N1)),
        new LeaderReply.Settled(new Verdict.NotLeader(NodeId.NOBODY)),
        new LeaderReply.Settled(new Verdict.Indeterminate()),
        new LeaderReply.Kept("it leads already"),
        new LeaderReply.Moved(N2, reign, Duration.ofNanos(1_234_000)),
        new LeaderReply.Vacant(Duration.ofMillis(900)),
        new LeaderReply.Leads(reign),
        new LeaderReply.Reported(GateReport.unknown(Duration.ofMillis(5))),
        new LeaderReply.Reported(
            new GateReport(
                1,
                3,
                2,
                2,
                "us",
                4,
                Duration.ofHours(1),
                List.of(
                    new GateReport.Use(1, Duration.ofMillis(7)),
                    new GateReport.Use(2, Duration.ZERO)))));
  }

  /** Of both, at the start. */
  static List<Hello> hellos() {
    return List.of(new Hello("prod", N1, 7, 1, 1, 0), new Hello("", N2, -1, 0, -1, -1));
  }
}
