package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of a listener's QUIC codec and bounds the handshakes under way, in total and per
 * network: the Initial of one too many is dropped before it has cost any native state. Confined to
 * the event loop of the socket, but for its counts.
 *
 * <pre>
 *   datagram → Initial with an id not seen yet? → room, and its address not barred? → codec
 *   codec accepts → {@link #claim} → half-open, until it is admitted or has ended → {@link Place#free}
 * </pre>
 */
final class HandshakeGate extends ChannelInboundHandlerAdapter {
  private static final int LONG_HEADER = 0x80;
  private static final int TYPE_BITS = 0x30; // 00 = Initial, RFC 9000 §17.2
  private static final int ID_LENGTH_AT = 5;

  private final Bounds.Handshakes bounds;
  private final PenaltyBox penalties;
  private final ServerIds ids;
  private final Map<ByteBuffer, Place> halfOpen = new HashMap<>();
  private final Map<ByteBuffer, Integer> perPrefix = new HashMap<>();
  private final AtomicInteger places = new AtomicInteger();
  private @Nullable Place entering;
  private final AtomicLong dropped = new AtomicLong();
  private final Budget strangers;
  private final Budget proven;

  HandshakeGate(Bounds.Handshakes bounds, PenaltyBox penalties, ServerIds ids) {
    this.bounds = bounds;
    this.penalties = penalties;
    this.ids = ids;
    this.strangers = new Budget(bounds.begunASecond(), bounds.begunASecond());
    this.proven = new Budget(bounds.begunASecond(), bounds.begunASecond());
  }

  /** Another 250 ms have passed. */
  void tick() {
    strangers.tick();
    proven.tick();
  }

  /** How many handshakes are under way. Any thread. */
  int halfOpen() {
    return places.get();
  }

  /** How many Initials were dropped so far. Any thread. */
  long dropped() {
    return dropped.get();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof DatagramPacket packet) || !isInitial(packet.content())) {
      ctx.fireChannelRead(message);
      return;
    }
    var id = idIn(packet.content());
    // A known id may be a new connection's too: QUIC forgets a client's first id, and its late
    // Initial, once the handshake is done, while the peer's check may take longer.
    if (halfOpen.containsKey(id)
        || (hasRoom(packet.sender().getAddress()) && budget(packet.content()).spend())) {
      entering = new Place(id, prefixOf(packet.sender().getAddress()));
      ids.forgetLast();
      ctx.fireChannelRead(packet);
      entering = null; // the codec may have answered with a Retry, or not at all
    } else {
      dropped.incrementAndGet();
      packet.release();
    }
  }

  private boolean hasRoom(InetAddress sender) {
    if (places.get() >= bounds.halfOpen() || penalties.isBarred(sender)) return false;
    return sender.isLoopbackAddress()
        || perPrefix.getOrDefault(prefixOf(sender), 0) < bounds.aPrefix();
  }

  /**
   * Whose address is proven by a token, as Retry demands it under load, does not wait for others.
   */
  private Budget budget(ByteBuf initial) {
    return hasToken(initial) ? proven : strangers;
  }

  /** The codec has accepted what it is reading. */
  Place claim() {
    var place = Objects.requireNonNull(entering, "nothing is accepted but what passed the gate");
    entering = null;
    place.enter(ids.last());
    return place;
  }

  /** A handshake under way, and the two ids by which its client calls it. */
  final class Place {
    private final ByteBuffer first;
    private final ByteBuffer prefix;
    private ByteBuffer second = ByteBuffer.allocate(0);
    private boolean taken;

    private Place(ByteBuffer first, ByteBuffer prefix) {
      this.first = first;
      this.prefix = prefix;
    }

    private void enter(ByteBuffer own) {
      second = own;
      taken = true;
      places.incrementAndGet();
      halfOpen.put(first, this);
      halfOpen.put(second, this);
      perPrefix.merge(prefix, 1, Integer::sum);
    }

    /** It is admitted, or has ended. Idempotent. */
    void free() {
      if (!taken) return;
      taken = false;
      places.decrementAndGet();
      halfOpen.remove(first, this);
      halfOpen.remove(second, this);
      perPrefix.computeIfPresent(prefix, (_, n) -> n == 1 ? null : n - 1);
    }
  }

  private static boolean isInitial(ByteBuf packet) {
    var at = packet.readerIndex();
    if (packet.readableBytes() <= ID_LENGTH_AT) return false;
    var first = packet.getByte(at);
    if ((first & LONG_HEADER) == 0 || (first & TYPE_BITS) != 0) return false;
    var id = packet.getUnsignedByte(at + ID_LENGTH_AT);
    return packet.readableBytes() > ID_LENGTH_AT + id;
  }

  /** RFC 9000 §17.2.2: two ids, each behind its length, then the token's length. */
  private static boolean hasToken(ByteBuf initial) {
    var at = initial.readerIndex() + ID_LENGTH_AT;
    var second = at + 1 + initial.getUnsignedByte(at);
    if (second >= initial.writerIndex()) return false;
    var length = second + 1 + initial.getUnsignedByte(second);
    return length < initial.writerIndex() && initial.getByte(length) != 0;
  }

  private static ByteBuffer idIn(ByteBuf initial) {
    var at = initial.readerIndex() + ID_LENGTH_AT;
    var id = new byte[initial.getUnsignedByte(at)];
    initial.getBytes(at + 1, id);
    return ByteBuffer.wrap(id);
  }

  /** The network that an address is in: a /24, or a /56 of IPv6. */
  static ByteBuffer prefixOf(InetAddress address) {
    var bytes = address.getAddress();
    return ByteBuffer.wrap(bytes, 0, bytes.length == 4 ? 3 : 7).slice();
  }
}
