package dev.meshkit.node;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Unit;
import dev.meshkit.election.Effect;
import dev.meshkit.election.Election;
import dev.meshkit.election.Facts;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Header;
import dev.meshkit.election.Input;
import dev.meshkit.election.Outbox;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.State;
import dev.meshkit.election.Why;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A program to be killed: a voter that is asked in term after term, by two candidates each time,
 * and prints {@code term candidate} when a grant leaves its outbox.
 */
final class VotingProcess {
  private static final NodeId ANN = NodeId.of("eu", "ann");
  private static final NodeId BOB = NodeId.of("eu", "bob");
  private static final NodeId CAT = NodeId.of("eu", "cat");

  private final Store store;
  private final dev.meshkit.election.ElectionOptions options;
  private final Outbox outbox = new Outbox();
  private Instant now = Instant.EPOCH;
  private State state;

  private VotingProcess(Store store) throws InterruptedException {
    this.store = store;
    this.options = ElectionFixture.options(ANN, store.uuid(), List.of(ANN, BOB, CAT));
    var loaded =
        store
            .submit(Op.record("load", tx -> ElectionTable.load(tx, options)))
            .flatMap(result -> result)
            .orThrow();
    this.state = Election.begin(options, loaded.durable(), loaded.fresh(), facts());
    now = now.plus(loaded.durable().cap()); // the quiet period passes: time is ours here
    feed(Input.Tick.NOW);
  }

  /** Votes in the directory given until it is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    var process = new VotingProcess(ElectionFixture.store(Path.of(arguments[0]), 1));
    while (true) process.term();
  }

  private void term() throws InterruptedException {
    var term = state.term() + 1;
    feed(ask(term % 2 == 0 ? BOB : CAT, term));
    feed(ask(term % 2 == 0 ? CAT : BOB, term));
  }

  private Input ask(NodeId from, long term) {
    var content = options.first().content();
    var rec = new RecordId(0, 1);
    var header =
        new Header(options.scope(), 1, content.genesis(), term, rec, dev.meshkit.api.Bytes.EMPTY);
    return new Input.Received(from, new Frame(header, new Frame.Ask(1, false, term, rec)));
  }

  private Facts facts() {
    return new Facts(now, 0);
  }

  private void feed(Input input) throws InterruptedException {
    var step = Election.step(state, input, facts());
    state = step.state();
    for (var effect : outbox.pass(step.effects())) perform(effect);
  }

  private void perform(Effect effect) throws InterruptedException {
    switch (effect) {
      case Effect.Persist(var k, var durable) -> {
        Op<Unit> save = Op.record("save", tx -> ElectionTable.save(tx, options, durable));
        store.submit(save).orThrow();
        for (var freed : outbox.done(k)) perform(freed);
        feed(new Input.StorageDone(k));
      }
      case Effect.Send(var to, var frame, _)
          when frame.message() instanceof Frame.Answer a && a.why() == Why.GRANTED ->
          System.out.println(a.term() + " " + to);
      case Effect _ -> {}
    }
  }
}
