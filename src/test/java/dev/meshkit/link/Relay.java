package dev.meshkit.link;

import dev.meshkit.api.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A UDP port of loopback that leads one peer to a node's. From some moment on no new connection
 * gets through, but it is noted when the peer begins one; the others end as the node says.
 */
final class Relay implements AutoCloseable {
  private static final int MOST_BYTES = 65_536;
  private static final int LONG_HEADER = 0x80; // RFC 9000 §17.2
  private static final int PACKET_TYPE = 0x30; // 0 is Initial

  private final SocketAddress node;
  private final DatagramSocket front;
  private final DatagramSocket back;
  private volatile SocketAddress peer = new InetSocketAddress(0);
  private volatile boolean leads = true;
  private volatile long newsNanos;
  private volatile @Nullable Duration pause;

  /** To a node on loopback. */
  Relay(Endpoint node) throws IOException {
    this.node = new InetSocketAddress(node.host(), node.port());
    this.front = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    this.back = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::there);
    Thread.ofVirtual().start(this::back);
  }

  /** Where to dial. */
  Endpoint at() {
    return new Endpoint("127.0.0.1", front.getLocalPort());
  }

  /** From now on no new connection gets through to the node. */
  void cut() {
    newsNanos = System.nanoTime();
    leads = false;
  }

  /**
   * How long after the node's first word since then, which is the soonest that the peer can have
   * heard of anything, it has begun another connection; empty if it has not.
   */
  Optional<Duration> pause() {
    return Optional.ofNullable(pause);
  }

  private void there() {
    var packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
    try {
      while (true) {
        packet.setLength(MOST_BYTES);
        front.receive(packet);
        peer = packet.getSocketAddress();
        packet.setSocketAddress(node);
        if (leads || !isInitial(packet)) back.send(packet);
        else if (pause == null) pause = sinceNews();
      }
    } catch (IOException closed) {
      back.close();
    }
  }

  private Duration sinceNews() {
    return Duration.ofNanos(System.nanoTime() - newsNanos);
  }

  private static boolean isInitial(DatagramPacket packet) {
    var first = packet.getData()[0];
    return (first & LONG_HEADER) != 0 && (first & PACKET_TYPE) == 0;
  }

  private void back() {
    var packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
    var isNews = true;
    try {
      while (true) {
        packet.setLength(MOST_BYTES);
        back.receive(packet);
        if (isNews && !leads) {
          newsNanos = System.nanoTime(); // before the peer has it
          isNews = false;
        }
        packet.setSocketAddress(peer);
        front.send(packet);
      }
    } catch (IOException closed) {
      front.close();
    }
  }

  @Override
  public void close() {
    front.close();
    back.close();
  }
}
