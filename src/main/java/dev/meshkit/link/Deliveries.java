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
import dev.meshkit.observe.InboxVerdictEvent;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import dev.meshkit.queue.Inbox;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Downward.Verdict;
import dev.meshkit.wire.Upward;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way in of durable messages: look in the inbox, run the handler, then mark and commit the
 * handler's own rows in one transaction, and only then answer.
 *
 * <p>One stream of a peer is served at a time, and its messages in order on the thread that serves
 * it: a later stream is answered when the handlers of the earlier one have ended. Thread-safe.
 */
public final class Deliveries implements DeliveryServer {
  /** How long a message of a topic that nobody handles waits before it is offered again. */
  static final Duration NO_HANDLER_PAUSE = Duration.ofSeconds(5);

  private final Map<String, Handler> handlers;
  private final Inbox inbox;
  private final Meters meters;
  private final ConcurrentHashMap<NodeId, ReentrantLock> turns = new ConcurrentHashMap<>();

  /** Serves these topics, and there will be no others. */
  public Deliveries(Map<String, Handler> handlers, Inbox inbox, Meters meters) {
    this.handlers = Map.copyOf(handlers);
    this.inbox = inbox;
    this.meters = meters;
  }

  @Override
  public void serve(NodeId from, Duplex stream) throws InterruptedException {
    var turn = turns.computeIfAbsent(from, _ -> new ReentrantLock());
    turn.lockInterruptibly();
    try {
      var store = opened(stream);
      if (store.isPresent()) new Session(from, store.get(), stream).run();
    } finally {
      turn.unlock();
    }
  }

  /** The sender's store, once it has said it and was answered. */
  private Optional<Bytes> opened(Duplex stream) throws InterruptedException {
    var first = stream.receive().map(DeliverCodec::up);
    if (first.isEmpty()) return Optional.empty();
    if (!(first.get() instanceof Decoded.Whole<Upward>(Upward.Open(var store)))) {
      meters.count(Metric.QUEUE_INBOX_TOTAL, "MALFORMED");
      return Optional.empty();
    }
    return stream.send(DeliverCodec.down(new Downward.Opened()))
        ? Optional.of(store)
        : Optional.empty();
  }

  /** What becomes of one message. */
  private record Answer(Verdict verdict, Duration pause, String code, String why) {
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

  /** One stream, served on one thread. */
  private final class Session {
    private final NodeId from;
    private final Bytes store;
    private final Duplex stream;
    private final Set<String> held = new HashSet<>();

    Session(NodeId from, Bytes store, Duplex stream) {
      this.from = from;
      this.store = store;
      this.stream = stream;
    }

    void run() throws InterruptedException {
      while (true) {
        var frame = stream.receive();
        if (frame.isEmpty()) return;
        if (!(DeliverCodec.up(frame.get())
            instanceof Decoded.Whole<Upward>(Upward.Parcel parcel))) {
          meters.count(Metric.QUEUE_INBOX_TOTAL, "MALFORMED");
          return; // what cannot be read cannot be answered: the sender starts over, with pauses
        }
        if (!answer(parcel, judge(parcel))) return;
      }
    }

    private boolean answer(Upward.Parcel parcel, Answer answer) throws InterruptedException {
      meters.count(Metric.QUEUE_INBOX_TOTAL, answer.verdict().name());
      InboxVerdictEvent.emit(from.toString(), parcel.lane(), answer.verdict().name());
      var pauseMs = (int) Math.min(Integer.MAX_VALUE, answer.pause().toMillis());
      var receipt =
          new Downward.Receipt(
              parcel.lane(), parcel.n(), answer.verdict(), pauseMs, answer.code(), answer.why());
      return stream.send(DeliverCodec.down(receipt));
    }

    private Answer judge(Upward.Parcel parcel) throws InterruptedException {
      if (parcel.head()) held.remove(parcel.lane());
      if (held.contains(parcel.lane())) return Answer.of(Verdict.HELD);
      var source = new Inbox.Source(from, store, parcel.lane());
      var answer =
          switch (inbox.look(source, parcel.n())) {
            case Result.Ok<Inbox.Mark>(var mark) ->
                switch (mark) {
                  case NEW -> handled(source, parcel);
                  case DUPLICATE -> Answer.of(Verdict.DUPLICATE);
                  case FORGOTTEN -> Answer.of(Verdict.FORGOTTEN, Duration.ZERO, forgotten(parcel));
                };
            case Result.Err<Inbox.Mark>(var error) ->
                Answer.of(Verdict.BUSY, Duration.ofSeconds(1), error);
          };
      if (answer.holds()) held.add(parcel.lane());
      return answer;
    }

    private Answer handled(Inbox.Source source, Upward.Parcel parcel) throws InterruptedException {
      var handler = handlers.get(parcel.kind());
      if (handler == null) return Answer.of(Verdict.BUSY, NO_HANDLER_PAUSE, noHandler(parcel));
      return switch (said(handler, parcel)) {
        case Disposition.Ack(var work) -> applied(source, parcel, work);
        case Disposition.Retry(var why, var floor) -> Answer.of(Verdict.RETRY, floor, why);
        case Disposition.Snooze(var pause, var why) ->
            new Answer(Verdict.BUSY, pause, "error.snoozed", why);
        case Disposition.Release() -> Answer.of(Verdict.BUSY);
        case Disposition.Poison(var why) -> Answer.of(Verdict.REFUSED, Duration.ZERO, why);
      };
    }

    private Disposition said(Handler handler, Upward.Parcel parcel) throws InterruptedException {
      try {
        var message = new Message(parcel.kind(), parcel.body(), parcel.headers());
        var token = new Token(parcel.token());
        return handler.handle(new Received(from, message, token, parcel.attempt()));
      } catch (RuntimeException thrown) {
        return new Disposition.Retry(threw(parcel, thrown), Duration.ZERO);
      }
    }

    private Answer applied(Inbox.Source source, Upward.Parcel parcel, dev.meshkit.api.TxWork work)
        throws InterruptedException {
      return switch (inbox.apply(source, parcel.n(), work)) {
        case Result.Ok<Inbox.Mark>(var mark) ->
            Answer.of(mark == Inbox.Mark.NEW ? Verdict.APPLIED : Verdict.DUPLICATE);
        case Result.Err<Inbox.Mark>(var error) -> Answer.of(Verdict.RETRY, Duration.ZERO, error);
      };
    }
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

  private static MeshError threw(Upward.Parcel parcel, RuntimeException thrown) {
    return MeshError.of(
        "error.exception",
        "handling a message of topic '" + parcel.kind() + "'",
        "the handler threw " + thrown,
        "mend the handler; the message is tried again",
        MeshError.Retry.SAFE_WITH_KEY);
  }
}
