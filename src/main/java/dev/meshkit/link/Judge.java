package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Handler;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Received;
import dev.meshkit.api.Result;
import dev.meshkit.api.Token;
import dev.meshkit.api.TxWork;
import dev.meshkit.pipeline.Step;
import dev.meshkit.pipeline.Timeout;
import dev.meshkit.queue.Inbox;
import dev.meshkit.queue.InboxLane;
import dev.meshkit.wire.Downward.Verdict;
import dev.meshkit.wire.Upward;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Decides what becomes of the messages of one lane: look in the inbox, run the handler; then mark,
 * and commit the handler's own rows in the same transaction. Confined to the lane's thread.
 *
 * @param handlers by topic
 * @param inbox what was applied of the lane
 * @param sender whose messages they are
 * @param maxRun how long a handler may take for one
 */
record Judge(Map<String, Handler> handlers, InboxLane inbox, Sender sender, Duration maxRun) {
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

  /** What a message came to before it is marked. */
  sealed interface Handled {
    /** It is not to be marked. */
    record Said(Answer answer) implements Handled {}

    /** Its handler is done with it, but for these rows. */
    record Acked(TxWork work) implements Handled {}

    /** Not to be marked, for a reason. */
    static Handled said(Verdict verdict, Duration pause, MeshError why) {
      return new Said(Answer.of(verdict, pause, why));
    }
  }

  /** Looks and runs the handler; blocks as long as that takes. */
  Handled of(Upward.Parcel parcel) throws InterruptedException {
    if (sender.oneStoreTooMany()) {
      return Handled.said(Verdict.REFUSED, Duration.ZERO, stores(sender.node()));
    }
    return switch (inbox.look(parcel.n())) {
      case Result.Ok<Inbox.Mark>(var mark) ->
          switch (mark) {
            case NEW -> handled(parcel);
            case DUPLICATE -> new Handled.Said(Answer.of(Verdict.DUPLICATE));
            case FORGOTTEN -> Handled.said(Verdict.FORGOTTEN, Duration.ZERO, forgotten(parcel));
          };
      case Result.Err<Inbox.Mark>(var error) ->
          Handled.said(Verdict.BUSY, Duration.ofSeconds(1), error);
    };
  }

  private Handled handled(Upward.Parcel parcel) throws InterruptedException {
    var handler = handlers.get(parcel.kind());
    if (handler == null) return Handled.said(Verdict.BUSY, NO_HANDLER_PAUSE, noHandler(parcel));
    return switch (said(handler, parcel)) {
      case Disposition.Ack(var work) -> new Handled.Acked(work);
      case Disposition.Retry(var why, var floor) -> Handled.said(Verdict.RETRY, floor, why);
      case Disposition.Snooze(var pause, var why) ->
          new Handled.Said(new Answer(Verdict.BUSY, pause, "error.snoozed", why));
      case Disposition.Unreachable(var why) ->
          Handled.said(Verdict.BUSY, Duration.ofSeconds(1), why);
      case Disposition.Release() ->
          new Handled.Said(
              new Answer(Verdict.BUSY, Duration.ofSeconds(1), "", "the handler gave it back"));
      case Disposition.Poison(var why) -> Handled.said(Verdict.REFUSED, Duration.ZERO, why);
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

  /** Marks a message and commits its rows; blocks for the commit. */
  Answer applied(Upward.Parcel parcel, TxWork work) throws InterruptedException {
    return switch (inbox.apply(parcel.n(), work)) {
      case Result.Ok<Inbox.Mark>(var mark) -> marked(mark);
      case Result.Err<Inbox.Mark>(var error) -> unmarked(error);
    };
  }

  /** Marks messages without rows, all or none; blocks for the commit. An answer for each. */
  List<Answer> applied(List<Long> numbers) throws InterruptedException {
    return switch (inbox.apply(numbers)) {
      case Result.Ok<List<Inbox.Mark>>(var marks) -> marks.stream().map(Judge::marked).toList();
      case Result.Err<List<Inbox.Mark>>(var error) -> {
        var answers = new ArrayList<>(Collections.nCopies(numbers.size(), Answer.of(Verdict.HELD)));
        answers.set(0, unmarked(error));
        yield answers;
      }
    };
  }

  private static Answer marked(Inbox.Mark mark) {
    return Answer.of(mark == Inbox.Mark.NEW ? Verdict.APPLIED : Verdict.DUPLICATE);
  }

  /** An order of a leader whom another has followed is refused for good: no repetition mends it. */
  private static Answer unmarked(MeshError error) {
    if (error instanceof MeshError.Fault fault
        && fault.cause().orElse(null) instanceof MeshException told
        && told.code().equals("error.fenced")) {
      return Answer.of(Verdict.REFUSED, Duration.ZERO, told.error());
    }
    return isOurs(error)
        ? Answer.of(Verdict.BUSY, Duration.ofSeconds(1), error)
        : Answer.of(Verdict.RETRY, Duration.ZERO, error);
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
