package dev.meshkit.api;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A peer as this node's gossip sees it: fast, eventually right.
 *
 * @param node who
 * @param status what this node holds of it
 * @param generation the peer's life; a restart is a greater one
 * @param incarnation how often it refuted within that life
 * @param at where it says it is
 * @param zone its failure domain, empty if none
 * @param labels what it says of itself
 */
public record Member(
    NodeId node,
    Status status,
    long generation,
    int incarnation,
    Endpoint at,
    String zone,
    Map<String, String> labels) {
  /** What an observer makes of a peer. */
  public enum Status {
    /** Heard of, and not accused. */
    ALIVE,
    /** Accused of silence, and may still refute. */
    SUSPECT,
    /** Silent past its deadline. */
    DEAD,
    /** Said goodbye. */
    LEFT
  }

  /** Copies the labels, in the order of their names. */
  public Member {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }
}
