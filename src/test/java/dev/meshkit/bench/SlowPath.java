package dev.meshkit.bench;

import dev.meshkit.runtime.Chance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A path on which every IP packet takes its time and some may vanish, for TCP and UDP alike: what
 * is sent to {@link #FAR} comes back, late, as sent by it to {@link #NEAR}, and the other way
 * round. Both ends are in one process; swapping the addresses changes no checksum. For a network
 * namespace that nothing else lives in.
 */
final class SlowPath {
  /** Where servers listen. */
  static final String NEAR = "10.99.0.1";

  /** Under which they are dialled. */
  static final String FAR = "10.99.0.2";

  private static final String DEVICE = "slow0";
  private static final int MOST_BYTES = 65_536;
  private static final int HEADER_BYTES = 20;
  private static final int SOURCE_AT = 12;
  private static final int TARGET_AT = 16;
  private static final int MOST_WAITING = 10_000; // packets; then the device's own queue fills

  /** A packet, and when it arrives. */
  private record Late(long dueNanos, ByteBuffer packet) {}

  private final TunDevice device;
  private final long delayNanos;
  private final LinkedBlockingQueue<Late> underWay = new LinkedBlockingQueue<>(MOST_WAITING);
  private volatile @Nullable IOException failure;

  private SlowPath(TunDevice device, long delayMs) {
    this.device = device;
    this.delayNanos = TimeUnit.MILLISECONDS.toNanos(delayMs);
  }

  /**
   * Makes the path; it lasts as long as this process.
   *
   * @param delayMs of a packet, one way
   * @param loss the share of packets that vanish, each way
   */
  static SlowPath open(long delayMs, double loss) throws IOException, InterruptedException {
    var path = new SlowPath(TunDevice.open(DEVICE), delayMs);
    ip("link set lo up");
    ip("addr add " + NEAR + "/24 dev " + DEVICE);
    ip("link set " + DEVICE + " up mtu 1500");
    var chance = Chance.seeded(1);
    path.run("slow-in", () -> path.take(() -> chance.nextDouble() < loss));
    path.run("slow-out", path::give);
    return path;
  }

  private static void ip(String command) throws IOException, InterruptedException {
    var done = new ProcessBuilder(("ip " + command).split(" ")).inheritIO().start().waitFor();
    if (done != 0) throw new IOException("ip " + command + " failed");
  }

  /** One direction's endless loop. */
  @FunctionalInterface
  private interface Loop {
    void run() throws IOException, InterruptedException;
  }

  /** Whether the next packet vanishes. */
  @FunctionalInterface
  private interface Weather {
    boolean swallows();
  }

  private void run(String name, Loop loop) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              try {
                loop.run();
              } catch (IOException broken) {
                failure = broken;
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** Fails if the path does not carry any more. */
  void check() throws IOException {
    var broken = failure;
    if (broken != null) throw broken;
  }

  private void take(Weather weather) throws IOException, InterruptedException {
    var buffer = ByteBuffer.allocateDirect(MOST_BYTES);
    while (true) {
      device.read(buffer);
      if (buffer.limit() < HEADER_BYTES || buffer.get(0) >> 4 != 4 || weather.swallows()) continue;
      var source = buffer.getInt(SOURCE_AT);
      buffer.putInt(SOURCE_AT, buffer.getInt(TARGET_AT)).putInt(TARGET_AT, source);
      var packet = ByteBuffer.allocateDirect(buffer.limit()).put(buffer).flip();
      var due = System.nanoTime() + delayNanos;
      underWay.put(new Late(due, packet));
    }
  }

  private void give() throws IOException, InterruptedException {
    while (true) {
      var next = underWay.take();
      for (long left; (left = next.dueNanos() - System.nanoTime()) > 0; ) {
        LockSupport.parkNanos(left);
      }
      device.write(next.packet());
    }
  }
}
