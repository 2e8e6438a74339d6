package dev.meshkit.store;

import dev.meshkit.api.Fence;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Scope;

/**
 * The newest fence that each protected thing has seen. Each method runs in the transaction it is
 * given, which is that of what it protects; nothing ever removes a row.
 */
public final class Fences {
  /** The most characters of a protected thing's name. */
  private static final int LONGEST = 200;

  static final String GUARD =
      """
      INSERT INTO fence (scope, res, gen, term) VALUES (?, ?, ?, ?)
      ON CONFLICT (scope, res) DO UPDATE SET gen = excluded.gen, term = excluded.term
        WHERE (fence.gen, fence.term) <= (excluded.gen, excluded.term)""";
  static final String NEWEST = "SELECT gen, term FROM fence WHERE scope = ? AND res = ?";

  private Fences() {}

  /**
   * Lets an equal or newer fence pass and remembers it; an older one is {@code error.fenced}, a
   * {@link MeshException}, with which the whole transaction is to be undone.
   *
   * @param resource the protected thing's name, 1 to 200 characters
   */
  public static void guard(StoreTx tx, Fence fence, String resource) {
    if (resource.isBlank() || resource.length() > LONGEST) {
      throw new IllegalArgumentException(
          "what a fence protects has a name of 1 to " + LONGEST + " characters");
    }
    var scope = fence.scope().text();
    if (tx.update(GUARD, scope, resource, fence.generation(), fence.term()) == 0) {
      throw new MeshException(fenced(fence, newest(tx, fence.scope(), resource), resource));
    }
  }

  private static Fence newest(StoreTx tx, Scope scope, String resource) {
    return tx.first(
            NEWEST,
            row -> new Fence(scope, row.getInt("gen"), row.getLong("term")),
            scope.text(),
            resource)
        .orElseThrow();
  }

  /** What is told to whoever comes with an older fence than one that was here. */
  public static MeshError fenced(Fence fence, Fence newest, String resource) {
    return MeshError.of(
            "error.fenced",
            "changing '" + resource + "' under fence " + fence.text() + " of " + fence.scope(),
            "a later leader, of fence " + newest.text() + ", has changed it already",
            "stop: this tenure is over, and the work is the later leader's",
            MeshError.Retry.NEVER)
        .with("scope", fence.scope().text())
        .with("resource", resource)
        .with("fence", fence.text())
        .with("newest", newest.text());
  }
}
