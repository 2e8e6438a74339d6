package dev.meshkit.link;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.observe.InboxVerdictEvent;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import dev.meshkit.pipeline.All;
import dev.meshkit.pipeline.Step;
import dev.meshkit.queue.TrafficClass;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Upward;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One Deliver stream, served: its frames are read on one thread, and each lane is handled in order
 * on its own, so that a slow handler of one class keeps no other class waiting.
 */
final class DeliverySession {
  private final Duplex stream;
  private final Function<String, Judge> judges;
  private final Meters meters;
  private final InstantSource monotonic;
  private final boolean runs;
  private final ReentrantLock turn = new ReentrantLock(); // to answer
  private final Map<String, LaneBuffer> lanes =
      Arrays.stream(TrafficClass.values())
          .map(TrafficClass::text)
          .collect(Collectors.toUnmodifiableMap(Function.identity(), _ -> new LaneBuffer()));

  /** Of a sender that takes one receipt for a run of messages, or not. */
  DeliverySession(
      Duplex stream,
      Function<String, Judge> judges,
      Meters meters,
      InstantSource monotonic,
      boolean runs) {
    this.runs = runs;
    this.monotonic = monotonic;
    this.stream = stream;
    this.judges = judges;
    this.meters = meters;
  }

  /** Serves until the stream is over and every handler that it started has ended. */
  void run() throws InterruptedException {
    var steps = new ArrayList<Step<Unit>>();
    steps.add(Step.of(this::read));
    lanes.forEach(
        (lane, buffer) ->
            steps.add(
                Step.of(
                    () ->
                        turn(
                            lane,
                            new LaneTurn(
                                lane, buffer, judges.apply(lane), this::give, monotonic)))));
    All.settled(steps).orThrow();
  }

  /** What ends a lane before its stream ends the stream: its messages would never be answered. */
  private Result<Unit> turn(String lane, LaneTurn turn) throws InterruptedException {
    try {
      return turn.run();
    } catch (RuntimeException | Error bug) {
      Objects.requireNonNull(lanes.get(lane)).close(); // the reader may wait for room in it
      stream.close();
      throw bug;
    }
  }

  private Result<Unit> read() throws InterruptedException {
    try {
      for (var frame = stream.receive(); frame.isPresent(); frame = stream.receive()) {
        switch (DeliverCodec.up(frame.get())) {
          case Decoded.Whole<Upward>(Upward.Parcel parcel) -> put(parcel.lane(), parcel);
          case Decoded.Whole<Upward>(Upward.Broken broken) -> put(broken.lane(), broken);
          case Decoded.Whole<Upward>(Upward.Open _), Decoded.Malformed<Upward> _ -> malformed();
        }
      }
      return Result.ok();
    } finally {
      lanes.values().forEach(LaneBuffer::close);
    }
  }

  private void put(String lane, Upward frame) throws InterruptedException {
    var buffer = lanes.get(lane);
    if (buffer == null) {
      malformed();
    } else {
      buffer.put(frame);
    }
  }

  /** Without a lane and number there is nothing to answer; the stream lives on. */
  private void malformed() {
    meters.count(Metric.QUEUE_INBOX_TOTAL, "MALFORMED");
  }

  /** What cannot be told ends the reader, and so the other lanes. */
  private void give(String lane, long first, long last, Judge.Answer answer)
      throws InterruptedException {
    meters.add(Metric.QUEUE_INBOX_TOTAL, last - first + 1, answer.verdict().name());
    if (InboxVerdictEvent.isWanted()) {
      for (var left = last - first + 1; left > 0; left--)
        InboxVerdictEvent.emit(stream.peer().toString(), lane, answer.verdict().name());
    }
    var most = runs ? Downward.MOST_OF_A_RUN : 1;
    for (var left = last - first + 1; left > 0; left -= most) {
      var n = last - left + 1;
      if (answer(lane, n, n + Math.min(left, most) - 1, answer)) continue;
      stream.close();
      return;
    }
  }

  private boolean answer(String lane, long first, long last, Judge.Answer answer)
      throws InterruptedException {
    var pauseMs = Math.toIntExact(answer.pause().toMillis());
    var code = answer.code().substring(0, Math.min(128, answer.code().length()));
    var receipt =
        new Downward.Receipt(lane, first, last, answer.verdict(), pauseMs, code, answer.why());
    turn.lockInterruptibly();
    try {
      return stream.send(DeliverCodec.down(receipt));
    } finally {
      turn.unlock();
    }
  }
}
