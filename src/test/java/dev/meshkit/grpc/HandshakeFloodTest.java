package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import dev.meshkit.runtime.Chance;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.netty.buffer.Unpooled;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** S26: handshakes that come to nothing, and who gets in beside them. */
@Timeout(120)
class HandshakeFloodTest {
  private final RandomGenerator chance = Chance.seeded(3);
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  private Server start(Bounds bounds) throws Exception {
    return mesh.start(mesh.server().addService(new ProbeService()).bounds(bounds));
  }

  /** S26: clients that never hear us fill the places there are, no more, and not for long. */
  @Test
  void halfOpenHandshakesAreBoundedAndPassAway() throws Exception {
    var few = new Bounds.Handshakes(4, 4, 100, 2_000, 2_000, Duration.ofSeconds(2));
    var server = (Http3Server) start(Bounds.defaults().with(few));
    try (var path = new UdpPath(Meshless.addressOf(server))) {
      path.deafen();
      var deaf = new ArrayList<ManagedChannel>();
      for (var i = 0; i < 10; i++) deaf.add(dialling(path));
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> server.handshakesUnderWay() == 4 && server.initialsDropped() >= 6);
      deaf.forEach(ManagedChannel::shutdownNow);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> server.handshakesUnderWay() == 0);
    }
    call(server);
  }

  private ManagedChannel dialling(UdpPath path) throws Exception {
    var channel = mesh.open(mesh.channel(path.port()));
    assertEquals(ConnectivityState.IDLE, channel.getState(true));
    return channel;
  }

  /** S26: under load a client proves its address; whoever is real gets in by a Retry. */
  @Test
  void underLoadAddressesAreProven() throws Exception {
    var few = new Bounds.Handshakes(8, 8, 2, 2_000, 2_000, Duration.ofSeconds(30));
    var server = (Http3Server) start(Bounds.defaults().with(few));
    try (var path = new UdpPath(Meshless.addressOf(server));
        var socket = new DatagramSocket()) {
      path.deafen();
      for (var i = 0; i < 2; i++) dialling(path);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> server.handshakesUnderWay() == 2);
      socket.send(initial(server));
      socket.setSoTimeout(20_000);
      var answer = new DatagramPacket(new byte[2_000], 2_000);
      socket.receive(answer);
      assertEquals(0xF0, answer.getData()[0] & 0xF0, "a Retry, RFC 9000 §17.2.5");
      assertTrue(answer.getLength() < 200, "smaller than what it answers: " + answer.getLength());
      assertEquals(2, server.handshakesUnderWay(), "who is asked for proof takes no place");
      call(server);
    }
  }

  /** S26: nor do forged ones, a thousand a second where four are taken in, keep others out. */
  @Test
  void newcomersGetInBesideAFloodOfInitials() throws Exception {
    var few = new Bounds.Handshakes(256, 16, 64, 4, 100_000, Duration.ofSeconds(5));
    var server = start(Bounds.defaults().with(few));
    var over = new CountDownLatch(1);
    var underWay = new CountDownLatch(200);
    var flood =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (var socket = new DatagramSocket()) {
                    while (!over.await(1, TimeUnit.MILLISECONDS)) {
                      socket.send(initial(server));
                      underWay.countDown();
                    }
                  } catch (Exception failure) {
                    throw new AssertionError(failure);
                  }
                });
    try {
      underWay.await(); // the four of this second, and those who are asked
      for (var i = 0; i < 3; i++) call(server);
    } finally {
      over.countDown();
      flood.join();
    }
  }

  private void call(Server server) throws Exception {
    var answer =
        ProbeGrpc.newBlockingStub(mesh.open(mesh.channel(server)))
            .withWaitForReady() // a datagram may be lost beside a flood
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .unary(Ask.getDefaultInstance());
    assertEquals(Answer.getDefaultInstance(), answer);
  }

  /** What looks like a client's first packet, until it is decrypted. */
  private DatagramPacket initial(Server server) {
    var bytes =
        Unpooled.buffer()
            .writeByte(0xC0)
            .writeInt(1) // version
            .writeByte(8)
            .writeLong(chance.nextLong())
            .writeByte(8)
            .writeLong(7)
            .writeByte(0) // no token
            .writeShort(0x4000 | 1_100)
            .writeZero(1_174);
    return new DatagramPacket(
        bytes.array(), bytes.readableBytes(), InetAddress.getLoopbackAddress(), server.getPort());
  }
}
