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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * One run of a lane: sent in order, settled by receipts as they come, in batches. What has no
 * receipt when the stream ends is given back, uncharged. Confined to its sender's thread.
 */
final class Run {
  private static final Duration LEAST_PAUSE = Duration.ofMillis(10); // or BUSY would spin
  private static final Duration SILENCE = Duration.ofSeconds(5);
  private static final int LARGE_BYTES = 64 << 10;

  /** Less than a receiver keeps of a lane, {@link LaneBuffer}. */
  private static final long WINDOW_BYTES = 1 << 20;

  private static final int FEW = 8;

  private final LaneSender lane;
  private final DeliverStream stream;
  private final Receipts receipts;
  private final SequencedMap<Long, Lease<Bytes>> open = new LinkedHashMap<>();
  private final ArrayDeque<Lease<Bytes>> unsent = new ArrayDeque<>();
  private long openBytes; // of those that are open
  private final Duration beat;
  private boolean goneBack;
  private boolean progressed;

  Run(LaneSender lane, DeliverStream stream, List<Lease<Bytes>> run) {
    this.lane = lane;
    this.stream = stream;
    this.receipts = stream.receipts(lane.lane());
    this.beat = beat(lane.queue().options().leases().time());
    this.unsent.addAll(run);
  }

  /** Sends it and settles all of it; false if the stream is of no more use. */
  boolean send() throws InterruptedException {
    unsent.forEach(lease -> lane.unsentBytes().addAndGet(lease.value().size()));
    try {
      for (var head = true; !unsent.isEmpty() && !goneBack; head = false) {
        if (!hasRoom(unsent.element())) return false;
        if (goneBack) break;
        var lease = unsent.remove();
        open.put(lease.origin(), lease);
        openBytes += lease.value().size();
        if (!stream.send(DeliverCodec.up(parcel(lease, head)))) return false;
        lane.unsentBytes().addAndGet(-lease.value().size());
        if (!settle(receipts.next(Duration.ZERO))) return false;
        if (isTimeToBeat(lease) && !isAlive()) return false;
      }
      while (!open.isEmpty() && !receipts.isOver()) {
        var answers = receipts.next(goneBack ? SILENCE : beat);
        if (goneBack && answers.isEmpty()) return false; // what was held is not even said to be
        if (!settle(answers) || !isAlive()) return false;
      }
      return open.isEmpty();
    } finally {
      lane.unsentBytes().set(0);
      giveBack();
    }
  }

  /**
   * Waits until the receiver can keep one more beside those it has not answered: what it cannot
   * keep it does not read, and then it reads nothing of other lanes either. False if the stream is
   * of no more use.
   */
  private boolean hasRoom(Lease<Bytes> next) throws InterruptedException {
    while (!open.isEmpty() && openBytes + next.value().size() > WINDOW_BYTES && !goneBack) {
      if (receipts.isOver() || !settle(receipts.next(beat)) || !isAlive()) return false;
    }
    return true;
  }

  /** How often leases are kept up: in time, however short they are. */
  static Duration beat(Duration lease) {
    var third = lease.dividedBy(3);
    return third.compareTo(SILENCE) < 0 ? third : SILENCE;
  }

  /** Whether any message of this run was settled. */
  boolean progressed() {
    return progressed;
  }

  /** Sending may take as long as the network likes: leases are kept up meanwhile. */
  private boolean isTimeToBeat(Lease<Bytes> sent) {
    return sent.value().size() > LARGE_BYTES || unsent.size() % FEW == 0;
  }

  /** Keeps what is unanswered or unsent; false once the leases ran out all the same. */
  private boolean isAlive() {
    return goneBack
        || Stream.concat(open.values().stream(), unsent.stream())
            .allMatch(lease -> lane.queue().heartbeat(lease).isOk());
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
    var held = goneBack;
    for (var answer : answers) {
      var lease = open.remove(answer.n());
      if (lease != null) openBytes -= lease.value().size();
      if (lease == null || held) continue; // going back has released it
      var said = said(answer);
      note(answer);
      held = !(said instanceof Disposition.Ack) && !(said instanceof Disposition.Poison);
      batch.add(new Settlement<>(lease, said));
    }
    if (batch.isEmpty()) return true;
    var isSettled = false;
    try {
      if (lane.queue().settleAll(batch) instanceof Result.Ok<List<Settled>>(var settled)) {
        isSettled = true;
        progressed = true;
        goneBack = held;
        return settled.stream().noneMatch(Settled.Stale.class::isInstance);
      }
      return false;
    } finally { // else given back; if it was settled as we were interrupted, that is only stale
      if (!isSettled) batch.forEach(one -> open.put(one.lease().origin(), one.lease()));
    }
  }

  /** For whoever asks why the lane waits: what the far side says of its first message. */
  private void note(Downward.Receipt answer) {
    switch (answer.verdict()) {
      case RETRY, BUSY -> lane.trouble().is(why(answer, MeshError.Retry.SAFE));
      case APPLIED, DUPLICATE, REFUSED, FORGOTTEN -> lane.trouble().over();
      case HELD -> {} // it waits for another one
    }
  }

  private static Disposition said(Downward.Receipt answer) {
    var pause = Duration.ofMillis(answer.retryAfterMs());
    return switch (answer.verdict()) {
      case APPLIED, DUPLICATE -> Disposition.Ack.plain();
      case RETRY -> new Disposition.Retry(why(answer, MeshError.Retry.SAFE), pause);
      case BUSY -> new Disposition.Snooze(pause.isZero() ? LEAST_PAUSE : pause, answer.why());
      case REFUSED, FORGOTTEN -> new Disposition.Poison(why(answer, MeshError.Retry.NEVER));
      case HELD -> new Disposition.Release();
    };
  }

  private static MeshError why(Downward.Receipt answer, MeshError.Retry retry) {
    var code = answer.code().startsWith("error.") ? answer.code() : "error.unspecified";
    return MeshError.of(
        code,
        "delivering message " + answer.n(),
        answer.why().startsWith(code + ": ")
            ? answer.why().substring(code.length() + 2)
            : answer.why(),
        "see the receiver's handler of that topic",
        retry);
  }

  /** The oldest first: releasing it releases the rest of the run with it. */
  private void giveBack() throws InterruptedException {
    if (open.isEmpty() && unsent.isEmpty()) return; // what going back released is only stale
    var rest = new ArrayList<Settlement<Bytes>>();
    var release = new Disposition.Release();
    open.values().stream()
        .sorted(Comparator.comparingLong(Lease::origin))
        .forEach(lease -> rest.add(new Settlement<>(lease, release)));
    unsent.forEach(lease -> rest.add(new Settlement<>(lease, release)));
    open.clear();
    unsent.clear();
    var interrupted = Thread.interrupted(); // the node stops: give back all the same
    lane.queue().settleAll(rest);
    if (interrupted) throw new InterruptedException("stopped while a run was open");
  }
}
