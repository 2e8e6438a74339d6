package dev.meshkit.transport;

import static dev.meshkit.transport.LegacyBed.A;
import static dev.meshkit.transport.LegacyBed.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Result;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.transport.LegacyFrame.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T35: HELLO comes first from who listens, too, or whoever dialled hangs up. */
@Timeout(60)
class LegacyGreetingTest {
  private final LegacyBed bed = new LegacyBed();

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void whoDoesNotBeginWithHelloIsNotTalkedTo() throws Exception {
    var others =
        List.of(
            LegacyFrame.of(Kind.PING, 0),
            LegacyFrame.of(Kind.HELLO, 7),
            new LegacyFrame(Kind.HELLO, 0, Bytes.utf8("more")));
    for (var first : others) {
      var error = assertInstanceOf(Result.Err.class, dialled(first)).error();
      assertEquals("MK-NET-007", error.details().get("mk"), error::text);
    }
  }

  @Test
  void whoDoesIs() throws Exception {
    assertTrue(dialled(LegacyFrame.of(Kind.HELLO, 0)).isOk());
  }

  /** What comes of dialling a port that begins with this frame. */
  private Result<Dialled> dialled(LegacyFrame first) throws Exception {
    var own = OwnCredentials.of(bed.ca.node(B));
    try (var port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var client = new Transport(own, RoadMode.AUTO, bed.tools, RoadTimes.DEFAULTS)) {
      var server = Thread.ofVirtual().start(() -> serve(port, first));
      var at = new Endpoint("127.0.0.1", port.getLocalPort());
      var dialled = client.dial(RoadKind.LEGACY, Approach.to(at, A));
      dialled.onOk(won -> won.road().abandon());
      server.join();
      return dialled;
    }
  }

  private void serve(ServerSocket port, LegacyFrame first) {
    var ours = bed.ca.node(A);
    var judge = new CountingTrust(ours.verifier().trustManager(), _ -> {});
    try (var raw = port.accept()) {
      var io = new LegacyTls(ours, judge).shake(raw, false);
      io.read();
      LegacyBed.say(io, first);
      io.raw().getInputStream().skipNBytes(1 << 20); // until the other has hung up
    } catch (IOException hungUp) {
      assertTrue(port.isBound(), hungUp::toString);
    }
  }
}
