package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.control.GateOrder;
import dev.meshkit.control.proto.GateChanged;
import dev.meshkit.control.proto.GatePlan;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Gate;
import dev.meshkit.election.Verdict;
import dev.meshkit.gate.Command;
import dev.meshkit.gate.Committed;
import dev.meshkit.gate.Entry;
import dev.meshkit.gate.RecordId;
import dev.meshkit.gate.Rollout;
import dev.meshkit.gate.SubjectKey;
import dev.meshkit.gate.Verb;
import dev.meshkit.gate.Verbs;
import dev.meshkit.node.GateCatalogue.Known;
import dev.meshkit.node.GateCatalogue.Standing;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.wire.LeaderAsk;
import dev.meshkit.wire.LeaderAsk.Wish;
import dev.meshkit.wire.LeaderReply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The verbs of the gate, each one compare-and-set on the record of the scope, by whoever leads it:
 * what it would be is worked out here, from what this node knows to be committed and what members
 * answer, and nothing changes if the record has moved on meanwhile. Thread-safe.
 */
final class GateOrders {
  private static final Pattern RECORD =
      Pattern.compile("([0-9]{1,9})/([0-9]{1,18})\\.([0-9]{1,18})");

  private final GateCatalogue catalogue;
  private final Gates gates;
  private final LeaderCalls calls;
  private final InstantSource monotonic;
  private final GateRefusals refusals;
  private final RandomGenerator chance;
  private final Duration soak;

  GateOrders(
      GateCatalogue catalogue,
      Gates gates,
      LeaderCalls calls,
      Clocks clocks,
      RandomGenerator chance,
      Duration soak) {
    this.catalogue = catalogue;
    this.gates = gates;
    this.calls = calls;
    this.monotonic = clocks.monotonic();
    this.refusals = new GateRefusals(clocks.wall());
    this.chance = chance;
    this.soak = soak;
  }

  /**
   * What an order comes to, before it is committed.
   *
   * @param known the change
   * @param standing what is committed
   * @param members what they say of it
   * @param outcome the entry afterwards, or why it stays what it is
   * @param supposed the entry if nothing but what makes no sense were refused
   */
  private record Worked(
      Known known,
      Standing standing,
      GateMembers members,
      Result<Verbs.Applied> outcome,
      Result<Verbs.Applied> supposed) {}

  /** Who would run another version, who would not and who cannot. */
  Result<GatePlan> plan(GateOrder order, Snapshot seen) throws InterruptedException {
    return switch (worked(order, seen)) {
      case Result.Err<Worked>(var error) -> Result.err(error);
      case Result.Ok<Worked>(var work) ->
          new GatePlanning(work.known(), work.standing(), work.members(), seen, catalogue)
              .plan(order, work.outcome(), work.supposed());
    };
  }

  /** Commits it, by whoever leads the scope, and waits until this node goes by it. */
  Result<GateChanged> change(GateOrder order, Snapshot seen) throws InterruptedException {
    var work = worked(order, seen);
    if (!(work instanceof Result.Ok<Worked>(var worked))) return work.cast();
    if (!(worked.outcome() instanceof Result.Ok<Verbs.Applied>(var applied)))
      return worked.outcome().cast();
    var known = worked.known();
    var standing = worked.standing();
    var done =
        GateChanged.newBuilder()
            .setChange(order.change())
            .setScope(known.scope().text())
            .setDryRun(order.dryRun())
            .setBefore(standing.by().entry().text())
            .setAfter(applied.entry().text())
            .setRecord(standing.by().record().toString());
    var names = seen.names();
    applied.refusing().forEach(node -> done.addRefusing(names.text(node)));
    var seenVersion = standing.view().id().version();
    var isSame = standing.isCommitted() && standing.by().entry().equals(applied.entry());
    if (order.dryRun() || isSame)
      return Result.ok(done.setVersion(seenVersion).setUnchanged(isSame).build());
    var author = author(order);
    if (!(author instanceof Result.Ok<Author>(var by))) return author.cast();
    var wish =
        new Wish.Alter(
            GateCommandId.of(order.change(), kind(order), chance),
            seenVersion,
            new Change.SetGate(gate(applied.entry())));
    var within = bounded(order.within());
    var until = monotonic.instant().plus(within);
    var reply = calls.ask(new LeaderAsk(known.scope(), by, within, wish));
    if (reply instanceof LeaderReply.Settled(Verdict.Conflict(var version))) {
      gates.awaitRecord(known.scope(), version, Duration.between(monotonic.instant(), until));
      return Result.err(moved(order, standing.by().record(), known, version));
    }
    var settled = settled(reply, order, known.scope(), within);
    if (!(settled instanceof Result.Ok<Long>(var version))) return settled.cast();
    return Result.ok(
        done.setVersion(version).setRecord(followed(known.scope(), version, until)).build());
  }

  private Result<Worked> worked(GateOrder order, Snapshot seen) throws InterruptedException {
    if (GateDesk.isBad(order.change())) return Result.err(GateDesk.badName(order.change()));
    var now = monotonic.instant();
    var asked = GateMembers.ask(calls, seen, order.change(), bounded(order.within()), now);
    var found = catalogue.find(order.change(), asked);
    if (!(found instanceof Result.Ok<Known>(var known))) return found.cast();
    var stands = catalogue.standing(known);
    if (!(stands instanceof Result.Ok<Standing>(var standing))) return stands.cast();
    var expected = expected(order, standing.by().record());
    if (!(expected instanceof Result.Ok<RecordId>(var record))) return expected.cast();
    var members = asked.only(node -> concerns(known, node));
    var aim = new Aim(known, standing.by());
    var outcome =
        refusals
            .of(order, record, standing)
            .map(Result::<Verbs.Applied>err)
            .orElseGet(() -> outcome(order, aim, members, now));
    return Result.ok(new Worked(known, standing, members, outcome, supposed(order, aim, now)));
  }

  /** A link's version is run by both its ends, wherever they are. */
  static boolean concerns(Known known, NodeId node) {
    return known.scope().equals(Scope.GLOBAL)
        || known.change().key() == SubjectKey.LINK
        || known.scope().equals(Scope.region(node.region()));
  }

  /** What a verb is applied to. */
  private record Aim(Known known, Committed now) {}

  private Result<Verbs.Applied> outcome(
      GateOrder order, Aim aim, GateMembers members, Instant now) {
    var entry = aim.now().entry();
    var facts = new Verbs.Facts(now, soak, members.reports());
    var verb = verb(order, entry);
    var asks = verb instanceof Verb.Advance(_, _, _, _, var force) && !force;
    if ((asks || verb instanceof Verb.Retire) && !members.silent().isEmpty())
      return Result.err(GateRefusals.silent(order, members));
    return applied(order, verb, aim, facts);
  }

  /**
   * What an order would come to if nobody were in its way: neither members that cannot, or do not
   * answer, nor a freeze, nor a rollout that has not reached everybody.
   */
  private Result<Verbs.Applied> supposed(GateOrder order, Aim aim, Instant now) {
    var verb = verb(order, aim.now().entry());
    var free = Verbs.freed(aim.now(), verb);
    var facts = new Verbs.Facts(now, soak, List.of());
    return applied(order, verb, new Aim(aim.known(), free), facts);
  }

  private static Result<Verbs.Applied> applied(
      GateOrder order, Verb verb, Aim aim, Verbs.Facts facts) {
    var entry = aim.now().entry();
    var by = order.by();
    var change = aim.known().change();
    var from = aim.now();
    if (verb instanceof Verb.Advance(var version, _, _, _, _) && version > entry.max()) {
      var raise =
          new Command(
              new Verb.Raise(version), from.record(), entry.epoch(), by.actor(), why(by.reason()));
      var raised = Verbs.apply(change, from, raise, facts);
      if (!(raised instanceof Result.Ok<Verbs.Applied>(var wider))) return raised;
      from = new Committed(wider.entry(), from.record());
    }
    var command = new Command(verb, from.record(), entry.epoch(), by.actor(), why(by.reason()));
    return Verbs.apply(change, from, command, facts).recover(error -> Result.err(named(error)));
  }

  /** With the page that explains it to people. */
  private static MeshError named(MeshError error) {
    return switch (error.code()) {
      case "error.precondition" -> error.with("mk", "MK-GAT-006");
      case "error.conflict" -> error.with("mk", "MK-GAT-003");
      default -> error;
    };
  }

  private static String why(String reason) {
    return reason.isBlank() ? "planned" : reason;
  }

  /**
   * To set the version there is widens it; everybody runs it then, unless something else is said.
   */
  private static Verb verb(GateOrder order, Entry entry) {
    var part = order.part();
    return switch (order.verb()) {
      case ROLLBACK -> new Verb.Rollback(order.version());
      case FREEZE -> new Verb.Freeze();
      case THAW -> new Verb.Thaw();
      case RETIRE -> new Verb.Retire(order.version());
      case SET, NONE, UNRECOGNIZED -> {
        var isSame = order.version() == 0 || order.version() == entry.version();
        if (isSame) yield widened(part, entry);
        var all = part.include().isEmpty() ? Rollout.ALL : 0;
        yield new Verb.Advance(
            order.version(),
            part.basisPoints().orElse(all),
            part.include(),
            part.exclude(),
            order.force());
      }
    };
  }

  private static Verb widened(GateOrder.Part part, Entry entry) {
    var now = entry.rollout();
    var points = part.basisPoints().orElse(now.basisPoints());
    var include = new java.util.ArrayList<>(now.include());
    for (var pattern : part.include()) if (!include.contains(pattern)) include.add(pattern);
    var isWhole = points == Rollout.ALL;
    var exclude = part.exclude().isEmpty() && !isWhole ? now.exclude() : part.exclude();
    return new Verb.Widen(points, include, exclude);
  }

  private static Result<RecordId> expected(GateOrder order, RecordId now) {
    if (order.expect().isEmpty()) return Result.ok(now);
    var read = RECORD.matcher(order.expect());
    if (!read.matches())
      return Result.err(
          MeshError.validation(
              "changing " + order.change(),
              "'" + order.expect() + "' is no record",
              "write what gate plan shows: --expect 1/7.19"));
    return Result.ok(
        new RecordId(
            Integer.parseInt(read.group(1)),
            Long.parseLong(read.group(2)),
            Long.parseLong(read.group(3))));
  }

  private static Gate gate(Entry entry) {
    return new Gate(
        entry.change(),
        entry.version(),
        entry.min(),
        entry.max(),
        entry.rollout().bytes(),
        entry.epoch());
  }

  /** Until this node goes by what was committed, or its time is over: what is decided next does. */
  private String followed(Scope scope, long version, Instant until) throws InterruptedException {
    gates.awaitRecord(scope, version, Duration.between(monotonic.instant(), until));
    return catalogue.views().of(scope).map(record -> Gates.id(record).toString()).orElse("");
  }

  private static Result<Long> settled(
      LeaderReply reply, GateOrder order, Scope scope, Duration within) {
    var tried = "changing " + order.change();
    return switch (reply) {
      case LeaderReply.Settled(Verdict.Applied(var version)) -> Result.ok(version);
      case LeaderReply.Settled(Verdict.Refused(var reason)) ->
          Result.err(
              MeshError.of(
                      "error.precondition",
                      tried,
                      reason,
                      "look at it again: meshkit gate show " + order.change(),
                      MeshError.Retry.NEVER)
                  .with("mk", "MK-GAT-006"));
      case LeaderReply.Settled(Verdict.NotLeader _) -> Result.err(ScopeDesk.noLeader(tried, scope));
      case LeaderReply _ -> Result.err(new MeshError.TimedOut(within, tried));
    };
  }

  /** Who was first, as far as this node has heard by now, and what it is since. */
  private MeshError moved(GateOrder order, RecordId expected, Known known, long version) {
    return switch (catalogue.standing(known)) {
      case Result.Err<Standing>(var unread) -> unread;
      case Result.Ok<Standing>(var now) when now.by().record().equals(expected) ->
          GateRefusals.unheard(order, version);
      case Result.Ok<Standing>(var now) -> refusals.moved(order, expected, now);
    };
  }

  private static GateCommandId.Kind kind(GateOrder order) {
    return switch (order.verb()) {
      case ROLLBACK -> GateCommandId.Kind.ROLLS_BACK;
      case FREEZE, THAW, RETIRE -> GateCommandId.Kind.KEEPS;
      case SET, NONE, UNRECOGNIZED -> GateCommandId.Kind.SETS;
    };
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) return Duration.ZERO;
    return wait.compareTo(LeaderAsk.MOST) < 0 ? wait : LeaderAsk.MOST;
  }

  private static Result<Author> author(GateOrder order) {
    return ScopeDesk.author("changing " + order.change(), order.by());
  }
}
