package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A duplex call that brings what a test says, and throws whatever is sent on it. */
public final class FaultyCall {
  private final Sender sender;
  private final ByteStream stream;

  /** {@code ready}: whether it takes a frame, and throws, at once. */
  public FaultyCall(NodeId peer, Family family, boolean ready) {
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

  /** A frame comes. */
  public void arrive(Bytes frame) {
    stream.arrived(frame);
  }

  /** It takes a frame from now on. */
  public void getReady() {
    sender.ready = true;
    stream.ready();
  }

  private static final class Sender extends ClientCall<Bytes, Bytes> {
    private volatile boolean ready;

    Sender(boolean ready) {
      this.ready = ready;
    }

    @Override
    public void sendMessage(Bytes frame) {
      throw new UnsupportedOperationException("planted");
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
