package dev.meshkit.sim;

import dev.meshkit.api.Endpoint;

/** Where simulated nodes are reached: the port is the number. */
final class Addresses {
  private static final int FIRST = 7443;

  private Addresses() {}

  /** The endpoint of a node. */
  static Endpoint of(int number) {
    return new Endpoint("sim", FIRST + number);
  }

  /** The node at an endpoint, perhaps none that exists. */
  static int number(Endpoint at) {
    return at.port() - FIRST;
  }
}
