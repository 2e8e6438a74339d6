package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Content;
import dev.meshkit.election.Effect;
import dev.meshkit.election.Election;
import dev.meshkit.election.Facts;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Header;
import dev.meshkit.election.Input;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.Role;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.election.State;
import dev.meshkit.election.Step;
import dev.meshkit.election.Warrant;
import dev.meshkit.election.Why;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.ElectCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What no node of this mesh says, said in the name of one (E33). It reaches whoever hears it at
 * once, past the network, and takes no draw of anybody's: a run that refuses all of it goes on as
 * it would have without.
 */
final class Forgery {
  private static final int COUNT = 6;
  private static final Bytes ELSEWHERE = Bytes.utf8("another beginning");
  private static final Bytes SURVEY = Bytes.utf8("a survey");
  private static final String ZERO = "00"; // no field has that number

  private Forgery() {}

  /** The same run with some of it, at any time. */
  static Setup in(Setup setup, Draws draws) {
    var ops = new ArrayList<>(setup.ops());
    for (var one = 0; one < COUNT; one++) {
      var at = draws.between(1, setup.chaos() + setup.calm());
      var from = draws.below(setup.nodes().size());
      var to = draws.chance(0.3) ? Op.LEADER : draws.below(setup.nodes().size());
      var kind = draws.oneOf(List.of(Op.Forged.values()));
      ops.add(new Op.Timed(at, new Op.Forge(from, to, kind, draws.between(0, 1_000))));
    }
    ops.sort(Comparator.comparingLong(Op.Timed::at));
    return setup.with(ops);
  }

  /** Has {@code node} hear all of it, what can be read by way of {@code hear}. */
  static void say(
      SimNode node, Scope scope, State to, Op.Forge how, BiConsumer<NodeId, Frame> hear) {
    var from = node.world().nodes().get(how.node()).id();
    for (var frame : frames(to, scope, from, how))
      if (how.kind() == Op.Forged.BYTES) garbled(node, from, frame);
      else hear.accept(from, frame);
  }

  /**
   * All that one may say to a core in this state, of a later term and record than it has; what is
   * wild is so in the header, and within what has a header like any other.
   */
  private static List<Frame> frames(State to, Scope scope, NodeId from, Op.Forge how) {
    var record = to.record();
    var content = record.content();
    var isWild = how.kind() == Op.Forged.WILD;
    var term = isWild ? Long.MAX_VALUE - how.ahead() : to.term() + how.ahead();
    var genesis = how.kind() == Op.Forged.BIRTH ? ELSEWHERE : content.genesis();
    var later = new RecordId(record.id().term(), record.id().version() + how.ahead());
    var seats = content.voters();
    var seat =
        seats.stream()
            .filter(one -> one.node().equals(from))
            .findFirst()
            .orElse(new Seat(from, Bytes.EMPTY, Seat.DEFAULT_RANK));
    var theirs =
        Content.of(content.generation(), genesis, content.maxPromise(), content.rhoPpm(), seats);
    var header = new Header(scope, content.generation(), genesis, term, later, seat.store());
    var said = new ArrayList<>(claims(term, new ScopeRecord(later, theirs), from));
    said.addAll(rest(to, seat, term, new ScopeRecord(later, theirs), how.ahead()));
    var frames = new ArrayList<>(said.stream().map(one -> new Frame(header, one)).toList());
    if (!isWild) return frames;
    var plain = new Header(scope, content.generation(), genesis, to.term(), later, seat.store());
    var wild = new ScopeRecord(new RecordId(term, later.version()), theirs);
    for (var one : claims(term, wild, from)) frames.add(new Frame(plain, one));
    var far = new RecordId(later.term(), term);
    var ahead = new Header(scope, content.generation(), genesis, to.term(), far, seat.store());
    for (var one : said) frames.add(new Frame(ahead, one));
    return frames;
  }

  /** What names a term or a record besides its header. */
  private static List<Frame.Message> claims(long term, ScopeRecord record, NodeId from) {
    return List.of(
        new Frame.Ask(1, true, term, record.id()),
        new Frame.Ask(1, false, term, record.id()),
        new Frame.StepDown(term, from),
        new Frame.RecordPut(record, true),
        new Frame.Holds(SURVEY, record, true));
  }

  private static List<Frame.Message> rest(
      State to, Seat from, long term, ScopeRecord record, long ahead) {
    var options = to.options();
    var promise = Duration.ofMillis(600);
    var own = new Seat(options.self(), options.store(), Seat.DEFAULT_RANK);
    return List.of(
        new Frame.Answer(1, term, Why.GRANTED, Duration.ZERO),
        new Frame.Beat(ahead, 0, promise, to.record().content().hash(), record.id()),
        new Frame.BeatAck(ahead, 0, promise, true),
        new Frame.TimeoutNow(new Warrant.Cert(from, term, own)),
        new Frame.RecordGet(record.id()),
        new Frame.Survey(SURVEY),
        new Frame.Withholds(SURVEY, Why.STALE, Duration.ZERO),
        new Frame.Boot(),
        new Frame.Quarantine(options.life()));
  }

  /**
   * Whether a core was moved by one of them, otherwise than by time, which moves it whatever it
   * hears; and tells the oracles. One that has stopped hears nothing.
   */
  static boolean moves(SimNode node, NodeId from, Op.Forge how, State before, Step step) {
    if (before.role() instanceof Role.Stopped) return false;
    var never = new Input.Drained(new Fence(before.options().scope(), 0, 0), from);
    var idle = Election.step(before, never, new Facts(node.monotonic(), how.ahead()));
    var dropped = step.effects().stream().anyMatch(Effect.Dropped.class::isInstance);
    var moved = !step.state().equals(idle.state());
    refused(node, from, how.kind(), dropped, moved);
    return moved;
  }

  /** Bytes come that are none: one lot begins wrongly, one ends so, one ends too soon. */
  private static void garbled(SimNode node, NodeId from, Frame frame) {
    var whole = ElectCodec.frame(frame).hex();
    var cut = whole.substring(0, whole.length() - 2);
    for (var bytes : List.of(ZERO + whole, whole + ZERO, cut)) {
      var isRead = ElectCodec.frame(Bytes.hex(bytes)) instanceof Decoded.Whole<Frame>;
      refused(node, from, Op.Forged.BYTES, !isRead, false);
    }
  }

  private static void refused(
      SimNode node, NodeId from, Op.Forged kind, boolean counted, boolean moved) {
    if (counted) node.world().coverage().count(kind.seen());
    node.world().saw(new Sight.Forged(node.label(), from, kind + "", counted, moved));
  }
}
