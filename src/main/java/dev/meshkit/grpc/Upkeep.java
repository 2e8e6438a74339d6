package dev.meshkit.grpc;

/**
 * How a server keeps its connections.
 *
 * @param keepAlive how a silent path is noticed
 * @param lifetime how long they live
 * @param pings how often clients may keep theirs alive
 * @param bounds what is taken from clients
 */
record Upkeep(KeepAlive keepAlive, Lifetime lifetime, PingWatch.Permit pings, Bounds bounds) {
  static Upkeep defaults() {
    return new Upkeep(
        KeepAlive.defaults(), Lifetime.ofAccepted(), PingWatch.Permit.any(), Bounds.defaults());
  }

  Upkeep with(KeepAlive value) {
    return new Upkeep(value, lifetime, pings, bounds);
  }

  Upkeep with(Lifetime value) {
    return new Upkeep(keepAlive, value, pings, bounds);
  }

  Upkeep with(PingWatch.Permit value) {
    return new Upkeep(keepAlive, lifetime, value, bounds);
  }

  Upkeep with(Bounds value) {
    return new Upkeep(keepAlive, lifetime, pings, value);
  }
}
