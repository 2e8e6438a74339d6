package dev.meshkit.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What {@code docs/pipelines.md} holds, as far as it can be checked.
 *
 * @param text all of it
 * @param programs in order
 */
record Guide(String text, List<Program> programs) {
  private static final Pattern PROGRAM =
      Pattern.compile("```java\n(.*?)```\n(?:```text\n(.*?)```\n)?", Pattern.DOTALL);
  private static final Pattern COMMAND = Pattern.compile("```sh\n(.*?)```\n", Pattern.DOTALL);
  private static final Pattern HEADING = Pattern.compile("(?m)^## (.*)$");

  /**
   * One program.
   *
   * @param name unlike that of any type it imports
   * @param heading the section it stands in
   * @param source as it stands in the guide
   * @param output likewise
   */
  record Program(String name, String heading, String source, String output) {}

  static Guide read() throws IOException {
    var text = Files.readString(Path.of("docs/pipelines.md"));
    var programs = new ArrayList<Program>();
    for (var found : PROGRAM.matcher(text).results().toList()) {
      var headings = HEADING.matcher(text.substring(0, found.start())).results().toList();
      if (found.group(2) == null) {
        throw new IllegalStateException("a program without its output:\n" + found.group(1));
      }
      var name = "Program" + (programs.size() + 1);
      programs.add(new Program(name, headings.getLast().group(1), found.group(1), found.group(2)));
    }
    return new Guide(text, List.copyOf(programs));
  }

  /** The one command a reader is told to type. */
  String command() {
    var commands = COMMAND.matcher(text).results().map(found -> found.group(1)).toList();
    if (commands.size() != 1) throw new IllegalStateException("want one command: " + commands);
    return commands.getFirst().strip();
  }

  /** Where a link within the guide may lead. */
  List<String> anchors() {
    return HEADING
        .matcher(text)
        .results()
        .map(found -> found.group(1).toLowerCase(java.util.Locale.ROOT))
        .map(heading -> heading.replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
        .toList();
  }

  /** The rows of the table whose head begins so, cell by cell. */
  List<List<String>> table(String head) {
    return text.lines()
        .dropWhile(line -> !line.startsWith(head))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> List.of(line.substring(1).split("\\|")))
        .map(cells -> cells.stream().map(String::strip).toList())
        .toList();
  }
}
