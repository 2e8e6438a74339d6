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

  /** Text as UTF-8. */
  TaskCodec<String> TEXT =
      new TaskCodec<>() {
        @Override
        public int id() {
          return 1;
        }

        @Override
        public Bytes encode(String value) {
          return Bytes.utf8(value);
        }

        @Override
        public String decode(Bytes body) {
          return body.utf8();
        }
      };

  /** A number that is stored with each task; another codec's tasks are CORRUPT to this one. */
  int id();

  /** The value as bytes. */
  Bytes encode(T value);

  /** The value of the bytes; throws {@link IllegalArgumentException} if they are not one. */
  T decode(Bytes body);
}
