package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Gatherer;
import org.jspecify.annotations.Nullable;

/**
 * Gatherers that make at most one element of one: map, filter, taps. A run of them is fused into
 * one pass over each value, without results in between. None makes an error of a value, so an error
 * that comes out has come in, and was seen by every stage. Immutable.
 *
 * @param <T> what comes in
 * @param <R> what goes out
 */
final class Stages<T, R> implements Gatherer<Result<T>, Void, Result<R>> {
  private static final Stage END = new Stage.End();

  private final Stage first;
  private final boolean stopping; // at the first error

  /** What is done to one element, by itself and then by the stages after it. */
  private sealed interface Stage {
    /** What becomes of a value; null when it is left out. */
    @Nullable Object through(Object value);

    /** An error passes. */
    void see(MeshError error);

    /** This run with another after it. */
    Stage then(Stage more);

    /** The end of a run. */
    record End() implements Stage {
      @Override
      public Object through(Object value) {
        return value;
      }

      @Override
      public void see(MeshError error) {}

      @Override
      public Stage then(Stage more) {
        return more;
      }
    }

    /** Makes one value of another. */
    record Mapping(Function<Object, Object> f, Stage next) implements Stage {
      @Override
      public @Nullable Object through(Object value) {
        return next.through(Objects.requireNonNull(f.apply(value), "Ok of null; use Unit.UNIT"));
      }

      @Override
      public void see(MeshError error) {
        next.see(error);
      }

      @Override
      public Stage then(Stage more) {
        return new Mapping(f, next.then(more));
      }
    }

    /** Leaves out what it refuses. */
    record Filtering(Predicate<Object> p, Stage next) implements Stage {
      @Override
      public @Nullable Object through(Object value) {
        return p.test(value) ? next.through(value) : null;
      }

      @Override
      public void see(MeshError error) {
        next.see(error);
      }

      @Override
      public Stage then(Stage more) {
        return new Filtering(p, next.then(more));
      }
    }

    /** Looks; what a look throws is an event. */
    record Tap(String name, Consumer<Object> values, Consumer<MeshError> errors, Stage next)
        implements Stage {
      @Override
      public @Nullable Object through(Object value) {
        try {
          values.accept(value);
        } catch (RuntimeException thrown) {
          TapFaultEvent.emit(name, thrown.toString());
        }
        return next.through(value);
      }

      @Override
      public void see(MeshError error) {
        try {
          errors.accept(error);
        } catch (RuntimeException thrown) {
          TapFaultEvent.emit(name, thrown.toString());
        }
        next.see(error);
      }

      @Override
      public Stage then(Stage more) {
        return new Tap(name, values, errors, next.then(more));
      }
    }
  }

  private Stages(Stage first, boolean stopping) {
    this.first = first;
    this.stopping = stopping;
  }

  /** Maps each value; {@code stopping}: the first error ends the stream. */
  @SuppressWarnings("unchecked") // a value is of the type that the stage before it gives
  static <T, R> Stages<T, R> map(Function<? super T, ? extends R> f, boolean stopping) {
    return new Stages<>(new Stage.Mapping((Function<Object, Object>) f, END), stopping);
  }

  /** Leaves out values that {@code p} refuses. */
  @SuppressWarnings("unchecked") // likewise
  static <T> Stages<T, T> filter(Predicate<? super T> p) {
    return new Stages<>(new Stage.Filtering((Predicate<Object>) p, END), false);
  }

  /** Shows each value and each error. */
  @SuppressWarnings("unchecked") // likewise
  static <T> Stages<T, T> tap(String name, Consumer<? super T> value, Consumer<MeshError> error) {
    return new Stages<>(new Stage.Tap(name, (Consumer<Object>) value, error, END), false);
  }

  @Override
  public Integrator<Void, Result<T>, Result<R>> integrator() {
    return stopping
        ? Integrator.of((_, one, out) -> next(one, out))
        : Integrator.ofGreedy((_, one, out) -> next(one, out));
  }

  /** Another run of stages is joined to this one; anything else follows in the JDK's way. */
  @Override
  public <S> Gatherer<Result<T>, ?, S> andThen(Gatherer<? super Result<R>, ?, ? extends S> next) {
    return (Object) next instanceof Stages<?, ?> more ? joined(more) : Gatherer.super.andThen(next);
  }

  @SuppressWarnings("unchecked") // as Stages, `more` takes results of R and gives S
  private <S> Gatherer<Result<T>, ?, S> joined(Stages<?, ?> more) {
    var joined = new Stages<>(first.then(more.first), stopping || more.stopping);
    return (Gatherer<Result<T>, ?, S>) (Gatherer<?, ?, ?>) joined;
  }

  @SuppressWarnings("unchecked") // what the last stage gives is an R
  private boolean next(Result<T> one, Downstream<? super Result<R>> out) {
    if (one instanceof Result.Ok<T> ok) {
      var value = first.through(ok.value());
      return value == null || out.push(Result.ok((R) value));
    }
    first.see(((Result.Err<T>) one).error());
    return out.push(one.cast()) && !stopping;
  }
}
