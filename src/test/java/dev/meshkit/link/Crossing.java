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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port of loopback that leads to a node's, UDP and TCP of one number, on which each can be cut.
 * UDP that is cut vanishes, as in a firewall; TCP that is cut breaks, and connects again at once;
 * TCP that is frozen stays open, and nothing arrives any more.
 */
public final class Crossing implements AutoCloseable {
  private static final int MOST_BYTES = 65_536;
  private static final int TRIES = 64;

  private final InetSocketAddress node;
  private final ServerSocket tcp;
  private final DatagramSocket front;
  private final Map<SocketAddress, DatagramSocket> backs = new ConcurrentHashMap<>(); // by client
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connects = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean tcpFrozen;
  private volatile boolean udpCut;
  private volatile boolean udpDeaf;
  private volatile boolean udpMute;
  private volatile boolean closed;
  private volatile Runnable onConnect = () -> {};

  /** To a node on loopback. */
  public Crossing(Endpoint node) throws IOException {
    this.node = new InetSocketAddress(node.host(), node.port());
    var loopback = InetAddress.getLoopbackAddress();
    this.front = new DatagramSocket(null);
    this.tcp = bound(front, loopback);
    Thread.ofVirtual().start(this::inward);
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

  /** Breaks every connection over TCP that there is. */
  public void cutTcp() throws IOException {
    for (var socket : sockets) socket.close();
  }

  /** From now on nothing arrives over TCP, nor a word of a connection's end. */
  public void freezeTcp() {
    tcpFrozen = true;
  }

  /** From now on UDP vanishes, both ways. */
  public void cutUdp() {
    udpCut = true;
  }

  /** From now on what the node sends over UDP vanishes. */
  public void deafenUdp() {
    udpDeaf = true;
  }

  /** From now on what is sent to the node over UDP vanishes. */
  public void muteUdp() {
    udpMute = true;
  }

  /** From now on all arrives again. */
  public void mend() {
    udpCut = false;
    udpMute = false;
    udpDeaf = false;
  }

  /** How often somebody has connected over TCP. */
  public int connects() {
    return connects.get();
  }

  /** What is to happen before anybody who connects over TCP from now on is let through. */
  public void onConnect(Runnable what) {
    onConnect = what;
  }

  private void inward() {
    var packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
    while (!closed) {
      try {
        packet.setLength(MOST_BYTES);
        front.receive(packet);
        if (udpCut || udpMute) continue;
        var back = back(packet.getSocketAddress());
        packet.setSocketAddress(node);
        back.send(packet);
      } catch (IOException gone) {
        if (front.isClosed()) return; // else a port that answers nothing: as on any path
      }
    }
  }

  /** What the node knows a client by. */
  private DatagramSocket back(SocketAddress client) throws IOException {
    var known = backs.get(client);
    if (known != null) return known;
    var back = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    backs.put(client, back); // one thread alone adds
    Thread.ofVirtual().start(() -> outward(back, client));
    return back;
  }

  private void outward(DatagramSocket back, SocketAddress client) {
    var packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
    while (!closed) {
      try {
        packet.setLength(MOST_BYTES);
        back.receive(packet);
        if (udpCut || udpDeaf) continue;
        packet.setSocketAddress(client);
        front.send(packet);
      } catch (IOException gone) {
        if (back.isClosed()) return; // else a client that is gone: as on any path
      }
    }
  }

  private void accept() {
    while (!closed) {
      try {
        var near = tcp.accept();
        connects.incrementAndGet();
        onConnect.run();
        Thread.ofVirtual().start(() -> join(near));
      } catch (IOException gone) {
        if (tcp.isClosed()) return;
      }
    }
  }

  /** To a node that does not listen: whoever connected is told at once, as by its own port. */
  private void join(Socket near) {
    var far = new Socket();
    sockets.add(near);
    sockets.add(far);
    try (near) {
      far.connect(node);
      Thread.ofVirtual().start(() -> bytes(near, far));
      bytes(far, near);
    } catch (IOException _) {
      // the node is gone, and so is the connection
    } finally {
      sockets.remove(near);
      sockets.remove(far);
    }
  }

  private void bytes(Socket from, Socket to) {
    var piece = new byte[MOST_BYTES];
    try (from;
        to) {
      var in = from.getInputStream();
      for (var read = in.read(piece); read >= 0; read = in.read(piece)) {
        if (!tcpFrozen) to.getOutputStream().write(piece, 0, read);
      }
      if (tcpFrozen) end.await();
    } catch (InterruptedException impossible) {
      throw new IllegalStateException(impossible); // nobody knows this thread
    } catch (IOException _) {
      // by either end, or cut: both are closed now
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    end.countDown();
    front.close();
    tcp.close();
    for (var back : backs.values()) back.close();
    for (var socket : sockets) socket.close();
  }
}
