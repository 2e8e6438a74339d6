package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A Deliver call under one identity of this node's store: once that is another, the call is to be
 * opened anew, at the end of a run, when no message of it is in doubt.
 *
 * @param call as it was opened
 * @param store the identity under which it sends
 * @param now the identity of now
 */
record OneIdentity(Duplex call, Bytes store, Supplier<Bytes> now) implements Duplex {
  @Override
  public NodeId peer() {
    return call.peer();
  }

  @Override
  public boolean send(Bytes frame) throws InterruptedException {
    return call.send(frame);
  }

  @Override
  public Optional<Bytes> receive() throws InterruptedException {
    return call.receive();
  }

  @Override
  public boolean isRetired() {
    return call.isRetired() || !now.get().equals(store);
  }

  @Override
  public void close() {
    call.close();
  }
}
