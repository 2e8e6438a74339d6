package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A duplex call that we opened, whose far side does what a test says. */
public final class PlayedCall {
  private final List<String> sent = new CopyOnWriteArrayList<>();
  private final AtomicReference<Optional<Runnable>> refusal =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<Runnable>> looked =
      new AtomicReference<>(Optional.empty());
  private final ByteStream stream;
  private final AtomicInteger room = new AtomicInteger(Integer.MAX_VALUE);
  private volatile boolean stale; // the next look was before the last frame
  private volatile @Nullable Thread sender;
  private volatile boolean ready;
  private volatile boolean halfClosed;

  PlayedCall(Carrier.Opening opening, Bytes hello, boolean ready) {
    this.ready = ready;
    stream =
        new ByteStream(
            opening.peer(),
            opening.family(),
            new Wire.Client(new Sender()),
            opening.log(),
            opening.whenEnded());
    stream.greeted(hello);
    stream.begin();
  }

  /** As whoever holds it sees it. */
  public ByteStream stream() {
    return stream;
  }

  /** What was sent on it. */
  public List<String> sent() {
    return List.copyOf(sent);
  }

  /** Whether we said that we send no more. */
  public boolean isHalfClosed() {
    return halfClosed;
  }

  /** A frame comes. */
  public void arrive(String frame) {
    stream.arrived(Bytes.utf8(frame));
  }

  /** The peer keeps up from now on. */
  public void keepUp() {
    ready = true;
    room.set(Integer.MAX_VALUE);
    stream.ready();
  }

  /** The last frame was sent by this thread. */
  public boolean isSentBy(Thread thread) {
    return sender == thread;
  }

  /**
   * There is room for one frame more, until the peer {@link #keepUp keeps up}. Whoever looks first
   * when it is used has {@code meanwhile} run, as by one who looked while there still was room.
   */
  public void roomForOne(Runnable meanwhile) {
    room.set(1);
    looked.set(Optional.of(meanwhile));
  }

  /** The next frame is refused, since the call is over; {@code meanwhile} runs just before. */
  public void refuseOne(Runnable meanwhile) {
    refusal.set(Optional.of(meanwhile));
  }

  /** It has ended. */
  public void over(Status why) {
    stream.over(why);
  }

  private final class Sender extends ClientCall<Bytes, Bytes> {
    @Override
    public void sendMessage(Bytes frame) {
      var refused = refusal.getAndSet(Optional.empty());
      if (refused.isPresent()) {
        refused.get().run();
        throw new IllegalStateException("call is over");
      }
      room.getAndDecrement();
      sender = Thread.currentThread();
      sent.add(frame.utf8());
    }

    @Override
    public boolean isReady() {
      if (stale) {
        stale = false;
        return true;
      }
      var is = ready && room.get() > 0;
      if (!is) looked.getAndSet(Optional.empty()).ifPresent(this::late);
      return is;
    }

    private void late(Runnable meanwhile) {
      stale = true;
      meanwhile.run();
    }

    @Override
    public void halfClose() {
      halfClosed = true;
    }

    @Override
    public void start(Listener<Bytes> listener, Metadata headers) {}

    @Override
    public void request(int messages) {}

    @Override
    public void cancel(@Nullable String why, @Nullable Throwable cause) {}
  }
}
