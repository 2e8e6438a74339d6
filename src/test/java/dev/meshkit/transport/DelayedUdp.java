package dev.meshkit.transport;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A UDP port that passes what it gets on to another one, later; answers come back at once. */
final class DelayedUdp implements AutoCloseable {
  private static final int LARGEST = 64 << 10;

  private final DatagramSocket front;
  private final InetSocketAddress to;
  private final Duration delay;
  private final Map<SocketAddress, DatagramSocket> backs = new ConcurrentHashMap<>();
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

  DelayedUdp(int port, int to, Duration delay) throws IOException {
    this.front = new DatagramSocket(new InetSocketAddress("127.0.0.1", port));
    this.to = new InetSocketAddress("127.0.0.1", to);
    this.delay = delay;
    Thread.startVirtualThread(() -> untilClosed(this::there));
  }

  private void there() throws IOException {
    var packet = new DatagramPacket(new byte[LARGEST], LARGEST);
    front.receive(packet);
    var back = backs.computeIfAbsent(packet.getSocketAddress(), this::back);
    packet.setSocketAddress(to);
    later.schedule(
        () -> {
          back.send(packet);
          return packet;
        },
        delay.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private DatagramSocket back(SocketAddress client) {
    try {
      var back = new DatagramSocket();
      Thread.startVirtualThread(() -> untilClosed(() -> here(back, client)));
      return back;
    } catch (SocketException impossible) {
      throw new IllegalStateException("no UDP port is free", impossible);
    }
  }

  private void here(DatagramSocket back, SocketAddress client) throws IOException {
    var packet = new DatagramPacket(new byte[LARGEST], LARGEST);
    back.receive(packet);
    packet.setSocketAddress(client);
    front.send(packet);
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private void untilClosed(Step step) {
    try {
      while (!front.isClosed()) step.run();
    } catch (IOException closed) {
      assert front.isClosed() : closed;
    }
  }

  @Override
  public void close() {
    later.shutdownNow();
    front.close();
    backs.values().forEach(DatagramSocket::close);
  }
}
