package dev.meshkit.api;

import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The outcome of something that may fail: {@link Ok} with a value, or {@link Err} with an error.
 *
 * @param <T> the value's type; {@link Unit} where there is no value
 */
public sealed interface Result<T> {
  /**
   * It worked.
   *
   * @param value never null
   */
  record Ok<T>(T value) implements Result<T> {
    /** Refuses null. */
    public Ok {
      java.util.Objects.requireNonNull(value, "Ok of null; use Unit.UNIT");
    }
  }

  /**
   * It failed.
   *
   * @param error why; never null
   */
  record Err<T>(MeshError error) implements Result<T> {
    /** Refuses null. */
    public Err {
      java.util.Objects.requireNonNull(error, "Err of null");
    }
  }

  /** It worked. */
  static <T> Result<T> ok(T value) {
    return new Ok<>(value);
  }

  /** It worked and has nothing to say. */
  static Result<Unit> ok() {
    return new Ok<>(Unit.UNIT);
  }

  /** It failed. */
  static <T> Result<T> err(MeshError error) {
    return new Err<>(error);
  }

  /** Whether it worked. */
  default boolean isOk() {
    return this instanceof Ok;
  }

  /** The value through {@code f}; an error stays. */
  default <R> Result<R> map(Function<? super T, ? extends R> f) {
    return switch (this) {
      case Ok<T>(var value) -> new Ok<>(f.apply(value));
      case Err<T>(var error) -> new Err<>(error);
    };
  }

  /** What {@code f} makes of the value; an error stays. */
  default <R> Result<R> flatMap(Function<? super T, Result<R>> f) {
    return switch (this) {
      case Ok<T>(var value) -> f.apply(value);
      case Err<T>(var error) -> new Err<>(error);
    };
  }

  /** What {@code f} makes of the error; a value stays. */
  default Result<T> recover(Function<MeshError, Result<T>> f) {
    return this instanceof Err<T>(var error) ? f.apply(error) : this;
  }

  /** Shows the value, if there is one, and returns this. */
  default Result<T> onOk(Consumer<? super T> see) {
    if (this instanceof Ok<T>(var value)) see.accept(value);
    return this;
  }

  /** Shows the error, if there is one, and returns this. */
  default Result<T> onErr(Consumer<MeshError> see) {
    if (this instanceof Err<T>(var error)) see.accept(error);
    return this;
  }

  /** The value, or {@code other}. */
  default T or(T other) {
    return this instanceof Ok<T>(var value) ? value : other;
  }

  /** An error under another value type; of an {@link Ok} an {@link IllegalStateException}. */
  default <R> Result<R> cast() {
    if (this instanceof Err<T>(var error)) return new Err<>(error);
    throw new IllegalStateException("cast of an Ok: only errors may change their type");
  }

  /** The value, or a {@link MeshException}. */
  default T orThrow() {
    return switch (this) {
      case Ok<T>(var value) -> value;
      case Err<T>(var error) -> throw new MeshException(error);
    };
  }
}
