package dev.meshkit.sim;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Two networks. The hostile one: each frame alone may be lost, doubled, delayed, and overtaken; a
 * direction may be cut. Doubles come up to a minute late, hence also across restarts. And streams:
 * what is sent comes once and in order, late when packets are lost, until the connection dies, and
 * with it all that was under way (V9).
 */
final class SimNetwork {
  private static final double TAIL = 0.01;
  private static final long LONGEST_ECHO = 60_000_000_000L;
  private static final long LEAST_TIMEOUT = 25_000_000L;
  private static final int MOST_RESENT = 8;

  private final Chance chance;
  private final Climate climate;
  private final @Nullable Path[][] paths;
  private final Coverage coverage;
  private final SortedSet<Link> cut = new TreeSet<>();
  private final Streams streams;
  private final double[] mumbles; // how much of what a node sends is lost
  private Op.Weather weather;

  SimNetwork(Chance chance, int nodes, Climate climate, Coverage coverage) {
    this.coverage = coverage;
    this.weather = climate.calm();
    this.streams = new Streams(climate.streams());
    this.chance = chance;
    this.climate = climate;
    this.paths = new Path[nodes][nodes];
    this.mumbles = new double[nodes];
  }

  /** Drawn when first used: most pairs of a large mesh never talk. */
  private Path path(int from, int to) {
    var known = paths[from][to];
    if (known != null) return known;
    var draws = chance.of("net", new Link(from, to).toString());
    var drawn = new Path(draws, draws.between(climate.minRtt(), climate.maxRtt()) / 2);
    paths[from][to] = drawn;
    return drawn;
  }

  /** {@code sent}: when something was last sent on it, in virtual time. */
  private static final class Path {
    private final Draws draws;
    private final long base;
    private long sent = Long.MIN_VALUE / 2;

    private Path(Draws draws, long base) {
      this.draws = draws;
      this.base = base;
    }
  }

  /**
   * What the network is like when nothing is wrong.
   *
   * @param minRtt shortest round trip, nanoseconds
   * @param maxRtt longest
   * @param calm loss and duplication in the calm phase
   * @param streams whether frames travel in streams
   */
  record Climate(long minRtt, long maxRtt, Op.Weather calm, boolean streams) {
    /** Hosts of one room: 0.1–2 ms, 1 % loss. */
    static final Climate LAN = hostile(100_000, 2_000_000);

    /** Hosts of one world: 20–250 ms, 1 % loss. */
    static final Climate WAN = hostile(20_000_000, 250_000_000);

    /** Hosts at the ends of the world: 250 ms at least, 1 % loss. */
    static final Climate FAR = hostile(250_000_000, 250_000_000);

    /** Hosts of two continents: 250 ms on average, as the usual jitter adds 41 %; 1 % loss. */
    static final Climate OVERSEAS = hostile(178_000_000, 178_000_000);

    private static Climate hostile(long minRtt, long maxRtt) {
      return new Climate(minRtt, maxRtt, new Op.Weather(0.01, 0.005, 1), false);
    }

    /** The same as streams. */
    Climate streamed() {
      return new Climate(minRtt, maxRtt, calm, true);
    }
  }

  /** When copies of a frame sent now arrive: none, one, or two times. */
  List<Long> arrivals(Link link, long now) {
    var path = path(link.from(), link.to());
    if (streams.used()) return List.of(streams.arrival(link, now + travel(path, now)));
    // Each frame takes the same number of draws whatever befalls it: weather moves no later frame.
    var lost = path.draws.chance(Math.max(weather.loss(), mumbles[link.from()]));
    var doubled = path.draws.chance(weather.duplication());
    var tail = path.draws.chance(TAIL) ? 20 : 1;
    if (lost || cut.contains(link)) {
      path.draws.skip(2 * Draws.LOG_NORMAL);
      coverage.count(Coverage.Seen.FRAME_LOST);
      return List.of();
    }
    var jitter = path.draws.logNormal(path.base / 4, 1);
    var first = now + (long) ((path.base + jitter) * weather.delay() * tail);
    if (!doubled) {
      path.draws.skip(Draws.LOG_NORMAL);
      return List.of(first);
    }
    coverage.count(Coverage.Seen.FRAME_DOUBLED);
    var echo = path.draws.logNormal(5 * path.base, 2);
    return List.of(first, first + Math.min(echo, LONGEST_ECHO));
  }

  /**
   * A lost packet is sent again: on a path that was silent each time after twice as long (RFC 9002
   * §6.2.1), on one where frames follow each other after as long again, since the acknowledgement
   * of any that follows shows the loss and ends the backing off (§6.1, §6.2.1).
   */
  private long travel(Path path, long now) {
    var base = path.base;
    var time = (long) ((base + path.draws.logNormal(base / 4, 1)) * weather.delay());
    if (path.draws.chance(TAIL)) time *= 3; // all that comes after it waits, too
    var timeout = Math.max(6 * base, LEAST_TIMEOUT);
    var busy = now - path.sent <= timeout;
    path.sent = now;
    for (var lost = 0; lost < MOST_RESENT && path.draws.chance(weather.loss()); lost++) {
      coverage.count(Coverage.Seen.FRAME_LOST);
      time += busy ? timeout : timeout << lost;
    }
    return time;
  }

  /** Whether a frame that has travelled gets through the last metre. */
  boolean open(Link link) {
    return !cut.contains(link);
  }

  /** The connections of this network, if it has any. */
  Streams streams() {
    return streams;
  }

  /** These directions, and only these, carry nothing. */
  void cut(List<Link> links, long now) {
    cut.clear();
    cut.addAll(links);
    streams.cut(cut, now);
  }

  /** So much of what a node sends is lost at least. */
  void mumble(int node, double loss) {
    mumbles[node] = loss;
  }

  /** What does not carry, and how the rest does. */
  @Override
  public String toString() {
    var dead = cut.stream().map(Link::toString).collect(Collectors.joining(" "));
    return weather + ", " + (cut.isEmpty() ? "no link is cut" : "cut: " + dead);
  }

  /** Changes loss, duplication and delay. */
  void weather(Op.Weather next) {
    weather = next;
  }
}
