package dev.meshkit.config;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A type of value: how it is read, and how it is written.
 *
 * @param read throws {@link IllegalArgumentException} that says what is wanted
 * @param write the text that {@code read} would take
 */
record Kind<T>(Function<Object, T> read, Function<T, String> write) {
  static final Kind<String> TEXT = new Kind<>(Kind::text, Kind::quoted);
  static final Kind<Path> PATH =
      new Kind<>(value -> Path.of(text(value)), path -> quoted(path.toString()));
  static final Kind<Duration> DURATION =
      new Kind<>(
          value ->
              Units.duration(
                  text(value, "a duration such as \"250ms\", \"2s\", \"10m\" or \"7d\"")),
          span -> quoted(Units.duration(span)));
  static final Kind<Long> SIZE =
      new Kind<>(
          value -> Units.size(text(value, "a size such as \"64KiB\" or \"1GiB\"")),
          size -> quoted(Units.size(size)));
  static final Kind<Long> LONG = new Kind<>(Kind::number, Object::toString);
  static final Kind<Integer> INT = new Kind<>(Kind::integer, Object::toString);
  static final Kind<Boolean> FLAG = new Kind<>(Kind::flag, Object::toString);
  static final Kind<Endpoint> ENDPOINT =
      new Kind<>(value -> Endpoint.parse(text(value)), at -> quoted(at.toString()));
  static final Kind<List<Endpoint>> ENDPOINTS = listOf(Endpoint::parse);
  static final Kind<List<NodeId>> NODES = listOf(NodeId::parse);
  static final Kind<List<VersionWindow>> WINDOWS = listOf(VersionWindow::parse);

  /** An endpoint, or the word that stands for none. */
  static Kind<Endpoint> endpointOr(String none) {
    return new Kind<>(
        value -> text(value).equals(none) ? Endpoint.NONE : Endpoint.parse(text(value)),
        at -> quoted(at.equals(Endpoint.NONE) ? none : at.toString()));
  }

  /** One of an enum's constants, in lower case. */
  static <E extends Enum<E>> Kind<E> oneOf(Class<E> choices) {
    return new Kind<>(value -> choice(choices, text(value)), one -> quoted(word(one)));
  }

  private static <T> Kind<List<T>> listOf(Function<String, T> read) {
    return new Kind<>(
        value -> texts(value).stream().map(read).toList(),
        all ->
            all.stream()
                .map(one -> quoted(one.toString()))
                .collect(Collectors.joining(", ", "[", "]")));
  }

  private static <E extends Enum<E>> E choice(Class<E> choices, String text) {
    return Arrays.stream(choices.getEnumConstants())
        .filter(one -> word(one).equals(text))
        .findFirst()
        .orElseThrow(() -> unlike("one of " + words(choices), text));
  }

  private static <E extends Enum<E>> String words(Class<E> choices) {
    return Arrays.stream(choices.getEnumConstants())
        .map(one -> quoted(word(one)))
        .collect(Collectors.joining(", "));
  }

  private static String word(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String text(Object value) {
    return text(value, "a text in quotes");
  }

  private static String text(Object value, String wanted) {
    return switch (value) {
      case String text -> text;
      case Layer.Text(var text) -> text;
      default -> throw unlike(wanted, value);
    };
  }

  private static long number(Object value) {
    return switch (value) {
      case Long number -> number;
      case Layer.Text(var text) when text.matches("-?[0-9]{1,18}") -> Long.parseLong(text);
      default -> throw unlike("a whole number", value);
    };
  }

  private static boolean flag(Object value) {
    return switch (value) {
      case Boolean flag -> flag;
      case Layer.Text(var text) when text.matches("true|false") -> Boolean.parseBoolean(text);
      default -> throw unlike("true or false", value);
    };
  }

  private static int integer(Object value) {
    var number = number(value);
    if (number != (int) number) throw unlike("a whole number of at most 2147483647", value);
    return (int) number;
  }

  private static List<String> texts(Object value) {
    return switch (value) {
      case List<?> list -> list.stream().map(Kind::text).toList();
      case Layer.Text(var text) when text.isBlank() -> List.of();
      case Layer.Text(var text) -> Arrays.stream(text.split(",")).map(String::strip).toList();
      default -> throw unlike("a list of texts", value);
    };
  }

  private static IllegalArgumentException unlike(String wanted, Object value) {
    var shown =
        value instanceof String || value instanceof Layer.Text ? quoted(value.toString()) : value;
    return new IllegalArgumentException("want " + wanted + ", not " + shown);
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
