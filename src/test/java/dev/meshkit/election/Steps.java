package dev.meshkit.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;

/** What a step did, taken apart for assertions. */
final class Steps {
  private Steps() {}

  static Frame.Answer answer(Effect.Send send) {
    return assertInstanceOf(Frame.Answer.class, send.frame().message());
  }

  /** Why the step refused, at once and without waiting for a disk. */
  static Why refusal(Step step) {
    var send = only(step, Effect.Send.class);
    assertEquals(0, send.after());
    return answer(send).why();
  }

  static List<Object> termAndVote(Step step) {
    return List.of(step.state().current().term(), step.state().current().voted());
  }

  static <T extends Effect> List<T> all(Step step, Class<T> kind) {
    return step.effects().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  static <T extends Effect> T only(Step step, Class<T> kind) {
    var found = all(step, kind);
    assertEquals(1, found.size(), () -> "want one " + kind.getSimpleName() + ": " + step.effects());
    return found.getFirst();
  }
}
