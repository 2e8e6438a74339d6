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

/** A duplex call to a peer that takes nothing until a test says so; what it took can be read. */
public final class HeldCall {
  private final Sender sender;
  private final ByteStream stream;

  /** {@code ready}: whether it takes frames from the beginning. */
  public HeldCall(NodeId peer, Family family, boolean ready) {
    var tools = new RoadTools(Clocks.system(), new Meters(Map.of()));
    var log = new RpcLog.Call(family.method(), peer.toString(), RoadKind.H3, true);
    sender = new Sender(ready);
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

  /** It takes frames from now on. */
  public void getReady() {
    sender.ready = true;
    stream.ready();
  }

  private static final class Sender extends ClientCall<Bytes, Bytes> {
    private final List<Bytes> taken = new CopyOnWriteArrayList<>();
    private volatile boolean ready;

    Sender(boolean ready) {
      this.ready = ready;
    }

    @Override
    public void sendMessage(Bytes frame) {
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
