package dev.meshkit.grpc;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.function.Consumer;

/**
 * Learns that nobody listens on a UDP port, which the host says by ICMP, and the system tells only
 * those whose socket is connected to that one address. The sockets that dial are not, so a second
 * one sends a byte that means nothing to QUIC, and listens for a second.
 */
final class Knock {
  private static final int PATIENCE_MS = 1_000;
  private static final byte[] NOTHING = {0};

  private Knock() {}

  /** Tells {@code refused}, on a virtual thread, if the network says that nobody is there. */
  static void at(InetSocketAddress address, Consumer<PortUnreachableException> refused) {
    Thread.ofVirtual().name("meshkit-knock").start(() -> knock(address, refused));
  }

  private static void knock(InetSocketAddress address, Consumer<PortUnreachableException> refused) {
    try (var socket = new DatagramSocket()) {
      socket.connect(address);
      socket.setSoTimeout(PATIENCE_MS);
      socket.send(new DatagramPacket(NOTHING, NOTHING.length));
      socket.receive(new DatagramPacket(new byte[1], 1));
    } catch (PortUnreachableException nobody) {
      refused.accept(nobody);
    } catch (IOException silence) {
      // somebody is there and has nothing to say to that, or the network tells nobody
    }
  }
}
