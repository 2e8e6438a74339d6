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
import dev.meshkit.queue.TrafficClass;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Downward.Verdict;
import dev.meshkit.wire.Upward;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

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

  /** Lanes of a pair: one for each class of traffic, so that an inbox has few rows a peer. */
  private static final Set<String> LANES =
      Arrays.stream(TrafficClass.values())
          .map(TrafficClass::text)
          .collect(Collectors.toUnmodifiableSet());

  /** Stores of one peer whose numbers are remembered: a wiped disk is a new one. */
  static final int MAX_STORES = 4;

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
      var session = opened(from, stream);
      if (session.isPresent()) session.get().run();
    } finally {
      turn.unlock();
    }
  }

  /** The stream to serve, once the sender has said which store it sends from, and was answered. */
  private Optional<Session> opened(NodeId from, Duplex stream) throws InterruptedException {
    var first = stream.receive().map(DeliverCodec::up);
    if (first.isEmpty()) return Optional.empty();
    if (!(first.get() instanceof Decoded.Whole<Upward>(Upward.Open(var store, _)))) {
      meters.count(Metric.QUEUE_INBOX_TOTAL, "MALFORMED");
      return Optional.empty();
    }
    var known = inbox.stores(from);
    var highest = inbox.highest(from, store);
    if (!(known instanceof Result.Ok<List<Bytes>>(var stores))
        || !(highest instanceof Result.Ok<Map<String, Long>>(var marks))) {
      return Optional.empty(); // our store fails: the node is about to stop
    }
    var tooMany = !stores.contains(store) && stores.size() >= MAX_STORES;
    return stream.send(DeliverCodec.down(new Downward.Opened(marks)))
        ? Optional.of(new Session(from, store, stream, tooMany))
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
    private final boolean oneStoreTooMany;
    private final Set<String> held = new HashSet<>();

    Session(NodeId from, Bytes store, Duplex stream, boolean oneStoreTooMany) {
      this.from = from;
      this.store = store;
      this.stream = stream;
      this.oneStoreTooMany = oneStoreTooMany;
    }

    void run() throws InterruptedException {
      while (true) {
        var frame = stream.receive();
        if (frame.isEmpty()) return;
        var alive =
            switch (DeliverCodec.up(frame.get())) {
              case Decoded.Whole<Upward>(Upward.Parcel parcel)
                  when !LANES.contains(parcel.lane()) ->
                  malformed();
              case Decoded.Whole<Upward>(Upward.Parcel parcel) ->
                  answer(parcel.lane(), parcel.n(), judge(parcel));
              case Decoded.Whole<Upward>(Upward.Broken(var lane, var n, var why)) ->
                  answer(lane, n, Answer.of(Verdict.REFUSED, Duration.ZERO, broken(n, why)));
              case Decoded.Whole<Upward>(Upward.Open _), Decoded.Malformed<Upward> _ -> malformed();
            };
        if (!alive) return;
      }
    }

    /** Without a number there is nothing to answer; the stream lives on. */
    private boolean malformed() {
      meters.count(Metric.QUEUE_INBOX_TOTAL, "MALFORMED");
      return true;
    }

    private boolean answer(String lane, long n, Answer answer) throws InterruptedException {
      meters.count(Metric.QUEUE_INBOX_TOTAL, answer.verdict().name());
      InboxVerdictEvent.emit(from.toString(), lane, answer.verdict().name());
      var pauseMs = Math.clamp(answer.pause().toMillis(), 0, Integer.MAX_VALUE);
      var code = answer.code().substring(0, Math.min(128, answer.code().length()));
      var receipt = new Downward.Receipt(lane, n, answer.verdict(), pauseMs, code, answer.why());
      return stream.send(DeliverCodec.down(receipt));
    }

    private Answer judge(Upward.Parcel parcel) throws InterruptedException {
      if (oneStoreTooMany) return Answer.of(Verdict.REFUSED, Duration.ZERO, stores(from));
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
        case Disposition.Unreachable(var why) ->
            Answer.of(Verdict.BUSY, Duration.ofSeconds(1), why);
        case Disposition.Release() -> Answer.of(Verdict.BUSY);
        case Disposition.Poison(var why) -> Answer.of(Verdict.REFUSED, Duration.ZERO, why);
      };
    }

    private Disposition said(Handler handler, Upward.Parcel parcel) throws InterruptedException {
      try {
        var message = new Message(parcel.kind(), parcel.body(), parcel.headers());
        var token = new Token(parcel.token());
        var said = handler.handle(new Received(from, message, token, parcel.attempt()));
        return java.util.Objects.requireNonNull(said, "a handler said nothing");
      } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError thrown) {
        return new Disposition.Retry(threw(parcel, thrown), Duration.ZERO);
      }
    }

    private Answer applied(Inbox.Source source, Upward.Parcel parcel, dev.meshkit.api.TxWork work)
        throws InterruptedException {
      return switch (inbox.apply(source, parcel.n(), work)) {
        case Result.Ok<Inbox.Mark>(var mark) ->
            Answer.of(mark == Inbox.Mark.NEW ? Verdict.APPLIED : Verdict.DUPLICATE);
        case Result.Err<Inbox.Mark>(var error) when isOurs(error) ->
            Answer.of(Verdict.BUSY, Duration.ofSeconds(1), error);
        case Result.Err<Inbox.Mark>(var error) -> Answer.of(Verdict.RETRY, Duration.ZERO, error);
      };
    }
  }

  private static MeshError stores(NodeId from) {
    return MeshError.of(
        "error.inbox.stores",
        "taking a message of " + from,
        "it has sent from " + MAX_STORES + " other stores already",
        "find out why its disk is wiped again and again",
        MeshError.Retry.NEVER);
  }

  private static MeshError broken(long n, String why) {
    return MeshError.of(
        "error.frame.broken",
        "reading message " + n,
        "it breaks the rule of its " + why,
        "compare the versions of both nodes",
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

  private static MeshError threw(Upward.Parcel parcel, Throwable thrown) {
    return MeshError.of(
        "error.exception",
        "handling a message of topic '" + parcel.kind() + "'",
        "the handler threw " + thrown,
        "mend the handler; the message is tried again",
        MeshError.Retry.SAFE_WITH_KEY);
  }
}
