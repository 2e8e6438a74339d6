package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Author;
import dev.meshkit.election.Command;
import dev.meshkit.election.Input;
import dev.meshkit.election.Verdict;
import dev.meshkit.runtime.Mailbox;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Who waits for what this node's voter makes of a change. Any thread asks; the scope's loop
 * answers. A command that is already under way is not asked again: its second caller waits for the
 * same answer.
 */
final class CommandBox {
  /** Commands under way at once; one more is refused. */
  static final int LIMIT = 128;

  private final Mailbox<Input> inputs;
  private final InstantSource wall;
  private final Map<Bytes, Asked> asked = new HashMap<>(); // guarded by this
  private boolean ended; // guarded by this

  /** One command, and its verdict once it is there. */
  private static final class Asked {
    private final Command command;
    private final CountDownLatch there = new CountDownLatch(1);
    private volatile Verdict verdict = new Verdict.Indeterminate();

    Asked(Command command) {
      this.command = command;
    }

    Asked answered(Verdict with) {
      verdict = with;
      there.countDown();
      return this;
    }

    boolean isSame(Command other) {
      return command.change().equals(other.change()) && command.expected() == other.expected();
    }
  }

  /** Of one scope; {@code wall} dates what is audited. */
  CommandBox(Mailbox<Input> inputs, InstantSource wall) {
    this.inputs = inputs;
    this.wall = wall;
  }

  /**
   * Asks, and blocks at most {@code within}. No answer by then, or the end of the loop, is {@link
   * Verdict.Indeterminate}: the same command sent again finds out.
   */
  Verdict ask(Command command, Duration within) throws InterruptedException {
    var mine = join(command);
    mine.there.await(within.toNanos(), TimeUnit.NANOSECONDS);
    return mine.verdict;
  }

  private synchronized Asked join(Command command) {
    var mine = new Asked(command);
    if (ended) return mine.answered(new Verdict.NotLeader(NodeId.NOBODY));
    var known = asked.get(command.id());
    if (known != null)
      return known.isSame(command)
          ? known
          : mine.answered(new Verdict.Refused("another change is under way with this id"));
    if (asked.size() >= LIMIT || !inputs.offer(new Input.Commanded(dated(command))))
      return mine.answered(new Verdict.Refused("too many changes wait already"));
    asked.put(command.id(), mine);
    return mine;
  }

  private Command dated(Command command) {
    var author = command.author();
    var now = wall.instant().truncatedTo(ChronoUnit.MILLIS);
    return new Command(
        command.id(),
        command.expected(),
        command.change(),
        new Author(author.actor(), author.reason(), now));
  }

  /** The loop's answer. */
  synchronized void replied(Bytes id, Verdict verdict) {
    var mine = asked.remove(id);
    if (mine != null) mine.answered(verdict);
  }

  /** The loop has ended: whoever still waits must find out elsewhere. */
  synchronized void end() {
    ended = true;
    asked.values().forEach(one -> one.answered(new Verdict.Indeterminate()));
    asked.clear();
  }
}
