package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T18: a call that was never sent fails with no connection: it waits for the next. */
@Timeout(60)
class ClosedMeanwhileTest {
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  /** Between QUIC's end and the event that tells of it, the channel takes it for usable. */
  @Test
  void aCallThatFindsItsConnectionGoneGetsAnother() throws Exception {
    var server = mesh.start(mesh.server().addService(new ProbeService()));
    try (var channel = new BareChannel(server.getPort(), mesh.ca.identity(Meshless.CLIENT))) {
      var first = channel.open().connection();
      var calls = new java.util.ArrayList<BareChannel.Call>();
      channel.onLoop(
          () -> {
            calls.add(channel.open()); // for a turn that follows this step
            first.channel().close();
          });
      var call = calls.getFirst();
      assertNotSame(first, call.connection());
      assertTrue(call.lost.isEmpty(), call.lost::toString);
    }
  }
}
