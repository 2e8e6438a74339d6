package dev.meshkit.cli;

import java.util.ArrayList;
import java.util.List;

/** Aligned columns under upper-case heads; empty cells show as a dash. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  private Table(List<String> heads) {
    rows.add(heads);
  }

  /** A table with these heads. */
  static Table of(String... heads) {
    return new Table(List.of(heads));
  }

  /** Adds a row of as many cells as there are heads. */
  Table row(Object... cells) {
    if (cells.length != rows.getFirst().size())
      throw new IllegalArgumentException("a row of " + cells.length + " cells");
    var row = new ArrayList<String>();
    for (var cell : cells) {
      var text = Text.safe(cell.toString());
      row.add(text.isEmpty() ? "-" : text);
    }
    rows.add(row);
    return this;
  }

  /** All lines, without trailing blanks. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder();
      for (var i = 0; i < row.size(); i++) {
        line.append(row.get(i)).repeat(" ", width(i) - width(row.get(i)) + 2);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0);
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
