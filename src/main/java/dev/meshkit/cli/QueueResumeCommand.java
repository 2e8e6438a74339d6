package dev.meshkit.cli;

import dev.meshkit.cli.QueuePauseCommand.LaneChoice;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Goes on sending. */
@Command(
    name = "resume",
    description = "Go on sending on a lane, to a peer, or at all.",
    footer = {
      "",
      "Examples:",
      "  meshkit queue resume us/n4 --reason 'disk is replaced'",
      "  meshkit queue resume --all --reason 'incident 12 is over'"
    })
final class QueueResumeCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();
  @Mixin private final LaneChoice choice = new LaneChoice();

  /** A verb that asks through {@code ask}. */
  QueueResumeCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var order = choice.order("queue resume", change).setResume(true).build();
    return ask.show("resuming", change.doubt("queue"), node -> node.pause(order), LaneChoice::text);
  }
}
