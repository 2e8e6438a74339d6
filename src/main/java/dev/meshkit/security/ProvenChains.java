package dev.meshkit.security;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chains whose strength and signatures were proved under one set of roots: neither changes, so the
 * second look at a peer, and the one every second after that, only has to look at the clock. The
 * {@value #MOST} last used are kept. Thread-safe.
 */
final class ProvenChains {
  static final int MOST = 1024;

  private final Map<List<X509Certificate>, Window> windows =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<X509Certificate>, Window> eldest) {
          return size() > MOST;
        }
      };

  /** Whether this very chain was proved, and all of its certificates are valid at this time. */
  synchronized boolean holds(List<X509Certificate> chain, Instant now) {
    var window = windows.get(chain);
    return window != null && !now.isBefore(window.from) && !now.isAfter(window.until);
  }

  /** Remembers a chain that passed all of {@link ChainRules#trust}. */
  synchronized void proved(List<X509Certificate> chain) {
    windows.put(List.copyOf(chain), Window.of(chain));
  }

  synchronized int size() {
    return windows.size();
  }

  /**
   * When all certificates of a chain are valid.
   *
   * @param from the latest beginning
   * @param until the earliest end
   */
  private record Window(Instant from, Instant until) {
    static Window of(List<X509Certificate> chain) {
      var from = Instant.MIN;
      var until = Instant.MAX;
      for (var certificate : chain) {
        var begins = certificate.getNotBefore().toInstant();
        var ends = certificate.getNotAfter().toInstant();
        if (begins.isAfter(from)) from = begins;
        if (ends.isBefore(until)) until = ends;
      }
      return new Window(from, until);
    }
  }
}
