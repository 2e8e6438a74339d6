package dev.meshkit.grpc;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** A path between one client and one server that can be cut. */
final class UdpPath implements AutoCloseable {
  private final DatagramSocket front;
  private final DatagramSocket back;
  private final InetSocketAddress server;
  private volatile SocketAddress client = new InetSocketAddress(0);
  private volatile boolean cut;

  UdpPath(InetSocketAddress server) throws IOException {
    this.server = server;
    this.front = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    this.back = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().start(() -> pump(front, true));
    Thread.ofVirtual().start(() -> pump(back, false));
  }

  int port() {
    return front.getLocalPort();
  }

  /** From now on packets vanish, both ways. */
  void cut() {
    cut = true;
  }

  private void pump(DatagramSocket from, boolean fromClient) {
    var packet = new DatagramPacket(new byte[65_536], 65_536);
    try {
      while (!from.isClosed()) {
        packet.setLength(65_536);
        from.receive(packet);
        if (cut) continue;
        if (fromClient) client = packet.getSocketAddress();
        var to = fromClient ? server : client;
        var out = fromClient ? back : front;
        out.send(new DatagramPacket(packet.getData(), packet.getLength(), to));
      }
    } catch (IOException closed) {
      cut = true; // the test is over
    }
  }

  @Override
  public void close() {
    front.close();
    back.close();
  }
}
