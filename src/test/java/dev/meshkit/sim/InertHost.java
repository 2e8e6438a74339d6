package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import java.time.Instant;
import java.util.Optional;

/** A core for the engine's own tests: keeps nothing, wants nothing, and ignores what comes. */
interface InertHost extends Host {
  @Override
  default void start() {}

  @Override
  default void receive(int from, Object frame) {}

  @Override
  default void wake() {}

  @Override
  default void durable() {}

  @Override
  default void timer(Object what) {}

  @Override
  default void crash(double keep) {}

  @Override
  default void leave() {}

  @Override
  default void order(Op.Order order) {}

  @Override
  default void intrude(long ahead) {}

  @Override
  default Instant due() {
    return Instant.MAX;
  }

  @Override
  default void report(Census census) {}

  @Override
  default void stall(long until) {}

  @Override
  default Optional<Fence> authority() {
    return Optional.empty();
  }
}
