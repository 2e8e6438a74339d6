package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Ballot;
import dev.meshkit.election.Cause;
import dev.meshkit.election.Command;
import dev.meshkit.election.Durable;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Input;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.Role;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.State;
import dev.meshkit.election.Step;
import dev.meshkit.election.Verdict;
import dev.meshkit.election.Warrant;
import dev.meshkit.election.Why;
import dev.meshkit.gossip.Claim;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns what one election core lets out into {@link Sight}s. */
final class ElectionWatch {
  private static final List<Coverage.Seen> SIZES =
      List.of(
          Coverage.Seen.OF_ONE,
          Coverage.Seen.OF_TWO,
          Coverage.Seen.OF_THREE,
          Coverage.Seen.OF_FOUR,
          Coverage.Seen.OF_FIVE,
          Coverage.Seen.OF_SIX,
          Coverage.Seen.OF_SEVEN);

  private static final int A_FEW = 16; // steps a hash: to read a core takes as long as its steps

  private final StateHash hash = new StateHash();
  private int steps;
  private final SimNode node;
  private final Scope scope;
  private final String store;
  private int voters;
  private long won = -1;
  private int born;
  private final SortedMap<String, Long> stepped = new TreeMap<>(); // by leader and generation
  private Sight.@Nullable Held last;
  private boolean silenced; // this process

  ElectionWatch(SimNode node, Scope scope, Bytes store) {
    this.node = node;
    this.scope = scope;
    this.store = store.hex();
  }

  /**
   * A step of the core: what it heard, what it does about it, and, of one step in a few, what it
   * holds from now on.
   */
  void stepped(Input input, Step step) {
    var said = node.label() + " " + scope.text() + " " + input + " -> " + step.effects();
    node.world().note(said, ++steps % A_FEW == 0 ? held(step.state()) : 0);
  }

  /** The hash of all that the core holds. */
  long held(State state) {
    return hash.of(state);
  }

  /** What there is to say at the end. */
  void reports(Census census, State state) {
    census.scope(scope);
    var leads = state.decision().by(scope, node.id()).leader();
    node.world().saw(new Sight.Follows(node.label(), scope, leads));
  }

  /** What the disk holds now. */
  void stored(Durable durable) {
    var generation = durable.record().content().generation();
    var term = new Fence(scope, generation, durable.term());
    node.world()
        .saw(new Sight.Stored(node.label(), term, durable.voted(), at(durable.record().id())));
    var content = durable.record().content();
    if (content.generation() != born) {
      if (born > 0) count(Coverage.Seen.ADOPTED);
      born = content.generation();
      node.world().saw(new Sight.OfBirth(node.label(), scope, born, content.genesis().hex()));
    }
    if (silenced) return; // it learns, but acknowledges nothing: another may have the same seat
    var held = new Sight.Held(node.label(), store, term, kept(durable.record()));
    if (held.equals(last)) return;
    last = held;
    node.world().saw(held);
  }

  /** A record is known to be committed. */
  void viewed(ScopeRecord view) {
    electorate(view.content().voters().size());
    viewed(node, scope, view);
    var term = new Fence(scope, view.content().generation(), view.id().term());
    if (term.generation() > 1)
      node.world().saw(new Sight.Revokes(node.label(), term, Recoveries.revoked(view)));
  }

  /** The same by one that does not vote in the scope. */
  static void viewed(SimNode node, Scope scope, ScopeRecord view) {
    node.world().coverage().count(Coverage.Seen.VIEWED);
    var term = new Fence(scope, view.content().generation(), view.id().term());
    node.world().saw(new Sight.Viewed(node.label(), term, kept(view)));
    node.world().gates().viewed(node, scope, view);
  }

  private void electorate(int size) {
    if (voters > 0 && size > voters) count(Coverage.Seen.VOTER_ADDED);
    if (size < voters) count(Coverage.Seen.VOTER_REMOVED);
    if (size != voters) count(SIZES.get(Math.min(size, SIZES.size()) - 1));
    voters = size;
  }

  /** A frame came from one that does not vote here, and knows of no record that is newer. */
  void heard(NodeId from, Frame frame, State before, State after) {
    unmoved(from, frame, before, after);
    var header = frame.header();
    var record = before.record();
    var exempt =
        frame.message() instanceof Frame.RecordPut || frame.message() instanceof Frame.RecordGet;
    var names = List.of(from.toString(), from + " " + header.store().hex());
    if (exempt
        || header.rec().compareTo(record.id()) > 0
        || voters(record).stream().anyMatch(names::contains)) return;
    count(Coverage.Seen.OUTSIDER);
    node.world().saw(new Sight.Outside(node.label(), from, bound(before), bound(after)));
  }

  /** What binds nobody: any question, one to who is promised, a word of a term given up. */
  private void unmoved(NodeId from, Frame frame, State before, State after) {
    if (hasEnded(before)) return; // then that is what moved it
    var term = frame.header().term();
    var leader = from + " " + frame.header().generation();
    switch (frame.message()) {
      case Frame.Ask ask when ask.pre() -> { // a rival may give way
        if (before.role() instanceof Role.PreCandidate) return;
        unmoved("E24", from, bound(before) + before.fireAt(), bound(after) + after.fireAt());
      }
      case Frame.Ask ask when ask.warrant() instanceof Warrant.None && isPromised(before, from) ->
          unmoved("E16", from, bound(before), bound(after));
      case Frame.RecordPut(var record, var committed) when !committed ->
          node.world().saw(new Sight.Pushed(node.label(), fence(frame), kept(record)));
      case Frame.StepDown down -> stepped.merge(leader, down.term(), Math::max);
      case Frame.Beat _ when term <= stepped.getOrDefault(leader, -1L) ->
          unmoved("S11", from, "" + before.promise(), "" + after.promise());
      default -> {}
    }
  }

  private void unmoved(String rule, NodeId from, String before, String after) {
    count(Coverage.Seen.UNMOVED);
    node.world().saw(new Sight.Unmoved(node.label(), from, rule, before, after));
  }

  /** To itself while it leads, or to another leader than that. */
  private boolean isPromised(State state, NodeId from) {
    var now = node.monotonic();
    if (state.role() instanceof Role.Leader(var tenure)) return now.isBefore(tenure.end());
    return state.decision() instanceof LeaderDecision.Following(var leader, var fence)
        && !leader.equals(from)
        && state.isBoundTo(leader, fence.term(), now);
  }

  /** By its time, or because its clock says that its latest beat is yet to be sent. */
  boolean hasEnded(State state) {
    if (!(state.role() instanceof Role.Leader(var tenure))) return false;
    var now = node.monotonic();
    return !now.isBefore(tenure.end().minus(state.options().profile().epsilon()))
        || tenure.sent().at(tenure.seq()).filter(now::isBefore).isPresent();
  }

  private static String bound(State state) {
    return state.term() + " " + state.current().voted() + " " + state.promise();
  }

  private static List<String> voters(ScopeRecord record) {
    return record.content().voters().stream()
        .map(v -> v.store().isEmpty() ? v.node().toString() : v.node() + " " + v.store().hex())
        .toList();
  }

  /** A command came. */
  void asked(Command command) {
    var expected = command.expected() == Command.ANY ? CasHistory.ANY : command.expected();
    node.world().saw(new Sight.Asked(node.label(), scope, command.id().utf8(), expected));
  }

  /** A command has its verdict. */
  void replied(Bytes command, Verdict verdict) {
    switch (verdict) {
      case Verdict.Applied(var version) -> {
        count(Coverage.Seen.APPLIED);
        told(command, Sight.Fate.APPLIED, version);
        node.world().saw(new Sight.Applied(scope, command.utf8(), version));
      }
      case Verdict.Conflict(var version) -> {
        count(Coverage.Seen.CONFLICT);
        told(command, Sight.Fate.CONFLICT, version);
      }
      case Verdict.Indeterminate _ -> {
        count(Coverage.Seen.INDETERMINATE);
        told(command, Sight.Fate.UNKNOWN, 0);
      }
      case Verdict.Refused(var why) -> {
        if (why.endsWith("changes wait already")) count(Coverage.Seen.AGENDA_FULL);
        told(command, Sight.Fate.UNCHANGED, 0);
      }
      case Verdict.NotLeader _ -> told(command, Sight.Fate.UNCHANGED, 0);
    }
  }

  private void told(Bytes command, Sight.Fate what, long version) {
    node.world().saw(new Sight.Answered(node.label(), scope, command.utf8(), what, version));
  }

  private static Sight.Kept kept(ScopeRecord record) {
    var content = record.content();
    var applied = content.applied().stream().map(Bytes::utf8).toList();
    return new Sight.Kept(at(record.id()), content.hash().hex(), voters(record), applied);
  }

  /** A frame leaves, for the network or for nowhere. */
  void sent(Frame frame) {
    node.world().saw(new Sight.Sent(node.label(), frame));
    var header = frame.header();
    var term = fence(frame);
    node.world().saw(new Sight.Claimed(node.label(), term, at(header.rec())));
    switch (frame.message()) {
      case Frame.Beat _ -> leads(term);
      case Frame.Ask ask when !ask.pre() ->
          node.world().saw(new Sight.Granted(node.label(), in(term, ask.term()), node.id()));
      case Frame.Answer answer -> refused(answer.why());
      case Frame.RecordPut(var record, var committed) when !committed ->
          node.world().saw(new Sight.Offered(node.label(), term, kept(record)));
      case Frame.Ask _,
          Frame.BeatAck _,
          Frame.TimeoutNow _,
          Frame.StepDown _,
          Frame.RecordPut _,
          Frame.RecordGet _,
          Frame.Survey _,
          Frame.Holds _,
          Frame.Withholds _,
          Frame.Boot _,
          Frame.Quarantine _ -> {}
    }
  }

  /** A vote, unlike a pre-vote, is granted in the voter's own term. */
  void answered(Frame frame, NodeId to) {
    if (!(frame.message() instanceof Frame.Answer answer) || answer.why() != Why.GRANTED) return;
    if (frame.header().term() < answer.term()) return;
    var term = new Fence(scope, frame.header().generation(), answer.term());
    node.world().saw(new Sight.Granted(node.label(), term, to));
  }

  private Fence fence(Frame said) {
    return new Fence(scope, said.header().generation(), said.header().term());
  }

  private void leads(Fence term) {
    if (won == term.term()) return;
    won = term.term();
    node.world().coverage().count(Coverage.Seen.WIN);
    node.world().saw(new Sight.Won(node.label(), term));
  }

  private void refused(Why why) {
    switch (why) {
      case PROMISE -> count(Coverage.Seen.REFUSED_PROMISE);
      case QUIET -> count(Coverage.Seen.REFUSED_QUIET);
      case VOTED -> count(Coverage.Seen.REFUSED_VOTED);
      case STALE -> count(Coverage.Seen.REFUSED_STALE);
      case GRANTED, TERM, DISK, NOT_MEMBER -> {}
    }
  }

  /** A race ended. */
  void counted(Ballot ballot) {
    if (ballot.won()) return;
    var whys = ballot.refused().values().stream().map(answer -> answer.why()).distinct().toList();
    whys.forEach(this::lostTo);
    if (ballot.round().pre()) return;
    count(Coverage.Seen.ROUND_LOST);
    if (whys.contains(Why.VOTED)) count(Coverage.Seen.SPLIT_VOTE);
  }

  private void lostTo(Why why) {
    switch (why) {
      case PROMISE -> count(Coverage.Seen.LOST_TO_PROMISE);
      case QUIET -> count(Coverage.Seen.LOST_TO_QUIET);
      case VOTED -> count(Coverage.Seen.LOST_TO_VOTED);
      case STALE -> count(Coverage.Seen.LOST_TO_STALE);
      case GRANTED, TERM, DISK, NOT_MEMBER -> {}
    }
  }

  /** What gossip hears of a leader. */
  Claim claim(Fence fence) {
    return new Claim(fence.scope(), fence.generation(), fence.term(), node.id());
  }

  /** A process begins with this state. */
  void began(State begun) {
    if (recovers(begun)) node.world().saw(new Sight.Recovering(node.label(), scope));
  }

  /** A core took a step: peers may refuse this very process, its quiet period may be over. */
  void moved(State before, State after) {
    if (recovers(before) && !recovers(after))
      node.world().saw(new Sight.Recovered(node.label(), scope));
    if (before.role() instanceof Role.Quarantined || !(after.role() instanceof Role.Quarantined))
      return;
    silenced = true;
    count(Coverage.Seen.QUARANTINED);
    node.world().saw(new Sight.Quarantined(node.label()));
  }

  private static boolean recovers(State state) {
    return state.role() instanceof Role.Recovering;
  }

  /** What the disk holds after a fault of its own. */
  static void regressed(SimNode node, Image before, Image after) {
    if (after.isBehind(before))
      node.world().saw(new Sight.Regressed(node.label(), after.showsThatItIsBehind(before)));
  }

  /** Authority begins. */
  void gained(Fence fence) {
    leads(fence); // who votes alone asks nobody for promises
    count(Coverage.Seen.GAINED);
    node.world().saw(new Sight.Gained(node.label(), fence));
    node.world().saw(new Sight.Took(fence, node.world().now()));
  }

  /** Authority ends. */
  void lost(Fence fence, Cause cause) {
    switch (cause) {
      case LAPSE -> count(Coverage.Seen.LOST_LAPSE);
      case HIGHER_TERM -> count(Coverage.Seen.LOST_TERM);
      case DISK -> count(Coverage.Seen.LOST_DISK);
      case STEP_DOWN -> count(Coverage.Seen.NEWCOMER_LOST);
      case TRANSFER -> count(Coverage.Seen.HANDED_OVER);
      case CLOCK, SHUTDOWN -> {}
    }
    count(Coverage.Seen.LOST);
    node.world().saw(new Sight.Lost(node.label(), fence));
    if (cause == Cause.TRANSFER) node.world().saw(new Sight.Handed(fence, node.world().now()));
  }

  /** A leader has begun something that its fence protects. */
  void read(Fence fence, long value) {
    node.world().saw(new Sight.ReadUnder(node.label(), fence, value));
  }

  /** It has ended that. */
  void wrote(Fence fence, long value) {
    count(Coverage.Seen.ACTED);
    node.world().saw(new Sight.WroteUnder(node.label(), fence, value));
  }

  /** What is protected refused its fence. */
  void refused(Fence fence, boolean holds) {
    count(Coverage.Seen.FENCED);
    node.world().saw(new Sight.Refused(node.label(), fence, holds));
  }

  private static Fence in(Fence fence, long term) {
    return new Fence(fence.scope(), fence.generation(), term);
  }

  private static Sight.RecordAt at(RecordId id) {
    return new Sight.RecordAt(id.term(), id.version());
  }

  private void count(Coverage.Seen what) {
    node.world().coverage().count(what);
  }
}
