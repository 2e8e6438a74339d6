package dev.meshkit.cli;

import dev.meshkit.control.proto.MembersRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The mesh as one node's gossip sees it. */
@Command(
    name = "members",
    description = "List the members a node sees, itself included.",
    footer = {"", "Examples:", "  meshkit members", "  meshkit members --data ./data/n1 -o jsonl"})
final class MembersCommand implements Callable<Integer> {
  @Mixin private final Ask ask;

  /** A verb that asks through {@code ask}. */
  MembersCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var asked = MembersRequest.getDefaultInstance();
    return ask.show("listing the members", node -> node.members(asked), Lists::members);
  }
}
