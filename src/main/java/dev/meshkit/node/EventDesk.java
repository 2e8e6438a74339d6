package dev.meshkit.node;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.control.EventQuery;
import dev.meshkit.control.proto.EventItem;
import dev.meshkit.store.Store;
import java.util.List;

/** The event history as operators read it. Thread-safe. */
final class EventDesk {
  private final Store store;
  private final NodeId self;

  EventDesk(Store store, NodeId self) {
    this.store = store;
    this.self = self;
  }

  /** What was seen, oldest first: after a number, or the newest when none is given. */
  Result<List<EventItem>> events(EventQuery query) throws InterruptedException {
    return store
        .read(
            read ->
                query.after() > 0
                    ? EventTable.page(
                        read, query.after(), query.since(), query.typeGlob(), query.limit())
                    : EventTable.newest(read, query.since(), query.typeGlob(), query.limit()))
        .map(rows -> rows.stream().map(this::item).toList());
  }

  private EventItem item(EventTable.Row row) {
    var event = row.event();
    var item =
        EventItem.newBuilder()
            .setSeq(row.seq())
            .setAt(Times.of(row.atWall()))
            .setNode(self.name())
            .setRegion(self.region())
            .setType(event.type())
            .setSeverity(EventItem.Severity.valueOf(event.severity().name()))
            .setText(event.text())
            .putAllData(event.data());
    if (!event.scope().isEmpty()) item.setScope(event.scope()).setTerm(event.term());
    if (!event.subject().isEmpty()) item.setSubject(event.subject());
    if (!event.cause().isEmpty()) item.setCause(event.cause());
    if (!event.code().isEmpty()) item.setCode(event.code());
    return item.build();
  }
}
