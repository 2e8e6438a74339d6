package dev.meshkit.sim;

import dev.meshkit.api.Scope;
import dev.meshkit.sim.CasHistory.Answer;
import dev.meshkit.sim.CasHistory.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * V18. A violation means that operators were told of changes in an order that never was: a change
 * landed upon a version that its author had not seen, or an answer came from a record that others
 * had left behind. Of runs in which nobody but they changes the record.
 */
final class RecordIsARegister implements Oracle {
  private final Map<Scope, List<Call>> calls = new TreeMap<>();
  private final Map<String, List<Integer>> open = new TreeMap<>();
  private final Map<Scope, Long> first = new TreeMap<>();
  private int clock;

  @Override
  public String name() {
    return "V18";
  }

  @Override
  public String see(Sight sight) {
    clock++;
    return switch (sight) {
      case Sight.Viewed viewed -> {
        first.putIfAbsent(viewed.term().scope(), viewed.record().at().version());
        yield "";
      }
      case Sight.Asked asked -> asked(asked);
      case Sight.Answered answered -> answered(answered);
      case Sight.Stopped(var node) -> {
        open.keySet().removeIf(key -> key.startsWith(node + " "));
        yield "";
      }
      case Sight.Calm _ -> calm();
      default -> "";
    };
  }

  private String asked(Sight.Asked asked) {
    var own = calls.computeIfAbsent(asked.scope(), _ -> new ArrayList<>());
    var key = asked.node() + " " + asked.scope() + " " + asked.command();
    open.computeIfAbsent(key, _ -> new ArrayList<>()).add(own.size());
    own.add(Call.open(clock, asked.command(), asked.expected()));
    return "";
  }

  /** Of two calls of one id at one node, the first is answered first. */
  private String answered(Sight.Answered answered) {
    var waiting = open.get(answered.node() + " " + answered.scope() + " " + answered.command());
    if (waiting == null || waiting.isEmpty()) return answered + ", which nobody asked for";
    var own = calls.getOrDefault(answered.scope(), List.of());
    int which = waiting.removeFirst();
    switch (answered.what()) {
      case APPLIED ->
          own.set(which, own.get(which).answered(clock, Answer.APPLIED, answered.version()));
      case CONFLICT ->
          own.set(which, own.get(which).answered(clock, Answer.CONFLICT, answered.version()));
      case UNCHANGED -> own.set(which, own.get(which).answered(-1, Answer.NONE, 0));
      case UNKNOWN -> {}
    }
    return "";
  }

  private String calm() {
    for (var scope : calls.keySet()) {
      var asked = calls.get(scope).stream().filter(call -> call.until() >= 0).toList();
      if (!CasHistory.isLinearizable(asked, first.getOrDefault(scope, 1L)))
        return "no order explains what was answered about " + scope + ": " + asked;
    }
    return "";
  }
}
