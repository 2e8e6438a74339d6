package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Outbox;
import dev.meshkit.api.Result;
import dev.meshkit.api.Token;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.queue.TaskSpec;
import dev.meshkit.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;

/**
 * One run with an effect of each mode, told in a process that dies in it and in the one after. The
 * far side is a file beside the database, of which a line is one call that arrived.
 */
record CrashStory(Store store, SafeTaskQueue<Bytes> queue, Path far) {
  static final Change CHANGE = Change.of("crash").supports(1, 1);
  static final RunKey KEY = RunKey.of("k");
  static final Bytes IN = Bytes.utf8("input");

  static CrashStory open(Store store, Path directory) throws InterruptedException {
    var queue = SafeTaskQueue.open(store, QueueOptions.of("mesh-out"), TaskCodec.BYTES).orThrow();
    return new CrashStory(store, queue, directory.resolve("far"));
  }

  Outbox outbox() {
    return (tx, to, message, token) ->
        queue
            .enqueueIn(tx, TaskSpec.of(Lane.of(to.toString()), message.topic(), message.body()))
            .id()
            .seq();
  }

  /**
   * The branch.
   *
   * @param seen is shown the value that the run goes by
   * @param called is told when a call has arrived
   */
  Branch<String> branch(String made, Consumer<String> seen, Consumer<String> called, boolean asks) {
    return run -> {
      var effects = run.effects();
      var value = effects.value(Step.of("value", ValueType.TEXT), () -> made);
      if (!value.isOk()) return value;
      seen.accept(value.orThrow());
      var row =
          effects.localTx(
              Step.of("row", ValueType.NUMBER),
              tx -> (long) tx.update("INSERT INTO app_rows DEFAULT VALUES"));
      if (!row.isOk()) return row.cast();
      var to = NodeId.of("eu", "n2");
      var sent = effects.send(Step.of("send", ValueType.NUMBER), to, Message.of("t", IN));
      if (!sent.isOk()) return sent.cast();
      var again =
          effects.idempotent(
              Step.of("again", ValueType.TEXT), IN, (token, _) -> call("again", token, called));
      if (!again.isOk()) return again;
      return effects.atMostOnce(
          Step.of("once", ValueType.TEXT),
          IN,
          (token, _) -> call("once", token, called),
          token -> asks ? asked(token) : new Resolver.Answer.Unknown<>());
    };
  }

  private Result<String> call(String what, Token token, Consumer<String> called) {
    try {
      var line = what + " " + token + "\n";
      Files.writeString(far, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    called.accept(what);
    return Result.ok("done");
  }

  private Resolver.Answer<String> asked(Token token) {
    return calls("once").contains(token.toString())
        ? new Resolver.Answer.Happened<>("done")
        : new Resolver.Answer.DidNot<>();
  }

  /** The tokens of the calls that arrived. */
  List<String> calls(String what) {
    try {
      if (!Files.exists(far)) return List.of();
      return Files.readAllLines(far).stream()
          .filter(line -> line.startsWith(what + " "))
          .map(line -> line.substring(what.length() + 1))
          .toList();
    } catch (IOException broken) {
      throw new MeshException(
          dev.meshkit.api.MeshError.unavailable("reading " + far, broken.toString(), "look"));
    }
  }

  static <R> Result<R> told(DeterministicEffectStore effects, Branch<R> branch)
      throws InterruptedException {
    var decision = new Decision(1, Decision.Source.BASELINE, 0, RecordId.NONE);
    var branches = Branches.<R>of(CHANGE).version(1, branch).build();
    return effects.execute(CHANGE, Subject.NONE, KEY, () -> Result.ok(decision), branches);
  }
}
