package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
 * <p>One counter orders a whole tree of scopes, whatever forks, retries and nesting made it: what
 * is undone together is undone newest first. What fails by itself is undone by itself: a combinator
 * within another has undone its own part when it returns an error or throws, also what is older
 * than deeds of its siblings, since whoever called it may recover and go on; the other undoes the
 * rest. All actions run: one that throws or overruns {@link #UNDO_TIMEOUT} is recorded and the next
 * one runs. Each runs on a virtual thread of its own, so an interrupted caller still undoes
 * everything; the interrupt is set again afterwards. There is no way to switch it off. Thread-safe.
 *
 * <p>A scope belongs to one piece of work: one lease, one attempt, one connection. The scope that a
 * combinator gives to a step is kept or closed by the combinator; a step that does either is a bug,
 * hence an {@link IllegalStateException}.
 *
 * <ul>
 *   <li><b>Who waits</b>: {@link #close} waits for each action, at most its undo timeout, and a
 *       second more for it to heed its interruption. One that does not is left running: the older
 *       ones are then undone beside it, and its failure says so.
 *   <li><b>At the bound</b>: action 1,001 of a scope is refused with an {@link
 *       IllegalStateException}.
 *   <li><b>Cancelled</b>: an interrupt cuts no undoing short; it is set again when all is undone.
 *   <li><b>Lost</b>: no action: each runs once or is kept; what fails is in {@link #failures},
 *       beside the error, and an event.
 * </ul>
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
  static final class Action {
    final long number;
    final String name;
    final Compensation scope;
    final Undo undo;
    private @Nullable Action older; // of whoever has it now; guarded by tree

    Action(long number, String name, Compensation scope, Undo undo, @Nullable Action older) {
      this.number = number;
      this.name = name;
      this.scope = scope;
      this.undo = undo;
      this.older = older;
    }
  }

  /** What all scopes of a tree share; also their lock, so that a call takes one and no more. */
  private static final class Tree {
    final Duration undoTimeout;
    long number; // guarded by this: of the newest action

    Tree(Duration undoTimeout) {
      this.undoTimeout = undoTimeout;
    }
  }

  private enum State {
    OPEN,
    KEPT,
    UNDONE
  }

  private static final int ALONE = -1;

  private final String label;
  private final int branch; // of the combinator `label`, or ALONE
  private final Tree tree;
  private final Compensation parent; // itself in a root
  private final boolean lent; // to a step: its combinator keeps or undoes it
  private @Nullable Action newest; // guarded by tree
  private int count; // guarded by tree
  private State state = State.OPEN; // guarded by tree; never OPEN again
  private List<MeshError> failures = List.of(); // guarded by tree

  private Compensation(String label, Tree tree, boolean lent) {
    this.label = label;
    this.branch = ALONE;
    this.tree = tree;
    this.parent = this;
    this.lent = lent;
  }

  private Compensation(String label, int branch, Compensation parent, boolean lent) {
    this.label = label;
    this.branch = branch;
    this.tree = parent.tree;
    this.parent = parent;
    this.lent = lent;
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
    return new Compensation(name, new Tree(undoTimeout), false);
  }

  /** A scope of its own that a step is lent. */
  static Compensation lent(String name) {
    return new Compensation(name, new Tree(UNDO_TIMEOUT), true);
  }

  /**
   * A scope within this one: kept, it hands its actions up; closed, it undoes them itself. Open it
   * in try-with-resources: one that is neither kept nor closed undoes nothing, whatever becomes of
   * this one.
   */
  public Compensation child(String childName) {
    return new Compensation(childName, ALONE, this, false);
  }

  /** The same, lent to a step. */
  Compensation lend(String childName) {
    return new Compensation(childName, ALONE, this, true);
  }

  /** The same, lent to one branch of a combinator. */
  Compensation child(String combinator, int ofBranch) {
    return new Compensation(combinator, ofBranch, this, true);
  }

  String name() {
    return branch == ALONE ? label : label + "-" + branch;
  }

  /**
   * Registers what takes back a deed that was just done. One action too many, or one too late, is a
   * bug, hence an {@link IllegalStateException}: then {@code undo} was not registered.
   */
  public void onFailure(String what, Undo undo) {
    synchronized (tree) {
      if (state != State.OPEN) throw new IllegalStateException("scope '" + name() + "' has ended");
      if (count >= MOST_ACTIONS) throw tooMany();
      newest = new Action(++tree.number, what, this, undo, newest);
      count++;
    }
  }

  /**
   * The work stands: a child's actions go to its parent, a root's are dropped. Where the parent has
   * ended, or has no room, they are undone and it is an {@link IllegalStateException}.
   */
  public void keep() {
    unlessLent();
    keepTogether(List.of(this));
  }

  /** Undoes all that was registered and not kept, newest first. Idempotent. */
  @Override
  public void close() {
    unlessLent();
    if (state != State.OPEN) return; // without the lock: what is read late is read again with it
    undoTogether(List.of(this));
  }

  private void unlessLent() {
    if (!lent) return;
    throw new IllegalStateException(
        "scope '" + name() + "' belongs to what runs the step, which keeps or undoes it");
  }

  /** The actions that failed to undo, newest first. */
  public List<MeshError> failures() {
    synchronized (tree) {
      return failures;
    }
  }

  /** Keeps several scopes of one parent: all of them, or none. */
  static void keepTogether(List<Compensation> scopes) {
    if (scopes.isEmpty()) return;
    var first = scopes.getFirst();
    var refused = first.handUp(scopes);
    if (refused.isEmpty()) return;
    first.undo(refused);
    throw first.parent.refusal();
  }

  /** Ends several scopes of one tree as one: all of their actions, newest first; what failed. */
  static List<MeshError> undoTogether(List<Compensation> scopes) {
    if (scopes.isEmpty()) return List.of();
    var first = scopes.getFirst();
    var all = first.taken(scopes, State.UNDONE);
    return all.isEmpty() ? List.of() : first.undo(all);
  }

  /** Gives the actions of these scopes to their parent, a root's to nobody; what it refused. */
  private List<Action> handUp(List<Compensation> scopes) {
    synchronized (tree) {
      if (parent == this) {
        end(State.KEPT);
        return List.of();
      }
      var all = taken(scopes, State.KEPT);
      return parent.adopts(all) ? List.of() : all;
    }
  }

  /** Ends them and takes their actions. */
  private List<Action> taken(List<Compensation> scopes, State end) {
    List<Action> all = List.of(); // of most: there is nothing to undo
    synchronized (tree) {
      for (var scope : scopes) {
        for (var action = scope.end(end); action != null; action = action.older) {
          if (all.isEmpty()) all = new ArrayList<>();
          all.add(action);
        }
      }
    }
    return all;
  }

  /** Holding the tree: its actions, if it has any and has not ended before. */
  private @Nullable Action end(State end) {
    if (state != State.OPEN) return null;
    state = end;
    var mine = newest;
    newest = null;
    return mine;
  }

  /** Holding the tree: takes over a child's actions, if it can. */
  private boolean adopts(List<Action> theirs) {
    if (theirs.isEmpty()) return true;
    if (state != State.OPEN || count + theirs.size() > MOST_ACTIONS) return false;
    for (var action : theirs) {
      action.older = newest;
      newest = action;
    }
    count += theirs.size();
    return true;
  }

  private List<MeshError> undo(List<Action> mine) {
    var failed = Undoing.newestFirst(mine, tree.undoTimeout);
    synchronized (tree) {
      failures = failed;
    }
    return failed;
  }

  private IllegalStateException refusal() {
    synchronized (tree) {
      if (state == State.OPEN) return tooMany();
      return new IllegalStateException("scope '" + name() + "' ended before its child");
    }
  }

  private IllegalStateException tooMany() {
    return new IllegalStateException(
        "scope '" + name() + "' has " + MOST_ACTIONS + " actions: open one scope for each work");
  }
}
