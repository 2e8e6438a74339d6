package dev.meshkit.sim;

import dev.meshkit.api.Endpoint;
import dev.meshkit.gossip.Frame;
import dev.meshkit.gossip.Table;

/** What travels between two gossip hosts: the core's frames, and the shell's own signals. */
sealed interface Wired {
  /** Opens a link. */
  record Open() implements Wired {}

  /** The link is open. */
  record Opened() implements Wired {}

  /** The host is up, but nobody listens. */
  record Refused() implements Wired {}

  /** Keeps an idle link from being given up. */
  record KeepAlive() implements Wired {}

  /** A frame of the core. */
  record News(Frame frame) implements Wired {}

  /** Who is there? */
  record Hail(Endpoint at) implements Wired {}

  /** I am. */
  record HailBack(Endpoint at) implements Wired {}

  /** A table for a table. */
  record SyncCall(int call, Table ours) implements Wired {}

  /** The other table. */
  record SyncBack(int call, Table theirs) implements Wired {}
}
