package dev.meshkit.link;

import dev.meshkit.api.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port of loopback that leads to a node's, UDP and TCP of one number, on which each can be cut.
 * What is cut vanishes, as in a firewall; TCP that is cut still connects.
 */
public final class Crossing implements AutoCloseable {
  private static final int MOST_BYTES = 65_536;
  private static final int TRIES = 64;

  private final InetSocketAddress node;
  private final ServerSocket tcp;
  private final DatagramSocket front;
  private final DatagramSocket back;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connects = new AtomicInteger();
  private volatile SocketAddress client = new InetSocketAddress(0);
  private volatile boolean udpCut;
  private volatile boolean udpDeaf;
  private volatile boolean closed;

  /** To a node on loopback. */
  public Crossing(Endpoint node) throws IOException {
    this.node = new InetSocketAddress(node.host(), node.port());
    var loopback = InetAddress.getLoopbackAddress();
    this.front = new DatagramSocket(null);
    this.tcp = bound(front, loopback);
    this.back = new DatagramSocket(0, loopback);
    Thread.ofVirtual().start(() -> datagrams(front, back, true));
    Thread.ofVirtual().start(() -> datagrams(back, front, false));
    Thread.ofVirtual().start(this::accept);
  }

  private static ServerSocket bound(DatagramSocket udp, InetAddress loopback) throws IOException {
    for (var i = 0; i < TRIES; i++) {
      var tcp = new ServerSocket(0, 50, loopback);
      try {
        udp.bind(new InetSocketAddress(loopback, tcp.getLocalPort()));
        return tcp;
      } catch (BindException taken) {
        tcp.close(); // another number, then
      }
    }
    throw new IOException("no number is free on both UDP and TCP");
  }

  /** Where to dial. */
  public Endpoint at() {
    return new Endpoint("127.0.0.1", tcp.getLocalPort());
  }

  /** From now on UDP vanishes, both ways. */
  public void cutUdp() {
    udpCut = true;
  }

  /** From now on what the node sends over UDP vanishes. */
  public void deafenUdp() {
    udpDeaf = true;
  }

  /** From now on all arrives again. */
  public void mend() {
    udpCut = false;
    udpDeaf = false;
  }

  /** How often somebody has connected over TCP. */
  public int connects() {
    return connects.get();
  }

  private void datagrams(DatagramSocket from, DatagramSocket to, boolean inward) {
    var packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
    while (!closed) {
      try {
        packet.setLength(MOST_BYTES);
        from.receive(packet);
        if (inward) client = packet.getSocketAddress();
        if (udpCut || (udpDeaf && !inward)) continue;
        packet.setSocketAddress(inward ? node : client);
        to.send(packet);
      } catch (IOException gone) {
        if (from.isClosed()) return; // else a port that answers nothing: as on any path
      }
    }
  }

  private void accept() {
    while (!closed) {
      try {
        var near = tcp.accept();
        connects.incrementAndGet();
        var far = new Socket();
        sockets.add(near);
        sockets.add(far);
        far.connect(node);
        Thread.ofVirtual().start(() -> bytes(near, far));
        Thread.ofVirtual().start(() -> bytes(far, near));
      } catch (IOException gone) {
        if (tcp.isClosed()) return; // else the node is: whoever connected hears nothing
      }
    }
  }

  private void bytes(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException ended) {
      sockets.remove(from); // by either end
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    front.close();
    back.close();
    tcp.close();
    for (var socket : sockets) socket.close();
  }
}
