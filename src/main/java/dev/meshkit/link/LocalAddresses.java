package dev.meshkit.link;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that this host can be reached at, loopback and link-local ones left out. Asked only
 * while a peer is on HTTP/2 against its will: another network may let UDP pass. Java is not told
 * when they change, so the kernel is asked, at most once in two seconds however many ask here.
 * Thread-safe.
 */
public final class LocalAddresses implements Supplier<Set<InetAddress>> {
  private static final System.Logger LOG = System.getLogger(LocalAddresses.class.getName());
  private static final Duration FRESH = Duration.ofSeconds(2);

  private final InstantSource monotonic;
  private @Nullable Instant asked; // guarded by this
  private Set<InetAddress> known = Set.of(); // guarded by this

  /** Of this host, as old as two seconds by a clock that never jumps. */
  public LocalAddresses(InstantSource monotonic) {
    this.monotonic = monotonic;
  }

  /** Those of all interfaces that are up. A system call at most; the last known if it fails. */
  @Override
  public synchronized Set<InetAddress> get() {
    var now = monotonic.instant();
    if (asked != null && now.isBefore(asked.plus(FRESH))) return known;
    asked = now;
    try {
      known =
          NetworkInterface.networkInterfaces()
              .filter(LocalAddresses::isUp)
              .flatMap(NetworkInterface::inetAddresses)
              .filter(at -> !at.isLoopbackAddress() && !at.isLinkLocalAddress())
              .collect(Collectors.toUnmodifiableSet());
    } catch (SocketException failed) {
      LOG.log(System.Logger.Level.DEBUG, "the addresses of this host cannot be read", failed);
    }
    return known;
  }

  private static boolean isUp(NetworkInterface one) {
    try {
      return one.isUp();
    } catch (SocketException gone) {
      return false; // between being listed and being asked
    }
  }
}
