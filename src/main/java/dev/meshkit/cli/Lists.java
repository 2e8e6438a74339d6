package dev.meshkit.cli;

import com.google.protobuf.Timestamp;
import dev.meshkit.control.proto.EventItem;
import dev.meshkit.control.proto.EventList;
import dev.meshkit.control.proto.LeaderItem;
import dev.meshkit.control.proto.LeaderList;
import dev.meshkit.control.proto.MemberItem;
import dev.meshkit.control.proto.MemberList;
import dev.meshkit.control.proto.PoisonList;
import dev.meshkit.control.proto.QueueList;
import dev.meshkit.control.proto.TraceList;
import java.time.Duration;
import java.util.List;

/** Lists as tables, each under a line that says who answered and how many agree. */
final class Lists {
  private Lists() {}

  /** The members. */
  static String members(MemberList list) {
    var table =
        Table.of(
            "NODE", "REGION", "STATUS", "FOR", "LEADS", "VOTES", "ROAD", "RTT", "SINCE", "ADDRESS",
            "LIFE", "VERSION");
    for (var m : list.getItemsList()) {
      table.row(
          m.getNode(),
          m.getRegion(),
          m.getStatus() + (m.getDraining() ? " draining" : ""),
          m.hasSince() ? age(m.getSince(), list.getAsOf()) : "",
          String.join(" ", m.getLeadsList()),
          String.join(" ", m.getVotesList()),
          (m.getRoad() + " " + m.getRoadCode()).strip(),
          m.hasRtt() ? Text.of(m.getRtt()) : "",
          road(m, list.getAsOf()),
          m.getAddress(),
          m.getGeneration() + "." + m.getIncarnation(),
          m.getVersion());
    }
    return view(list.getAnsweredBy(), list.getAgree(), list.getKnown()) + table;
  }

  /** The scopes. */
  static String leaders(LeaderList list) {
    var table =
        Table.of("SCOPE", "STATE", "LEADER", "FENCE", "FOR", "LEFT", "VOTERS", "MARGIN", "CHANGE");
    for (var l : list.getItemsList()) {
      table.row(
          l.getScope(),
          l.getState(),
          l.hasLeader() ? l.getLeader() : "none",
          l.getFence(),
          l.hasSince() ? age(l.getSince(), list.getAsOf()) : "",
          l.hasTenureLeft() ? Text.of(l.getTenureLeft()) : "",
          voters(l.getVotersList()),
          margin(l),
          l.hasLastChange() ? change(l.getLastChange()) : "");
    }
    var vacant = new StringBuilder();
    for (var l : list.getItemsList()) if (!l.hasLeader()) vacant.append(vacancy(l, list.getAsOf()));
    return view(list.getAnsweredBy(), list.getAgree(), list.getKnown()) + table + vacant;
  }

  /** Of a scope that nobody leads: who did last, since when, and what is missing. */
  private static String vacancy(LeaderItem scope, Timestamp asOf) {
    var text = new StringBuilder(scope.getScope()).append(": nobody is known to lead");
    if (scope.hasSince()) text.append(" for ").append(age(scope.getSince(), asOf));
    if (scope.getLastChange().hasFrom())
      text.append("; ").append(scope.getLastChange().getFrom()).append(" did last");
    if (scope.getVotersCount() > 0)
      text.append("; ")
          .append(scope.getReachable())
          .append(" of ")
          .append(scope.getVotersCount())
          .append(" voters can be reached, ")
          .append(scope.getNeeded())
          .append(" are needed");
    var missing = scope.getVotersList().stream().filter(v -> !v.getReachable());
    var names = String.join(", ", missing.map(LeaderItem.VoterItem::getNode).toList());
    if (!names.isEmpty()) text.append("; missing: ").append(names);
    return Text.safe(text.toString()) + "\n";
  }

  /** The lanes. */
  static String queue(QueueList list) {
    var table =
        Table.of(
            "QUEUE",
            "LANE",
            "CLASS",
            "STATE",
            "READY",
            "DELAYED",
            "LEASED",
            "DEAD",
            "BYTES",
            "HEAD AGE",
            "IN/S",
            "OUT/S",
            "DRAINED IN",
            "BLOCKED BY");
    for (var q : list.getItemsList()) {
      table.row(
          q.getQueue(),
          q.getLane(),
          q.getClass_(),
          q.getState(),
          q.getReady(),
          q.getDelayed(),
          q.getLeased(),
          q.getDead(),
          Text.bytes(q.getBytes()),
          q.hasHeadAge() ? Text.of(q.getHeadAge()) : "",
          Text.rate(q.getIn()),
          Text.rate(q.getOut()),
          q.hasDrainEta() ? Text.of(q.getDrainEta()) : "",
          q.hasBlockedBy() ? q.getBlockedBy().getCode() + " " + q.getBlockedBy().getText() : "");
    }
    return view(list.getAnsweredBy(), list.getAgree(), list.getKnown()) + table;
  }

  /** Dead messages. */
  static String poison(PoisonList list) {
    var table =
        Table.of("ID", "MESSAGE", "KIND", "LANE", "REASON", "CODE", "ATTEMPTS", "DIED", "TEXT");
    for (var p : list.getItemsList()) {
      table.row(
          p.getId(),
          p.getMessageId(),
          p.getKind(),
          p.getLane(),
          p.getReason(),
          p.getCode(),
          p.getAttempts(),
          Text.of(p.getDiedAt()),
          p.getText());
    }
    return view(list.getAnsweredBy(), list.getAgree(), list.getKnown()) + table;
  }

  /** What a message went through. */
  static String trace(TraceList list) {
    var table = Table.of("AT", "STEP", "ATTEMPT", "CODE", "TEXT");
    for (var step : list.getItemsList()) {
      table.row(
          Text.of(step.getAt()), step.getStep(), step.getAttempt(), step.getCode(), step.getText());
    }
    return view(list.getAnsweredBy(), list.getAgree(), list.getKnown()) + table;
  }

  /** Events. */
  static String events(EventList list) {
    var text = new StringBuilder(view(list.getAnsweredBy(), list.getAgree(), list.getKnown()));
    list.getItemsList().forEach(event -> text.append(line(event)).append('\n'));
    return text.toString();
  }

  /** One event: number, time, type, then what it is about. */
  static String line(EventItem event) {
    var line = new StringBuilder(event.getSeq() + "  " + Text.of(event.getAt()));
    line.append("  ").append(event.getSeverity()).append("  ").append(event.getType());
    if (event.hasScope()) line.append("  ").append(event.getScope());
    if (event.hasTerm()) line.append(" t").append(event.getTerm());
    if (event.hasSubject()) line.append("  ").append(event.getSubject());
    if (event.hasCause()) line.append("  ").append(event.getCause());
    return Text.safe(line.append("  ").append(event.getText()).toString());
  }

  /** {@code view of n1 · 5/5 agree}. */
  static String view(String answeredBy, int agree, int known) {
    return "view of " + Text.safe(answeredBy) + " · " + agree + "/" + known + " agree\n";
  }

  private static String voters(List<LeaderItem.VoterItem> voters) {
    return String.join(
        " ", voters.stream().map(v -> v.getNode() + (v.getReachable() ? "" : "!")).toList());
  }

  private static String change(LeaderItem.Change change) {
    var from = change.hasFrom() ? change.getFrom() + "→" : "";
    var gap = change.hasGap() ? " gap " + Text.of(change.getGap()) : "";
    var by = change.hasActor() ? " by " + change.getActor() + ": " + change.getReason() : "";
    return change.getCause() + " " + from + change.getTo() + gap + by;
  }

  /** How many voters a scope can lose; who does not vote in it does not know. */
  static String margin(LeaderItem scope) {
    return scope.getVotersCount() == 0 ? "" : Integer.toString(scope.getMargin());
  }

  /** The latest change of road: {@code H2→H3 PROMOTED 2.0 s}. */
  private static String road(MemberItem member, Timestamp asOf) {
    if (member.getRoadHistoryCount() == 0) return "";
    var last = member.getRoadHistory(member.getRoadHistoryCount() - 1);
    return last.getFrom()
        + "→"
        + last.getTo()
        + " "
        + last.getReason()
        + " "
        + age(last.getAt(), asOf);
  }

  private static String age(Timestamp since, Timestamp asOf) {
    var millis =
        (asOf.getSeconds() - since.getSeconds()) * 1_000
            + (asOf.getNanos() - since.getNanos()) / 1_000_000;
    return Text.of(Duration.ofMillis(Math.max(0, millis)));
  }
}
