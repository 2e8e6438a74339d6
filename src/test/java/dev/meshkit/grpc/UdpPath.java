package dev.meshkit.grpc;

import dev.meshkit.runtime.Chance;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** A path between one client and one server that can be cut, slow, lossy and out of order. */
final class UdpPath implements AutoCloseable {
  private static final int MOST_BYTES = 65_536;

  private final DatagramSocket front;
  private final DatagramSocket back;
  private final InetSocketAddress server;
  private final Weather weather;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
  private final AtomicLong lost = new AtomicLong();
  private volatile SocketAddress client = new InetSocketAddress(0);
  private volatile boolean cut;
  private volatile boolean deaf;
  private volatile int most = MOST_BYTES;
  private final AtomicInteger largest = new AtomicInteger();
  private volatile long hinted; // when, of System.nanoTime; 0 = not yet
  private volatile long redialled;

  /**
   * How packets fare.
   *
   * @param lossPercent of them that vanish
   * @param delayMs each takes, one way
   * @param jitterMs more or less, so that they overtake each other
   */
  record Weather(double lossPercent, long delayMs, long jitterMs) {
    static Weather fine() {
      return new Weather(0, 0, 0);
    }
  }

  UdpPath(InetSocketAddress server) throws IOException {
    this(server, Weather.fine());
  }

  UdpPath(InetSocketAddress server, Weather weather) throws IOException {
    this.server = server;
    this.weather = weather;
    this.front = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    this.back = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().start(() -> pump(front, true, Chance.seeded(1)));
    Thread.ofVirtual().start(() -> pump(back, false, Chance.seeded(2)));
  }

  int port() {
    return front.getLocalPort();
  }

  /** From now on packets vanish, both ways. */
  void cut() {
    cut = true;
  }

  /** From now on what the server sends vanishes. */
  void deafen() {
    deaf = true;
  }

  /** From now on they arrive again. */
  void mend() {
    cut = false;
    deaf = false;
  }

  /** From now on larger packets vanish, both ways. */
  void narrow(int mostBytes) {
    most = mostBytes;
  }

  /** The largest packet that passed, in bytes. */
  int largest() {
    return largest.get();
  }

  /** How many packets vanished in the weather. */
  long lost() {
    return lost.get();
  }

  /** From the server's first hint to the client's next handshake, in ms; −1 if one is missing. */
  long redialMs() {
    return redialled == 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(redialled - hinted);
  }

  private void note(byte[] bytes, boolean fromClient) {
    if (!fromClient && hinted == 0 && ResetHint.in(Unpooled.wrappedBuffer(bytes)).isPresent()) {
      hinted = System.nanoTime();
    } else if (fromClient && hinted != 0 && redialled == 0 && bytes[0] < 0) { // a long header
      redialled = System.nanoTime();
    }
  }

  private void pump(DatagramSocket from, boolean fromClient, RandomGenerator chance) {
    var packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
    try {
      while (!from.isClosed()) {
        packet.setLength(MOST_BYTES);
        from.receive(packet);
        if (fromClient) client = packet.getSocketAddress();
        if (cut || (deaf && !fromClient) || packet.getLength() > most) continue;
        largest.accumulateAndGet(packet.getLength(), Math::max);
        if (chance.nextDouble() * 100 < weather.lossPercent()) {
          lost.incrementAndGet();
        } else {
          pass(Arrays.copyOf(packet.getData(), packet.getLength()), fromClient, chance);
        }
      }
    } catch (IOException closed) {
      cut = true; // the test is over
    }
  }

  private void pass(byte[] bytes, boolean fromClient, RandomGenerator chance) throws IOException {
    note(bytes, fromClient);
    if (weather.delayMs() == 0) {
      send(bytes, fromClient);
      return;
    }
    var jitter = weather.jitterMs() == 0 ? 0 : chance.nextLong(2 * weather.jitterMs() + 1);
    var delay = Math.max(0, weather.delayMs() - weather.jitterMs() + jitter);
    timer.schedule(
        () -> {
          send(bytes, fromClient);
          return null;
        },
        delay,
        TimeUnit.MILLISECONDS);
  }

  private void send(byte[] bytes, boolean fromClient) throws IOException {
    var out = fromClient ? back : front;
    out.send(new DatagramPacket(bytes, bytes.length, fromClient ? server : client));
  }

  @Override
  public void close() {
    front.close();
    back.close();
    timer.shutdownNow();
  }
}
