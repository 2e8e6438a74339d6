package dev.meshkit.cli;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;

/**
 * One node of the demo.
 *
 * @param id who it is
 * @param at where its peers reach it
 */
record DemoNode(NodeId id, Endpoint at) {
  /** The name that people, tables and directories use. */
  String name() {
    return id.name();
  }

  @Override
  public String toString() {
    return name();
  }
}
