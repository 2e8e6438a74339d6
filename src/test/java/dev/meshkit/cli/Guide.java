package dev.meshkit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A chapter of a guide as a reader follows it: its programs, and what is typed in its order.
 *
 * @param programs by the name that their first line gives them
 * @param typed each line of its blocks {@code sh} and {@code text}
 */
record Guide(Map<String, String> programs, List<Line> typed) {
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w+)\n(.*?)^```\n", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("// (\\w+\\.java)\n");

  /**
   * What is typed.
   *
   * @param isShell whether into a shell, or else into the program that runs
   * @param text the line
   * @param says the lines that stand beneath it; {@code …} stands for anything within one
   */
  record Line(boolean isShell, String text, List<String> says) {
    /** Whether this is what was printed, all of it. */
    boolean isSaid(String printed) {
      var wanted =
          says.stream()
              .map(line -> Pattern.quote(line.strip()).replace("…", "\\E.*\\Q"))
              .collect(Collectors.joining("\n"));
      var lines = printed.lines().map(String::strip).collect(Collectors.joining("\n"));
      return lines.matches(wanted);
    }
  }

  /** The chapter under a heading of the second level, to the next. */
  static Guide chapter(Path file, String heading) throws IOException {
    var text = Files.readString(file);
    var parts = text.split("(?m)^## " + Pattern.quote(heading) + "$", -1);
    if (parts.length != 2) throw new IOException(file + " has no one chapter '" + heading + "'");
    var programs = new TreeMap<String, String>();
    var typed = new ArrayList<Line>();
    for (var block : BLOCK.matcher(parts[1].split("(?m)^## ", 2)[0]).results().toList()) {
      var name = NAME.matcher(block.group(2));
      switch (block.group(1)) {
        case "sh" -> typed.addAll(lines(true, block.group(2)));
        case "text" -> typed.addAll(lines(false, block.group(2)));
        default -> {
          if (!name.lookingAt()) throw new IOException("a program has no name: " + block.group());
          programs.put(name.group(1), block.group(2));
        }
      }
    }
    return new Guide(programs, List.copyOf(typed));
  }

  private static List<Line> lines(boolean isShell, String block) {
    var lines = new ArrayList<Line>();
    for (var line : block.lines().toList()) {
      if (line.startsWith("# ")) lines.getLast().says().add(line.substring(2));
      else lines.add(new Line(isShell, line, new ArrayList<>()));
    }
    return lines;
  }
}
