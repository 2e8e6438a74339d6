package dev.meshkit.queue;

import java.util.List;
import java.util.stream.Stream;

/** What is paused or resumed. */
public sealed interface Target {
  /** The whole queue. */
  record Queue() implements Target {}

  /**
   * One lane.
   *
   * @param lane which
   */
  record OneLane(Lane lane) implements Target {}

  /**
   * A lane key: its lanes of every class, those too that have had no task yet.
   *
   * @param key which, as in {@link Lane}
   */
  record Key(String key) implements Target {
    /** Checks the key. */
    public Key {
      var _ = Lane.of(key);
    }

    /** Its lanes, one a class. */
    List<Lane> lanes() {
      return Stream.of(TrafficClass.values()).map(cls -> new Lane(key, cls)).toList();
    }
  }
}
