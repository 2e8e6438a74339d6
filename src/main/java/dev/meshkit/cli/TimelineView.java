package dev.meshkit.cli;

import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.RecordedItem;
import dev.meshkit.control.proto.RecordedScope;
import dev.meshkit.control.proto.RecordingReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What recordings say of elections, as a page: a table for each scope. */
final class TimelineView {
  private TimelineView() {}

  /** The page. */
  static String text(RecordingReport report) {
    var span =
        Duration.between(Envelope.instant(report.getFrom()), Envelope.instant(report.getTo()));
    var text =
        new StringBuilder("recorded by ")
            .append(Text.safe(String.join(" ", report.getNodesList())))
            .append(" from ")
            .append(Text.of(report.getFrom()))
            .append(", ")
            .append(Text.of(span))
            .append('\n');
    for (var scope : report.getScopesList()) {
      text.append('\n').append(Text.safe(totals(scope))).append('\n');
      var table = Table.of("AT", "WHAT", "NODE", "FOR", "TERM", "OUTCOME", "");
      for (var item : report.getItemsList())
        if (item.getScope().equals(scope.getScope())) row(table, item);
      text.append(table);
    }
    return text.toString();
  }

  private static String totals(RecordedScope scope) {
    var gaps =
        scope.getGaps() == 0
            ? "no gap"
            : scope.getGaps()
                + " without a leader, "
                + Text.of(scope.getLeaderless())
                + " in all, at most "
                + Text.of(scope.getLongestGap());
    return "%s: %d votes asked, %d won; %d tenures; %s; %d commits"
        .formatted(
            scope.getScope(),
            scope.getCampaigns(),
            scope.getWon(),
            scope.getTenures(),
            gaps,
            scope.getCommits());
  }

  private static void row(Table table, RecordedItem item) {
    table.row(
        Text.of(item.getAt()),
        item.getType().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        item.getNode(),
        item.hasTook() ? Text.of(item.getTook()) : "",
        item.getTerm() != 0 ? item.getTerm() : item.getFence() + item.getRecord(),
        item.getOutcome(),
        String.join("; ", more(item)));
  }

  private static List<String> more(RecordedItem item) {
    var more = new ArrayList<String>();
    switch (item.getType()) {
      case PRE_VOTE, VOTE -> {
        if (item.getRounds() > 1) more.add(item.getRounds() + " rounds");
        more.add(item.getGranted() + " granted");
        if (!item.getAgainst().isEmpty()) more.add(item.getAgainst());
      }
      case TENURE -> {
        if (item.getUntilEnd()) more.add("until the end of its recording");
        else if (!item.hasTook()) more.add("no recording has its end");
      }
      case GAP -> gap(more, item);
      case COMMIT -> {
        if (!item.getActor().isEmpty()) more.add("by " + item.getActor());
        if (!item.getReason().isEmpty()) more.add(item.getReason());
      }
      case UNRECOGNIZED -> {}
    }
    return more;
  }

  private static void gap(List<String> more, RecordedItem item) {
    more.add("after " + (item.getAfter().isEmpty() ? "nobody" : item.getAfter()));
    more.add("seen by " + String.join(" ", item.getSeenByList()));
    if (!item.hasTook()) more.add("no recording has its end");
    if (item.getSeenByCount() > 1 && item.hasTook())
      more.add("known to all " + Text.of(item.getKnownAfter()) + " later");
    if (!item.getMeanwhile().isEmpty()) more.add(item.getMeanwhile() + " led meanwhile");
  }
}
