package dev.meshkit.sim;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Numbers for values, equal ones sharing one: what an exploration is made of is few things in many
 * combinations. Safe for several threads; the numbers depend on who came first, nothing else does.
 *
 * @param <T> compared by what they say
 */
final class Interned<T> {
  private final ConcurrentHashMap<T, Integer> numbers = new ConcurrentHashMap<>();
  private volatile Object[] values = new Object[1 << 10];
  private int size; // guarded by this

  /** The number of a value, from 0. */
  int number(T value) {
    var known = numbers.get(value);
    return known != null ? known : add(value);
  }

  private synchronized int add(T value) {
    var known = numbers.get(value);
    if (known != null) return known;
    if (size == values.length) values = java.util.Arrays.copyOf(values, size * 2);
    values[size] = value;
    numbers.put(value, size); // after the value is there: who reads the number may ask for it
    return size++;
  }

  /** The value of a number. */
  @SuppressWarnings("unchecked") // only add writes
  T value(int number) {
    return (T) values[number];
  }

  /** How many there are. */
  synchronized int size() {
    return size;
  }
}
