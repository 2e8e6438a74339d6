package dev.meshkit.transport;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.transport.LegacyFrame.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T36: who comes as the legacy port is left, and a dial of it that nobody waits for any more. */
@Timeout(60)
class LegacyLeaveTest {
  private static final int PATIENCE_MS = 20_000;

  private final LegacyBed bed = new LegacyBed();
  private final OwnCredentials own = OwnCredentials.of(bed.ca.node(LegacyBed.A));
  private final Transport transport =
      new Transport(own, RoadMode.AUTO, bed.tools, RoadTimes.DEFAULTS);

  @AfterEach
  void close() {
    bed.close();
    transport.close();
  }

  @Test
  void whoIsLetInWhileThePortIsLeftIsSentAwayAndClosedAsAllOthers() throws IOException {
    // given a peer that has shaken hands, and not greeted yet
    var at = new Endpoint("127.0.0.1", 0);
    try (var listener = transport.listenLegacy(at, bed.service).orThrow()) {
      var raw = new Socket("127.0.0.1", listener.local().port());
      raw.setSoTimeout(PATIENCE_MS);
      var peer = bed.shake(bed.ca.node(LegacyBed.B), raw);
      // when the port is left, and it greets then
      listener.leave();
      LegacyBed.say(peer, LegacyFrame.of(Kind.HELLO, 0));
      // then it is let in, sent away, and closed though it does nothing about that
      assertEquals(Kind.HELLO, peer.read().type());
      assertEquals(Kind.GOAWAY, peer.read().type());
      var end = assertThrows(IOException.class, peer::read);
      if (!(end instanceof EOFException)) assertInstanceOf(SocketException.class, end);
    }
  }

  /** T29: it has not failed, and is counted as no failure. */
  @Test
  void aDialThatIsInterruptedIsNoFailure() throws Exception {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // given a dial whose handshake is not answered
      var at = new Endpoint("127.0.0.1", silent.getLocalPort());
      var to = Approach.to(at, NodeId.of("eu", "b"));
      var dial = new FutureTask<>(() -> transport.dial(RoadKind.LEGACY, to));
      var thread = Thread.ofVirtual().start(dial);
      try (var accepted = silent.accept()) {
        await().until(() -> accepted.getInputStream().available() > 0);
        // when nobody waits for it any more
        thread.interrupt();
        var why = assertThrows(ExecutionException.class, dial::get);
        assertInstanceOf(InterruptedException.class, why.getCause());
      }
      // then nothing is counted
      assertEquals(0, failures(), bed.tools.meters().scrape());
    }
  }

  private long failures() {
    return bed.tools
        .meters()
        .scrape()
        .lines()
        .filter(line -> line.startsWith("meshkit_dials_total{"))
        .filter(line -> line.contains("LEGACY"))
        .count();
  }
}
