package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Scope;

/** A node that does not vote in a scope keeps the latest record it knows to be committed (§2.3). */
public final class Onlooker {
  private Onlooker() {}

  /**
   * Whether one that holds {@code view} goes over to a record that somebody says is committed: to a
   * later one of its birth, or to any of a later generation. So a view never goes back.
   */
  public static boolean goesOver(ScopeRecord view, ScopeRecord told) {
    var here = view.content();
    var there = told.content();
    if (there.generation() != here.generation()) return there.generation() > here.generation();
    return there.sameBirth(here) && told.id().compareTo(view.id()) > 0;
  }

  /** What anybody says who passes a committed record on (R4), for one that votes in the scope. */
  public static Frame told(Scope scope, ScopeRecord committed) {
    var content = committed.content();
    var id = committed.id();
    var header =
        new Header(scope, content.generation(), content.genesis(), id.term(), id, Bytes.EMPTY);
    return new Frame(header, new Frame.RecordPut(committed, true));
  }
}
