package dev.meshkit.cli;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.control.proto.BroadcastRequest;
import dev.meshkit.control.proto.Broadcasted;
import dev.meshkit.control.proto.SentCopy;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One durable message for each member. */
@Command(
    name = "broadcast",
    description =
        "Queue a message for each other member that the node sees now: for all or none. Durable"
            + " once this returns 0.",
    footer = {
      "",
      "Examples:",
      "  meshkit broadcast -d hello",
      "  meshkit broadcast --region eu --class state --key price -d 42 --wait delivered"
    })
final class BroadcastCommand implements Callable<Integer> {
  @Mixin private final Ask ask;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "Only to the members of this region; default: to all.")
  private String region = "";

  @Mixin private final Payload payload = new Payload("broadcast");

  @Mixin private final Carriage carriage = new Carriage("broadcast");

  /** A verb that asks through {@code ask}. */
  BroadcastCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var request =
        BroadcastRequest.newBuilder()
            .setRegion(region)
            .setMessageKind(payload.kind())
            .setBody(payload.body(ask.console()))
            .setWait(carriage.wait(ask))
            .setTravel(carriage.travel())
            .build();
    var sent =
        ask.once("broadcasting", Carriage.DOUBT, carriage.more(), node -> node.broadcast(request))
            .orThrow();
    ask.print(sent, BroadcastCommand::text);
    if (carriage.isAwaited()) {
      checkAllArrived(sent.getItemsList());
      checkNoneLost(sent.getItemsList());
    }
    return ExitCode.DONE.status();
  }

  private static String text(Broadcasted sent) {
    if (sent.getItemsCount() == 0) return "queued for nobody: no other member is seen there\n";
    var text = new StringBuilder();
    for (var copy : sent.getItemsList()) {
      text.append(
              switch (copy.getState()) {
                case DELIVERED -> "delivered  ";
                case DEAD -> "dead  ";
                case SUPERSEDED -> "superseded  ";
                case DROPPED -> "dropped  ";
                case ENQUEUED, UNRECOGNIZED -> "queued  ";
              })
          .append(copy.getId())
          .append("  to ")
          .append(Text.safe(copy.getTo()))
          .append("  token ")
          .append(copy.getToken());
      if (copy.hasReason())
        text.append("  ")
            .append(Text.safe(copy.getReason().getText().lines().findFirst().orElse("")));
      text.append('\n');
    }
    return text.toString();
  }

  /** The answer has been printed; the exit status says that it is not what was waited for. */
  private static void checkAllArrived(List<SentCopy> copies) {
    var dead = count(copies, SentCopy.State.DEAD);
    var late = count(copies, SentCopy.State.ENQUEUED);
    var all = " of " + copies.size() + " copies ";
    if (dead > 0)
      throw new MeshException(
          MeshError.of(
              "error.message.dead",
              "broadcasting",
              dead + all + "will not be delivered, " + late + " wait",
              "see meshkit poison list; those that wait go on by themselves",
              MeshError.Retry.NEVER));
    if (late > 0)
      throw new MeshException(
          MeshError.of(
              "error.timeout",
              "broadcasting",
              late + all + "are queued, and were not applied there in time",
              "nothing: they go on by themselves, so do not send again; meshkit queue shows their lanes",
              MeshError.Retry.NEVER));
  }

  /** Of class state: none of them is missing. */
  private static void checkNoneLost(List<SentCopy> copies) {
    var lost = count(copies, SentCopy.State.SUPERSEDED) + count(copies, SentCopy.State.DROPPED);
    if (lost > 0)
      throw new MeshException(
          MeshError.of(
              "error.conflict",
              "broadcasting",
              lost
                  + " of "
                  + copies.size()
                  + " copies were superseded by newer ones, or dropped: their time was over, or there"
                  + " was no room",
              "what is newer goes on by itself; send what is so by now to whom it was dropped",
              MeshError.Retry.NEVER));
  }

  private static long count(List<SentCopy> copies, SentCopy.State state) {
    return copies.stream().filter(copy -> copy.getState() == state).count();
  }
}
