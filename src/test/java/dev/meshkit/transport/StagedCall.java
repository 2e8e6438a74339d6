package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A duplex call to a peer of whom a test says when it takes frames, and what becomes of them. */
public final class StagedCall {
  private final Sender sender;
  private final ByteStream stream;

  /** What it takes can be read; {@code ready}: whether it takes frames from the beginning. */
  public static StagedCall taking(NodeId peer, Family family, boolean ready) {
    return new StagedCall(peer, family, new Sender(ready, false));
  }

  /** It throws whatever is sent on it; {@code ready}: whether it takes a frame at once. */
  public static StagedCall faulty(NodeId peer, Family family, boolean ready) {
    return new StagedCall(peer, family, new Sender(ready, true));
  }

  private StagedCall(NodeId peer, Family family, Sender sender) {
    var tools = new RoadTools(Clocks.system(), new Meters(Map.of()));
    var log = new RpcLog.Call(family.method(), peer.toString(), RoadKind.H3, true);
    this.sender = sender;
    stream =
        new ByteStream(peer, family, new Wire.Client(sender), new RpcLog(tools, log), () -> {});
  }

  /** As whoever carries it sees it. */
  public ByteStream stream() {
    return stream;
  }

  /** What it took, in order. */
  public List<Bytes> taken() {
    return sender.taken;
  }

  /** A frame comes. */
  public void arrive(Bytes frame) {
    stream.arrived(frame);
  }

  /** It takes frames from now on. */
  public void getReady() {
    sender.ready = true;
    stream.ready();
  }

  private static final class Sender extends ClientCall<Bytes, Bytes> {
    private final List<Bytes> taken = new CopyOnWriteArrayList<>();
    private final boolean faulty;
    private volatile boolean ready;

    Sender(boolean ready, boolean faulty) {
      this.ready = ready;
      this.faulty = faulty;
    }

    @Override
    public void sendMessage(Bytes frame) {
      if (faulty) throw new UnsupportedOperationException("planted");
      taken.add(frame);
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void start(Listener<Bytes> listener, Metadata headers) {}

    @Override
    public void request(int messages) {}

    @Override
    public void cancel(@Nullable String why, @Nullable Throwable cause) {}

    @Override
    public void halfClose() {}
  }
}
