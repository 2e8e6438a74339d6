package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
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

  private static Tree tree(Random chance, int depth, AtomicInteger ids, boolean blocking) {
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

  /** A run of a tree: what was registered, and what was undone. */
  private static final class Run {
    final List<Integer> undone = new ArrayList<>(); // guarded by this
    final Map<Integer, Integer> tries = new HashMap<>(); // guarded by this
    int registered; // guarded by this
    final int limit;

    Run(int limit) {
      this.limit = limit;
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
      synchronized (undo) { // so that numbers here are in the order of the tree's
        synchronized (this) {
          var number = register(leaf.id());
          undo.onFailure("leaf", () -> undo(number));
        }
      }
      if (leaf.blocks()) new CountDownLatch(1).await();
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
    int registered;

    record Came(boolean ok, List<Integer> live) {}

    Came run(Tree tree) {
      return switch (tree) {
        case Tree.Leaf leaf -> {
          var tried = tries.merge(leaf.id(), 1, Integer::sum);
          yield new Came(tried > leaf.failures(), List.of(registered++));
        }
        case Tree.Node(var kind, var kids) ->
            switch (kind) {
              case ALL -> all(kids);
              case RACE -> race(kids);
              case RETRY -> retry(kids.getFirst());
              case TIMEOUT -> settle(run(kids.getFirst()));
            };
      };
    }

    private Came all(List<Tree> kids) {
      var live = new ArrayList<Integer>();
      for (var kid : kids) {
        var came = run(kid);
        live.addAll(came.live());
        if (!came.ok()) return settle(new Came(false, live));
      }
      return new Came(true, live);
    }

    private Came race(List<Tree> kids) {
      var lost = new ArrayList<Integer>();
      for (var kid : kids) {
        var came = run(kid);
        if (came.ok()) {
          undo(lost);
          return came;
        }
        lost.addAll(came.live());
      }
      return settle(new Came(false, lost));
    }

    private Came retry(Tree kid) {
      for (var attempt = 1; attempt < 3; attempt++) {
        var came = run(kid);
        if (came.ok()) return came;
        undo(came.live());
      }
      return settle(run(kid));
    }

    private Came settle(Came came) {
      if (came.ok()) return came;
      undo(came.live());
      return new Came(false, List.of());
    }

    void undo(List<Integer> numbers) {
      undone.addAll(numbers.stream().sorted(Comparator.reverseOrder()).toList());
    }
  }

  /** P11: strictly newest first through any nesting of all, race, retry and timeout. */
  @Test
  void treesUndoAsTheModelDoes() throws Exception {
    var chance = new Random(11);
    for (var round = 0; round < Given.ROUNDS; round++) {
      var tree = tree(chance, 3, new AtomicInteger(), false);
      var run = new Run(1);
      try (var undo = Compensation.open("root")) {
        run.step(tree).run(undo); // never kept: what is left is undone at the end
      }
      var model = new Model();
      model.undo(model.run(tree).live());
      assertEquals(model.undone, run.undone, "round " + round + " of " + tree);
    }
  }

  /** P14: after an interruption at any point no fork is alive, and each action ran exactly once. */
  @Test
  void interruptedTreesLeaveNothing() throws Exception {
    var chance = new Random(14);
    var before = Given.virtualThreads();
    for (var round = 0; round < Given.ROUNDS; round++) {
      var tree = tree(chance, 3, new AtomicInteger(), true);
      var run = new Run(8);
      var late = chance.nextInt(200);
      var caller = Thread.ofVirtual().unstarted(() -> call(run, tree));
      caller.start();
      for (var i = 0; i < late; i++) Thread.onSpinWait();
      caller.interrupt();
      caller.join();
      synchronized (run) {
        var once = run.undone.stream().sorted().distinct().toList();
        assertEquals(run.registered, once.size(), "registered and undone of " + tree);
        assertEquals(run.undone.size(), once.size(), "undone twice in " + tree);
      }
    }
    assertEquals(before, RaceTest.settledThreads(before));
  }

  private static void call(Run run, Tree tree) {
    try (var undo = Compensation.open("root")) {
      run.step(tree).run(undo);
    } catch (InterruptedException _) {
      // everything is undone, which the test looks at
    }
  }
}
