package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Outbox;
import dev.meshkit.api.Result;
import dev.meshkit.gate.Places.Found;
import dev.meshkit.observe.EffectCaptureEvent;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * What a run does, each thing recorded before the run relies on it, and replayed from there at
 * every later execution. Thread-safe; calls block for the deed and a commit or two, and may be made
 * on any thread of the branch.
 *
 * <p>Recorded are success and errors with {@code retry() = NEVER}; interruption, shutdown and
 * errors that may pass never are: the step keeps its place, and its next capture is its next
 * attempt. What is recorded is at most 256 KiB, else {@code error.validation}.
 *
 * <pre>
 * code                         means                                                     then
 * error.deterministic.replay   the branch does other things than are recorded            run a build that fits
 * error.fenced                 a later leader has been here: nothing was recorded        stop: the work is the later leader's
 * error.effect.in_doubt        nobody knows whether it happened, nor does the resolver   an operator must say
 * error.store.…                it could not be recorded                                  execute the run again
 * </pre>
 */
public final class Effects {
  /** The largest value, bytes. */
  public static final int MAX_VALUE_BYTES = 256 << 10;

  private final RunLog log;
  private final String strand;

  Effects(RunLog log, String strand) {
    this.log = log;
    this.strand = strand;
  }

  /**
   * A parallel line of steps, with an order of its own.
   *
   * @param name 1 to 64 of {@code [A-Za-z0-9._-]}
   */
  public Effects strand(String name) {
    Step.check("a strand", name);
    return new Effects(log, name);
  }

  /**
   * One value for ever: time, chance, what is read of the world. {@code make} may run more than
   * once, until one value of it is recorded; nobody has seen the others. A {@code MeshException} of
   * it is its error; anything else that it throws is {@code error.exception}, and tried again.
   */
  public <R> Result<R> value(Step<R> step, Callable<R> make) throws InterruptedException {
    var ask = new Ask(strand, step, Mode.VALUE, Bytes.EMPTY);
    return capture(
        ask,
        step,
        open -> {
          var made = made(step, make);
          return recorded(step, log.row(ask, open.spot(), EffectState.OK), made);
        });
  }

  private static <R> Result<R> made(Step<R> step, Callable<R> make) throws InterruptedException {
    try {
      return Result.ok(make.call());
    } catch (InterruptedException interrupted) {
      throw interrupted;
    } catch (Exception thrown) { // whatever application code throws is its failure
      return Result.err(Outcome.thrown("making " + step.name(), thrown));
    }
  }

  /**
   * Work in the transaction that records it: exactly once. It runs where all writing is done: no
   * I/O, no waiting. What it throws undoes it; a {@code MeshException} is its error.
   */
  public <R> Result<R> localTx(Step<R> step, Function<LocalTx, R> work)
      throws InterruptedException {
    var ask = new Ask(strand, step, Mode.LOCAL_TX, Bytes.EMPTY);
    return capture(
        ask,
        step,
        open -> new LocalWork<>(log, step, work).in(log.row(ask, open.spot(), EffectState.OK)));
  }

  /**
   * Queues a message for a peer in the transaction that records it: it is queued once, and carries
   * the effect's token in the header {@link Outbox#TOKEN}. Yields the queue's number of it.
   */
  public Result<Long> send(Step<Long> step, NodeId to, Message message)
      throws InterruptedException {
    var ask = new Ask(strand, step, Mode.LOCAL_TX, fingerprint(to, message));
    return capture(
        ask,
        step,
        open -> {
          var row = log.row(ask, open.spot(), EffectState.OK);
          var headers = new TreeMap<>(message.headers());
          headers.put(Outbox.TOKEN, row.name().toString());
          var marked = new Message(message.topic(), message.body(), headers);
          return new LocalWork<>(log, step, tx -> log.outbox().send(tx, to, marked, row.name()))
              .in(row);
        });
  }

  private static Bytes fingerprint(NodeId to, Message message) {
    var head = to + "\0" + message.topic() + "\0" + new TreeMap<>(message.headers()) + "\0";
    return Bytes.utf8(head + message.body().sha256().hex()).sha256();
  }

  /**
   * A call whose far side drops a token that it knows: made at least once, always with the same
   * token. That it is meant is on disk before it is made.
   *
   * @param input what goes in; at a replay it must be the same
   */
  public <R> Result<R> idempotent(Step<R> step, Bytes input, EffectCall<R> call)
      throws InterruptedException {
    var ask = new Ask(strand, step, Mode.IDEMPOTENT, input.sha256());
    return capture(ask, step, open -> new OutsideCall<>(log, step, call).repeatable(ask, open));
  }

  /**
   * A call that is never made twice without a known no: an error with {@code retry() = SAFE}, or
   * the resolver's word. Every other end without an outcome is in doubt: the resolver is asked,
   * once a start, and after that an operator must say.
   *
   * @param input what goes in; at a replay it must be the same
   */
  public <R> Result<R> atMostOnce(
      Step<R> step, Bytes input, EffectCall<R> call, Resolver<R> resolver)
      throws InterruptedException {
    var ask = new Ask(strand, step, Mode.AT_MOST_ONCE, input.sha256());
    return capture(ask, step, open -> new OutsideCall<>(log, step, call).once(ask, open, resolver));
  }

  /** Does a deed that is open. */
  @FunctionalInterface
  private interface Deed {
    Captured of(Found.Open open) throws InterruptedException;
  }

  /**
   * What a capture came to: a row with an outcome, or an error and perhaps a row without one.
   *
   * @param row what stands in the store now, if it changed
   * @param error why there is no outcome
   */
  record Captured(Optional<EffectRow> row, Optional<MeshError> error) {
    static Captured settled(EffectRow row) {
      return new Captured(Optional.of(row), Optional.empty());
    }

    static Captured open(EffectRow row, MeshError error) {
      return new Captured(Optional.of(row), Optional.of(error));
    }

    static Captured nothing(MeshError error) {
      return new Captured(Optional.empty(), Optional.of(error));
    }
  }

  private <R> Result<R> capture(Ask ask, Step<R> step, Deed deed) throws InterruptedException {
    log.mayWait("capturing " + ask.text());
    while (true) {
      switch (log.places().begin(ask)) {
        case Found.Refused(var error) -> {
          return Result.err(error);
        }
        case Found.Recorded(var row) -> {
          log.counts().replayed(ask.mode());
          return replay(ask, step, row);
        }
        case Found.Open open -> {
          return done(ask, open, step, deed);
        }
        case Found.Busy(var flight) -> {
          var answer = flight.await();
          if (answer.isPresent()) return cast(answer.get());
        }
      }
    }
  }

  private <R> Result<R> done(Ask ask, Found.Open open, Step<R> step, Deed deed)
      throws InterruptedException {
    var event = EffectCaptureEvent.started();
    Optional<EffectRow> row = Optional.empty();
    Optional<Result<?>> answer = Optional.empty();
    try {
      var fenced = log.fenced();
      var captured = fenced.isPresent() ? Captured.nothing(fenced.get()) : deed.of(open);
      row = captured.row();
      Result<R> result =
          captured.error().isPresent()
              ? Result.err(captured.error().get())
              : replay(ask, step, captured.row().orElseThrow());
      answer = Optional.of(result);
      return result;
    } finally {
      log.places().end(ask, open, row, answer);
      log.counts().captured(event, log.run(), ask, row);
    }
  }

  /** What everyone gets, now and ever after: what is recorded, and not what was made. */
  private <R> Result<R> replay(Ask ask, Step<R> step, EffectRow row) {
    if (row.st() == EffectState.FAILED) return Result.err(ErrorText.read(row.error()));
    return step.type()
        .read(row.schema(), row.value())
        .recover(error -> Result.err(log.places().unread(ask, row, error)));
  }

  private <R> Captured recorded(Step<R> step, EffectRow row, Result<R> made)
      throws InterruptedException {
    var settled = settled(log, step, row, made);
    if (settled instanceof Result.Err<EffectRow>(var error)) return Captured.nothing(error);
    return switch (RunLog.outcome(() -> log.begin(settled.orThrow()))) {
      case Result.Ok<EffectRow>(var stored) -> Captured.settled(stored);
      case Result.Err<EffectRow>(var error) -> Captured.nothing(error);
    };
  }

  /** The row of an outcome, or the error that is none. */
  static <R> Result<EffectRow> settled(RunLog log, Step<R> step, EffectRow row, Result<R> outcome) {
    return switch (outcome) {
      case Result.Ok<R>(var value) -> encoded(step, value).map(row::ok);
      case Result.Err<R>(var error) when log.isFinal(error) ->
          Result.ok(row.failed(ErrorText.write(error)));
      case Result.Err<R>(var error) -> Result.err(error);
    };
  }

  private static <R> Result<Bytes> encoded(Step<R> step, R value) {
    Bytes bytes;
    try {
      bytes = step.type().codec().encode(value);
    } catch (RuntimeException thrown) {
      return Result.err(Outcome.thrown("encoding the value of " + step.name(), thrown));
    }
    if (bytes.size() <= MAX_VALUE_BYTES) return Result.ok(bytes);
    return Result.err(
        MeshError.validation(
            "recording " + step.name(),
            "its value has " + bytes.size() + " B; the limit is " + MAX_VALUE_BYTES,
            "record where it is kept, not the thing itself"));
  }

  /** A deed is captured with one type: whoever asks with another is refused by its replay. */
  @SuppressWarnings("unchecked")
  private static <R> Result<R> cast(Result<?> answer) {
    return (Result<R>) answer;
  }
}
