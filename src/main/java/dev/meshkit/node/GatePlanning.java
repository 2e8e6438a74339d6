package dev.meshkit.node;

import dev.meshkit.api.Member;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.control.GateOrder;
import dev.meshkit.control.proto.GatePlan;
import dev.meshkit.gate.Committed;
import dev.meshkit.gate.Entry;
import dev.meshkit.gate.Explanation;
import dev.meshkit.gate.GateTable;
import dev.meshkit.gate.Plan;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.SubjectKey;
import dev.meshkit.gate.Verbs;
import dev.meshkit.node.GateCatalogue.Known;
import dev.meshkit.node.GateCatalogue.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who would run another version if an entry came, who would not, and who cannot. A function of what
 * is known.
 *
 * @param known the change
 * @param standing what is committed of it
 * @param members what they say of it
 * @param seen who there is
 * @param catalogue what is committed everywhere, and goes where nothing is
 */
record GatePlanning(
    Known known, Standing standing, GateMembers members, Snapshot seen, GateCatalogue catalogue) {
  private static final String SOME =
      "of tenants it was decided for here lately; name tenants with --subject for others";

  private static final int MOST_LINES = 1_000;

  /**
   * The plan of an order that came to {@code outcome}; where it is refused, what would be if nobody
   * refused it, if that makes sense. Blocks for a read.
   */
  Result<GatePlan> plan(
      GateOrder order, Result<Verbs.Applied> outcome, Result<Verbs.Applied> supposed)
      throws InterruptedException {
    var read = subjects(order);
    if (!(read instanceof Result.Ok<List<Subject>>(var subjects))) return read.cast();
    var entry = standing.by().entry();
    var plan =
        GatePlan.newBuilder()
            .setChange(order.change())
            .setScope(known.scope().text())
            .setFrom(entry.version())
            .setTo(entry.version())
            .setPercent(GateDesk.percent(entry))
            .setEntry(entry.text())
            .setRecord(standing.by().record().toString());
    if (known.change().key() == SubjectKey.TENANT) plan.setNote(SOME);
    if (outcome instanceof Result.Err<Verbs.Applied>(var refused)) plan.setRefused(refused.text());
    if (outcome.recover(_ -> supposed) instanceof Result.Ok<Verbs.Applied>(var applied))
      lines(plan, applied.entry(), subjects);
    var to = plan.getTo();
    for (var one : members.heard())
      if (!one.support().has(to)) plan.addCannot(GateDesk.node(one, seen.names()));
    return Result.ok(plan.build());
  }

  private void lines(GatePlan.Builder plan, Entry next, List<Subject> subjects) {
    plan.setTo(next.version()).setPercent(GateDesk.percent(next)).setEntry(next.text());
    var flips = new ArrayList<Plan.Line>();
    var stays = new ArrayList<Plan.Line>();
    for (var subject : subjects) {
      var line = line(next, subject);
      (line.from() == line.to() ? stays : flips).add(line);
    }
    plan.setFlipping(flips.size()).setStaying(stays.size());
    flips.stream().limit(MOST_LINES).forEach(line -> plan.addFlips(text(line)));
    stays.stream().limit(MOST_LINES).forEach(line -> plan.addStays(text(line)));
  }

  private GatePlan.Line text(Plan.Line line) {
    var text =
        GatePlan.Line.newBuilder()
            .setSubject(line.subject().text())
            .setFrom(line.from())
            .setTo(line.to())
            .setBecause(line.because());
    return (line.bucket() < 0 ? text : text.setBucket(line.bucket())).build();
  }

  private Plan.Line line(Entry next, Subject subject) {
    var change = known.change();
    var after = new Committed(next, standing.by().record());
    var then = GateTable.of(after).explain(change, subject);
    if (!change.name().equals(TransportRule.CHANGE.in(region()).name()))
      return line(subject, standing.explain(change, subject).version(), then.version(), then, "");
    var entries = TransportRule.entries(catalogue.views().all());
    var from = version(entries, subject);
    var supposed = new TreeMap<>(entries);
    supposed.put(region(), after);
    var to = version(supposed, subject);
    if (TransportRule.isForeign(next)) // then it stays on the road it has
    return line(subject, from, from, then, ", which this build cannot run");
    return line(subject, from, to, then, elsewhere(to, then.version()));
  }

  private static Plan.Line line(Subject subject, int from, int to, Explanation then, String more) {
    return new Plan.Line(subject, from, to, then.because() + more, then.bucket());
  }

  /** What the other region has to do with it; the two may permit no common version. */
  private static String elsewhere(int both, int here) {
    if (both == here) return "";
    return both == 0
        ? ", but no version is permitted at both its ends"
        : ", but the other region decides";
  }

  private int version(Map<String, Committed> entries, Subject link) {
    return new TransportRule(catalogue.configured().get(), entries).version(link).orElse(0);
  }

  private String region() {
    return known.scope().equals(Scope.GLOBAL)
        ? "none"
        : known.scope().text().substring("region/".length());
  }

  private Result<List<Subject>> subjects(GateOrder order) throws InterruptedException {
    return switch (known.change().key()) {
      case NONE -> Result.ok(List.of(Subject.NONE));
      case NODE -> Result.ok(nodes().stream().filter(this::isOfScope).map(Subject::node).toList());
      case LINK -> Result.ok(links());
      case TENANT -> tenants(order);
    };
  }

  /** Whom this node has decided for lately, and who is named. */
  private Result<List<Subject>> tenants(GateOrder order) throws InterruptedException {
    var known = catalogue.subjects(this.known);
    if (!(known instanceof Result.Ok<List<String>>(var names))) return known.cast();
    var all = new TreeSet<>(names);
    all.addAll(order.part().subjects());
    try {
      return Result.ok(all.stream().map(Subject::tenant).toList());
    } catch (IllegalArgumentException bad) {
      return Result.err(
          MeshError.validation(
              "planning " + order.change(), bad.getMessage() + "", "name tenants: --subject acme"));
    }
  }

  private List<NodeId> nodes() {
    return seen.mesh().members().stream()
        .filter(member -> member.status() == Member.Status.ALIVE)
        .map(Member::node)
        .sorted()
        .toList();
  }

  private boolean isOfScope(NodeId node) {
    return known.scope().equals(Scope.GLOBAL) || known.scope().equals(Scope.region(node.region()));
  }

  /** Each with at least one end in the region. */
  private List<Subject> links() {
    var all = new ArrayList<Subject>();
    var nodes = nodes();
    for (var i = 0; i < nodes.size(); i++)
      for (var j = i + 1; j < nodes.size(); j++)
        if (isOfScope(nodes.get(i)) || isOfScope(nodes.get(j)))
          all.add(Subject.link(nodes.get(i), nodes.get(j)));
    return all;
  }
}
