package dev.meshkit.control;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * How nodes are written for people: by name alone while that names one node only, else as {@code
 * region/name}. Both forms are read. Immutable.
 */
public final class NodeNames {
  private final TreeSet<NodeId> known;
  private final Map<String, Integer> bearers = new HashMap<>();

  private NodeNames(Collection<NodeId> known) {
    this.known = new TreeSet<>(known);
    this.known.forEach(node -> bearers.merge(node.name(), 1, Integer::sum));
  }

  /** Names among these nodes. */
  public static NodeNames of(Collection<NodeId> known) {
    return new NodeNames(known);
  }

  /** The node's name, with its region if another known node bears the same; empty for nobody. */
  public String text(NodeId node) {
    return bearers.getOrDefault(node.name(), 0) > 1 ? node.toString() : node.name();
  }

  /**
   * The node a person means. A full id need not be known: what is sent to it waits. A bare name
   * must be that of one known node ({@code error.not_found}, {@code error.validation}).
   */
  public Result<NodeId> node(String text) {
    if (text.contains("/")) return full(text);
    var found = known.stream().filter(node -> node.name().equals(text)).toList();
    if (found.size() == 1) return Result.ok(found.getFirst());
    if (found.isEmpty()) {
      return Result.err(
          MeshError.of(
              "error.not_found",
              "no member is named '" + text + "'",
              "this node knows " + String.join(", ", known.stream().map(this::text).toList()),
              "see meshkit members, or write region/name to queue for a node not seen yet",
              MeshError.Retry.SAFE));
    }
    return Result.err(
        MeshError.validation(
            found.size() + " members are named '" + text + "'",
            "a name is unique only within its region",
            "write one of " + String.join(", ", found.stream().map(NodeId::toString).toList())));
  }

  private static Result<NodeId> full(String text) {
    try {
      return Result.ok(NodeId.parse(text));
    } catch (IllegalArgumentException bad) {
      return Result.err(
          MeshError.validation(
              "'" + text + "' names no node", bad.getMessage() + "", "write region/name"));
    }
  }
}
