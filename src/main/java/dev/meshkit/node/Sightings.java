package dev.meshkit.node;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers since when each member has its status, out of the events that tell of it. Thread-safe.
 */
final class Sightings implements NodeEvent.Sink {
  private final NodeEvent.Sink next;
  private final InstantSource wall;
  private final Instant startedWall;
  private final ConcurrentHashMap<String, Instant> sinceWall = new ConcurrentHashMap<>();

  Sightings(NodeEvent.Sink next, InstantSource wall) {
    this.next = next;
    this.wall = wall;
    this.startedWall = wall.instant();
  }

  @Override
  public void accept(NodeEvent event) {
    if (event.type().startsWith("member.")) sinceWall.put(event.subject(), wall.instant());
    next.accept(event);
  }

  /** Since when a member has its status; since this node's start if nothing was heard. */
  Instant sinceWall(String member) {
    return sinceWall.getOrDefault(member, startedWall);
  }

  /** When this node started. */
  Instant startedWall() {
    return startedWall;
  }
}
