package dev.meshkit.transport;

import dev.meshkit.security.Credentials;
import dev.meshkit.security.OwnCredentials;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Something made of this node's credentials, such as a TLS context: made anew when they are others,
 * by whoever asks first. What was made before stays with whoever has it. Thread-safe.
 *
 * @param <T> what is made
 */
final class PerCredentials<T> implements Supplier<T> {
  private final OwnCredentials own;
  private final Function<Credentials, T> maker;
  private volatile Made<T> made; // written under this

  private record Made<T>(Credentials of, T what) {}

  /** Makes the first at once, so that a fault shows where this is made. */
  PerCredentials(OwnCredentials own, Function<Credentials, T> maker) {
    this.own = own;
    this.maker = maker;
    this.made = make(own.now());
  }

  private Made<T> make(Credentials of) {
    return new Made<>(of, maker.apply(of));
  }

  @Override
  public T get() {
    var have = made;
    return have.of().equals(own.now()) ? have.what() : renewed();
  }

  private synchronized T renewed() {
    var now = own.now();
    if (!made.of().equals(now)) made = make(now);
    return made.what();
  }
}
