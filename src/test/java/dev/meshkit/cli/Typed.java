package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A command of docs/leadership.md, as a reader types it.
 *
 * @param words without the program
 * @param says what the guide says it prints, all of it; empty: it says nothing
 */
record Typed(List<String> words, String says) {
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  /** The commands of the one block under a heading. */
  static List<Typed> section(String heading) throws IOException {
    var guide = Files.readString(Path.of("docs/leadership.md"));
    var parts = guide.split(Pattern.quote(heading + "\n"), -1);
    assertEquals(2, parts.length, heading);
    var block = parts[1].split("```sh\n|```\n", -1)[1];
    var typed = new ArrayList<Typed>();
    for (var line : block.lines().toList()) {
      if (line.startsWith("# ")) {
        var last = typed.removeLast();
        typed.add(new Typed(last.words(), last.says() + line.substring(2) + "\n"));
      } else {
        assertTrue(line.startsWith("target/meshkit "), line);
        typed.add(new Typed(words(line.substring("target/meshkit ".length())), ""));
      }
    }
    return typed;
  }

  /** Types it. */
  Shell.Ran run(Path directory) {
    return Shell.in(directory).run(words.toArray(String[]::new));
  }

  private static List<String> words(String line) {
    return WORD.matcher(line)
        .results()
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .toList();
  }
}
