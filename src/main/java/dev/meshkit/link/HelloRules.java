package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.security.TlsCode;
import dev.meshkit.transport.RoadFailure;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.Hello;
import dev.meshkit.wire.HelloCodec;

/**
 * Whether a peer's Hello is acceptable: of this cluster (MK-NET-006), of its certificate's node
 * (MK-TLS-032), with a wire version we speak (MK-NET-005), and a Hello at all (MK-NET-011). A
 * function of its arguments.
 */
final class HelloRules {
  private HelloRules() {}

  /** This node's Hello. */
  static Hello ours(LinkOptions options) {
    return new Hello(
        options.cluster(),
        options.self(),
        options.generation(),
        HelloCodec.WIRE_VERSION,
        HelloCodec.WIRE_VERSION,
        0);
  }

  /** Their Hello, if {@code certified} may say it to us. */
  static Result<Hello> judge(Hello ours, NodeId certified, Bytes bytes) {
    return switch (HelloCodec.hello(bytes)) {
      case Decoded.Malformed<Hello>(var why) -> refused(RoadFailure.UNREADABLE, certified, why);
      case Decoded.Whole<Hello>(var theirs) -> judge(ours, certified, theirs);
    };
  }

  private static Result<Hello> judge(Hello ours, NodeId certified, Hello theirs) {
    if (!theirs.cluster().equals(ours.cluster())) {
      var why = "cluster %s, here it is %s".formatted(theirs.cluster(), ours.cluster());
      return refused("MK-NET-006", certified, why);
    }
    if (!theirs.node().equals(certified)) {
      var why = "calls itself %s, its certificate says %s".formatted(theirs.node(), certified);
      return refused(TlsCode.FALSE_SENDER.text(), certified, why);
    }
    if (theirs.wireMax() < ours.wireMin() || theirs.wireMin() > ours.wireMax()) {
      var why =
          "wire %d to %d, here %d to %d"
              .formatted(theirs.wireMin(), theirs.wireMax(), ours.wireMin(), ours.wireMax());
      return refused("MK-NET-005", certified, why);
    }
    return Result.ok(theirs);
  }

  private static Result<Hello> refused(String mk, NodeId peer, String why) {
    var fix =
        switch (mk) {
          case "MK-NET-006" -> "dial only nodes of this cluster";
          case "MK-NET-005" -> "upgrade the older of the two nodes";
          case RoadFailure.UNREADABLE -> "look at that node: its version and its log";
          default -> TlsCode.FALSE_SENDER.fix();
        };
    return Result.err(
        MeshError.of("error.denied", "greet " + peer, why, fix, MeshError.Retry.NEVER)
            .with("mk", mk)
            .with("kind", RoadFailure.Kind.MISMATCH.name()));
  }
}
