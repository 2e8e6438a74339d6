package dev.meshkit.cli;

import com.google.protobuf.ByteString;
import dev.meshkit.api.MeshException;
import dev.meshkit.control.proto.EffectResolved;
import dev.meshkit.control.proto.ResolveEffectRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** An operator's word on a call of which nobody knows. */
@Command(
    name = "resolve",
    description = "Say what became of a call that is in doubt; look at the far side first.",
    footer = {
      "",
      "Examples:",
      "  meshkit effects resolve shop::pay::v1::42 charge --as done --value paid --reason 'bank says so'",
      "  meshkit effects resolve shop::pay::v1::42 charge --as failed --reason 'not at the bank'"
    })
final class EffectsResolveCommand implements Callable<Integer> {
  private static final String VERB = "effects resolve";

  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();

  @Parameters(index = "0", paramLabel = "RUN", description = "As the list has it: change::v2::key.")
  private String run = "";

  @Parameters(
      index = "1",
      paramLabel = "STEP",
      description = "As the list has it: step, or step#2.")
  private String step = "";

  @Option(
      names = "--as",
      required = true,
      paramLabel = "done|failed",
      description = "done: it happened. failed: it did not, and is called again.")
  private String said = "";

  @Option(
      names = "--value",
      paramLabel = "TEXT",
      description =
          "Of done: what it came to, as the step's codec writes it; needed unless its type is nothing.")
  private String value = "";

  @Option(
      names = "--value-hex",
      paramLabel = "HEX",
      description = "The same of a value that is not text, two digits a byte; '' has none.")
  private List<String> hex = List.of();

  /** A verb that asks through {@code ask}. */
  EffectsResolveCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var done = said.equals("done");
    if (!done && !said.equals("failed"))
      throw wrong("'" + said + "' says nothing of it", "write --as done or --as failed");
    if (!done && (!value.isEmpty() || !hex.isEmpty()))
      throw wrong("what did not happen came to nothing", "leave --value out");
    var hash = step.lastIndexOf('#');
    var isRepeat = hash > 0 && step.substring(hash + 1).matches("[1-9][0-9]{0,8}");
    var order =
        ResolveEffectRequest.newBuilder()
            .setRun(run)
            .setStep(isRepeat ? step.substring(0, hash) : step)
            .setOccurrence(isRepeat ? Integer.parseInt(step.substring(hash + 1)) : 1)
            .setDone(done)
            .setReason(change.reason(VERB))
            .setDryRun(change.dryRun());
    if (!hex.isEmpty()) order.setValue(bytes());
    else if (!value.isEmpty()) order.setValue(ByteString.copyFromUtf8(value));
    return ask.show(
        "resolving " + step,
        change.doubt("effects show " + run),
        node -> node.resolveEffect(order.build()),
        EffectsResolveCommand::text);
  }

  private ByteString bytes() {
    if (!value.isEmpty() || hex.size() > 1)
      throw wrong("the value is given twice", "write one of --value and --value-hex, once");
    try {
      return ByteString.copyFrom(HexFormat.of().parseHex(hex.getFirst()));
    } catch (IllegalArgumentException _) {
      throw wrong(
          "'" + hex.getFirst() + "' is not hexadecimal",
          "write two of 0-9a-f for each byte: --value-hex 00ff");
    }
  }

  private static MeshException wrong(String why, String fix) {
    return new MeshException(Ask.usage(VERB, why, fix));
  }

  private static String text(EffectResolved done) {
    var word = done.getDone() ? "done" : "failed, to be called again";
    var text = (done.getDryRun() ? "would resolve " : "resolved ") + done.getStep();
    return Text.safe(text + " of " + done.getRun() + " as " + word) + "\n";
  }
}
