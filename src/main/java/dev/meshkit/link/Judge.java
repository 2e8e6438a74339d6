package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Handler;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Received;
import dev.meshkit.api.Result;
import dev.meshkit.api.Token;
import dev.meshkit.api.TxWork;
import dev.meshkit.pipeline.Step;
import dev.meshkit.pipeline.Timeout;
import dev.meshkit.queue.Inbox;
import dev.meshkit.wire.Downward.Verdict;
import dev.meshkit.wire.Upward;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Decides what becomes of one message: look in the inbox, run the handler, then mark and commit the
 * handler's own rows in one transaction. Thread-safe.
 *
 * @param handlers by topic
 * @param inbox what was applied
 * @param sender whose messages they are
 * @param maxRun how long a handler may take for one
 */
record Judge(Map<String, Handler> handlers, Inbox inbox, Sender sender, Duration maxRun) {
  /** How long a message of a topic that nobody handles waits before it is offered again. */
  private static final Duration NO_HANDLER_PAUSE = Duration.ofSeconds(5);

  /** In 31 bits of milliseconds. */
  private static final Duration MOST_PAUSE = Duration.ofDays(24);

  /**
   * Who sends on a stream.
   *
   * @param node as its certificate says
   * @param store which numbers its messages
   * @param oneStoreTooMany whether that is one more than are remembered of a peer
   */
  record Sender(NodeId node, Bytes store, boolean oneStoreTooMany) {}

  /** What becomes of one message. */
  record Answer(Verdict verdict, Duration pause, String code, String why) {
    /** Any pause is said, as one that fits. */
    Answer {
      pause = pause.compareTo(MOST_PAUSE) > 0 ? MOST_PAUSE : pause;
    }

    static Answer of(Verdict verdict) {
      return new Answer(verdict, Duration.ZERO, "", "");
    }

    static Answer of(Verdict verdict, Duration pause, MeshError why) {
      return new Answer(verdict, pause, why.code(), why.text());
    }

    /** Whether what follows in the lane must wait for this one. */
    boolean holds() {
      return verdict == Verdict.RETRY || verdict == Verdict.BUSY;
    }
  }

  /** Looks, runs the handler, marks; blocks as long as that takes. */
  Answer of(Upward.Parcel parcel) throws InterruptedException {
    if (sender.oneStoreTooMany())
      return Answer.of(Verdict.REFUSED, Duration.ZERO, stores(sender.node()));
    var source = new Inbox.Source(sender.node(), sender.store(), parcel.lane());
    return switch (inbox.look(source, parcel.n())) {
      case Result.Ok<Inbox.Mark>(var mark) ->
          switch (mark) {
            case NEW -> handled(source, parcel);
            case DUPLICATE -> Answer.of(Verdict.DUPLICATE);
            case FORGOTTEN -> Answer.of(Verdict.FORGOTTEN, Duration.ZERO, forgotten(parcel));
          };
      case Result.Err<Inbox.Mark>(var error) ->
          Answer.of(Verdict.BUSY, Duration.ofSeconds(1), error);
    };
  }

  private Answer handled(Inbox.Source source, Upward.Parcel parcel) throws InterruptedException {
    var handler = handlers.get(parcel.kind());
    if (handler == null) return Answer.of(Verdict.BUSY, NO_HANDLER_PAUSE, noHandler(parcel));
    return switch (said(handler, parcel)) {
      case Disposition.Ack(var work) -> applied(source, parcel, work);
      case Disposition.Retry(var why, var floor) -> Answer.of(Verdict.RETRY, floor, why);
      case Disposition.Snooze(var pause, var why) ->
          new Answer(Verdict.BUSY, pause, "error.snoozed", why);
      case Disposition.Unreachable(var why) -> Answer.of(Verdict.BUSY, Duration.ofSeconds(1), why);
      case Disposition.Release() ->
          new Answer(Verdict.BUSY, Duration.ofSeconds(1), "", "the handler gave it back");
      case Disposition.Poison(var why) -> Answer.of(Verdict.REFUSED, Duration.ZERO, why);
    };
  }

  /** Past its time a handler is interrupted; what it says after that counts no more. */
  private Disposition said(Handler handler, Upward.Parcel parcel) throws InterruptedException {
    var message = new Message(parcel.kind(), parcel.body(), parcel.headers());
    var received =
        new Received(sender.node(), message, new Token(parcel.token()), parcel.attempt());
    var tried = "handle a message of topic '" + parcel.kind() + "'";
    var said = Timeout.of(tried, maxRun, Step.of(() -> Result.ok(outcome(handler, received))));
    return switch (said) {
      case Result.Ok<Disposition>(var disposition) -> disposition;
      case Result.Err<Disposition>(var late) -> new Disposition.Retry(late, Duration.ZERO);
    };
  }

  private static Disposition outcome(Handler handler, Received received)
      throws InterruptedException {
    try {
      return Objects.requireNonNull(handler.handle(received), "a handler said nothing");
    } catch (InterruptedException cancelled) {
      throw cancelled;
    } catch (Exception | VirtualMachineError | AssertionError | LinkageError thrown) {
      // checked ones, too, which other languages let handlers throw: they cost this message alone
      return new Disposition.Retry(threw(received.message().topic(), thrown), Duration.ZERO);
    }
  }

  private Answer applied(Inbox.Source source, Upward.Parcel parcel, TxWork work)
      throws InterruptedException {
    return switch (inbox.apply(source, parcel.n(), work)) {
      case Result.Ok<Inbox.Mark>(var mark) ->
          Answer.of(mark == Inbox.Mark.NEW ? Verdict.APPLIED : Verdict.DUPLICATE);
      case Result.Err<Inbox.Mark>(var error) when isOurs(error) ->
          Answer.of(Verdict.BUSY, Duration.ofSeconds(1), error);
      case Result.Err<Inbox.Mark>(var error) -> Answer.of(Verdict.RETRY, Duration.ZERO, error);
    };
  }

  private static MeshError stores(NodeId from) {
    return MeshError.of(
        "error.inbox.stores",
        "taking a message of " + from,
        "it has sent from " + Deliveries.MAX_STORES + " other stores already",
        "find out why its disk is wiped again and again",
        MeshError.Retry.NEVER);
  }

  /** Whether a store that is full, busy or closing is to blame, and not what was to be done. */
  private static boolean isOurs(MeshError error) {
    return error.code().startsWith("error.store.") && !error.code().equals("error.store.op");
  }

  private static MeshError noHandler(Upward.Parcel parcel) {
    return MeshError.of(
        "error.topic.unknown",
        "handling a message of topic '" + parcel.kind() + "'",
        "nobody here handles that topic",
        "register a handler for it before the node opens; until then the message waits",
        MeshError.Retry.SAFE);
  }

  private static MeshError forgotten(Upward.Parcel parcel) {
    return MeshError.of(
        "error.inbox.forgotten",
        "taking message " + parcel.n(),
        "it is too old to know whether it was applied",
        "redrive it as a new message if it was not",
        MeshError.Retry.NEVER);
  }

  private static MeshError threw(String topic, Throwable thrown) {
    return MeshError.of(
        "error.exception",
        "handling a message of topic '" + topic + "'",
        "the handler threw " + thrown,
        "mend the handler; the message is tried again",
        MeshError.Retry.SAFE_WITH_KEY);
  }
}
