package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.handler.codec.quic.SegmentedDatagramPacketAllocator;
import java.net.InetSocketAddress;

/**
 * Packets of one size to one peer as one packet for the kernel, which splits it (UDP GSO).
 *
 * <p>Netty has the same, but on the module path it cannot be reached: its module misnames the one
 * it needs.
 */
final class Segments implements SegmentedDatagramPacketAllocator {
  private static final int MAX_BYTES = 65_507; // of one packet, segments and all
  private static final int MAX_SEGMENTS = MAX_BYTES / UdpSockets.JUMBO_BYTES;

  /** The allocator for epoll sockets here: none if the kernel cannot do it. */
  @SuppressWarnings("deprecation") // the newer class does not say whether the kernel can
  static SegmentedDatagramPacketAllocator forEpoll() {
    return io.netty.channel.epoll.SegmentedDatagramPacket.isSupported() ? new Segments() : NONE;
  }

  @Override
  public int maxNumSegments() {
    return MAX_SEGMENTS;
  }

  @Override
  public DatagramPacket newPacket(ByteBuf buffer, int segmentSize, InetSocketAddress remote) {
    return new SegmentedDatagramPacket(buffer, segmentSize, remote);
  }
}
