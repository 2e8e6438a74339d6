package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.transport.ByteStream;
import dev.meshkit.transport.ByteStream.Heard;
import dev.meshkit.transport.RoadFailure;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A Deliver call as {@link Duplex}.
 *
 * @param stream the call
 * @param retired whether its road is
 * @param lost runs when it ended because its road is gone, before another is asked for
 */
record StreamDuplex(ByteStream stream, BooleanSupplier retired, Runnable lost) implements Duplex {

  @Override
  public NodeId peer() {
    return stream.peer();
  }

  @Override
  public boolean send(Bytes frame) throws InterruptedException {
    return stream.send(frame);
  }

  @Override
  public Optional<Bytes> receive() throws InterruptedException {
    return stream.receive(ByteStream.FOREVER) instanceof Heard.Frame(var bytes)
        ? Optional.of(bytes)
        : Optional.empty();
  }

  @Override
  public boolean isRetired() {
    return retired.getAsBoolean();
  }

  @Override
  public boolean isOver() {
    return stream.ended().isPresent();
  }

  @Override
  public void close() {
    if (stream.ended().filter(RoadFailure::isOfRoad).isPresent()) lost.run();
    stream.close();
  }
}
