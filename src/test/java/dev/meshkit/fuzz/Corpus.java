package dev.meshkit.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The inputs that a target is played with: its own seeds, and those that once broke it. */
final class Corpus {
  private static final Path KEPT = Path.of("src/test/fuzz");

  private Corpus() {}

  /**
   * One input.
   *
   * @param name for people
   * @param bytes what is read
   */
  record Case(String name, byte[] bytes) {}

  /** Where inputs that broke {@code target} are kept. */
  static Path kept(String target) {
    return KEPT.resolve(target);
  }

  /** All inputs of a target. */
  static List<Case> of(String target) throws Exception {
    var all = new ArrayList<Case>();
    for (var seed : Targets.named(target).seeds()) all.add(new Case("seed " + all.size(), seed));
    all.addAll(in(kept(target)));
    return all;
  }

  /** The inputs in the files of a directory, which need not exist. */
  static List<Case> in(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) return List.of();
    var all = new ArrayList<Case>();
    try (var files = Files.list(directory)) {
      for (var file : files.sorted().toList()) {
        all.add(new Case(file.toString(), Files.readAllBytes(file)));
      }
    }
    return all;
  }
}
