package dev.meshkit.cli;

import dev.meshkit.control.proto.PoisonShowRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One dead message, whole. */
@Command(
    name = "show",
    description = "Show one dead message with headers, body and every attempt.",
    footer = {"", "Examples:", "  meshkit poison show 17", "  meshkit poison show 17 -o json"})
final class PoisonShowCommand implements Callable<Integer> {
  @Mixin private final Ask ask;

  @Parameters(paramLabel = "ID", description = "As poison list shows it.")
  private long id;

  /** A verb that asks through {@code ask}. */
  PoisonShowCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var asked = PoisonShowRequest.newBuilder().setId(id).build();
    return ask.show("showing dead message " + id, n -> n.poisonShow(asked), PoisonView::text);
  }
}
