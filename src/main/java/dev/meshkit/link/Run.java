package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.queue.Lease;
import dev.meshkit.queue.Settled;
import dev.meshkit.queue.Settlement;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Upward;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * One run of a lane: sent in order, settled by receipts as they come, in batches. What has no
 * receipt when the stream ends is given back, uncharged. Confined to its sender's thread.
 */
final class Run {
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);

  private final LaneSender.Parts parts;
  private final Duplex stream;
  private final Receipts receipts;
  private final SequencedMap<Long, Lease<Bytes>> open = new LinkedHashMap<>();
  private boolean goneBack;

  Run(LaneSender.Parts parts, Duplex stream, Receipts receipts) {
    this.parts = parts;
    this.stream = stream;
    this.receipts = receipts;
  }

  /** Sends it and settles all of it; false if the stream is of no more use. */
  boolean send(List<Lease<Bytes>> run) throws InterruptedException {
    run.forEach(lease -> open.put(lease.origin(), lease));
    try {
      for (var lease : run) {
        if (!stream.send(DeliverCodec.up(parcel(lease, lease.equals(run.getFirst())))))
          return false;
        if (!settle(receipts.next(Duration.ZERO))) return false;
      }
      while (!open.isEmpty() && !receipts.isOver()) {
        if (!settle(receipts.next(HEARTBEAT))) return false;
        open.values().forEach(parts.queue()::heartbeat);
      }
      return open.isEmpty();
    } finally {
      giveBack();
    }
  }

  private Upward.Parcel parcel(Lease<Bytes> lease, boolean head) {
    return new Upward.Parcel(
        lease.lane().cls().text(),
        lease.origin(),
        head,
        lease.attempt(),
        lease.kind(),
        lease.token().value(),
        lease.headers(),
        lease.value());
  }

  /** Settles what was answered; false if the store no longer takes it. */
  private boolean settle(List<Downward.Receipt> answers) throws InterruptedException {
    var batch = new ArrayList<Settlement<Bytes>>();
    for (var answer : answers) {
      var lease = open.remove(answer.n());
      if (lease == null || answer.verdict() == Downward.Verdict.HELD || goneBack) continue;
      var said = said(answer);
      goneBack = !(said instanceof Disposition.Ack) && !(said instanceof Disposition.Poison);
      batch.add(new Settlement<>(lease, said));
    }
    if (batch.isEmpty()) return true;
    return switch (parts.queue().settleAll(batch)) {
      case Result.Ok<List<Settled>>(var settled) -> {
        for (var i = 0; i < batch.size(); i++) tell(batch.get(i), settled.get(i));
        yield true;
      }
      case Result.Err<List<Settled>> _ -> false;
    };
  }

  private static Disposition said(Downward.Receipt answer) {
    var pause = Duration.ofMillis(answer.retryAfterMs());
    return switch (answer.verdict()) {
      case APPLIED, DUPLICATE -> Disposition.Ack.plain();
      case RETRY -> new Disposition.Retry(why(answer, MeshError.Retry.SAFE), pause);
      case BUSY -> new Disposition.Snooze(pause, answer.why());
      case REFUSED, FORGOTTEN -> new Disposition.Poison(why(answer, MeshError.Retry.NEVER));
      case HELD -> new Disposition.Release();
    };
  }

  private static MeshError why(Downward.Receipt answer, MeshError.Retry retry) {
    var code = answer.code().startsWith("error.") ? answer.code() : "error.unspecified";
    return MeshError.of(
        code,
        "delivering message " + answer.n(),
        answer.why(),
        "see the receiver's handler of that topic",
        retry);
  }

  /** Whoever waits for the message hears what became of it for good. */
  private void tell(Settlement<Bytes> settlement, Settled settled) {
    var id = settlement.lease().id();
    switch (settled) {
      case Settled.Done _, Settled.Superseded _ -> parts.awaited().settled(id, Result.ok());
      case Settled.Dead(var did, var reason) ->
          parts.awaited().settled(id, Result.err(dead(settlement, did, reason.name())));
      case Settled.Requeued _, Settled.Stale _ -> {} // it is sent again
    }
  }

  private static MeshError dead(Settlement<Bytes> settlement, long did, String reason) {
    var why = settlement.said() instanceof Disposition.Poison(var error) ? error.why() : reason;
    return MeshError.of(
        "error.message.dead",
        "delivering message " + settlement.lease().id(),
        reason + ": " + why,
        "see meshkit poison show " + did,
        MeshError.Retry.NEVER);
  }

  /** The oldest first: releasing it releases the rest of the run with it. */
  private void giveBack() throws InterruptedException {
    if (open.isEmpty() || goneBack) return;
    var rest = new ArrayList<Settlement<Bytes>>();
    open.values().forEach(lease -> rest.add(new Settlement<>(lease, new Disposition.Release())));
    open.clear();
    var interrupted = Thread.interrupted(); // the node stops: give back all the same
    parts.queue().settleAll(rest);
    if (interrupted) throw new InterruptedException("stopped while a run was open");
  }
}
