package dev.meshkit.cli;

import dev.meshkit.control.proto.GateChanged;
import dev.meshkit.control.proto.GateExplanation;
import dev.meshkit.control.proto.GateItem;
import dev.meshkit.control.proto.GateList;
import dev.meshkit.control.proto.GatePlan;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a node says of gates, for people. */
final class GateTexts {
  private GateTexts() {}

  /** All changes, a line each. */
  static String list(GateList list) {
    var table =
        Table.of(
            "CHANGE", "VERSION", "PRIOR", "WINDOW", "ROLLOUT", "EPOCH", "RECORD", "LAST CHANGE");
    for (var gate : list.getItemsList()) row(table, gate);
    return Lists.view(list.getAnsweredBy(), list.getAgree(), list.getKnown()) + table;
  }

  private static void row(Table table, GateItem gate) {
    if (gate.hasError()) {
      table.row(gate.getChange(), "unreadable", "", "", "", "", "", gate.getError().getText());
      return;
    }
    table.row(
        gate.getChange(),
        "v" + gate.getVersion() + (gate.getCommitted() ? "" : " baseline"),
        gate.getCommitted() ? "v" + gate.getPrior() : "",
        gate.getMin() + ".." + gate.getMax(),
        gate.getCommitted() ? rollout(gate) : "",
        gate.getEpoch(),
        gate.getRecord(),
        gate.hasActor() ? gate.getActor() + ": " + gate.getReason() : "");
  }

  private static String rollout(GateItem gate) {
    return percent(gate.getPercent())
        + (gate.getIncludeCount() == 0 ? "" : " with " + String.join(", ", gate.getIncludeList()))
        + (gate.getExcludeCount() == 0
            ? ""
            : " without " + String.join(", ", gate.getExcludeList()))
        + (gate.getFrozen() ? " frozen" : "");
  }

  /** As many places as it has, two at most. */
  static String percent(double percent) {
    var isWhole = percent == Math.rint(percent);
    return String.format(Locale.ROOT, isWhole ? "%.0f %%" : "%.2f %%", percent);
  }

  /** One change, and a line for each member. */
  static String one(GateList list) {
    var table = Table.of("MEMBER", "RUNS", "ADOPTED EPOCH", "IN USE");
    for (var gate : list.getItemsList())
      for (var node : gate.getNodesList())
        table.row(
            node.getNode(),
            support(node),
            node.getAnswered() ? node.getAdoptedEpoch() : "",
            node.getInUseList().stream().map(v -> "v" + v).collect(Collectors.joining(" ")));
    return list(list) + table;
  }

  private static String support(GateItem.Node node) {
    if (!node.getAnswered()) return "no answer";
    return node.getMax() == 0 ? "unknown here" : node.getMin() + ".." + node.getMax();
  }

  /** Who flips, who stays, who cannot. */
  static String plan(GatePlan plan) {
    var lines = new ArrayList<String>();
    lines.add(
        plan.getChange()
            + ("  v" + plan.getFrom() + " → v" + plan.getTo() + " for ")
            + percent(plan.getPercent())
            + "   record "
            + plan.getRecord());
    var isKnown = plan.getFlipping() + plan.getStaying() > 0;
    if (plan.hasNote()) lines.add(plan.getNote());
    if (plan.hasRefused())
      lines.add("refused: " + plan.getRefused() + (isKnown ? "; if it were not:" : ""));
    lines.add(plan.getFlipping() + " flip");
    plan.getFlipsList().forEach(flip -> lines.add(line(flip)));
    more(plan.getFlipping() - plan.getFlipsCount()).ifPresent(lines::add);
    lines.add(plan.getStaying() + " stay");
    plan.getStaysList().forEach(stay -> lines.add(line(stay)));
    more(plan.getStaying() - plan.getStaysCount()).ifPresent(lines::add);
    for (var node : plan.getCannotList())
      lines.add(node.getNode() + " cannot run v" + plan.getTo() + ": " + support(node));
    lines.add("nothing was changed");
    return Lists.view(plan.getAnsweredBy(), plan.getAgree(), plan.getKnown())
        + lines.stream().map(line -> Text.safe(line) + "\n").collect(Collectors.joining());
  }

  private static Optional<String> more(int number) {
    return number > 0 ? Optional.of("  … and " + number + " more") : Optional.empty();
  }

  private static String line(GatePlan.Line line) {
    var whom = line.getSubject().isEmpty() ? "everybody" : line.getSubject();
    var versions = version(line.getFrom()) + " → " + version(line.getTo());
    return "  " + whom + "  " + versions + "  " + line.getBecause();
  }

  /** Of a link that may run none: it is down. */
  private static String version(int number) {
    return number == 0 ? "down" : "v" + number;
  }

  /** What was changed, or would be. */
  static String changed(GateChanged done) {
    var text = new StringBuilder();
    if (done.getUnchanged()) text.append("unchanged " + done.getChange() + "  " + done.getBefore());
    else
      text.append(done.getDryRun() ? "would change " : "changed ")
          .append(done.getChange() + "  " + done.getBefore() + " → " + done.getAfter());
    text.append("   record " + done.getRecord());
    if (done.getRefusingCount() > 0)
      text.append("   refused until upgraded by " + String.join(", ", done.getRefusingList()));
    return Text.safe(text.toString()) + "\n";
  }

  /** Why a subject runs what it runs. */
  static String explained(GateExplanation said) {
    var whom = said.getSubject().isEmpty() ? "everybody" : said.getSubject();
    var text = new StringBuilder();
    text.append(whom + "  " + version(said.getVersion()) + "  because " + said.getBecause());
    text.append("   epoch " + said.getEpoch() + ", record " + said.getRecord());
    if (said.hasLastChange()) text.append(", by " + said.getLastChange());
    if (said.hasFirstDecided())
      text.append(", decided here first at " + Text.of(said.getFirstDecided()));
    text.append("   this node runs " + said.getSupportsMin() + ".." + said.getSupportsMax());
    if (said.getInUseCount() > 0)
      text.append(
          ", in use here: "
              + said.getInUseList().stream().map(v -> "v" + v).collect(Collectors.joining(" ")));
    if (said.hasInUseSince()) text.append(" since " + Text.of(said.getInUseSince()));
    if (said.getOtherRuns() > 0)
      text.append(", unfinished runs under other versions: " + said.getOtherRuns());
    var refused =
        said.hasRefused() ? "refused: " + Text.safe(said.getRefused().getText()) + "\n" : "";
    return Text.safe(text.toString()) + "\n" + refused;
  }
}
