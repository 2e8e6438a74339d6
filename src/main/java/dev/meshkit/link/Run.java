package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import dev.meshkit.queue.Lease;
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
      }
      while (!open.isEmpty() && !receipts.isOver()) {
        if (!settle(receipts.next(HEARTBEAT)) || !isAlive()) return false;
      }
      return open.isEmpty();
    } finally {
      giveBack();
    }
  }

  /** Keeps what is unanswered; false once it was silent for so long that the leases ran out. */
  private boolean isAlive() {
    return goneBack
        || open.values().stream().allMatch(lease -> parts.queue().heartbeat(lease).isOk());
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
      if (lease == null || goneBack) continue; // going back has released it
      var said = said(answer);
      goneBack = !(said instanceof Disposition.Ack) && !(said instanceof Disposition.Poison);
      batch.add(new Settlement<>(lease, said));
    }
    if (batch.isEmpty()) return true;
    return parts.queue().settleAll(batch).isOk();
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
