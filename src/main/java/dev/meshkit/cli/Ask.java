package dev.meshkit.cli;

import com.google.protobuf.Message;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import dev.meshkit.control.AdminClient;
import dev.meshkit.control.Doubt;
import dev.meshkit.control.proto.AdminGrpc.AdminBlockingStub;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The options of every verb that asks a node, and the asking. */
final class Ask {
  private final Console console;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The node's data directory; its admin.sock is asked.")
  private String data = "";

  @Option(names = "--socket", paramLabel = "FILE", description = "The node's admin socket itself.")
  private String socket = "";

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "How long to wait for the answer: 250ms, 10s (default), 2m.")
  private Duration timeout = Duration.ofSeconds(10);

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table (default), json, or jsonl: an item a line.")
  private Output output = Output.table;

  /** Asks from {@code console}. */
  Ask(Console console) {
    this.console = console;
  }

  /** The console answers go to. */
  Console console() {
    return console;
  }

  /** The chosen form of output. */
  Output output() {
    return output;
  }

  /** The chosen patience; positive. */
  Duration timeout() {
    if (timeout.isPositive()) return timeout;
    throw new MeshException(
        MeshError.validation(
            "waiting for an answer", "--timeout is zero", "give it time: --timeout 10s"));
  }

  /** How long a node may take for what it does before it answers: less than {@link #timeout}. */
  Duration patience() {
    return timeout().multipliedBy(3).dividedBy(4);
  }

  /** A count of rows from 1 to {@code most}. */
  static int limit(long asked, int most) {
    if (asked >= 1 && asked <= most) return Math.toIntExact(asked);
    throw new MeshException(
        MeshError.validation(
            "limiting a list", asked + " is not between 1 and " + most, "write --limit 100"));
  }

  /** A client of the node meant; its answers come from the error of {@link Target} otherwise. */
  AdminClient connect() {
    return AdminClient.of(
        Target.socket(new Target.Choice(data, socket), console.environment(), console.directory())
            .orThrow());
  }

  /** Asks once. */
  <T> Result<T> once(String tried, Function<AdminBlockingStub, T> call) {
    return once(tried, Duration.ZERO, call);
  }

  /** Asks once, with so much more patience than was chosen. */
  <T> Result<T> once(String tried, Duration more, Function<AdminBlockingStub, T> call) {
    return once(tried, Doubt.NONE, more, call);
  }

  /** Asks once for a change of which it is in doubt whether it was done if nobody answers. */
  <T> Result<T> once(
      String tried, Doubt doubt, Duration more, Function<AdminBlockingStub, T> call) {
    var patience = timeout().plus(more);
    try (var client = connect()) {
      return client.ask(tried, doubt, patience, call);
    }
  }

  /** Asks once and prints the answer as JSON, or by {@code table}; the exit status. */
  <T extends Message> int show(
      String tried, Function<AdminBlockingStub, T> call, Function<T, String> table) {
    return show(tried, Doubt.NONE, call, table);
  }

  /** The same for a change. */
  <T extends Message> int show(
      String tried, Doubt doubt, Function<AdminBlockingStub, T> call, Function<T, String> table) {
    print(once(tried, doubt, Duration.ZERO, call).orThrow(), table);
    return ExitCode.DONE.status();
  }

  /** Prints one answer. */
  <T extends Message> void print(T answer, Function<T, String> table) {
    var out = console.out();
    switch (output) {
      case json -> out.println(Json.pretty(answer));
      case jsonl -> Json.lines(answer, out);
      case table -> out.print(table.apply(answer));
    }
    out.flush();
  }

  /** A usage error of a verb. */
  static MeshError usage(String verb, String why, String fix) {
    return MeshError.validation("meshkit " + verb, why, fix);
  }
}
