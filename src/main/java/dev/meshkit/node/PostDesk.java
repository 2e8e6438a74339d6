package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.control.NodeNames;
import dev.meshkit.control.Posting;
import dev.meshkit.control.proto.Reason;
import dev.meshkit.control.proto.Sent;
import dev.meshkit.control.proto.SentCopy;
import dev.meshkit.control.proto.SentCopyOrBuilder;
import dev.meshkit.control.proto.SentOrBuilder;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.Settled;
import dev.meshkit.queue.TrafficClass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Messages that operators send, and what became of them while they waited. Thread-safe. */
final class PostDesk {
  private final Node node;
  private final QueueDesk queue;

  /** Sends from {@code node}; its queue says what keeps a message. */
  PostDesk(Node node, QueueDesk queue) {
    this.node = node;
    this.queue = queue;
  }

  /** See {@link dev.meshkit.control.NodeView#send}. */
  Result<Sent> send(NodeId to, Posting posting) throws InterruptedException {
    var queued = node.send(to, posting.message(), posting.options());
    if (!(queued instanceof Result.Ok<dev.meshkit.api.Sent>(var sent))) return queued.cast();
    var told =
        Sent.newBuilder()
            .setId(sent.id())
            .setToken(sent.token().toString())
            .setTo(names().text(to))
            .setState(Sent.State.ENQUEUED);
    if (!posting.within().isPositive()) return Result.ok(told.build());
    return switch (queue.end(sent.id(), posting.within())) {
      case Result.Ok<Settled>(var how) -> ended(told, how);
      case Result.Err<Settled>(MeshError.TimedOut _) ->
          Result.err(waits(told, lane(to, posting), posting.within()));
      case Result.Err<Settled>(var error) -> Result.err(doubt(told, error));
    };
  }

  private Result<Sent> ended(Sent.Builder sent, Settled how) throws InterruptedException {
    var lost = Lost.of(how);
    if (lost.isPresent()) return Result.err(lost.get().error(sent));
    return queue.told(sent.getId(), how).map(_ -> sent.setState(Sent.State.DELIVERED).build());
  }

  /** See {@link dev.meshkit.control.NodeView#broadcast}. */
  Result<List<SentCopy>> broadcast(String region, Posting posting) throws InterruptedException {
    var names = names();
    var queued =
        node.broadcast(
            posting.message(),
            posting.options(),
            member -> region.isEmpty() || member.node().region().equals(region));
    if (!(queued instanceof Result.Ok<java.util.SortedMap<NodeId, dev.meshkit.api.Sent>>(var all)))
      return queued.cast();
    var until = node.monotonic().plus(posting.within());
    var copies = new ArrayList<SentCopy>();
    for (var one : all.entrySet()) {
      var copy = copy(names, one);
      if (posting.within().isPositive())
        awaitEnd(copy, one.getValue(), lane(one.getKey(), posting), until);
      copies.add(copy.build());
    }
    return Result.ok(copies);
  }

  private static SentCopy.Builder copy(
      NodeNames names, Map.Entry<NodeId, dev.meshkit.api.Sent> one) {
    return SentCopy.newBuilder()
        .setTo(names.text(one.getKey()))
        .setId(one.getValue().id())
        .setToken(one.getValue().token().toString());
  }

  /** One that is late takes nothing from those behind it: what has ended is known at once. */
  private void awaitEnd(SentCopy.Builder copy, dev.meshkit.api.Sent one, Lane lane, Instant until)
      throws InterruptedException {
    var left = Duration.between(node.monotonic(), until);
    switch (queue.end(one.id(), left.isNegative() ? Duration.ZERO : left)) {
      case Result.Ok<Settled>(var how) -> ended(copy, how);
      case Result.Err<Settled>(MeshError.TimedOut late) ->
          copy.setReason(queue.keeps(lane, names()).orElseGet(() -> reason(late)));
      case Result.Err<Settled>(var error) -> copy.setReason(reason(error));
    }
  }

  private void ended(SentCopy.Builder copy, Settled how) throws InterruptedException {
    var lost = Lost.of(how);
    if (lost.isPresent()) {
      copy.setState(lost.get().state()).setReason(reason(lost.get().error(copy)));
      return;
    }
    switch (queue.told(copy.getId(), how)) {
      case Result.Ok<Unit> _ -> copy.setState(SentCopy.State.DELIVERED);
      case Result.Err<Unit>(var error) ->
          copy.setState(SentCopy.State.DEAD).setReason(reason(error));
    }
  }

  /**
   * How one of class STATE was given up.
   *
   * @param state in a word
   * @param why in words
   * @param fix what to do about it
   */
  private record Lost(SentCopy.State state, String why, String fix) {
    private static final Lost REPLACED =
        new Lost(
            SentCopy.State.SUPERSEDED,
            "superseded: a newer one took its place before its receipt came",
            "nothing: the newer one goes on by itself");
    private static final Lost LATE =
        new Lost(
            SentCopy.State.DROPPED,
            "dropped: its time to live was over before its receipt came",
            "send what is so by now, with a longer --ttl if its peer is away for long");
    private static final Lost CROWDED_OUT =
        new Lost(
            SentCopy.State.DROPPED,
            "dropped: it was the oldest where there was no room for a newer one",
            "send what is so by now; see queue.limit.on_full, and what waits in meshkit queue");

    /** Empty if it ended otherwise. */
    static Optional<Lost> of(Settled how) {
      return switch (how) {
        case Settled.Superseded _ -> Optional.of(REPLACED);
        case Settled.Dropped _ -> Optional.of(CROWDED_OUT);
        case Settled.Dead(var did, var reason)
            when did == 0 && reason == dev.meshkit.queue.Reason.EXPIRED ->
            Optional.of(LATE);
        case Settled.Dead _, Settled.Done _, Settled.Requeued _, Settled.Stale _ ->
            Optional.empty();
      };
    }

    MeshError error(SentOrBuilder sent) {
      return error(sent.getId(), sent.getTo());
    }

    MeshError error(SentCopyOrBuilder copy) {
      return error(copy.getId(), copy.getTo());
    }

    private MeshError error(long id, String to) {
      var tried = "delivering message " + id + " to " + to;
      return MeshError.of("error.conflict", tried, why, fix, MeshError.Retry.NEVER);
    }
  }

  private static Lane lane(NodeId to, Posting posting) {
    var cls =
        switch (posting.options().traffic()) {
          case CONTROL -> TrafficClass.CONTROL;
          case STATE -> TrafficClass.STATE;
          case BULK -> TrafficClass.BULK;
        };
    return new Lane(to.toString(), cls);
  }

  private static Reason reason(MeshError error) {
    return Reason.newBuilder().setCode(error.code()).setText(error.why()).build();
  }

  private NodeNames names() {
    return node.snapshot().names();
  }

  /** Nobody can say any more what becomes of it; that it was queued is durable. */
  private static MeshError doubt(Sent.Builder sent, MeshError error) {
    return MeshError.of(
        "error.timeout",
        "delivering message " + sent.getId() + " to " + sent.getTo(),
        "it was queued, and whether it was applied there is not known: "
            + error.code()
            + ": "
            + error.why(),
        "do not send it again: it goes on by itself if it waits yet, as meshkit queue shows",
        MeshError.Retry.NEVER);
  }

  /** The wait is over, the message is not: what keeps it, and that nobody must send it again. */
  private MeshError waits(Sent.Builder sent, Lane lane, Duration waited)
      throws InterruptedException {
    var kept = queue.keeps(lane, names()).map(why -> "; so far: " + why.getText()).orElse("");
    return MeshError.of(
        "error.timeout",
        "delivering message " + sent.getId() + " to " + sent.getTo(),
        "it is queued, and was not applied there within " + waited.toMillis() + " ms" + kept,
        "nothing: it goes on by itself, so do not send it again; meshkit queue shows its lane",
        MeshError.Retry.NEVER);
  }
}
