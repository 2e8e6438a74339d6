package dev.meshkit.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What there is to say about one {@code MK-…} code. The pages are a resource of this package: a
 * line of code and title, then lines of a word and its text, then an empty line.
 *
 * @param code {@code MK-NET-002}
 * @param title in a few words
 * @param lines error, retry, what, why, fix, and sometimes see; in that order
 */
record ErrorPage(String code, String title, Map<String, String> lines) {
  /** Of what each page consists; {@code see} may be absent. */
  static final List<String> PARTS = List.of("error", "retry", "what", "why", "fix");

  private static final String RESOURCE = "explain.txt";

  /** The codes of API errors that carry it. */
  List<String> errors() {
    return List.of(line("error").split(", ", -1));
  }

  /** One of its lines; empty if it has none of that word. */
  String line(String word) {
    return lines.getOrDefault(word, "");
  }

  /** All pages by code. */
  static SortedMap<String, ErrorPage> all() {
    var pages = new TreeMap<String, ErrorPage>();
    for (var text : read().strip().split("\n\n+", -1)) {
      var page = page(text.strip().lines().toList());
      if (pages.put(page.code, page) != null)
        throw new IllegalStateException("two pages of " + page.code);
    }
    return pages;
  }

  private static ErrorPage page(List<String> text) {
    var head = text.getFirst().split(" ", 2);
    var lines = new LinkedHashMap<String, String>();
    for (var line : text.subList(1, text.size())) {
      var parts = line.split(" +", 2);
      lines.put(parts[0], parts[1]);
    }
    return new ErrorPage(head[0], head[1], lines);
  }

  private static String read() {
    try (InputStream text = ErrorPage.class.getResourceAsStream(RESOURCE)) {
      if (text == null) throw new IllegalStateException("the program lacks " + RESOURCE);
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
