package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.InstantSource;
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
  private static final int LEAST_BYTES = 1_200;
  private static final int MOST_INITIALS = 64; // of one handshake, those sent again included

  private final Bounds.Handshakes bounds;
  private final PenaltyBox penalties;
  private final ServerIds ids;
  private final Map<ByteBuffer, Place> halfOpen = new HashMap<>();
  private final Map<ByteBuffer, Integer> perPrefix = new HashMap<>();
  private final AtomicInteger places;
  private @Nullable Place entering;
  private final AtomicLong dropped = new AtomicLong();
  private final RetryTokens tokens;
  private final InitialBudget budget;

  /** {@code places}: how many handshakes are under way is counted here. */
  HandshakeGate(
      Bounds.Handshakes bounds,
      PenaltyBox penalties,
      ServerIds ids,
      AtomicInteger places,
      RetryTokens tokens,
      InstantSource monotonic) {
    this.bounds = bounds;
    this.penalties = penalties;
    this.ids = ids;
    this.places = places;
    this.tokens = tokens;
    this.budget = new InitialBudget(bounds.begunASecond(), monotonic);
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
    var sender = packet.sender();
    var id = idIn(packet.content());
    if (isWhole(packet) && mayPass(halfOpen.get(id), sender, packet.content())) {
      entering = new Place(id, prefixOf(sender.getAddress()));
      ids.forgetLast();
      ctx.fireChannelRead(packet);
      entering = null; // the codec may have answered with a Retry, or not at all
    } else {
      dropped.incrementAndGet();
      packet.release();
    }
  }

  /** RFC 9000 §14.1: a server drops the Initial of a datagram that is smaller. */
  private static boolean isWhole(DatagramPacket packet) {
    return packet.content().readableBytes() >= LEAST_BYTES;
  }

  /**
   * A known id may be a new connection's too: QUIC forgets a client's first id, and its late
   * Initial, once the handshake is done, while the peer's check may take longer.
   */
  private boolean mayPass(@Nullable Place known, InetSocketAddress sender, ByteBuf initial) {
    if (known != null) return known.mayRead(prefixOf(sender.getAddress()));
    return hasRoom(sender.getAddress()) && budget.spend(() -> isProven(sender, initial));
  }

  private boolean isProven(InetSocketAddress sender, ByteBuf initial) {
    var token = tokenIn(initial);
    return token.isReadable() && tokens.validateToken(token, sender) >= 0;
  }

  private boolean hasRoom(InetAddress sender) {
    if (places.get() >= bounds.halfOpen() || penalties.isBarred(sender)) return false;
    return sender.isLoopbackAddress()
        || perPrefix.getOrDefault(prefixOf(sender), 0) < bounds.aPrefix();
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
    private int initials;

    private Place(ByteBuffer first, ByteBuffer prefix) {
      this.first = first;
      this.prefix = prefix;
    }

    /** An Initial more: of its own network, and no more than a handshake needs. */
    private boolean mayRead(ByteBuffer network) {
      return network.equals(prefix) && initials++ < MOST_INITIALS;
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

  /** RFC 9000 §17.2.2: two ids, each behind its length, then the token behind its own. */
  private static ByteBuf tokenIn(ByteBuf initial) {
    var rest = initial.slice().skipBytes(ID_LENGTH_AT);
    for (var i = 0; i < 2; i++) {
      if (!rest.isReadable()) return Unpooled.EMPTY_BUFFER;
      var length = rest.readUnsignedByte();
      if (rest.readableBytes() < length) return Unpooled.EMPTY_BUFFER;
      rest.skipBytes(length);
    }
    if (!Varint.isWhole(rest)) return Unpooled.EMPTY_BUFFER;
    var length = Varint.read(rest);
    return length > rest.readableBytes() ? Unpooled.EMPTY_BUFFER : rest.readSlice((int) length);
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
