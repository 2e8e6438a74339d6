package dev.meshkit.link;

import dev.meshkit.api.MeshError;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells the operator why a peer is not linked: one line a minute for each peer and code, so that a
 * flood of refusals is no flood of lines; counters see them all. Thread-safe.
 */
final class Telling {
  private static final System.Logger LOG = System.getLogger(Telling.class.getName());
  private static final Duration QUIET = Duration.ofMinutes(1);
  private static final int MAX_REMEMBERED = 1_024;

  private final InstantSource monotonic;
  private final Map<String, Instant> told = new LinkedHashMap<>(); // guarded by this

  Telling(InstantSource monotonic) {
    this.monotonic = monotonic;
  }

  void warn(String whom, MeshError error) {
    var mk = error.details().getOrDefault("mk", error.code());
    if (isNews(whom + " " + mk)) LOG.log(System.Logger.Level.WARNING, mk + " " + error.text());
  }

  /** Whether nobody was told of this within the last minute; now somebody is. */
  synchronized boolean isNews(String what) {
    var now = monotonic.instant();
    var last = told.get(what);
    if (last != null && now.isBefore(last.plus(QUIET))) return false;
    told.remove(what); // so that the newest are last
    told.put(what, now);
    if (told.size() > MAX_REMEMBERED) told.remove(told.keySet().iterator().next());
    return true;
  }
}
