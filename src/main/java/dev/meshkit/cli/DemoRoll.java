package dev.meshkit.cli;

import dev.meshkit.api.Result;
import dev.meshkit.cli.DemoSteps.Failed;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.ChangeGateRequest;
import dev.meshkit.control.proto.ChangeGateRequest.Verb;
import dev.meshkit.control.proto.GateChanged;
import dev.meshkit.control.proto.MemberItem;
import java.time.Duration;
import java.util.Optional;

/**
 * The transport of us as the demo moves it: asked of n1, which is of another region, and seen at
 * both ends of the one link inside us.
 */
final class DemoRoll {
  private static final String CHANGE = "meshkit::transport::us";
  private static final int LEGACY = 1;
  private static final Duration COMMIT = Duration.ofSeconds(20);

  private final DemoMesh mesh;
  private final DemoView view;

  /** On {@code mesh}, looked at through {@code view}. */
  DemoRoll(DemoMesh mesh, DemoView view) {
    this.mesh = mesh;
    this.view = view;
  }

  /** Has the links of us use the legacy socket, or what they used before; the record says so. */
  String order(boolean legacy) throws Failed {
    var order = ChangeGateRequest.newBuilder().setChange(CHANGE).setReason("demo");
    if (legacy) order.setVerb(Verb.SET).setVersion(LEGACY);
    else order.setVerb(Verb.ROLLBACK);
    var whole = order.setWait(Envelope.duration(COMMIT)).build();
    var asked =
        mesh.ask(mesh.node("n1"))
            .ask("changing " + CHANGE, COMMIT.multipliedBy(2), node -> node.changeGate(whole));
    return switch (asked) {
      case Result.Ok<GateChanged>(var changed) -> changed.getRecord();
      case Result.Err<GateChanged>(var error) -> throw new Failed(error.text());
    };
  }

  /** Why n4 and n5 do not yet talk over the legacy socket, or not yet without it. */
  Optional<String> inTheWay(boolean legacy) {
    var there = road("n4", "n5");
    var back = road("n5", "n4");
    return fits(there, legacy) && fits(back, legacy)
        ? Optional.empty()
        : Optional.of("n4 has " + there + " to n5, and n5 " + back + " to n4");
  }

  private static boolean fits(MemberItem.Road road, boolean legacy) {
    return switch (road) {
      case H3, H2 -> !legacy;
      case LEGACY -> legacy;
      case NONE, SELF, BLOCKED, UNRECOGNIZED -> false;
    };
  }

  private MemberItem.Road road(String from, String to) {
    return view.members(mesh.node(from)).getItemsList().stream()
        .filter(member -> member.getNode().equals(to))
        .map(MemberItem::getRoad)
        .findFirst()
        .orElse(MemberItem.Road.NONE);
  }
}
