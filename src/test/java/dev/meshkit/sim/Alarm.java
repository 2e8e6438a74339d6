package dev.meshkit.sim;

/** One core of a process, and when it is next looked after. */
final class Alarm {
  /** It is not. */
  static final long NONE = -1;

  final String core;
  final Host host;
  long at = NONE;

  Alarm(String core, Host host) {
    this.core = core;
    this.host = host;
  }
}
