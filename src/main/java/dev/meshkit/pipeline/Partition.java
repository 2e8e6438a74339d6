package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collector;

/**
 * Values told apart by a predicate, and the errors beside them.
 *
 * @param yes what it takes
 * @param no what it does not
 * @param errors all of them
 * @param <T> a value
 */
public record Partition<T>(List<T> yes, List<T> no, List<MeshError> errors) {
  /** Copies the lists. */
  public Partition {
    yes = List.copyOf(yes);
    no = List.copyOf(no);
    errors = List.copyOf(errors);
  }

  static <T> Collector<Result<T>, ?, Partition<T>> by(Predicate<? super T> p) {
    return Collector.of(
        () -> new Open<T>(new ArrayList<>(), new ArrayList<>(), new ArrayList<>()),
        (open, one) -> {
          one.onOk(value -> (p.test(value) ? open.yes : open.no).add(value));
          one.onErr(open.errors::add);
        },
        Open::and,
        open -> new Partition<>(open.yes, open.no, open.errors));
  }

  private record Open<T>(List<T> yes, List<T> no, List<MeshError> errors) {
    Open<T> and(Open<T> later) {
      yes.addAll(later.yes);
      no.addAll(later.no);
      errors.addAll(later.errors);
      return this;
    }
  }
}
