package dev.meshkit.control;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.control.proto.EventItem;
import dev.meshkit.control.proto.EventList;
import dev.meshkit.control.proto.EventsRequest;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One reader of the event history: a list, then, if it follows, what comes after the last number it
 * has seen. The history is the buffer, so a slow reader costs nothing and misses nothing.
 */
final class EventFeed {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int PAGE = 1_000;

  private final NodeView view;
  private final ServerCallStreamObserver<EventList> to;

  /** A feed of {@code view} to one reader. */
  EventFeed(NodeView view, ServerCallStreamObserver<EventList> to) {
    this.view = view;
    this.to = to;
  }

  /** Blocks until the reader has its list, or, following, until it goes away. */
  Result<Unit> serve(EventsRequest ask) throws InterruptedException {
    var first = view.events(query(ask));
    if (first instanceof Result.Err<List<EventItem>> err) return err.cast();
    var shown = first.orThrow();
    to.onNext(list(shown));
    if (ask.getFollow()) {
      var seen = shown.isEmpty() ? newest(ask) : shown.getLast().getSeq();
      return follow(ask.getType(), seen);
    }
    to.onCompleted();
    return Result.ok();
  }

  private Result<Unit> follow(String type, long last) throws InterruptedException {
    var seen = last;
    while (!to.isCancelled()) {
      Thread.sleep(POLL);
      if (!to.isReady()) continue;
      var more = view.events(new EventQuery(Instant.EPOCH, seen, type, PAGE));
      if (more instanceof Result.Err<List<EventItem>> err) return err.cast();
      var items = more.orThrow();
      if (items.isEmpty()) continue;
      seen = items.getLast().getSeq();
      to.onNext(list(items));
    }
    return Result.ok();
  }

  /** Where a follower begins that has been shown nothing: after all there is now. */
  private long newest(EventsRequest ask) throws InterruptedException {
    if (ask.hasAfter()) return ask.getAfter();
    var last = view.events(new EventQuery(Instant.EPOCH, 0, "*", 1)).or(List.of());
    return last.isEmpty() ? 0 : last.getLast().getSeq();
  }

  private EventQuery query(EventsRequest ask) {
    var since =
        ask.hasSince()
            ? view.origin().asOf().minus(Envelope.duration(ask.getSince()))
            : Instant.EPOCH;
    var limit = ask.getLimit() <= 0 ? PAGE : Math.min(ask.getLimit(), EventQuery.MOST);
    return new EventQuery(since, Math.max(0, ask.getAfter()), ask.getType(), limit);
  }

  private EventList list(List<EventItem> items) {
    return Envelope.stamp(EventList.newBuilder().addAllItems(items), view.origin()).build();
  }
}
