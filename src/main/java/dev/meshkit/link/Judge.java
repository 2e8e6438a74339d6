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
import dev.meshkit.pipeline.Deadline;
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
import java.util.Optional;

/**
 * Decides what becomes of the messages of one lane: look in the inbox, run the handler; then mark,
 * and commit the handler's own rows in the same transaction. One thread handles, one marks.
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
    /** Marked, now. */
    static final Answer APPLIED = of(Verdict.APPLIED);

    /** Any pause is said, as one that fits: of a time that has come, none. */
    Answer {
      if (pause.isNegative()) pause = Duration.ZERO;
      if (pause.compareTo(MOST_PAUSE) > 0) pause = MOST_PAUSE;
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
    /** It cannot be read, whatever became of those before it. */
    record Refused(Answer answer) implements Handled {}

    /** It is not to be marked. */
    record Said(Answer answer) implements Handled {}

    /** Its handler is done with it, but for these rows. */
    record Acked(TxWork work) implements Handled {}

    /** One that breaks the rules of messages. */
    static Handled refused(Upward.Broken broken) {
      return new Refused(Answer.of(Verdict.REFUSED, Duration.ZERO, broken(broken)));
    }

    /** Not to be marked, for a reason. */
    static Handled said(Verdict verdict, Duration pause, MeshError why) {
      return new Said(Answer.of(verdict, pause, why));
    }
  }

  /** What it comes to without its handler, if it does not need one; may block for a read. */
  Optional<Handled> look(Upward.Parcel parcel) throws InterruptedException {
    if (sender.oneStoreTooMany()) {
      return Optional.of(Handled.said(Verdict.REFUSED, Duration.ZERO, stores(sender.node())));
    }
    return switch (inbox.look(parcel.n())) {
      case Result.Ok<Inbox.Mark>(var mark) ->
          switch (mark) {
            case NEW ->
                handlers.containsKey(parcel.kind())
                    ? Optional.empty()
                    : Optional.of(Handled.said(Verdict.BUSY, NO_HANDLER_PAUSE, noHandler(parcel)));
            case DUPLICATE -> Optional.of(new Handled.Said(Answer.of(Verdict.DUPLICATE)));
            case FORGOTTEN -> Optional.of(new Handled.Said(forgotten(parcel.n())));
          };
      case Result.Err<Inbox.Mark>(var error) ->
          Optional.of(Handled.said(Verdict.BUSY, Duration.ofSeconds(1), error));
    };
  }

  /**
   * Runs the handler of a message that has one; blocks as long as that takes. Whoever calls
   * interrupts it after {@link #maxRun}, and then what it says counts no more.
   */
  Disposition handle(Upward.Parcel parcel) throws InterruptedException {
    var handler = Objects.requireNonNull(handlers.get(parcel.kind()), "looked for before");
    var message = new Message(parcel.kind(), parcel.body(), parcel.headers());
    var received =
        new Received(sender.node(), message, new Token(parcel.token()), parcel.attempt());
    return Deadline.during(maxRun, () -> outcome(handler, received));
  }

  /** What its handler said of a message. */
  static Handled handled(Disposition said) {
    return switch (said) {
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

  /** What is done with a message, for the errors of that. */
  static String tried(Upward.Parcel parcel) {
    return "handle a message of topic '" + parcel.kind() + "'";
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
  Answer applied(long n, TxWork work) throws InterruptedException {
    return switch (inbox.apply(n, work)) {
      case Result.Ok<Inbox.Mark>(var mark) -> marked(mark, n);
      case Result.Err<Inbox.Mark>(var error) -> unmarked(error);
    };
  }

  /** Marks messages without rows, all or none; blocks for the commit. An answer for each. */
  List<Answer> applied(List<Long> numbers) throws InterruptedException {
    var answers = new ArrayList<>(Collections.nCopies(numbers.size(), Answer.of(Verdict.HELD)));
    switch (inbox.apply(numbers)) {
      case Result.Ok<List<Inbox.Mark>>(var marks) -> {
        for (var i = 0; i < marks.size(); i++) answers.set(i, marked(marks.get(i), numbers.get(i)));
      }
      case Result.Err<List<Inbox.Mark>>(var error) -> answers.set(0, unmarked(error));
    }
    return answers;
  }

  /** What it was before it was marked. */
  private static Answer marked(Inbox.Mark before, long n) {
    return switch (before) {
      case NEW -> Answer.APPLIED;
      case DUPLICATE -> Answer.of(Verdict.DUPLICATE);
      case FORGOTTEN -> forgotten(n);
    };
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

  private static Answer forgotten(long n) {
    var why =
        MeshError.of(
            "error.inbox.forgotten",
            "taking message " + n,
            "it is too old to know whether it was applied",
            "redrive it as a new message if it was not",
            MeshError.Retry.NEVER);
    return Answer.of(Verdict.FORGOTTEN, Duration.ZERO, why);
  }

  private static MeshError broken(Upward.Broken broken) {
    return MeshError.of(
        "error.frame.broken",
        "reading message " + broken.n(),
        "it breaks the rule of its " + broken.why(),
        "compare the versions of both nodes",
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
