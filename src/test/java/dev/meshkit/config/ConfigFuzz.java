package dev.meshkit.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * O18, O19: a file is a configuration or an {@link InvalidConfig} whose every violation has a code,
 * a line and a column; what was loaded is written as a file would say it, and means the same.
 *
 * <p>Input: the file.
 */
public final class ConfigFuzz implements FuzzTarget {
  private static final Pattern CODE = Pattern.compile("MK-CFG-\\d{3}");
  private static final Path HERE = Path.of("target", "fuzz");

  @Override
  public void run(byte[] bytes) throws Exception {
    Files.createDirectories(HERE);
    var file = HERE.resolve("config-" + ProcessHandle.current().pid() + ".toml");
    try {
      Files.write(file, bytes);
      loads(file, lines(bytes));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static int lines(byte[] bytes) {
    return 1
        + (int)
            new String(bytes, StandardCharsets.ISO_8859_1)
                .chars()
                .filter(c -> c == '\n' || c == '\r')
                .count();
  }

  private static void loads(Path file, int lines) throws IOException {
    ConfigSources.Loaded loaded;
    try {
      loaded = ConfigSources.defaults().file(file).load();
    } catch (InvalidConfig invalid) {
      assertFalse(invalid.violations().isEmpty());
      var place = Pattern.compile(Pattern.quote(file.toString()) + ":(\\d+):(\\d+)");
      for (var one : invalid.violations()) points(place, one, lines);
      return;
    }
    Files.writeString(file, written(loaded));
    assertEquals(loaded.config(), ConfigSources.defaults().file(file).load().config());
  }

  private static void points(Pattern place, InvalidConfig.Violation violation, int lines) {
    assertTrue(CODE.matcher(violation.code()).matches(), violation.toString());
    assertFalse(violation.text().isBlank(), violation.code());
    var at = place.matcher(violation.origin().place());
    assertTrue(at.matches(), violation.toString());
    var line = Integer.parseInt(at.group(1));
    assertTrue(line >= 1 && line <= lines, violation.toString());
    assertTrue(Integer.parseInt(at.group(2)) >= 1, violation.toString());
  }

  /** Every setting that was given; the labels, which have names of their own, each by itself. */
  private static String written(ConfigSources.Loaded loaded) {
    return loaded.settings().stream()
        .filter(setting -> !setting.key().equals("node.labels"))
        .filter(setting -> !setting.origin().equals(Origin.DEFAULT))
        .map(setting -> key(setting.key()) + " = " + setting.value())
        .collect(Collectors.joining("\n"));
  }

  private static String key(String key) {
    var label = "node.labels.";
    if (!key.startsWith(label)) return key;
    return label + '"' + org.tomlj.Toml.tomlEscape(key.substring(label.length())) + '"';
  }

  @Override
  public List<byte[]> seeds() throws IOException {
    var seeds = new ArrayList<byte[]>();
    for (var text :
        List.of(
            "node = { name = \"n4\", region = \"us\", labels = { rack = \"r1\" } }",
            "listen.mesh = \"[::1]:0\"\nlisten.transport = \"h3\"",
            "listen.versions = [\"eu=1-2@1\", \"us=2\"]\nlisten.legacy = \"a:1\"",
            "discovery.seeds = [\"127.0.0.1:7443\", \"b:1\"]",
            "[gossip]\ninterval = \"1s\"\nsuspicion_min = 9999999999",
            "[gossip]\nintervall = \"1s\"",
            "node.name = 3\n[node.name]\n",
            "[queue.retry]\nlease = \"30s\" # c\n[store]\nbatch_bytes = \"2MiB\"",
            "[election.region]\nprofile = \"fast\"\nvoters = [\"local/n1\"]",
            "log.level = \"debug\"\nhttp.listen = \"off\"\ndata.dir = 'x'",
            "a = 2026-13-45T99:99:99Z\nb = 1e999\nc = nan",
            "a = [[[[[[[[1]]]]]]]]",
            "node.name = \"\\u0041\\\"\"",
            "= 1",
            "\u00e9 = \"")) {
      seeds.add(text.getBytes(StandardCharsets.UTF_8));
    }
    seeds.add(new byte[] {'a', '=', '"', (byte) 0xC3, '"'});
    return seeds;
  }
}
