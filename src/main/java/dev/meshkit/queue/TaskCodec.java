package dev.meshkit.queue;

import dev.meshkit.api.Bytes;

/**
 * How a queue's values become bytes.
 *
 * @param <T> the values
 */
public interface TaskCodec<T> {
  /** Bytes as they are. */
  TaskCodec<Bytes> BYTES =
      new TaskCodec<>() {
        @Override
        public int id() {
          return 0;
        }

        @Override
        public Bytes encode(Bytes value) {
          return value;
        }

        @Override
        public Bytes decode(Bytes body) {
          return body;
        }
      };

  /** A number that is stored with each task; another codec's tasks are CORRUPT to this one. */
  int id();

  /** The value as bytes. */
  Bytes encode(T value);

  /** The value of the bytes; throws {@link IllegalArgumentException} if they are not one. */
  T decode(Bytes body);
}
