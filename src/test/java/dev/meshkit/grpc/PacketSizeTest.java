package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packets are as large as the path takes them, and never in fragments (RFC 9000 §14). */
@Timeout(120)
class PacketSizeTest {
  private static final int MESSAGE_BYTES = 1_000_000;

  private final ProbeService service = new ProbeService();
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    assumeTrue(Epoll.isAvailable(), "elsewhere packets are as small as everywhere they pass");
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    if (mesh != null) mesh.close();
  }

  /** Sends megabytes up and down; how large a packet came to be. */
  private int exchange(int mostBytes) throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    try (var path = new UdpPath(new InetSocketAddress("127.0.0.1", server.getPort()))) {
      path.narrow(mostBytes);
      var identity = mesh.ca.identity(Meshless.CLIENT);
      var stub =
          ProbeGrpc.newBlockingStub(
              mesh.open(
                  Http3ChannelBuilder.forAddress("127.0.0.1", path.port())
                      .tls(identity.key(), identity.trust())));
      var body = ByteString.copyFrom(new byte[MESSAGE_BYTES]);
      var ask = Ask.newBuilder().setBody(body).setAnswerBytes(MESSAGE_BYTES).build();
      for (var i = 0; i < 3; i++) {
        var answer = stub.withDeadlineAfter(30, TimeUnit.SECONDS).unary(ask);
        assertEquals(MESSAGE_BYTES, answer.getBody().size());
      }
      return path.largest();
    }
  }

  @Test
  void packetsGrowUntilTheyFillAJumboFrame() throws Exception {
    assertEquals(UdpSockets.JUMBO_BYTES, exchange(65_536));
  }

  /** What is too large for the path is lost and sent anew: the calls do not notice. */
  @Test
  void aNarrowPathIsFoundOut() throws Exception {
    var bytes = exchange(1_472);
    assertTrue(bytes > 1_200 && bytes <= 1_472, "packets of " + bytes);
  }

  @Test
  void noSocketLetsItsPacketsBeFragmented() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    try (var packets = Datagrams.of(server)) {
      var probe = new IntegerUnixChannelOption("IP_MTU_DISCOVER", 0, 10);
      assertEquals(3, packets.socket().config().getOption(probe), "IP_PMTUDISC_PROBE");
    }
  }
}
