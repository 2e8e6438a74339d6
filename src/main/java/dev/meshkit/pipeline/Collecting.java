package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collector;

/**
 * What a collector of results has seen: values if it keeps them, counts, and the first 64 errors.
 */
final class Collecting<T> {
  private static final int MOST_ERRORS = 64;

  private final boolean keeping;
  private final List<T> values = new ArrayList<>();
  private final List<MeshError> errors = new ArrayList<>();
  private long oks;
  private long errs;

  private Collecting(boolean keeping) {
    this.keeping = keeping;
  }

  /** A collector that keeps the values. */
  static <T, R> Collector<Result<T>, ?, R> into(Function<Collecting<T>, R> end) {
    return of(true, end);
  }

  /** A collector that only counts them. */
  static <T, R> Collector<Result<T>, ?, R> counting(Function<Collecting<T>, R> end) {
    return of(false, end);
  }

  private static <T, R> Collector<Result<T>, ?, R> of(
      boolean keeping, Function<Collecting<T>, R> end) {
    return Collector.of(() -> new Collecting<T>(keeping), Collecting::add, Collecting::and, end);
  }

  List<T> values() {
    return values;
  }

  long oks() {
    return oks;
  }

  Optional<MeshError> first() {
    return errors.stream().findFirst();
  }

  /** Ok of this, or what went wrong. */
  <R> Result<R> orErrors(R value) {
    return Outcomes.asOne(errors, errs).<Result<R>>map(Result::err).orElse(Result.ok(value));
  }

  private void add(Result<T> one) {
    if (one instanceof Result.Ok<T> ok) {
      oks++;
      if (keeping) values.add(ok.value());
      return;
    }
    errs++;
    if (errors.size() < MOST_ERRORS) errors.add(((Result.Err<T>) one).error());
  }

  private Collecting<T> and(Collecting<T> later) {
    oks += later.oks;
    errs += later.errs;
    values.addAll(later.values);
    later.errors.stream().limit(MOST_ERRORS - errors.size()).forEach(errors::add);
    return this;
  }
}
