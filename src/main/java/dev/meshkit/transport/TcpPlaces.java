package dev.meshkit.transport;

import dev.meshkit.security.Admission.Refused;
import dev.meshkit.security.TlsCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many of those who came over TCP have a place at one listener: as many as over HTTP/3, 512 in
 * all and 8 of an identity that stay. For one more of an identity the oldest that is unused is sent
 * away; if there is none, the new one is refused. Those that leave have a place until they are
 * gone, and are bounded too: of an identity there are at most four times as many as may stay.
 * Thread-safe.
 */
final class TcpPlaces {
  /** Connections whose handshake is under way. */
  static final int HANDSHAKES = 64;

  /** Connections that were let in. */
  static final int IN_ALL = 512;

  /** What somebody is told who has no place. */
  static final Refused FULL =
      new Refused(TlsCode.OVERLOAD, "this node has as many connections, or of you, as it takes");

  /** Connections of one identity that stay. */
  static final int AN_IDENTITY = 8;

  private static final int GENERATIONS = 4;

  private final Map<String, List<Place>> taken = new HashMap<>(); // by this; oldest first
  private int all; // guarded by this

  /** Of one connection. Asked while all others wait, so none of this may block. */
  interface Place {
    /** Whether it is neither sent away nor about to leave. */
    boolean isStaying();

    /** Whether nobody would miss it. */
    boolean isUnused();

    /** Sends it away; it does not stay from then on. */
    void sendAway();
  }

  /** Whether there is one for this connection, which has it until {@link #leave}. */
  synchronized boolean take(String identity, Place place) {
    var same = taken.getOrDefault(identity, List.of());
    if (all >= IN_ALL || same.size() >= GENERATIONS * AN_IDENTITY) return false;
    var staying = same.stream().filter(Place::isStaying).toList();
    if (staying.size() >= AN_IDENTITY && !sendAwayOneOf(staying)) return false;
    taken.computeIfAbsent(identity, _ -> new ArrayList<>()).add(place);
    all++;
    return true;
  }

  private static boolean sendAwayOneOf(List<Place> staying) {
    var unused = staying.stream().filter(Place::isUnused).findFirst();
    unused.ifPresent(Place::sendAway);
    return unused.isPresent();
  }

  /** A connection has ended. Idempotent. */
  synchronized void leave(String identity, Place place) {
    var same = taken.get(identity);
    if (same == null || !same.remove(place)) return;
    all--;
    if (same.isEmpty()) taken.remove(identity);
  }
}
