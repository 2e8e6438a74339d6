package dev.meshkit.cli;

import dev.meshkit.control.proto.MembersRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The mesh as one node's gossip sees it. */
@Command(
    name = "members",
    description = "List the members a node sees, itself included.",
    footer = {
      "",
      "Examples:",
      "  meshkit members --data ./data/n1 -o jsonl",
      "  meshkit members --watch"
    })
final class MembersCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Watch watch = new Watch();

  /** A verb that asks through {@code ask}. */
  MembersCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() throws InterruptedException {
    var asked = MembersRequest.getDefaultInstance();
    return watch.show(ask, "listing the members", node -> node.members(asked), Lists::members);
  }
}
