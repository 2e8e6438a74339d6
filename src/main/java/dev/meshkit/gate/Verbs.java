package dev.meshkit.gate;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The verbs as functions: what the entry is after one, or why it stays what it is. Pure; the
 * scope's leader commits what comes out as the next version of its record.
 *
 * <p>{@code error.conflict}: record or entry are not what the command saw; details {@code entry}
 * and {@code record} say what they are. {@code error.validation}: it could never be. {@code
 * error.precondition}: not now; detail {@code members} names those in the way, if it is members.
 */
public final class Verbs {
  private Verbs() {}

  /**
   * What the leader knows.
   *
   * @param now of its monotonic clock
   * @param soak for how long nobody may have used what is retired
   * @param members what each alive member has reported: of the scope, for changes by link of the
   *     whole mesh
   */
  public record Facts(Instant now, Duration soak, List<MemberReport> members) {
    /** Copies the list. */
    public Facts {
      members = List.copyOf(members);
    }
  }

  /**
   * What a verb came to.
   *
   * @param entry the entry from now on
   * @param refusing alive members that cannot run its version, and so refuse the change
   */
  public record Applied(Entry entry, List<NodeId> refusing) {
    /** Copies the list. */
    public Applied {
      refusing = List.copyOf(refusing);
    }
  }

  /**
   * Applies a command.
   *
   * @param change as the leader's build knows it, its region put in
   * @param now what is committed; {@link Entry#baseline} under the scope's record if nothing is
   */
  public static Result<Applied> apply(Change change, Committed now, Command command, Facts facts) {
    var entry = now.entry();
    var verb = command.verb();
    if (!command.record().equals(now.record()) || command.epoch() != entry.epoch()) {
      return Result.err(conflict(now, command));
    }
    var step = new Step(change, entry, facts);
    return switch (verb) {
      case Verb.Advance advance -> step.advance(advance);
      case Verb.Widen widen -> step.widen(widen);
      case Verb.Rollback back -> step.rollback(back);
      case Verb.Freeze _ -> step.kept(entry.with(entry.rollout().frozen(true)));
      case Verb.Thaw _ -> step.kept(entry.with(entry.rollout().frozen(false)));
      case Verb.Retire retire -> step.retire(retire);
      case Verb.Raise raise -> step.raise(raise);
    };
  }

  /**
   * What a plan of a refused verb goes by: as if nothing but members could be in its way, neither a
   * freeze nor, of one that advances, a rollout that has not reached everybody.
   */
  public static Committed freed(Committed now, Verb verb) {
    var rollout = now.entry().rollout();
    var free =
        verb instanceof Verb.Advance ? Rollout.complete(rollout.prior()) : rollout.frozen(false);
    return new Committed(now.entry().with(free), now.record());
  }

  private static MeshError conflict(Committed now, Command command) {
    return MeshError.of(
            "error.conflict",
            command.verb().name() + " of " + now.entry().change(),
            "it has changed: it was seen at record "
                + (command.record() + ", epoch " + command.epoch() + ", and is at ")
                + (now.record() + ": " + now.entry().text()),
            "look at it as it is now, and decide again",
            MeshError.Retry.NEVER)
        .with("entry", now.entry().text())
        .with("record", now.record().toString());
  }

  /** One verb on one entry. */
  private record Step(Change change, Entry entry, Facts facts) {
    private static final String WAIT = "let it end, and try again when it has been quiet for that";

    Result<Applied> advance(Verb.Advance to) {
      var rollout = entry.rollout();
      var version = to.version();
      if (version < entry.min() || version > entry.max())
        return outside("advance to " + version, version);
      if (version == entry.version())
        return invalid("advance to " + version, "it is committed already", "widen its rollout");
      if (rollout.frozen()) return frozen("advance to " + version);
      if (!rollout.isComplete())
        return refused(
            "advance to " + version,
            "the rollout of version " + entry.version() + " has not reached everybody",
            "widen it to 100 % without exclusions, or roll it back, first");
      var isPartial =
          to.basisPoints() != Rollout.ALL || !to.include().isEmpty() || !to.exclude().isEmpty();
      if (isPartial && change.key() == SubjectKey.NONE)
        return invalid(
            "advance to " + version,
            "a part of nobody in particular means nothing: the change has no subjects",
            "advance for everybody, or key the change by node, link or tenant");
      var without = members(member -> !member.support().has(entry.version()));
      if (!without.isEmpty())
        return unsupported(
            version,
            entry.version(),
            without,
            "upgrade them, or let them leave; back goes what there is by gate rollback");
      var refusing = members(member -> !member.support().has(version));
      if (!refusing.isEmpty() && !to.force())
        return unsupported(
            version,
            version,
            refusing,
            "upgrade them first, or force it: they then refuse the change until upgraded");
      return rollout(entry.version(), to.basisPoints(), to.include(), to.exclude())
          .flatMap(next -> Result.ok(new Applied(moved(version, next), refusing)));
    }

    Result<Applied> widen(Verb.Widen to) {
      var now = entry.rollout();
      if (now.frozen()) return frozen("widen");
      var isSmaller =
          to.basisPoints() < now.basisPoints()
              || !new HashSet<>(to.include()).containsAll(now.include())
              || !new HashSet<>(now.exclude()).containsAll(to.exclude());
      if (isSmaller)
        return invalid(
            "widen",
            "within an epoch a rollout only grows, and this would take somebody back: it is at "
                + entry.text(),
            "roll back: that is a new epoch, for all");
      if (change.key() == SubjectKey.NONE && !to.include().isEmpty())
        return invalid("widen", "the change has no subjects", "leave the patterns out");
      return rollout(now.prior(), to.basisPoints(), to.include(), to.exclude())
          .flatMap(next -> kept(entry.with(next)));
    }

    /** Always there to be used: no member's support, and no freeze, is in its way. */
    Result<Applied> rollback(Verb.Rollback to) {
      var version = to.version() == 0 ? entry.prior() : to.version();
      if (version < entry.min() || version > entry.max())
        return outside("rollback to " + version, version);
      if (version == entry.version())
        return invalid(
            "rollback",
            "version " + version + " is the one that is committed",
            "name the version to go back to");
      var all = Rollout.complete(entry.version()).frozen(entry.rollout().frozen());
      return Result.ok(
          new Applied(moved(version, all), members(member -> !member.support().has(version))));
    }

    Result<Applied> retire(Verb.Retire to) {
      var tried = "retire below " + to.min();
      var isComplete = entry.rollout().isComplete();
      if (to.min() <= entry.min())
        return invalid(tried, "nothing below is in its window", "name a version above it");
      if (entry.version() < to.min() || (!isComplete && entry.prior() < to.min()))
        return refused(
            tried,
            "subjects still run what is older: it is at " + entry.text(),
            "advance everybody to version " + to.min() + " or later first");
      var since = facts.now().minus(facts.soak());
      var using = members(member -> member.lastBelow(to.min()).isAfter(since));
      if (!using.isEmpty())
        return refused(
                tried, "it was in use within " + words(facts.soak()) + " by " + text(using), WAIT)
            .recover(error -> Result.err(error.with("members", text(using))));
      var unheard = members(member -> member.since().isAfter(since));
      if (!unheard.isEmpty())
        return refused(
                tried,
                "for " + words(facts.soak()) + " this leader must have heard of " + text(unheard),
                WAIT)
            .recover(error -> Result.err(error.with("members", text(unheard))));
      // nobody runs a prior of a complete rollout: it is where a rollback would go, and that ends
      var rollout =
          entry.prior() >= to.min()
              ? entry.rollout()
              : Rollout.complete(entry.version()).frozen(entry.rollout().frozen());
      return kept(
          new Entry(
              entry.change(), entry.version(), to.min(), entry.max(), rollout, entry.epoch()));
    }

    Result<Applied> raise(Verb.Raise to) {
      var least = Math.max(entry.version(), entry.prior());
      if (to.max() < least)
        return invalid(
            "raise to " + to.max(),
            "version " + least + " is in use or may be rolled back to",
            "raise it to " + least + " or above");
      return to(
          new Entry(
              entry.change(),
              entry.version(),
              entry.min(),
              to.max(),
              entry.rollout(),
              entry.epoch()));
    }

    /** In the epoch that it is in; the first entry begins one, so that whoever compares sees it. */
    Result<Applied> kept(Entry next) {
      if (next.epoch() > 0) return to(next);
      return to(
          new Entry(next.change(), next.version(), next.min(), next.max(), next.rollout(), 1));
    }

    Result<Applied> to(Entry next) {
      return Result.ok(new Applied(next, List.of()));
    }

    private Entry moved(int version, Rollout rollout) {
      return new Entry(
          entry.change(), version, entry.min(), entry.max(), rollout, entry.epoch() + 1);
    }

    private Result<Rollout> rollout(
        int prior, int basisPoints, List<String> include, List<String> exclude) {
      try {
        var rollout = new Rollout(prior, basisPoints, include, exclude, false);
        var size = rollout.bytes().size();
        if (size <= Rollout.MAX_BYTES) return Result.ok(rollout);
        return Result.err(
            MeshError.validation(
                "rolling out " + change.name(),
                "its patterns make "
                    + (size + " B; a scope record takes " + Rollout.MAX_BYTES + " of one change"),
                "name fewer subjects, or use a pattern with *"));
      } catch (IllegalArgumentException bad) {
        return Result.err(
            MeshError.validation(
                "rolling out " + change.name(),
                String.valueOf(bad.getMessage()),
                "give 0 to 10,000 basis points, and at most 16 patterns of a kind"));
      }
    }

    private List<NodeId> members(Predicate<MemberReport> which) {
      return facts.members().stream().filter(which).map(MemberReport::node).sorted().toList();
    }

    private Result<Applied> unsupported(int to, int version, List<NodeId> members, String fix) {
      var error =
          precondition("advance to " + to, text(members) + " cannot run version " + version, fix);
      return Result.err(error.with("members", text(members)));
    }

    private Result<Applied> outside(String tried, int version) {
      var window = entry.min() + ".." + entry.max();
      return invalid(
          tried,
          "the window is " + window,
          version > entry.max()
              ? "name a version within it; an advance beyond it raises it where the build has that"
              : "name a version within it: what was retired does not come back");
    }

    private Result<Applied> frozen(String tried) {
      return refused(tried, "it is frozen", "thaw it first; a rollback is possible all the same");
    }

    private Result<Applied> invalid(String tried, String why, String fix) {
      return Result.err(MeshError.validation(tried + " of " + change.name(), why, fix));
    }

    private Result<Applied> refused(String tried, String why, String fix) {
      return Result.err(precondition(tried, why, fix));
    }

    private MeshError precondition(String tried, String why, String fix) {
      return MeshError.of(
          "error.precondition", tried + " of " + change.name(), why, fix, MeshError.Retry.NEVER);
    }

    private static String text(List<NodeId> members) {
      return members.stream().map(NodeId::toString).collect(Collectors.joining(", "));
    }
  }

  private static String words(Duration time) {
    return time.toMillis() % 60_000 == 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
  }
}
