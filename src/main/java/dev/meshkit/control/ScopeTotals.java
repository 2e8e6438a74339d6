package dev.meshkit.control;

import dev.meshkit.control.proto.RecordedItem;
import dev.meshkit.control.proto.RecordedScope;
import java.time.Duration;
import java.util.List;

/** One scope of a report in numbers. */
final class ScopeTotals {
  private ScopeTotals() {}

  /** Of what happened in it. */
  static RecordedScope of(String scope, List<RecordedItem> items) {
    var votes = items.stream().filter(item -> item.getType() == RecordedItem.Type.VOTE).toList();
    var won = votes.stream().filter(item -> item.getOutcome().equals("WON"));
    var gaps =
        items.stream()
            .filter(
                item -> item.getType() == RecordedItem.Type.GAP && item.getMeanwhile().isEmpty())
            .toList();
    var longest = Duration.ZERO;
    var all = Duration.ZERO;
    for (var gap : gaps) {
      var took = Envelope.duration(gap.getTook());
      all = all.plus(took);
      if (took.compareTo(longest) > 0) longest = took;
    }
    return RecordedScope.newBuilder()
        .setScope(scope)
        .setCampaigns(votes.stream().mapToInt(RecordedItem::getRounds).sum())
        .setWon(won.mapToInt(RecordedItem::getRounds).sum())
        .setTenures(count(items, RecordedItem.Type.TENURE))
        .setGaps(gaps.size())
        .setLongestGap(Envelope.duration(longest))
        .setLeaderless(Envelope.duration(all))
        .setCommits(count(items, RecordedItem.Type.COMMIT))
        .build();
  }

  private static int count(List<RecordedItem> items, RecordedItem.Type type) {
    return (int) items.stream().filter(item -> item.getType() == type).count();
  }
}
