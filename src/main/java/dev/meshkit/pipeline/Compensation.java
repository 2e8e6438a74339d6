package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What must be undone if a piece of work fails: registered as it goes, undone strictly newest
 * first.
 *
 * <pre>{@code
 * try (var undo = Compensation.open("join")) {
 *   var cert = certs.stage(token);
 *   undo.onFailure("drop the staged certificate", () -> certs.drop(cert));
 *   undo.keep();                       // without it close() undoes
 * }
 * }</pre>
 *
 * <p>One counter orders a whole tree of scopes, whatever forks, retries and nesting made it. All
 * actions run: one that throws or overruns {@link #UNDO_TIMEOUT} is recorded and the next one runs.
 * Each runs on a virtual thread of its own, so an interrupted caller still undoes everything; the
 * interrupt is set again afterwards. There is no way to switch it off. Thread-safe.
 *
 * <p>A scope belongs to one piece of work: one lease, one attempt, one connection. The scope that a
 * combinator gives to a step is kept or closed by the combinator, never by the step.
 */
public final class Compensation implements AutoCloseable {
  /** How long one action may take before it is interrupted and recorded as failed. */
  public static final Duration UNDO_TIMEOUT = Duration.ofSeconds(10);

  /** More actions than this in one scope, its kept children's included, is a bug. */
  public static final int MOST_ACTIONS = 1_000;

  /** What takes back one deed. Idempotent; may block for {@link #UNDO_TIMEOUT}. */
  @FunctionalInterface
  public interface Undo {
    /** Takes it back. */
    void run() throws Exception;
  }

  /** A deed that can be taken back; its number orders the tree. */
  record Action(long number, String name, String scope, Undo undo) {}

  private record Tree(AtomicLong numbers, Duration undoTimeout) {}

  private enum State {
    OPEN,
    KEPT,
    UNDONE
  }

  private final String name;
  private final Tree tree;
  private final Compensation parent; // itself in a root
  private List<Action> actions = List.of(); // guarded by this
  private State state = State.OPEN; // guarded by this
  private List<MeshError> failures = List.of(); // guarded by this

  private Compensation(String name, Tree tree) {
    this.name = name;
    this.tree = tree;
    this.parent = this;
  }

  private Compensation(String name, Compensation parent) {
    this.name = name;
    this.tree = parent.tree;
    this.parent = parent;
  }

  /** A scope of its own, for one piece of work. */
  public static Compensation open(String name) {
    return open(name, UNDO_TIMEOUT);
  }

  /** A scope whose actions may take {@code undoTimeout} each. */
  public static Compensation open(String name, Duration undoTimeout) {
    if (!undoTimeout.isPositive()) {
      throw new IllegalArgumentException("undo timeout must be positive: " + undoTimeout);
    }
    return new Compensation(name, new Tree(new AtomicLong(), undoTimeout));
  }

  /** A scope within this one: kept, it hands its actions up; else it undoes them itself. */
  public Compensation child(String childName) {
    return new Compensation(childName, this);
  }

  /**
   * Registers what takes back a deed that was just done. One action too many, or one too late, is a
   * bug, hence an {@link IllegalStateException}: then {@code undo} was not registered.
   */
  public synchronized void onFailure(String what, Undo undo) {
    if (state != State.OPEN) throw new IllegalStateException("scope '" + name + "' has ended");
    if (actions.size() >= MOST_ACTIONS) throw tooMany();
    if (actions.isEmpty()) actions = new ArrayList<>(4);
    actions.add(new Action(tree.numbers.incrementAndGet(), what, name, undo));
  }

  /**
   * The work stands: a child's actions go to its parent, a root's are dropped. Where the parent has
   * ended, or has no room, they are undone and it is an {@link IllegalStateException}.
   */
  public void keep() {
    keepTogether(List.of(this));
  }

  /** Undoes all that was registered and not kept, newest first. Idempotent. */
  @Override
  public void close() {
    undoTogether(List.of(this));
  }

  /** The actions that failed to undo, newest first. */
  public synchronized List<MeshError> failures() {
    return failures;
  }

  /** Keeps several scopes of one parent: all of them, or none. */
  static void keepTogether(List<Compensation> scopes) {
    if (scopes.isEmpty()) return;
    var all = gathered(scopes, State.KEPT);
    var first = scopes.getFirst();
    if (first.parent == first || all.isEmpty()) return;
    var refused = first.parent.adopt(all);
    if (refused.isEmpty()) return;
    first.undo(all);
    throw refused.getFirst();
  }

  /** Ends several scopes of one tree as one: all of their actions, newest first. */
  static List<MeshError> undoTogether(List<Compensation> scopes) {
    var all = gathered(scopes, State.UNDONE);
    return all.isEmpty() ? List.of() : scopes.getFirst().undo(all);
  }

  private static List<Action> gathered(List<Compensation> scopes, State end) {
    var all = new ArrayList<Action>();
    scopes.forEach(scope -> all.addAll(scope.end(end)));
    return all;
  }

  private synchronized List<Action> end(State end) {
    if (state != State.OPEN) return List.of();
    state = end;
    var mine = actions;
    actions = List.of();
    return mine;
  }

  /** Takes over a child's actions; if it cannot, why. */
  private synchronized List<IllegalStateException> adopt(List<Action> theirs) {
    if (state != State.OPEN) {
      return List.of(new IllegalStateException("scope '" + name + "' ended before its child"));
    }
    if (actions.size() + theirs.size() > MOST_ACTIONS) return List.of(tooMany());
    if (actions.isEmpty()) actions = new ArrayList<>(theirs);
    else actions.addAll(theirs);
    return List.of();
  }

  private List<MeshError> undo(List<Action> mine) {
    var failed = Undoing.newestFirst(mine, tree.undoTimeout);
    synchronized (this) {
      failures = failed;
    }
    return failed;
  }

  private IllegalStateException tooMany() {
    return new IllegalStateException(
        "scope '" + name + "' has " + MOST_ACTIONS + " actions: open one scope for each work");
  }
}
