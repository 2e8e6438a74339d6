package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What must be undone if a piece of work fails: registered as it goes, undone strictly newest first.
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
 * interrupt is set again afterwards. Thread-safe.
 */
public final class Compensation implements AutoCloseable {
  /** How long one action may take before it is interrupted and recorded as failed. */
  public static final Duration UNDO_TIMEOUT = Duration.ofSeconds(10);

  /** More actions than this in one scope is a bug: a scope belongs to one piece of work. */
  public static final int MOST_ACTIONS = 1_000;

  /** What takes back one deed. Idempotent; may block for {@link #UNDO_TIMEOUT}. */
  @FunctionalInterface
  public interface Undo {
    /** Takes it back. */
    void run() throws Exception;
  }

  private record Action(long number, String name, Undo undo) {}

  private record Tree(AtomicLong numbers, Duration undoTimeout) {}

  private enum State {
    OPEN,
    KEPT,
    UNDONE
  }

  private final String name;
  private final Tree tree;
  private final Compensation parent; // itself in a root
  private List<Action> actions = new ArrayList<>(); // guarded by this
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

  /** Registers what takes back a deed that was just done. */
  public synchronized void onFailure(String what, Undo undo) {
    if (state != State.OPEN) throw new IllegalStateException("scope '" + name + "' has ended");
    if (actions.size() >= MOST_ACTIONS) {
      throw new IllegalStateException(
          "scope '" + name + "' has " + MOST_ACTIONS + " actions: open one scope for each work");
    }
    actions.add(new Action(tree.numbers.incrementAndGet(), what, undo));
  }

  /** The work stands: a child's actions go to its parent, a root's are dropped. */
  public void keep() {
    var mine = end(State.KEPT);
    if (parent != this) parent.adopt(mine);
  }

  /** Undoes all that was registered and not kept, newest first. Idempotent. */
  @Override
  public void close() {
    undo(end(State.UNDONE));
  }

  /** The actions that failed to undo, newest first. */
  public synchronized List<MeshError> failures() {
    return failures;
  }

  /** Ends several scopes of one tree as one: all of their actions, newest first. */
  static List<MeshError> undoTogether(List<Compensation> scopes) {
    if (scopes.isEmpty()) return List.of();
    var all = new ArrayList<Action>();
    scopes.forEach(scope -> all.addAll(scope.end(State.UNDONE)));
    var first = scopes.getFirst();
    first.undo(all);
    return first.failures();
  }

  private synchronized List<Action> end(State end) {
    if (state != State.OPEN) return List.of();
    state = end;
    var mine = actions;
    actions = List.of();
    return mine;
  }

  private synchronized void adopt(List<Action> theirs) {
    if (state != State.OPEN) throw new IllegalStateException("scope '" + name + "' has ended");
    actions.addAll(theirs);
  }

  private void undo(List<Action> mine) {
    var failed = new ArrayList<MeshError>();
    mine.stream()
        .sorted(Comparator.comparingLong(Action::number).reversed())
        .forEach(action -> run(action, failed));
    synchronized (this) {
      failures = List.copyOf(failed);
    }
  }

  private void run(Action action, List<MeshError> failed) {
    var thrown = new ArrayList<Exception>(1);
    var worker =
        Thread.ofVirtual()
            .name("undo-" + action.name())
            .start(
                () -> {
                  try {
                    action.undo().run();
                  } catch (Exception e) {
                    synchronized (thrown) {
                      thrown.add(e);
                    }
                  }
                });
    var ended = joined(worker);
    if (!ended) worker.interrupt();
    synchronized (thrown) {
      if (!ended) failed.add(failure(action, "it took longer than " + tree.undoTimeout));
      else thrown.forEach(e -> failed.add(failure(action, e.toString())));
    }
  }

  /** Waits for one action, interrupted or not; the interrupt is set again afterwards. */
  private boolean joined(Thread worker) {
    var interrupted = false;
    try {
      while (true) {
        try {
          return worker.join(tree.undoTimeout);
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  private MeshError failure(Action action, String why) {
    return MeshError.of(
        "error.exception",
        "undoing '" + action.name() + "' of '" + name + "'",
        why,
        "take it back by hand, or repair what it depends on",
        Retry.SAFE_WITH_KEY);
  }
}
