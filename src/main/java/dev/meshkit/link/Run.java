package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.queue.Exchanged;
import dev.meshkit.queue.Lease;
import dev.meshkit.queue.Reason;
import dev.meshkit.queue.Settled;
import dev.meshkit.queue.Settlement;
import dev.meshkit.queue.TrafficClass;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Upward;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * One run of a lane: sent in order, settled by receipts as they come, in batches, and made longer
 * while the lane has more, for as long as nothing goes back. What has no receipt when the stream
 * ends is given back, uncharged. One message alone that its receiver is too busy for is kept, and
 * sent again after a pause: {@link Resend}. Confined to its sender's thread.
 */
final class Run {
  private static final Duration MOST_BEAT = Duration.ofSeconds(5);
  private static final Duration MOST_WAIT = Duration.ofMillis(10);
  private static final String UNSPECIFIED = "error.unspecified";

  /** Less than a receiver keeps of a lane, {@link LaneBuffer}. */
  private static final long WINDOW_BYTES = 1 << 20;

  private final LaneSender lane;
  private final DeliverStream stream;
  private final Receipts receipts;
  private final SequencedMap<Long, Lease<Bytes>> open = new LinkedHashMap<>();
  private final ArrayDeque<Lease<Bytes>> unsent = new ArrayDeque<>();
  private final Resend resend = new Resend();
  private final Duration beat; // a third of a lease
  private Instant beaten; // when leases were kept up last
  private Instant settled; // when receipts were looked at last
  private Instant answered; // when one came last
  private long openBytes; // of those that are open
  private boolean goneBack;
  private boolean progressed;

  Run(LaneSender lane, DeliverStream stream, List<Lease<Bytes>> run) {
    this.lane = lane;
    this.stream = stream;
    this.receipts = stream.receipts(lane.lane());
    var third = lane.queue().options().leases().time().dividedBy(3);
    this.beat = third.compareTo(MOST_BEAT) < 0 ? third : MOST_BEAT;
    this.beaten = lane.queue().monotonic().instant();
    this.settled = beaten;
    this.answered = beaten;
    var _ = add(run); // nothing is open yet
  }

  /**
   * Sends it, and what comes to the lane meanwhile, until all of it is settled; false if the stream
   * is of no more use.
   */
  boolean send() throws InterruptedException {
    try {
      while (sendWhatFits()) {
        if (open.isEmpty()) return true;
        if (receipts.isOver()) return false;
        var answers = receipts.next(resend.left(now(), beat));
        if (answers.isEmpty() && isHeldForGood()) return false;
        if (!settle(answers) || !isKept() || !leaseMore()) return false;
        if (!resend.isDue(now()) || open.isEmpty() || goneBack) continue;
        if (!mayKeep()) return true; // and it is given back
        if (!sends(open.firstEntry().getValue(), true)) return false;
      }
      return false;
    } finally {
      lane.unsentBytes().set(0);
      giveBack();
    }
  }

  /**
   * Sends what the receiver can keep beside those it has not answered: what it cannot keep it does
   * not read, and then it reads nothing of other lanes either.
   */
  private boolean sendWhatFits() throws InterruptedException {
    while (!unsent.isEmpty() && !goneBack && fits(unsent.element())) {
      var lease = unsent.remove();
      var head = open.isEmpty();
      open.put(lease.origin(), lease);
      openBytes += lease.value().size();
      if (!sends(lease, head)) return false;
      lane.unsentBytes().addAndGet(-lease.value().size());
      if (!isKept()) return false;
      if (isTimeToSettle() && !settle(receipts.next(Duration.ZERO))) return false;
    }
    return true;
  }

  private boolean sends(Lease<Bytes> lease, boolean head) throws InterruptedException {
    return stream.send(DeliverCodec.up(parcel(lease, head)));
  }

  private Instant now() {
    return lane.queue().monotonic().instant();
  }

  private boolean fits(Lease<Bytes> next) {
    return open.isEmpty() || openBytes + next.value().size() <= WINDOW_BYTES;
  }

  /** Sending may take as long as the network likes: those who wait for receipts learn of them. */
  private boolean isTimeToSettle() {
    return !now().isBefore(settled.plus(MOST_WAIT));
  }

  /**
   * Leases more once half of what may be under way has come back, so that neither side waits for
   * the end of a run; false if it cannot, or what is under way is not ours any more.
   */
  private boolean leaseMore() throws InterruptedException {
    var most = open.isEmpty() ? 0 : room(0);
    if (most == 0) return true;
    var leased = lane.queue().leaseMore(open.lastEntry().getValue(), most);
    return leased instanceof Result.Ok<List<Lease<Bytes>>>(var more) && (add(more) || goBack());
  }

  /** How many more to lease when so many are settled that are not open any more. */
  private int room(int settling) {
    if (goneBack || !unsent.isEmpty() || stream.isOver(lane.lane())) return 0;
    if (lane.trouble().now().isPresent()) return 0; // what was refused is tried alone
    if (open.size() > Outbound.WINDOW / 2 || lane.live() <= open.size() + settling) return 0;
    return Outbound.WINDOW - open.size();
  }

  /** False if one is under way already: then that is not ours any more. */
  private boolean add(List<Lease<Bytes>> leases) {
    unsent.addAll(leases);
    leases.forEach(lease -> lane.unsentBytes().addAndGet(lease.value().size()));
    return leases.stream().noneMatch(lease -> open.containsKey(lease.origin()));
  }

  /**
   * Whether what is held is not even said to be, for longer than a lease can be kept up. Until then
   * it waits for a handler at work, which is no other lane's affair: they share the stream.
   */
  private boolean isHeldForGood() {
    var most = lane.queue().options().leases().maxRun();
    return goneBack && !now().isBefore(answered.plus(most));
  }

  /** Whether any message of this run was settled. */
  boolean progressed() {
    return progressed;
  }

  /**
   * Keeps up what is unanswered or unsent; once a lease is over all the same, it goes back. False
   * if the store takes nothing any more.
   */
  private boolean isKept() throws InterruptedException {
    var now = now();
    if (goneBack || now.isBefore(beaten.plus(beat))) return true;
    beaten = now;
    return Stream.concat(open.values().stream(), unsent.stream())
            .allMatch(lease -> lane.queue().heartbeat(lease).isOk())
        || goBack();
  }

  /**
   * Something of it is not ours any more: it was canceled, or its lease ran out. The rest is given
   * back, and sent again once what was sent has its answers, which count no more. That is this
   * lane's affair: the others have the stream. False if the store takes nothing any more.
   */
  private boolean goBack() throws InterruptedException {
    goneBack = true;
    var isReleased = lane.queue().settleAll(released()).isOk(); // what is not ours is only stale
    unsent.clear();
    lane.unsentBytes().set(0);
    return isReleased;
  }

  /** Whether the only message that is open may be kept while its receiver is busy. */
  private boolean mayKeep() {
    var isOld = lane.lane().cls() == TrafficClass.STATE && lane.live() > 1; // a newer one waits
    return !isOld && !lane.isPaused() && !stream.isOver(lane.lane());
  }

  /** Whether it was only told that its receiver is too busy for it, and waits to send it again. */
  private boolean waits(List<Downward.Receipt> answers) {
    if (answers.size() != 1 || open.size() != 1 || !unsent.isEmpty() || goneBack) return false;
    var answer = answers.getFirst();
    var isIts = answer.n() == answer.last() && open.containsKey(answer.n());
    if (!isIts || answer.verdict() != Downward.Verdict.BUSY || !mayKeep()) return false;
    if (!resend.begins(now(), lane.trouble().pause(asked(answer)))) return false;
    note(answer);
    return true;
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
    settled = now();
    if (!answers.isEmpty()) answered = settled;
    if (waits(answers)) return true;
    if (!answers.isEmpty()) resend.over();
    var batch = new ArrayList<Settlement<Bytes>>();
    var held = goneBack;
    for (var answer : answers) {
      for (var left = answer.last() - answer.n() + 1; left > 0; left--) {
        var n = answer.last() - left + 1;
        var lease = open.remove(n);
        if (lease != null) openBytes -= lease.value().size();
        if (lease == null || held) continue; // going back has released it
        var said = said(answer);
        note(answer);
        held = !(said instanceof Disposition.Ack) && !(said instanceof Disposition.Poison);
        batch.add(new Settlement<>(lease, said));
      }
    }
    if (batch.isEmpty()) return true;
    var isSettled = false;
    try {
      var settled = held ? settledAlone(batch) : settled(batch);
      if (settled instanceof Result.Ok<Exchanged<Bytes>>(var outcomes)) {
        isSettled = true;
        progressed = true;
        goneBack = held;
        var isOurs = outcomes.settled().stream().noneMatch(Settled.Stale.class::isInstance);
        return (add(outcomes.leased()) && isOurs) || goBack();
      }
      return false;
    } finally { // else given back; if it was settled as we were interrupted, that is only stale
      if (!isSettled) batch.forEach(one -> open.put(one.lease().origin(), one.lease()));
    }
  }

  private Result<Exchanged<Bytes>> settledAlone(List<Settlement<Bytes>> batch)
      throws InterruptedException {
    return lane.queue().settleAll(batch).map(all -> new Exchanged<>(all, List.of()));
  }

  /** The next ones come with the same commit: it is what takes longest. */
  private Result<Exchanged<Bytes>> settled(List<Settlement<Bytes>> batch)
      throws InterruptedException {
    var most = room(batch.size());
    if (most == 0) return settledAlone(batch);
    var held = Optional.ofNullable(open.lastEntry()).map(Map.Entry::getValue);
    return lane.queue().exchange(batch, lane.lane(), held, most);
  }

  /** For whoever asks why the lane waits: what the far side says of its first message. */
  private void note(Downward.Receipt answer) {
    switch (answer.verdict()) {
      case RETRY -> lane.trouble().is(why(answer, MeshError.Retry.SAFE));
      case BUSY -> lane.trouble().busy(why(answer, MeshError.Retry.SAFE));
      case APPLIED, DUPLICATE, REFUSED, FORGOTTEN -> lane.trouble().over();
      case HELD -> {} // it waits for another one
    }
  }

  private static Duration asked(Downward.Receipt answer) {
    return Duration.ofMillis(answer.retryAfterMs());
  }

  private Disposition said(Downward.Receipt answer) {
    var pause = asked(answer);
    return switch (answer.verdict()) {
      case APPLIED, DUPLICATE -> Disposition.Ack.plain();
      case RETRY -> new Disposition.Retry(why(answer, MeshError.Retry.SAFE), pause);
      case BUSY -> new Disposition.Snooze(lane.trouble().pause(pause), answer.why());
      case REFUSED -> new Disposition.Poison(refused(answer));
      case FORGOTTEN ->
          new Disposition.Poison(why(answer, "error.inbox.forgotten", MeshError.Retry.NEVER));
      case HELD -> new Disposition.Release();
    };
  }

  /** A handler's own code is no word of the mesh: its message is neither forgotten nor its peer. */
  private static MeshError refused(Downward.Receipt answer) {
    var said = why(answer, MeshError.Retry.NEVER);
    if (Reason.of(said) == Reason.PERMANENT) return said;
    return why(answer, UNSPECIFIED, MeshError.Retry.NEVER);
  }

  private static MeshError why(Downward.Receipt answer, MeshError.Retry retry) {
    var code = answer.code().startsWith("error.") ? answer.code() : UNSPECIFIED;
    return why(answer, code, retry);
  }

  private static MeshError why(Downward.Receipt answer, String code, MeshError.Retry retry) {
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
  private List<Settlement<Bytes>> released() {
    var release = new Disposition.Release();
    return Stream.concat(
            open.values().stream().sorted(Comparator.comparingLong(Lease::origin)), unsent.stream())
        .map(lease -> new Settlement<>(lease, release))
        .toList();
  }

  private void giveBack() throws InterruptedException {
    if (open.isEmpty() && unsent.isEmpty()) return; // what going back released is only stale
    var rest = released();
    open.clear();
    unsent.clear();
    var interrupted = Thread.interrupted(); // the node stops: give back all the same
    lane.queue().settleAll(rest);
    if (interrupted) throw new InterruptedException("stopped while a run was open");
  }
}
