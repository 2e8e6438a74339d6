package dev.meshkit.gate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What each version of a change does, all that the build supports: a gap or an overlap is refused
 * when they are built, not when they run.
 *
 * @param <R> what they answer
 */
public final class Branches<R> {
  private final List<Part<R>> parts;

  private Branches(List<Part<R>> parts) {
    this.parts = List.copyOf(parts);
  }

  private record Part<R>(int from, int to, Branch<R> branch) {}

  /** Begins the branches of a change. */
  public static <R> Builder<R> of(Change change) {
    return new Builder<>(change);
  }

  /** The one of a version that the change supports. */
  Branch<R> at(int version) {
    for (var part : parts) if (version >= part.from() && version <= part.to()) return part.branch();
    throw new IllegalArgumentException("these branches are of another change: no " + version);
  }

  /** Collects branches. Confined to one thread. */
  public static final class Builder<R> {
    private final Change change;
    private final List<Part<R>> parts = new ArrayList<>();

    private Builder(Change change) {
      this.change = change;
    }

    /** What one version does. */
    public Builder<R> version(int version, Branch<R> branch) {
      return range(version, version, branch);
    }

    /** What these versions do, both ends included. */
    public Builder<R> range(int from, int to, Branch<R> branch) {
      if (from > to) throw refused(from + ".." + to + " is no range");
      parts.add(new Part<>(from, to, branch));
      return this;
    }

    /**
     * All of them.
     *
     * @throws IllegalArgumentException if a supported version has no branch or two, or one that is
     *     not supported has any; it names the versions
     */
    public Branches<R> build() {
      var inOrder = new ArrayList<>(parts);
      inOrder.sort(Comparator.comparingInt(Part::from));
      var next = change.support().min();
      for (var part : inOrder) {
        if (part.from() > next) throw refused("no branch for " + text(next, part.from() - 1));
        if (part.from() < change.support().min()) throw refused(part.from() + " is not supported");
        if (part.from() < next)
          throw refused("two branches for " + text(part.from(), Math.min(part.to(), next - 1)));
        next = part.to() + 1;
      }
      var last = change.support().max();
      if (next <= last) throw refused("no branch for " + text(next, last));
      if (next > last + 1) throw refused(text(last + 1, next - 1) + " is not supported");
      return new Branches<>(inOrder);
    }

    private IllegalArgumentException refused(String why) {
      return new IllegalArgumentException(
          change.name() + " supports " + change.support() + ": " + why);
    }

    private static String text(int from, int to) {
      return from == to ? "version " + from : "versions " + from + ".." + to;
    }
  }
}
