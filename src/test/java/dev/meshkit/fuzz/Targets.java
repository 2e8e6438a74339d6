package dev.meshkit.fuzz;

import dev.meshkit.api.EndpointFuzz;
import dev.meshkit.config.ConfigFuzz;
import dev.meshkit.grpc.CancelFuzz;
import dev.meshkit.grpc.DeframerFuzz;
import dev.meshkit.grpc.DoorFuzz;
import dev.meshkit.grpc.FramesFuzz;
import dev.meshkit.grpc.HeaderFuzz;
import dev.meshkit.grpc.PercentFuzz;
import dev.meshkit.grpc.PlainFuzz;
import dev.meshkit.grpc.ResponseFuzz;
import dev.meshkit.grpc.RetryTokenFuzz;
import dev.meshkit.security.ChainFuzz;
import dev.meshkit.security.IdentityFuzz;
import dev.meshkit.transport.LegacyFuzz;
import dev.meshkit.wire.WireFuzz;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Every target there is, by the name that {@code make fuzz TARGET=} knows it by. Each is made when
 * asked for: what a fuzzer does not load, it does not instrument.
 */
final class Targets {
  /** The one that is broken on purpose. */
  static final String PLANTED = "planted";

  private static final Map<String, Supplier<FuzzTarget>> ALL =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("cancel", CancelFuzz::new),
              Map.entry("chain", ChainFuzz::new),
              Map.entry("config", ConfigFuzz::new),
              Map.entry("deframer", DeframerFuzz::new),
              Map.entry("door", DoorFuzz::new),
              Map.entry("endpoint", EndpointFuzz::new),
              Map.entry("frames", FramesFuzz::new),
              Map.entry("header", HeaderFuzz::new),
              Map.entry("identity", IdentityFuzz::new),
              Map.entry("legacy", LegacyFuzz::new),
              Map.entry("percent", PercentFuzz::new),
              Map.entry("plain", PlainFuzz::new),
              Map.entry("response", ResponseFuzz::new),
              Map.entry("retry-token", RetryTokenFuzz::new),
              Map.entry("wire-command", WireFuzz::command),
              Map.entry("wire-commanded", WireFuzz::commanded),
              Map.entry("wire-deliver-down", WireFuzz::deliverDown),
              Map.entry("wire-deliver-up", WireFuzz::deliverUp),
              Map.entry("wire-elect", WireFuzz::elect),
              Map.entry("wire-hello", WireFuzz::hello),
              Map.entry("wire-record", WireFuzz::record),
              Map.entry("wire-stream", WireFuzz::stream),
              Map.entry("wire-sync", WireFuzz::syncRequest),
              Map.entry("wire-synced", WireFuzz::syncResponse)));

  private Targets() {}

  /** The names of all that must hold. */
  static SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(ALL.keySet()));
  }

  /** The target of that name. */
  static FuzzTarget named(String name) {
    var target = name.equals(PLANTED) ? (Supplier<FuzzTarget>) Planted::new : ALL.get(name);
    if (target == null) {
      throw new IllegalArgumentException("no target '" + name + "'; there are " + ALL.keySet());
    }
    return target.get();
  }
}
