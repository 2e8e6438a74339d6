package dev.meshkit.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * What comes of lanes, as whoever takes their messages sees it: each message once, those of one
 * caller in order, and for how long nothing came of a lane. Thread-safe: guarded by this.
 */
final class FlipLanes {
  private final BitSet[][] came;
  private final int[][] latest;
  private long messages;
  private long doubled;
  private long disordered;
  private long[][] silences = new long[0][];
  private long[] last = new long[0];
  private long began;
  private long slotNanos = 1;

  /** So many lanes, with so many callers each. */
  FlipLanes(int lanes, int callers) {
    came = new BitSet[lanes][callers];
    latest = new int[lanes][callers];
    for (var lane = 0; lane < lanes; lane++)
      for (var caller = 0; caller < callers; caller++) {
        came[lane][caller] = new BitSet();
        latest[lane][caller] = -1;
      }
  }

  /**
   * Since the beginning, but for the silences.
   *
   * @param messages that came, each counted once
   * @param doubled that came again
   * @param disordered that came after a later one of their caller
   * @param silences of each lane in each slot of the latest turn, the longest; nanoseconds
   */
  record Seen(long messages, long doubled, long disordered, List<Long> silences) {
    /** Copies the silences. */
    Seen {
      silences = List.copyOf(silences);
    }

    /** A line, as another process reads it. */
    String text() {
      var words = new StringBuilder(messages + " " + doubled + " " + disordered);
      for (var silence : silences) words.append(' ').append(silence);
      return words.toString();
    }

    /** Reads it. */
    static Seen parse(String line) {
      var all = Stream.of(line.split(" ")).map(Long::valueOf).toList();
      return new Seen(all.get(0), all.get(1), all.get(2), all.subList(3, all.size()));
    }
  }

  /** A turn begins, of so many slots of time; what comes after their end belongs to the last. */
  synchronized void begin(long nanos, int slots, long eachNanos) {
    began = nanos;
    slotNanos = eachNanos;
    silences = new long[came.length][slots];
    last = new long[came.length];
    Arrays.fill(last, nanos);
  }

  /** The {@code number}-th message of a caller, from 0, has come at this time. */
  synchronized void came(int lane, int caller, int number, long nanos) {
    if (came[lane][caller].get(number)) {
      doubled++;
      return;
    }
    came[lane][caller].set(number);
    messages++;
    if (number < latest[lane][caller]) disordered++;
    latest[lane][caller] = Math.max(latest[lane][caller], number);
    if (silences.length == 0) return;
    var slot = (int) Math.min(silences[lane].length - 1, (nanos - began) / slotNanos);
    silences[lane][slot] = Math.max(silences[lane][slot], nanos - last[lane]);
    last[lane] = nanos;
  }

  /** What there is to say by now. */
  synchronized Seen seen() {
    var all = new ArrayList<Long>();
    for (var lane : silences) for (var silence : lane) all.add(silence);
    return new Seen(messages, doubled, disordered, all);
  }
}
