package dev.meshkit.link;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The places where an identity was refused when somebody asked who is there: for a while nobody
 * asks again, as nobody dials a peer that is blocked. At most 1,024. Thread-safe.
 */
final class Turnaways {
  private static final int MOST = 1_024;

  private final InstantSource monotonic;
  private final Map<Endpoint, Until> refused = new LinkedHashMap<>(); // guarded by this

  private record Until(MeshError why, Instant end) {}

  Turnaways(InstantSource monotonic) {
    this.monotonic = monotonic;
  }

  /** Why nobody should ask at a place now, if so. */
  synchronized Optional<MeshError> at(Endpoint place) {
    var until = refused.get(place);
    if (until == null) return Optional.empty();
    if (monotonic.instant().isBefore(until.end())) return Optional.of(until.why());
    refused.remove(place);
    return Optional.empty();
  }

  /** An identity was refused there: not again before {@code end}. */
  synchronized void add(Endpoint place, MeshError why, Instant end) {
    refused.remove(place); // so that the newest are last
    refused.put(place, new Until(why, end));
    if (refused.size() <= MOST) return;
    var oldest = refused.keySet().iterator();
    oldest.next();
    oldest.remove();
  }

  /** What was refused there says nothing any more. */
  synchronized void forget(Endpoint place) {
    refused.remove(place);
  }

  /** What was refused anywhere says nothing any more. */
  synchronized void forgetAll() {
    refused.clear();
  }
}
