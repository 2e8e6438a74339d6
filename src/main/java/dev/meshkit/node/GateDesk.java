package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.control.NodeNames;
import dev.meshkit.control.proto.GateExplanation;
import dev.meshkit.control.proto.GateItem;
import dev.meshkit.control.proto.Reason;
import dev.meshkit.gate.Decision;
import dev.meshkit.gate.Entry;
import dev.meshkit.gate.Explanation;
import dev.meshkit.gate.GateLog;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.SubjectKey;
import dev.meshkit.gate.UnfinishedRuns;
import dev.meshkit.node.GateCatalogue.Known;
import dev.meshkit.node.GateCatalogue.Standing;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.wire.GateReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which version of each change is committed, what members say of it, and why. Thread-safe. */
final class GateDesk {
  private final Store store;
  private final GateCatalogue catalogue;
  private final GateReporter reporter;
  private final LeaderCalls calls;
  private final Clocks clocks;

  GateDesk(
      Store store,
      GateCatalogue catalogue,
      GateReporter reporter,
      LeaderCalls calls,
      Clocks clocks) {
    this.store = store;
    this.catalogue = catalogue;
    this.reporter = reporter;
    this.calls = calls;
    this.clocks = clocks;
  }

  /** Each change that this build has, or that is committed somewhere. */
  Result<List<GateItem>> list(Snapshot seen) throws InterruptedException {
    var runs = unfinished();
    var items = new ArrayList<GateItem>();
    for (var known : catalogue.all(seen.self()).values()) {
      switch (catalogue.standing(known)) {
        case Result.Ok<Standing>(var standing) -> items.add(item(known, standing, runs).build());
        case Result.Err<Standing> _ when catalogue.isToCome(known) -> {} // nothing is wrong with it
        case Result.Err<Standing>(var error) -> items.add(unread(known, error));
      }
    }
    return Result.ok(items);
  }

  /** One of them, with what each member says. */
  Result<GateItem> show(String name, Snapshot seen, Duration within) throws InterruptedException {
    var now = clocks.monotonic().instant();
    if (isBad(name)) return Result.err(badName(name));
    var members = GateMembers.ask(calls, seen, name, within, now);
    var found = catalogue.find(name, members);
    if (!(found instanceof Result.Ok<Known>(var known))) return found.cast();
    var stands = catalogue.standing(known);
    if (!(stands instanceof Result.Ok<Standing>(var standing))) return stands.cast();
    var item = item(known, standing, unfinished());
    for (var one : members.heard())
      if (GateOrders.concerns(known, one.node())) item.addNodes(node(one, seen.names()));
    return Result.ok(item.build());
  }

  /** What one member says. */
  static GateItem.Node node(GateMembers.Heard one, NodeNames names) {
    var node =
        GateItem.Node.newBuilder()
            .setNode(names.text(one.node()))
            .setAnswered(one.said().isPresent());
    one.said()
        .ifPresent(
            said -> {
              node.setMin(said.min()).setMax(said.max()).setAdoptedEpoch(said.epoch());
              inUse(said).forEach(node::addInUse);
            });
    return node.build();
  }

  private static List<Integer> inUse(GateReport said) {
    return said.uses().stream()
        .filter(use -> use.ago().isZero())
        .map(GateReport.Use::version)
        .toList();
  }

  private static GateItem unread(Known known, MeshError error) {
    return GateItem.newBuilder()
        .setChange(known.change().name())
        .setScope(known.scope().text())
        .setError(Reason.newBuilder().setCode(error.code()).setText(error.text()))
        .build();
  }

  private GateItem.Builder item(Known known, Standing standing, List<UnfinishedRuns> runs)
      throws InterruptedException {
    var entry = standing.by().entry();
    var rollout = entry.rollout();
    var item =
        GateItem.newBuilder()
            .setChange(known.change().name())
            .setScope(known.scope().text())
            .setCommitted(standing.isCommitted())
            .setVersion(entry.version())
            .setPrior(entry.prior())
            .setMin(entry.min())
            .setMax(entry.max())
            .setPercent(percent(entry))
            .addAllInclude(rollout.include())
            .addAllExclude(rollout.exclude())
            .setFrozen(rollout.frozen())
            .setEpoch(entry.epoch())
            .setOtherRuns(others(runs, entry))
            .setRecord(standing.by().record().toString());
    last(known, standing)
        .ifPresent(
            said -> {
              item.setAt(Times.of(said.wall()));
              if (!said.actor().isEmpty()) item.setActor(said.actor()).setReason(said.reason());
            });
    return item;
  }

  /** None where they cannot be read: what is committed is told all the same. */
  private List<UnfinishedRuns> unfinished() throws InterruptedException {
    return catalogue.gate().unfinished().or(List.of());
  }

  /** How many runs are not over and keep to another version than the committed one. */
  private static int others(List<UnfinishedRuns> runs, Entry entry) {
    var number =
        runs.stream()
            .filter(those -> those.change().equals(entry.change()))
            .filter(those -> those.version() != entry.version())
            .mapToLong(UnfinishedRuns::number)
            .sum();
    return (int) Math.min(number, Integer.MAX_VALUE);
  }

  static double percent(Entry entry) {
    return entry.rollout().basisPoints() / 100.0;
  }

  /** Only of this node's own scopes: it adopts no others. */
  private Optional<GateLog> adopted(String change) throws InterruptedException {
    return store.read(reading -> GateLog.last(reading, change)).or(Optional.empty());
  }

  /** As this node adopted it; of a scope that it does not adopt, as the record tells. */
  private Optional<GateLog> last(Known known, Standing standing) throws InterruptedException {
    var name = known.change().name();
    var here = adopted(name);
    if (here.isPresent() || !standing.isCommitted()) return here;
    return GateCommandId.last(standing.view().content().audit(), name)
        .map(by -> new GateLog(by.actor(), by.reason(), by.wall()));
  }

  /** Why a subject runs what it runs here. */
  Result<GateExplanation> explain(String name, String subject, NodeNames names)
      throws InterruptedException {
    var local = catalogue.local(name);
    if (local.isEmpty()) return Result.err(notHere(name));
    var known = local.get();
    var read = subject(known, subject, names);
    if (!(read instanceof Result.Ok<Subject>(var whom))) return read.cast();
    var stands = catalogue.standing(known);
    if (!(stands instanceof Result.Ok<Standing>(var standing))) return stands.cast();
    var reported = reporter.report(name);
    if (!(reported instanceof Result.Ok<GateReport>(var own))) return reported.cast();
    var says = standing.explain(known.change(), whom);
    var runs = runs(known, whom, says);
    var text =
        GateExplanation.newBuilder()
            .setChange(name)
            .setSubject(whom.text())
            .setVersion(runs.version())
            .setSource(
                standing.isCommitted()
                    ? GateExplanation.Source.COMMITTED
                    : GateExplanation.Source.BASELINE)
            .setEpoch(says.epoch())
            .setRecord(standing.by().record().toString())
            .setBecause(runs.because())
            .setSupportsMin(known.change().support().min())
            .setSupportsMax(known.change().support().max())
            .setOtherRuns(others(unfinished(), standing.by().entry()));
    says.chain()
        .forEach(
            clause ->
                text.addChainBuilder()
                    .setRule(clause.rule())
                    .setMatched(clause.matched())
                    .setText(clause.text()));
    if (says.bucket() >= 0) text.setBucket(says.bucket());
    if (catalogue.transport(known).isEmpty()) text.addAllInUse(inUse(own));
    else
      reporter
          .link(whom)
          .ifPresent(link -> text.addInUse(link.version()).setInUseSince(Times.of(link.since())));
    if (says.decided() instanceof Result.Err<Decision>(var refused))
      text.setRefused(Reason.newBuilder().setCode(refused.code()).setText(refused.text()));
    catalogue
        .first(known, whom)
        .or(Optional.empty()) // no answer but this one depends on it
        .filter(first -> first.epoch() == says.epoch())
        .ifPresent(first -> text.setFirstDecided(Times.of(first.wall())));
    var last = last(known, standing);
    last.ifPresent(said -> text.setLastChange(said.actor() + ": " + said.reason()));
    adopted(name).ifPresent(said -> text.setAdoptedAt(Times.of(said.wall())));
    GateCommandId.mover(standing.view().content().audit(), name)
        .map(by -> by.actor() + ": " + by.reason())
        .filter(mover -> !mover.equals(text.getLastChange())) // somebody has frozen it since
        .ifPresent(mover -> text.setLastChange(mover).clearAdoptedAt());
    return Result.ok(text.build());
  }

  /** What a subject runs, and why. */
  private record Runs(int version, String because) {}

  /** A link between regions runs what both have decided. */
  private Runs runs(Known known, Subject whom, Explanation says) {
    var rule = catalogue.transport(known);
    if (rule.isEmpty()) return new Runs(says.version(), says.because());
    var both = rule.get().version(whom);
    if (!says.decided().isOk()) return new Runs(says.version(), says.because());
    if (both.isEmpty())
      return new Runs(0, says.because() + ", but no version is permitted at both its ends");
    var version = both.getAsInt();
    return version == says.version()
        ? new Runs(version, says.because())
        : new Runs(
            version,
            "the other region decides: here it would be v%d, %s"
                .formatted(says.version(), says.because()));
  }

  /** The subject a person means, of the kind the change is decided by. */
  static Result<Subject> subject(Known known, String text, NodeNames names) {
    var key = known.change().key();
    try {
      return switch (key) {
        case NONE -> text.isEmpty() ? Result.ok(Subject.NONE) : Result.err(badSubject(known, text));
        case TENANT -> Result.ok(Subject.tenant(text));
        case NODE -> names.node(text).flatMap(node -> within(known, Subject.node(node), node));
        case LINK -> link(known, text, names);
      };
    } catch (IllegalArgumentException _) {
      return Result.err(badSubject(known, text));
    }
  }

  private static Result<Subject> link(Known known, String text, NodeNames names) {
    var bar = text.indexOf('|');
    if (bar < 0) return Result.err(badSubject(known, text));
    var one = names.node(text.substring(0, bar));
    var other = names.node(text.substring(bar + 1));
    if (!(one instanceof Result.Ok<NodeId>(var first))) return one.cast();
    if (!(other instanceof Result.Ok<NodeId>(var second))) return other.cast();
    if (first.equals(second)) return Result.err(badSubject(known, text));
    return within(known, Subject.link(first, second), first, second);
  }

  /** Only those of its region are decided by a change that each region has for itself. */
  private static Result<Subject> within(Known known, Subject subject, NodeId... nodes) {
    var scope = known.scope();
    for (var node : nodes)
      if (scope.equals(Scope.GLOBAL) || scope.equals(Scope.region(node.region())))
        return Result.ok(subject);
    return Result.err(
        MeshError.validation(
            "explaining " + known.change().name(),
            subject.text() + " is not of " + scope + ", whose record has it",
            "ask for the change of its own region: see meshkit gate list"));
  }

  private static MeshError badSubject(Known known, String text) {
    return MeshError.validation(
        "explaining " + known.change().name(),
        "'" + text + "' is no subject of a change that is decided " + by(known.change().key()),
        switch (known.change().key()) {
          case NONE -> "leave --subject out";
          case NODE -> "name a node: --subject n1";
          case LINK -> "name both ends: --subject 'n1|n3'";
          case TENANT -> "name a tenant of 1 to 128 characters";
        });
  }

  private static String by(SubjectKey key) {
    return switch (key) {
      case NONE -> "for everybody alike";
      case NODE -> "by node";
      case LINK -> "by link";
      case TENANT -> "by tenant";
    };
  }

  private static MeshError notHere(String name) {
    return MeshError.of(
            "error.not_found",
            "explaining " + name,
            "this node's build does not have it",
            "ask a node that has: meshkit gate show " + name + " lists them",
            MeshError.Retry.SAFE)
        .with("mk", "MK-GAT-001");
  }

  /** What no change can be called. */
  static boolean isBad(String name) {
    return name.isEmpty() || name.length() > dev.meshkit.gate.Change.MAX_BYTES;
  }

  static MeshError badName(String name) {
    return MeshError.validation(
        "looking for a change",
        "'" + name + "' is no name of one: it has 1 to 64 characters",
        "see meshkit gate list");
  }
}
