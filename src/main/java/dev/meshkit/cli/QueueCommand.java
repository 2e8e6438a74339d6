package dev.meshkit.cli;

import dev.meshkit.control.proto.QueueRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What waits to be sent. */
@Command(
    name = "queue",
    description =
        "List the lanes of the durable queue, and why a lane is blocked; pause and resume.",
    synopsisSubcommandLabel = "[pause|resume]",
    footer = {
      "",
      "Examples:",
      "  meshkit queue --data ./data/n1 -o json",
      "  meshkit queue --watch"
    })
final class QueueCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Watch watch = new Watch();

  /** The verb with its own verbs. */
  static CommandLine line(Console console) {
    return new CommandLine(new QueueCommand(new Ask(console)))
        .addSubcommand(new QueuePauseCommand(new Ask(console)))
        .addSubcommand(new QueueResumeCommand(new Ask(console)));
  }

  /** A verb that asks through {@code ask}. */
  QueueCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() throws InterruptedException {
    var asked = QueueRequest.getDefaultInstance();
    return watch.show(ask, "listing the queue", node -> node.queue(asked), Lists::queue);
  }
}
