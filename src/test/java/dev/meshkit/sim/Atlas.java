package dev.meshkit.sim;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All that an exploration came across, numbered, and what each move does where it was made before:
 * there are few states of one node, and few moves there, in many combinations. Safe for several
 * threads.
 */
final class Atlas {
  private static final int MOST_SITES = 1 << 24;
  private static final int MOST_FLIGHTS = 1 << 20;
  private static final int MOST_MILLIS = 1 << 15;

  private final Born born;
  private final Interned<Cell> cells = new Interned<>();
  private final Interned<Flight> flights = new Interned<>();
  private final Annals annals = new Annals();
  private final ConcurrentHashMap<Long, Step> steps = new ConcurrentHashMap<>();

  Atlas(Born born) {
    this.born = born;
  }

  /**
   * A site with what the walk asks of it again and again; times are milliseconds.
   *
   * @param site what
   * @param up whether the process runs
   * @param crashes how many are left
   * @param writes whether a persist is under way
   * @param due when a tick has something to do
   * @param until when authority ends; 0 without any
   * @param term which it knows
   */
  record Cell(Site site, boolean up, int crashes, boolean writes, long due, long until, long term) {
    static Cell of(Site site) {
      var due = site.up() ? site.state().due() : Instant.MAX;
      var until = site.held().isEmpty() ? Born.START : site.held().getFirst().until();
      return new Cell(
          site,
          site.up(),
          site.crashes(),
          !site.writing().isEmpty(),
          millis(due),
          millis(until),
          site.state().term());
    }
  }

  /**
   * A {@link Hop} in numbers.
   *
   * @param site after it
   * @param sent the frames
   * @param news for {@link #with}
   * @param wrong as it says
   * @param wrote as it says
   */
  record Step(int site, List<Integer> sent, int news, String wrong, boolean wrote) {}

  /** What a move does to a site. */
  Step step(int site, int now, Move move) {
    var key = key(site, now, move);
    var known = steps.get(key);
    if (known != null) return known;
    var flight = comes(move) ? List.of(flight(move.which())) : List.<Flight>of();
    var hop = new Leap(born, cell(site).site(), instant(now), move.late()).make(move, flight);
    var made =
        new Step(
            number(hop.site()),
            hop.sent().stream().map(flights::number).toList(),
            annals.number(hop.news()),
            hop.wrong(),
            hop.wrote());
    steps.put(key, made);
    return made;
  }

  private static boolean comes(Move move) {
    return move.kind() == Move.Kind.DELIVER || move.kind() == Move.Kind.COME;
  }

  private long key(int site, int now, Move move) {
    if (site >= MOST_SITES || move.which() >= MOST_FLIGHTS || now >= MOST_MILLIS)
      throw new IllegalStateException("more than fits a key: " + site + ", " + move + ", " + now);
    var odd = move.odd() && !comes(move) ? 2 : 0; // how often it comes is not this node's affair
    var kind = comes(move) ? Move.Kind.DELIVER : move.kind();
    var how = kind.ordinal() << 2 | odd | (move.late() ? 1 : 0);
    return (((long) move.which() << 5 | how) << 24 | site) << 15 | now;
  }

  /** What is known after news. */
  Annals.Entry with(int known, int news) {
    return annals.with(known, news);
  }

  /** The same for news that no step brought. */
  Annals.Entry with(int known, List<Sight> news) {
    return annals.with(known, annals.number(news));
  }

  /** The number of a site. */
  int number(Site site) {
    return cells.number(Cell.of(site));
  }

  /** The site of a number. */
  Cell cell(int number) {
    return cells.value(number);
  }

  /** The frame of a number. */
  Flight flight(int number) {
    return flights.value(number);
  }

  /** How it began. */
  Born born() {
    return born;
  }

  /** How much there is of everything. */
  @Override
  public String toString() {
    return cells.size()
        + " states of a node, "
        + flights.size()
        + " frames, "
        + steps.size()
        + " steps, "
        + annals.size()
        + " pasts";
  }

  private static Instant instant(int millis) {
    return Born.START.plusMillis(millis);
  }

  private static long millis(Instant at) {
    if (at.equals(Instant.MAX) || at.equals(Instant.MIN)) return Long.MAX_VALUE;
    var millis = at.toEpochMilli();
    if (!Instant.ofEpochMilli(millis).equals(at))
      throw new IllegalStateException("not in milliseconds: " + at);
    return millis;
  }
}
