package dev.meshkit.node;

import dev.meshkit.election.Frame;
import dev.meshkit.election.Input;
import dev.meshkit.election.Role;
import dev.meshkit.election.State;
import dev.meshkit.observe.TermChangeEvent;

/** Records why a node went on to a later term. */
final class TermNews {
  private TermNews() {}

  /** {@code input} did it. */
  static void tell(State before, Input input, State after) {
    var options = after.options();
    TermChangeEvent.emit(
        new TermChangeEvent.Change(
            options.self().toString(),
            options.scope().text(),
            before.term(),
            after.term(),
            isReborn(before, after) ? "RECOVERY" : cause(input, after)));
  }

  private static boolean isReborn(State before, State after) {
    return before.record().content().generation() != after.record().content().generation();
  }

  /** Terms change by what others say, or because this node asks for votes. */
  private static String cause(Input input, State after) {
    if (!(input instanceof Input.Received(_, var frame)))
      return after.role() instanceof Role.Candidate ? "CAMPAIGN" : "HIGHER_TERM"; // by an answer
    return switch (frame.message()) {
      case Frame.TimeoutNow _ -> "TRANSFER";
      case Frame.Ask _ -> "VOTE";
      case Frame.Beat _ -> "LEADER";
      case Frame.RecordPut _, Frame.Holds _ -> "RECORD";
      case Frame.Answer _,
          Frame.BeatAck _,
          Frame.StepDown _,
          Frame.RecordGet _,
          Frame.Survey _,
          Frame.Withholds _,
          Frame.Boot _,
          Frame.Quarantine _ ->
          "HIGHER_TERM";
    };
  }
}
