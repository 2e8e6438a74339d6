package dev.meshkit.config;

import dev.meshkit.api.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Section {@code node}: who this node is. Must equal its certificate.
 *
 * @param name this node's name within its region, 1–40 of {@code [a-z0-9-]}; default {@code n1}
 * @param region its region, same form; default {@code eu}; peers of one region elect a leader of it
 * @param zone its failure domain within the region, or empty (default); same form
 * @param labels free facts for people and routing, gossiped to everyone: at most 16, name and value
 *     together at most 64 bytes; default none
 */
public record NodeConfig(String name, String region, String zone, Map<String, String> labels) {
  private static final String NAME = "must be 1-40 of [a-z0-9-], first and last a letter or digit";
  private static final String LABEL = "must be 1-64 bytes each, name and value together";

  /** Checks ranges and relations. */
  public NodeConfig {
    labels = Map.copyOf(labels);
    Rules.of("node")
        .require("name", NodeId.isName(name), NAME)
        .require("region", NodeId.isName(region), NAME)
        .require("zone", zone.isEmpty() || NodeId.isName(zone), NAME)
        .require("labels", labels.size() <= 16, "must be at most 16 labels")
        .require("labels", labels.entrySet().stream().allMatch(NodeConfig::fits), LABEL)
        .check();
  }

  /** The defaults. */
  public static NodeConfig defaults() {
    return new NodeConfig("n1", "eu", "", Map.of());
  }

  /** The node {@code name} of {@code region}, no zone, no labels. */
  public static NodeConfig of(String region, String name) {
    return new NodeConfig(name, region, "", Map.of());
  }

  /** Who this is. */
  public NodeId id() {
    return NodeId.of(region, name);
  }

  /** This, with another name. */
  public NodeConfig withName(String name) {
    return new NodeConfig(name, region, zone, labels);
  }

  /** This, with another region. */
  public NodeConfig withRegion(String region) {
    return new NodeConfig(name, region, zone, labels);
  }

  /** This, with another zone. */
  public NodeConfig withZone(String zone) {
    return new NodeConfig(name, region, zone, labels);
  }

  /** This, with other labels. */
  public NodeConfig withLabels(Map<String, String> labels) {
    return new NodeConfig(name, region, zone, labels);
  }

  private static boolean fits(Map.Entry<String, String> label) {
    var bytes = (label.getKey() + label.getValue()).getBytes(StandardCharsets.UTF_8).length;
    return !label.getKey().isEmpty() && bytes <= 64;
  }
}
