package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.proto.PauseRequest;
import dev.meshkit.control.proto.Paused;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stops sending. */
@Command(
    name = "pause",
    description = "Stop sending on a lane, to a peer, or at all; what waits is kept.",
    footer = {
      "",
      "Examples:",
      "  meshkit queue pause us/n4 --reason 'disk is being replaced'",
      "  meshkit queue pause --all --reason 'incident 12' --dry-run"
    })
final class QueuePauseCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();
  @Mixin private final LaneChoice choice = new LaneChoice();

  /** A verb that asks through {@code ask}. */
  QueuePauseCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var order = choice.order("queue pause", change).build();
    return ask.show("pausing", change.doubt("queue"), node -> node.pause(order), LaneChoice::text);
  }

  /** Which lanes are meant, of a pause and of its end. */
  static final class LaneChoice {
    @Parameters(
        arity = "0..1",
        paramLabel = "LANE",
        description = "A peer, region/name, or one lane of it, region/name/class.")
    private String lane = "";

    @Option(names = "--all", description = "The whole queue.")
    private boolean all;

    /** The order; a usage error of {@code verb} if it is none. */
    PauseRequest.Builder order(String verb, Change change) {
      if (all != lane.isEmpty()) {
        throw new MeshException(
            Ask.usage(verb, "which lane?", "give a LANE as meshkit queue shows it, or --all"));
      }
      return PauseRequest.newBuilder()
          .setLane(lane)
          .setAll(all)
          .setReason(change.reason(verb))
          .setDryRun(change.dryRun());
    }

    /** A line for each lane. */
    static String text(Paused done) {
      var word = done.getResumed() ? "resume" : "pause";
      var text = new StringBuilder();
      for (var target : done.getTargetsList()) {
        text.append(done.getDryRun() ? "would " + word : word + "d").append("  ");
        text.append(Text.safe(target.getName())).append(Change.audit(target.getAudit()));
        text.append('\n');
      }
      return text.toString();
    }
  }
}
