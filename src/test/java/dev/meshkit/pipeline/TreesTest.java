package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Seeded trees of combinators: in order against a model, and all at once under interruption. */
class TreesTest {
  /** What a tree is made of. */
  private sealed interface Tree {
    record Leaf(int id, int failures, boolean blocks) implements Tree {}

    record Node(Kind kind, List<Tree> kids) implements Tree {}
  }

  private enum Kind {
    ALL,
    RACE,
    RETRY,
    TIMEOUT
  }

  private static Tree tree(RandomGenerator chance, int depth, AtomicInteger ids, boolean blocking) {
    if (depth == 0 || chance.nextInt(4) == 0) {
      var blocks = blocking && chance.nextInt(4) == 0;
      return new Tree.Leaf(ids.getAndIncrement(), chance.nextInt(3), blocks);
    }
    var kind = Kind.values()[chance.nextInt(4)];
    var count = kind == Kind.ALL || kind == Kind.RACE ? 1 + chance.nextInt(3) : 1;
    var kids = new ArrayList<Tree>();
    for (var i = 0; i < count; i++) kids.add(tree(chance, depth - 1, ids, blocking));
    return new Tree.Node(kind, kids);
  }

  /**
   * A run of a tree: what was registered, and what was undone. Its caller is interrupted by the
   * leaf that registers as the so-manieth, which then waits for its own interruption.
   */
  private static final class Run {
    final List<Integer> undone = new ArrayList<>(); // guarded by this
    final Map<Integer, Integer> tries = new HashMap<>(); // guarded by this
    int registered; // guarded by this
    final int limit;
    final int cutAt;
    final Thread caller;

    Run(int limit, int cutAt, Thread caller) {
      this.limit = limit;
      this.cutAt = cutAt;
      this.caller = caller;
    }

    synchronized int register(int leaf) {
      tries.merge(leaf, 1, Integer::sum);
      return registered++;
    }

    synchronized void undo(int number) {
      undone.add(number);
    }

    synchronized boolean fails(Tree.Leaf leaf) {
      return tries.get(leaf.id()) <= leaf.failures();
    }

    Step<Integer> step(Tree tree) {
      return switch (tree) {
        case Tree.Leaf leaf -> undo -> leaf(leaf, undo);
        case Tree.Node(var kind, var kids) -> node(kind, kids.stream().map(this::step).toList());
      };
    }

    private Result<Integer> leaf(Tree.Leaf leaf, Compensation undo) throws InterruptedException {
      int number;
      synchronized (undo) { // so that numbers here are in the order of the tree's
        synchronized (this) {
          number = register(leaf.id());
          undo.onFailure("leaf", () -> undo(number));
        }
      }
      if (number == cutAt) caller.interrupt();
      if (leaf.blocks() || number == cutAt) new CountDownLatch(1).await();
      return fails(leaf) ? Result.err(Given.safe("leaf")) : Result.ok(leaf.id());
    }

    private Step<Integer> node(Kind kind, List<Step<Integer>> steps) {
      return switch (kind) {
        case ALL -> undo -> All.of(undo, steps, limit).map(List::size);
        case RACE -> undo -> Race.of(undo, steps, limit);
        case RETRY -> undo -> Retry.of(undo, RetryTest.quick(), steps.getFirst());
        case TIMEOUT -> undo -> Timeout.of(undo, Duration.ofMinutes(5), steps.getFirst());
      };
    }
  }

  /** The same, one after the other, with nothing but lists. */
  private static final class Model {
    final List<Integer> undone = new ArrayList<>();
    final Map<Integer, Integer> tries = new HashMap<>();
    final int cutAt;
    int registered;

    Model(int cutAt) {
      this.cutAt = cutAt;
    }

    /** What a part came to, and the deeds that it leaves to whoever asked for it. */
    record Came(End end, List<Integer> live) {}

    enum End {
      OK,
      ERR,
      CUT
    }

    Came run(Tree tree) {
      return switch (tree) {
        case Tree.Leaf leaf -> leaf(leaf);
        case Tree.Node(var kind, var kids) ->
            switch (kind) {
              case ALL -> all(kids);
              case RACE -> race(kids);
              case RETRY -> retry(kids.getFirst());
              case TIMEOUT -> settle(run(kids.getFirst()));
            };
      };
    }

    private Came leaf(Tree.Leaf leaf) {
      var tried = tries.merge(leaf.id(), 1, Integer::sum);
      var number = registered++;
      var end = number == cutAt ? End.CUT : tried > leaf.failures() ? End.OK : End.ERR;
      return new Came(end, List.of(number));
    }

    private Came all(List<Tree> kids) {
      var live = new ArrayList<Integer>();
      for (var kid : kids) {
        var came = run(kid);
        live.addAll(came.live());
        if (came.end() != End.OK) return settle(new Came(came.end(), live));
      }
      return new Came(End.OK, live);
    }

    private Came race(List<Tree> kids) {
      var lost = new ArrayList<Integer>();
      for (var kid : kids) {
        var came = run(kid);
        if (came.end() == End.OK) {
          undo(lost);
          return came;
        }
        lost.addAll(came.live());
        if (came.end() == End.CUT) return settle(new Came(End.CUT, lost));
      }
      return settle(new Came(End.ERR, lost));
    }

    private Came retry(Tree kid) {
      for (var attempt = 1; attempt < 3; attempt++) {
        var came = run(kid);
        if (came.end() != End.ERR) return settle(came);
        undo(came.live());
      }
      return settle(run(kid));
    }

    private Came settle(Came came) {
      if (came.end() == End.OK) return came;
      undo(came.live());
      return new Came(came.end(), List.of());
    }

    void undo(List<Integer> numbers) {
      undone.addAll(numbers.stream().sorted(Comparator.reverseOrder()).toList());
    }
  }

  /**
   * P11: strictly newest first through any nesting of all, race, retry and timeout, also when the
   * caller is interrupted in the middle of a random leaf.
   */
  @Test
  void treesUndoAsTheModelDoes() {
    var cuts = new AtomicInteger();
    Rounds.of(
        Rounds.MANY,
        chance -> {
          var tree = tree(chance, 3, new AtomicInteger(), false);
          var cutAt = chance.nextInt(12);
          var model = new Model(cutAt);
          var modelled = model.run(tree);
          model.undo(modelled.live());
          var run = new Run(1, cutAt, Thread.currentThread());
          var cut = call(run, tree);
          assertEquals(modelled.end() == Model.End.CUT, cut, tree.toString());
          assertEquals(model.undone, run.undone, tree.toString());
          if (cut) cuts.incrementAndGet();
        });
    assertTrue(cuts.get() > 1_000 || Long.getLong("meshkit.seed") != null, "cut only " + cuts);
  }

  /**
   * P14: interrupted at a random leaf, all running at once, or from outside at any moment: no fork
   * is alive, and each action ran exactly once.
   */
  @Test
  void interruptedTreesLeaveNothing() {
    Rounds.of(
        Rounds.MANY,
        chance -> {
          var tree = tree(chance, 3, new AtomicInteger(), true);
          var runs = new ArrayList<Run>();
          var caller = Thread.ofVirtual().unstarted(() -> call(runs.getFirst(), tree));
          runs.add(new Run(8, chance.nextInt(12), caller));
          caller.start();
          for (var spin = chance.nextInt(2_000); spin > 0; spin--) Thread.onSpinWait();
          caller.interrupt();
          caller.join();
          var run = runs.getFirst();
          synchronized (run) {
            var once = run.undone.stream().sorted().distinct().toList();
            assertEquals(run.registered, once.size(), "registered and undone of " + tree);
            assertEquals(run.undone.size(), once.size(), "undone twice in " + tree);
          }
        });
  }

  /** Never kept: what is left is undone at the end. Whether it was interrupted. */
  private static boolean call(Run run, Tree tree) {
    try (var undo = Compensation.open("root")) {
      run.step(tree).run(undo);
      return false;
    } catch (InterruptedException _) {
      return true;
    }
  }
}
