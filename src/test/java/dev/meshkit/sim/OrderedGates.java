package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.election.Gate;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.gate.Committed;
import dev.meshkit.gate.Entry;
import dev.meshkit.gate.RecordId;
import dev.meshkit.gate.Rollout;
import dev.meshkit.gate.Verb;
import dev.meshkit.gate.Verbs;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The gates that operators order: such as a node's gate takes, made of one draw and of the number
 * of the order, so that who else draws is not moved by them.
 */
final class OrderedGates {
  private static final int VERSIONS = 3;
  private static final long STEP = 2_713; // coprime to the shares, which so come by turns
  private static final int MORE = 2_500; // basis points that a rollout grows by

  private OrderedGates() {}

  /**
   * A change goes to one of three versions from another, for some tenants or for all.
   *
   * @param drawn at least 0
   * @param number the epoch, so of no other order of this change
   */
  static Gate gate(String change, int drawn, long number) {
    var version = 1 + drawn % VERSIONS;
    var prior = 1 + (int) ((version + number % 2) % VERSIONS);
    var share = number % 4 == 0 ? Rollout.ALL : (int) (number * STEP % Rollout.ALL);
    var include = number % 5 == 0 ? List.of("t1*") : List.<String>of();
    var exclude = number % 7 == 0 ? List.of("t3") : List.<String>of();
    var rollout = new Rollout(prior, share, include, exclude, false);
    return gate(new Entry(change, version, 1, VERSIONS, rollout, number));
  }

  private static Gate gate(Entry entry) {
    return new Gate(
        entry.change(),
        entry.version(),
        entry.min(),
        entry.max(),
        entry.rollout().bytes(),
        entry.epoch());
  }

  /** What an entry of a record says, or that it cannot be read. */
  static Result<Entry> entry(Gate committed) {
    return Entry.read(
        committed.change(),
        committed.version(),
        committed.min(),
        committed.max(),
        committed.rollout(),
        committed.epoch());
  }

  /** What an operator sends who looks at a record just then, by a node's wall clock. */
  static Command command(Op.Order order, ScopeRecord view, Instant wall) {
    var expected = order.seen() ? view.id().version() : Command.ANY;
    var author = new Author("operator", order.id(), wall.truncatedTo(ChronoUnit.MILLIS));
    return new Command(Bytes.utf8(order.id()), expected, asked(order, view), author);
  }

  /** Of those who decide by what they see every other one widens what is under way. */
  private static Change asked(Op.Order order, ScopeRecord view) {
    if (!order.seen()
        || !(order.change() instanceof Change.SetGate(var gate))
        || gate.epoch() % 2 == 0) return order.change();
    for (var there : view.content().gates())
      if (there.change().equals(gate.change()))
        return entry(there)
            .flatMap(OrderedGates::widened)
            .<Change>map(wider -> new Change.SetGate(gate(wider)))
            .recover(_ -> Result.ok(order.change()))
            .orThrow();
    return order.change();
  }

  private static Result<Entry> widened(Entry entry) {
    var now = entry.rollout();
    var share = Math.min(Rollout.ALL, now.basisPoints() + MORE);
    var exclude = share == Rollout.ALL ? List.<String>of() : now.exclude();
    var widen =
        new dev.meshkit.gate.Command(
            new Verb.Widen(share, now.include(), exclude),
            RecordId.NONE,
            entry.epoch(),
            "operator",
            "more");
    var facts = new Verbs.Facts(Instant.EPOCH, Duration.ZERO, List.of());
    var there = new Committed(entry, RecordId.NONE);
    return Verbs.apply(SimGate.change(entry.change()), there, widen, facts)
        .map(Verbs.Applied::entry);
  }
}
