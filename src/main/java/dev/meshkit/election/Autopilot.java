package dev.meshkit.election;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who should vote next: brings a scope's electorate to its size, by one voter at a time, and
 * replaces those who are gone. A pure function, asked again and again by a leader that has
 * authority and has committed a record of its own term; what it says is a command like any other,
 * which the election may refuse.
 *
 * <p>Rules (§7 of the design of elections). Margin: healthy voters − quorum; no step may lower it
 * below min(1, what it was). Odd numbers: it grows only if it can go on to the next odd size. Steps
 * are a pace apart, 5 s by default, but from an even size the next follows at once, because an even
 * electorate needs one voter more for the same safety. The dead are removed, then replaced; who is
 * well and should go is replaced first, then removed. More voters than planned, an odd number and
 * all well, are an operator's wish and stay.
 */
public final class Autopilot {
  private Autopilot() {}

  /**
   * The next step.
   *
   * @param record the leader's, committed in its own term
   * @param roster what it knows besides
   * @param now its monotonic clock
   */
  public static Advice next(ScopeRecord record, Roster roster, Instant now) {
    var voters = Voters.of(record, roster, now);
    if (!record.content().seats(roster.self())) return new Advice.Wait("this node does not vote");
    var pace = roster.plan().pace();
    if (!voters.isEven() && now.isBefore(roster.moved().plus(pace)))
      return new Advice.Wait("the last step was less than " + words(pace) + " ago");
    return revoked(voters)
        .or(() -> voters.isEven() ? fromEven(voters) : fromOdd(voters))
        .orElseGet(() -> new Advice.Wait(resting(voters)));
  }

  /**
   * Whom nobody trusts goes at once, with or without another to follow, as long as the rest can.
   */
  private static Optional<Advice> revoked(Voters voters) {
    return voters.seats().stream()
        .filter(seat -> voters.record().content().isRevoked(seat.node()))
        .filter(seat -> !seat.node().equals(voters.roster().self()))
        .filter(seat -> voters.without(seat.node()).margin() >= 0)
        .findFirst()
        .map(seat -> removing(seat, seat.node() + " is revoked"));
  }

  private static Optional<Advice> fromOdd(Voters voters) {
    return gone(voters)
        .or(() -> grown(voters))
        .or(() -> handedOver(voters))
        .or(() -> replaced(voters));
  }

  /** Nobody stays at an even size that can leave it, upwards if that is where it should go. */
  private static Optional<Advice> fromEven(Voters voters) {
    return gone(voters)
        .or(() -> displaced(voters))
        .or(() -> completed(voters))
        .or(() -> handedOver(voters))
        .or(() -> retreated(voters));
  }

  /** A seat whose voter is gone is freed if another can take it, or if it is one too many. */
  private static Optional<Advice> gone(Voters voters) {
    return voters.seats().stream()
        .filter(voters::isGone)
        .filter(seat -> voters.maySpare(seat.node()))
        .filter(seat -> isSpare(voters) || !voters.without(seat.node()).candidates().isEmpty())
        .findFirst()
        .map(seat -> removing(seat, seat.node() + " is gone"));
  }

  private static boolean isSpare(Voters voters) {
    return voters.size() > voters.target() || (voters.isEven() && voters.target() != voters.size());
  }

  /** By the first of as many as it takes to reach the next odd size, or the target before it. */
  private static Optional<Advice> grown(Voters voters) {
    var stop = Math.min(voters.target(), voters.size() + 2);
    var candidates = voters.candidates();
    if (stop <= voters.size() || candidates.size() < stop - voters.size()) return Optional.empty();
    return added(voters, candidates, "towards " + stop + " voters");
  }

  private static Optional<Advice> completed(Voters voters) {
    if (voters.size() >= voters.target()) return Optional.empty();
    return added(voters, voters.candidates(), "towards " + (voters.size() + 1) + " voters");
  }

  private static Optional<Advice> added(Voters voters, List<Prospect> candidates, String why) {
    if (candidates.isEmpty() || voters.size() == Content.MAX_VOTERS) return Optional.empty();
    var seat = candidates.getFirst().seat(Seat.DEFAULT_RANK);
    return Optional.of(new Advice.Alter(new Change.AddVoter(seat), why));
  }

  /**
   * Another first: the misplaced voter goes once it sits, or if none may and it is one too many.
   */
  private static Optional<Advice> replaced(Voters voters) {
    for (var seat : misplaced(voters)) {
      if (voters.size() > voters.roster().plan().target()) break;
      var others = voters.without(seat.node()).candidates();
      others = others.stream().filter(p -> !p.node().equals(seat.node())).toList();
      var advice = added(voters, others, "in place of one that goes: " + voters.fit(seat).of(seat));
      if (advice.isPresent()) return advice;
    }
    return displaced(voters);
  }

  /** A misplaced voter is one too many, now that another sits. */
  private static Optional<Advice> displaced(Voters voters) {
    if (!isSpare(voters)) return Optional.empty();
    return misplaced(voters).stream()
        .filter(seat -> voters.maySpare(seat.node()))
        .findFirst()
        .map(seat -> removing(seat, voters.fit(seat).of(seat)));
  }

  /** Who is well and should go, but not this leader; those that crowd a region last. */
  private static List<Seat> misplaced(Voters voters) {
    return voters.seats().stream()
        .filter(seat -> !seat.node().equals(voters.roster().self()))
        .filter(voters::isWell)
        .filter(seat -> voters.fit(seat) != Voters.Fit.GOOD)
        .sorted(Comparator.comparing(voters::fit))
        .toList();
  }

  /** A leader that should go lets one lead that may stay. */
  private static Optional<Advice> handedOver(Voters voters) {
    var self = voters.roster().self();
    var own = voters.seats().stream().filter(seat -> seat.node().equals(self)).findFirst();
    var fit = own.map(voters::fit).orElse(Voters.Fit.GOOD);
    if (fit.compareTo(Voters.Fit.CROWDS) >= 0) return Optional.empty(); // another of its region can
    return voters.seats().stream()
        .filter(seat -> !seat.node().equals(self) && seat.rank() != Seat.WITNESS)
        .filter(seat -> voters.isWell(seat) && voters.fit(seat) == Voters.Fit.GOOD)
        .min(Seat.ORDER)
        .map(seat -> new Advice.HandOver(seat.node(), fit.of(own.orElseThrow())));
  }

  /** Back to an odd size, when nobody has come for long: without the last in the order. */
  private static Optional<Advice> retreated(Voters voters) {
    var since = voters.roster().moved().plus(voters.roster().plan().deadAfter());
    if (voters.size() == voters.target() || voters.now().isBefore(since)) return Optional.empty();
    return voters.seats().stream()
        .filter(seat -> !seat.node().equals(voters.roster().self()))
        .filter(seat -> voters.maySpare(seat.node()))
        .max(Comparator.comparing((Seat seat) -> !voters.isWell(seat)).thenComparing(Seat.ORDER))
        .map(seat -> removing(seat, "nobody else makes the number odd"));
  }

  private static Advice removing(Seat seat, String why) {
    return new Advice.Alter(new Change.RemoveVoter(seat.node()), why);
  }

  private static String words(Duration pace) {
    return pace.toMillis() % 1_000 == 0 ? pace.toSeconds() + " s" : pace.toMillis() + " ms";
  }

  private static String resting(Voters voters) {
    var size = voters.size();
    var planned = voters.roster().plan().target();
    if (size >= planned) return "all is as planned";
    if (size >= voters.target())
      return size + " of " + planned + " voters: with more, one region would have half of them";
    return size + " of " + planned + " voters, and " + voters.candidates().size() + " ready";
  }
}
