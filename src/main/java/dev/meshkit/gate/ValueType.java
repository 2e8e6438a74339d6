package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.PayloadCodec;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a step records, by a logical name: classes may be renamed and moved. A later form has a
 * higher schema version, and upcasters that make it of the older ones.
 *
 * @param name 1 to 64 of {@code [A-Za-z0-9._-]}; those of the constants here are for them alone,
 *     since what an operator says of a step is checked by them
 * @param schema at least 1
 * @param codec of this schema
 * @param upcasters by the schema they read; each makes the next one
 * @param <R> the values
 */
public record ValueType<R>(
    String name, int schema, PayloadCodec<R> codec, Map<Integer, UnaryOperator<Bytes>> upcasters) {
  /** Text. */
  public static final ValueType<String> TEXT = of("text", PayloadCodec.UTF8);

  /** Bytes as they are. */
  public static final ValueType<Bytes> BYTES = of("bytes", PayloadCodec.BYTES);

  /** A whole number. */
  public static final ValueType<Long> NUMBER =
      of(
          "number",
          PayloadCodec.of(
              number -> Long.toString(number).getBytes(java.nio.charset.StandardCharsets.US_ASCII),
              bytes ->
                  Long.valueOf(new String(bytes, java.nio.charset.StandardCharsets.US_ASCII))));

  /** That it was done, and nothing else. */
  public static final ValueType<Unit> NOTHING =
      of("nothing", PayloadCodec.of(_ -> new byte[0], _ -> Unit.UNIT));

  private static final List<ValueType<?>> BUILT_IN = List.of(TEXT, BYTES, NUMBER, NOTHING);

  /** Checks name and schema, and copies the upcasters. */
  public ValueType {
    Step.check("a type", name);
    if (schema < 1) throw new IllegalArgumentException("a schema is at least 1: " + schema);
    upcasters = Map.copyOf(upcasters);
  }

  /** A type of schema 1. */
  public static <R> ValueType<R> of(String name, PayloadCodec<R> codec) {
    return new ValueType<>(name, 1, codec, Map.of());
  }

  /** One of the constants; any other is read only by the build that has it. */
  static Optional<ValueType<?>> builtIn(String name, int schema) {
    return BUILT_IN.stream()
        .filter(type -> type.name.equals(name) && type.schema == schema)
        .findFirst();
  }

  /** This one with its codec writing and reading a later schema. */
  public ValueType<R> schema(int later) {
    return new ValueType<>(name, later, codec, upcasters);
  }

  /** This one able to read what schema {@code older} wrote, by making {@code older + 1} of it. */
  public ValueType<R> from(int older, UnaryOperator<Bytes> upcaster) {
    var all = new HashMap<>(upcasters);
    all.put(older, upcaster);
    return new ValueType<>(name, schema, codec, all);
  }

  /** The value of bytes of a schema; the error says only why, and the caller what was tried. */
  Result<R> read(int written, Bytes value) {
    if (written > schema) return unread("schema " + written + " is newer than " + schema);
    var bytes = value;
    for (var at = written; at < schema; at++) {
      var upcaster = upcasters.get(at);
      if (upcaster == null) return unread("there is no upcaster from schema " + at);
      try {
        bytes = upcaster.apply(bytes);
      } catch (RuntimeException thrown) {
        return unread("the upcaster from schema " + at + " threw " + thrown);
      }
    }
    return codec.decode(bytes);
  }

  private Result<R> unread(String why) {
    return Result.err(
        MeshError.of(
            "error.payload.malformed",
            "reading a recorded " + name + "@" + schema,
            why,
            "run a build that has this schema",
            MeshError.Retry.NEVER));
  }

  @Override
  public String toString() {
    return name + "@" + schema;
  }
}
