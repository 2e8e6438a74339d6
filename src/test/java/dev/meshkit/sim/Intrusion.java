package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Header;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.State;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What only a voter may say, from one that is none, or is none any more. */
final class Intrusion {
  private static final RecordId FIRST = new RecordId(0, 1);

  private Intrusion() {}

  /** All of it, so many terms ahead of what it knows. */
  static List<Frame> of(State state, Scope scope, NodeId self, Bytes store, long ahead) {
    var content = state.record().content();
    var term = state.term() + ahead;
    var header = new Header(scope, content.generation(), content.genesis(), term, FIRST, store);
    return Stream.of(
            new Frame.Ask(1, true, term, FIRST),
            new Frame.Ask(1, false, term, FIRST),
            new Frame.Beat(1, 0, Duration.ofMillis(600), content.hash(), FIRST),
            new Frame.BeatAck(1, 0, Duration.ofMillis(600), true),
            new Frame.StepDown(term, self))
        .map(said -> new Frame(header, said))
        .toList();
  }
}
