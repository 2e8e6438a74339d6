package dev.meshkit.link;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.transport.Road;
import dev.meshkit.transport.RoadFailure;
import java.util.Optional;

/** Why a peer is not even dialled. */
final class NoRoad {
  static final String NO_VERSION = "MK-NET-007";

  private NoRoad() {}

  /** The windows of both regions do not overlap. */
  static Result<Road> noCommonRoad(NodeId peer) {
    return Result.err(
        MeshError.unavailable(
                "reach " + peer,
                "its region and ours permit no common version of the transport",
                "let the windows of both regions overlap")
            .with("mk", NO_VERSION));
  }

  /** Its legacy port is not known. */
  static Result<Road> noLegacyPort(NodeId peer) {
    return Result.err(
        MeshError.unavailable(
                "reach " + peer + " by version 1 of the transport",
                "it has not said where its legacy port is",
                "wait until it hears of that version; where nothing was committed, listen.versions"
                    + " must be the same on every node")
            .with("mk", "MK-NET-002"));
  }

  /** Nobody says where it is. */
  static Result<Road> unknown(NodeId peer, Optional<MeshError> silent) {
    if (silent.isPresent()) return cutOff(peer, silent.get());
    return Result.err(
        MeshError.unavailable(
                "reach " + peer, "nobody knows where it is", "wait until it joins the mesh")
            .with("mk", "MK-NET-002"));
  }

  /** Nor is anybody reached who might say. */
  private static Result<Road> cutOff(NodeId peer, MeshError silent) {
    return Result.err(
        MeshError.unavailable(
                "reach " + peer,
                "nobody knows where it is, and whoever might say is not reached: " + silent.why(),
                silent.fix())
            .with("mk", RoadFailure.NO_UDP));
  }
}
