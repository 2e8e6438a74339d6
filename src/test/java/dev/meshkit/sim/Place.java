package dev.meshkit.sim;

import java.util.Arrays;

/**
 * A state of the whole scope in an exploration, in numbers of its {@link Atlas}: the time in
 * milliseconds, what may still happen, what was seen, who is mute, deaf or asleep, the sites, the
 * frames under way in their order, the late ones in order of number.
 */
final class Place {
  /** Who is mute; {@link #DEAF} and {@link #ASLEEP} likewise name bits of a node. */
  static final int MUTE = 0;

  static final int DEAF = 1;
  static final int ASLEEP = 2;

  private static final int NOW = 0;
  private static final int LEFT = 1;
  private static final int SEEN = 2;
  private static final int FLAGS = 3;
  private static final int QUEUED = 4;
  private static final int SITES = 5;
  private static final int FLIGHTS = SITES + 3;

  private final int[] words;

  private Place(int[] words) {
    this.words = words;
  }

  static Place born(int[] sites, int seen) {
    return new Place(new int[] {0, 0, seen, 0, 0, sites[0], sites[1], sites[2]});
  }

  int now() {
    return words[NOW];
  }

  /** How many faults may still happen. */
  int faults() {
    return words[LEFT] >>> 4;
  }

  /** How many changes of the record may still be asked for. */
  int changes() {
    return words[LEFT] & 15;
  }

  int seen() {
    return words[SEEN];
  }

  boolean is(int flag, int node) {
    return (words[FLAGS] >>> (3 * node + flag) & 1) != 0;
  }

  int site(int node) {
    return words[SITES + node];
  }

  /** Whether no frame is under way but late ones. */
  boolean rests() {
    return words[QUEUED] == 0;
  }

  /** The frame that comes next. */
  int next() {
    return words[FLIGHTS];
  }

  /** The late frames. */
  int[] late() {
    return Arrays.copyOfRange(words, FLIGHTS + words[QUEUED], words.length);
  }

  /** Everything, for a digest. */
  int[] words() {
    return words;
  }

  Place at(int later) {
    return with(NOW, later);
  }

  Place left(int faults, int changes) {
    var left = faults << 4 | changes;
    return left == words[LEFT] ? this : with(LEFT, left);
  }

  Place flagged(int flag, int node) {
    return with(FLAGS, words[FLAGS] ^ 1 << (3 * node + flag));
  }

  Place with(int node, int site, int seen) {
    var next = words.clone();
    next[SITES + node] = site;
    next[SEEN] = seen;
    return new Place(next);
  }

  private Place with(int at, int word) {
    var next = words.clone();
    next[at] = word;
    return new Place(next);
  }

  /** The next frame has come. */
  Place taken() {
    var next = without(FLIGHTS);
    next[QUEUED]--;
    return new Place(next);
  }

  /** The next frame is late, or its double; one that is late already is not late twice. */
  Place late(int flight) {
    var at = Arrays.binarySearch(words, FLIGHTS + words[QUEUED], words.length, flight);
    return at >= 0 ? this : new Place(inserted(-at - 1, flight, 0));
  }

  /** A late frame has come. */
  Place come(int flight) {
    var at = Arrays.binarySearch(words, FLIGHTS + words[QUEUED], words.length, flight);
    return new Place(without(at));
  }

  /** One more frame is under way. */
  Place sending(int flight) {
    return new Place(inserted(FLIGHTS + words[QUEUED], flight, 1));
  }

  private int[] without(int at) {
    var next = Arrays.copyOf(words, words.length - 1);
    System.arraycopy(words, at + 1, next, at, next.length - at);
    return next;
  }

  private int[] inserted(int at, int word, int queued) {
    var next = Arrays.copyOf(words, words.length + 1);
    System.arraycopy(words, at, next, at + 1, words.length - at);
    next[at] = word;
    next[QUEUED] += queued;
    return next;
  }
}
