package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.fuzz.FuzzTarget;
import dev.meshkit.fuzz.Input;
import dev.meshkit.fuzz.Meter;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * S26: whatever datagrams a stranger sends, what stands in front of the QUIC codec reads none past
 * its end, keeps no state for what nobody has accepted, and gives each back or passes it on.
 *
 * <p>Input: datagrams, each after its length.
 */
public final class DoorFuzz implements FuzzTarget {
  private static final InetSocketAddress STRANGER =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 7_443);
  private static final InetSocketAddress US =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 7_443);

  @Override
  public void run(byte[] bytes) throws Exception {
    var input = new Input(bytes);
    var datagrams = new ArrayList<byte[]>();
    while (input.hasMore()) datagrams.add(input.some());
    Meter.watch(
        meter -> {
          var ids = new ServerIds(Chance.secure());
          var box = new PenaltyBox(Clocks.system().monotonic(), Duration.ofSeconds(10));
          var clock = Clocks.system().monotonic();
          var asking = new AtomicBoolean();
          var tokens = new RetryTokens(asking::get, clock, Chance.secure());
          var bounds = Bounds.defaults().handshakes();
          var gate = new HandshakeGate(bounds, box, ids, asking, tokens, clock);
          var door = new EmbeddedChannel(new ResetHintSender(ids), gate);
          for (var datagram : datagrams) {
            // an id or two, in a record or two, and what the embedded channel makes of it
            meter.of(1_024 + 8L * datagram.length, () -> passed(door, datagram));
          }
          assertEquals(0, gate.halfOpen(), "nothing was accepted");
          var small = datagrams.stream().filter(datagram -> datagram.length < 1_200).count();
          assertTrue(gate.dropped() <= small, "there is room for all that are whole");
          door.finishAndReleaseAll();
          for (var datagram : datagrams) meter.of(1_024, () -> hinted(datagram));
        });
  }

  /** It goes on, or is answered by a hint that is shorter and names nothing but what it had. */
  private static boolean passed(EmbeddedChannel door, byte[] datagram) {
    ByteBuf content = Unpooled.buffer().writeBytes(datagram); // counted, though it be empty
    door.writeInbound(new DatagramPacket(content, US, STRANGER));
    DatagramPacket through = door.readInbound();
    DatagramPacket hint = door.readOutbound();
    if (through != null) {
      assertEquals(datagram.length, through.content().readableBytes(), "as it came");
      through.release();
    }
    if (hint != null) {
      assertTrue(through == null, "answered, so it goes no further");
      assertTrue(hint.content().readableBytes() < datagram.length, "no amplification");
      assertTrue(ResetHint.in(hint.content()).isPresent());
      hint.release();
    }
    assertEquals(0, content.refCnt(), "nobody keeps it");
    var read = Unpooled.wrappedBuffer(datagram);
    ResetHint.in(read).ifPresent(id -> assertEquals(ResetHint.BYTES, datagram.length));
    return true;
  }

  /** Of what a server answers a client reads hints, and passes on everything else as it came. */
  private static boolean hinted(byte[] datagram) {
    var client = new EmbeddedChannel(new ResetHintReader());
    ByteBuf content = Unpooled.buffer().writeBytes(datagram);
    client.writeInbound(new DatagramPacket(content, US, STRANGER));
    DatagramPacket through = client.readInbound();
    var hint = ResetHint.in(Unpooled.wrappedBuffer(datagram)).isPresent();
    assertEquals(hint, through == null, "a hint goes no further, and nothing else stops here");
    if (through != null) {
      assertEquals(datagram.length, through.content().readableBytes(), "as it came");
      through.release();
    }
    assertEquals(0, content.refCnt(), "nobody keeps it");
    client.finishAndReleaseAll();
    return true;
  }

  @Override
  public List<byte[]> seeds() {
    var seeds = new ArrayList<byte[]>();
    var initial = new byte[60];
    initial[0] = (byte) 0xC0;
    initial[4] = 1; // version
    initial[5] = 8; // bytes of the id
    var shortHeader = new byte[40];
    shortHeader[0] = 0x40;
    var hint = new byte[ResetHint.BYTES];
    hint[0] = 0x4D;
    hint[1] = 0x4B;
    hint[2] = 0x52;
    for (var datagram : List.of(initial, shortHeader, hint, new byte[] {(byte) 0xC0})) {
      seeds.add(H3.concat(new byte[] {(byte) datagram.length}, datagram));
    }
    seeds.add(H3.concat(seeds.toArray(byte[][]::new)));
    return seeds;
  }
}
