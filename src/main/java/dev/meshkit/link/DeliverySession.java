package dev.meshkit.link;

import dev.meshkit.api.MeshError;
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
import dev.meshkit.wire.Downward.Verdict;
import dev.meshkit.wire.Upward;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One Deliver stream, served: its frames are read on one thread, and each lane is handled in order
 * on its own, so that a slow handler of one class keeps no other class waiting.
 */
final class DeliverySession {
  private final Duplex stream;
  private final Judge judge;
  private final Meters meters;
  private final ReentrantLock turn = new ReentrantLock(); // to answer
  private final Map<String, LaneBuffer> lanes =
      Arrays.stream(TrafficClass.values())
          .map(TrafficClass::text)
          .collect(Collectors.toUnmodifiableMap(Function.identity(), _ -> new LaneBuffer()));

  DeliverySession(Duplex stream, Judge judge, Meters meters) {
    this.stream = stream;
    this.judge = judge;
    this.meters = meters;
  }

  /** Serves until the stream is over and every handler that it started has ended. */
  void run() throws InterruptedException {
    var steps = new ArrayList<Step<Unit>>();
    steps.add(Step.of(this::read));
    lanes.forEach((lane, buffer) -> steps.add(Step.of(() -> handle(lane, buffer))));
    All.settled(steps).orThrow();
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

  /** One lane, in stream order. After what was not applied all is held until a head comes. */
  private Result<Unit> handle(String lane, LaneBuffer buffer) throws InterruptedException {
    var holds = false;
    for (var next = buffer.take(); next.isPresent(); next = buffer.take()) {
      var answered =
          switch (next.get()) {
            case Upward.Parcel parcel -> {
              holds = holds && !parcel.head();
              var answer = holds ? Judge.Answer.of(Verdict.HELD) : judge.of(parcel);
              holds = holds || answer.holds();
              yield answer(lane, parcel.n(), answer);
            }
            case Upward.Broken(_, var n, var why) ->
                answer(lane, n, Judge.Answer.of(Verdict.REFUSED, Duration.ZERO, broken(n, why)));
            case Upward.Open _ -> throw new IllegalStateException("no message of a lane");
          };
      if (!answered) stream.close(); // which ends the reader, and so the other lanes
    }
    return Result.ok();
  }

  private boolean answer(String lane, long n, Judge.Answer answer) throws InterruptedException {
    meters.count(Metric.QUEUE_INBOX_TOTAL, answer.verdict().name());
    InboxVerdictEvent.emit(stream.peer().toString(), lane, answer.verdict().name());
    var pauseMs = Math.toIntExact(answer.pause().toMillis());
    var code = answer.code().substring(0, Math.min(128, answer.code().length()));
    var receipt = new Downward.Receipt(lane, n, answer.verdict(), pauseMs, code, answer.why());
    turn.lockInterruptibly();
    try {
      return stream.send(DeliverCodec.down(receipt));
    } finally {
      turn.unlock();
    }
  }

  private static MeshError broken(long n, String why) {
    return MeshError.of(
        "error.frame.broken",
        "reading message " + n,
        "it breaks the rule of its " + why,
        "compare the versions of both nodes",
        MeshError.Retry.NEVER);
  }
}
