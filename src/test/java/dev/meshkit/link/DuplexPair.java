package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** Both ends of one duplex call, in memory: the call is over for both when either closes it. */
final class DuplexPair {
  private final BlockingQueue<Optional<Bytes>> up = new LinkedBlockingQueue<>();
  private final BlockingQueue<Optional<Bytes>> down = new LinkedBlockingQueue<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Predicate<Bytes> cutAt;

  /**
   * A call that breaks instead of carrying the first frame down that {@code cutAt} names.
   *
   * @param cutAt never, for a call that holds
   */
  DuplexPair(Predicate<Bytes> cutAt) {
    this.cutAt = cutAt;
  }

  /** The caller's end. */
  Duplex caller(NodeId callee) {
    return new End(callee, up, down, _ -> false);
  }

  /** The other end. */
  Duplex callee(NodeId caller) {
    return new End(caller, down, up, cutAt);
  }

  /** Ends it for both. */
  void cut() {
    over.set(true);
    up.add(Optional.empty());
    down.add(Optional.empty());
  }

  private final class End implements Duplex {
    private final NodeId peer;
    private final BlockingQueue<Optional<Bytes>> out;
    private final BlockingQueue<Optional<Bytes>> in;
    private final Predicate<Bytes> breaks;

    End(
        NodeId peer,
        BlockingQueue<Optional<Bytes>> out,
        BlockingQueue<Optional<Bytes>> in,
        Predicate<Bytes> breaks) {
      this.peer = peer;
      this.out = out;
      this.in = in;
      this.breaks = breaks;
    }

    @Override
    public NodeId peer() {
      return peer;
    }

    @Override
    public boolean send(Bytes frame) {
      if (breaks.test(frame)) cut();
      return !over.get() && out.add(Optional.of(frame));
    }

    @Override
    public Optional<Bytes> receive() throws InterruptedException {
      if (over.get()) return Optional.empty();
      var next = in.take();
      if (next.isEmpty()) in.add(next);
      return next;
    }

    @Override
    public void close() {
      cut();
    }
  }
}
