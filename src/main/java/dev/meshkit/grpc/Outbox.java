package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http3.Http3ErrorCode;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a call asks of its stream: added by any thread, taken by the event loop in the same order.
 * What was taken of a request can be taken again, as {@link Replay} permits.
 */
final class Outbox {
  /** What a call asks of its stream. */
  sealed interface Command {}

  /** Send a field section. */
  record Fields(FieldSection fields) implements Command {}

  /** Send a framed message. */
  record Message(ByteBuf frame) implements Command {}

  /** End our half. */
  record Finish() implements Command {}

  /** Give the stream up in both directions. */
  record Abort(Http3ErrorCode code) implements Command {}

  /** The answer is complete. */
  record Done() implements Command {}

  /** Read on. */
  record ReadOn() implements Command {}

  private final Commands commands;
  private final Runnable taken;
  private final ConcurrentLinkedQueue<Command> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile boolean corked;
  private volatile boolean begun; // somebody takes commands; before that, they wait

  // the event loop's
  private final ArrayDeque<Command> again = new ArrayDeque<>();
  private final Replay replay;

  /**
   * An empty one, which {@code commands} have drained; {@code replayed} if its request may have to
   * be sent again.
   */
  Outbox(boolean replayed, Commands commands, Runnable drain) {
    this.replay = new Replay(replayed);
    this.commands = commands;
    this.taken =
        () -> {
          scheduled.set(false);
          drain.run();
        };
  }

  /** Adds a command, and has it taken soon. Any thread. */
  void add(Command command) {
    waiting.add(command);
    if (!begun && !(command instanceof Abort)) return; // who begins looks for it afterwards
    if (corked && (command instanceof Fields || command instanceof Message)) return;
    if (scheduled.compareAndSet(false, true)) commands.run(taken);
  }

  /** From now on what is added is taken soon; take what was added before. Loop only. */
  void begin() {
    begun = true;
  }

  /** Keeps fields and messages until something else is added. */
  void cork() {
    corked = true;
  }

  /** The next command, absent if there is none. */
  @Nullable Command next() {
    var first = again.poll();
    return first == null ? waiting.poll() : first;
  }

  /** Whether the call was given up meanwhile. */
  boolean isAborted() {
    return waiting.stream().anyMatch(Abort.class::isInstance);
  }

  /** What was taken of the request, and may have to be sent again. */
  Replay replay() {
    return replay;
  }

  /** Has everything that was taken so far taken again, for the last time; the bytes of it. */
  long rewind() {
    if (replay.isFinished()) again.add(new Finish());
    var bytes = 0L;
    for (var frame : replay.take().reversed()) {
      bytes += frame.readableBytes();
      again.addFirst(new Message(frame));
    }
    replay.drop();
    return bytes;
  }

  /** Drops everything. */
  void clear() {
    replay.drop();
    for (var command = next(); command != null; command = next()) {
      if (command instanceof Message(var frame)) frame.release();
    }
  }
}
