package dev.meshkit.cli;

import dev.meshkit.control.proto.PoisonRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which messages died, newest first. */
@Command(
    name = "list",
    description = "List the messages that died, newest first.",
    footer = {
      "",
      "Examples:",
      "  meshkit poison list --kind orders --code error.exception -o jsonl",
      "  meshkit poison list --limit 20 --watch=10s"
    })
final class PoisonListCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Watch watch = new Watch();

  @Option(names = "--kind", paramLabel = "KIND", description = "Only messages of this kind.")
  private String kind = "";

  @Option(names = "--code", paramLabel = "CODE", description = "Only those that died of this code.")
  private String code = "";

  @Option(
      names = "--before",
      paramLabel = "ID",
      description = "Only ids below this: the next page.")
  private long before;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many; default 100.")
  private long limit = 100;

  /** A verb that asks through {@code ask}. */
  PoisonListCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() throws InterruptedException {
    var asked =
        PoisonRequest.newBuilder()
            .setMessageKind(kind)
            .setCode(code)
            .setBefore(before)
            .setLimit(Ask.limit(limit, 1_000))
            .build();
    return watch.show(ask, "listing dead messages", node -> node.poison(asked), Lists::poison);
  }
}
