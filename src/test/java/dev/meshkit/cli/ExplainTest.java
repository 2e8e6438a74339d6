package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.meshkit.security.TlsCode;
import dev.meshkit.shape.MadeErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S31: every code has a page, and {@code meshkit explain} shows it without a node. */
class ExplainTest {
  private static final Pattern CODE = Pattern.compile("\"(MK-[A-Z]+-\\d{3})\"");
  private static final Path SOURCES = Path.of("src/main/java");

  @TempDir private Path directory;

  private static Set<String> inUse() throws IOException {
    var codes = new TreeSet<String>();
    for (var code : TlsCode.values()) codes.add(code.text());
    try (var files = Files.walk(SOURCES)) {
      for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        var found = CODE.matcher(Files.readString(file));
        while (found.find()) codes.add(found.group(1));
      }
    }
    return codes;
  }

  /** S31: a code that the program can show has a page, and no page is of a code it cannot. */
  @Test
  void everyCodeHasAPageAndEveryPageACode() throws Exception {
    assertEquals(inUse(), ErrorPage.all().keySet());
  }

  /** A page has every part in its order, names API codes that there are, and ends its sentences. */
  @Test
  void everyPageIsComplete() throws Exception {
    var api = MadeErrors.below(SOURCES).named();
    for (var page : ErrorPage.all().values()) {
      var parts = List.copyOf(page.lines().keySet());
      assertEquals(ErrorPage.PARTS, parts.subList(0, ErrorPage.PARTS.size()), page.code());
      assertTrue(
          parts.size() == ErrorPage.PARTS.size() || parts.getLast().equals("see"), page.code());
      for (var part : List.of("what", "why", "fix")) {
        assertTrue(page.line(part).endsWith("."), page.code() + " " + part);
      }
      assertTrue(api.containsAll(page.errors()), page.code() + " " + page.errors());
      assertTrue(
          Set.of("safe", "safe-with-key", "never").contains(page.line("retry")), page.code());
    }
  }

  @Test
  void aPageIsShownWithoutANode() {
    var ran = Shell.in(directory).run("explain", "mk-net-003");
    assertEquals(0, ran.exit(), ran.err());
    assertTrue(ran.out().startsWith("MK-NET-003 a peer is reached by HTTP/2 only\n"), ran.out());
    assertTrue(ran.out().contains("\nfix    Let UDP of the mesh port pass"), ran.out());
    assertEquals("", ran.err());
  }

  @Test
  void aPageIsShownAsJson() {
    var ran = Shell.in(directory).run("explain", "MK-TLS-004", "-o", "json");
    var page = JsonParser.parseString(ran.out()).getAsJsonObject();
    assertEquals("Explanation", page.get("kind").getAsString());
    assertEquals("MK-TLS-004", page.get("code").getAsString());
    assertEquals("error.identity", page.getAsJsonArray("errors").get(0).getAsString());
  }

  @Test
  void allCodesAreListed() {
    var pages = ErrorPage.all();
    var ran = Shell.in(directory).run("explain", "--list");
    assertEquals(0, ran.exit(), ran.err());
    assertEquals(pages.size() + 1, ran.out().lines().count());
    var lines = Shell.in(directory).run("explain", "--list", "-o", "jsonl").out().lines();
    assertEquals(
        List.copyOf(pages.keySet()),
        lines
            .map(line -> JsonParser.parseString(line).getAsJsonObject().get("code").getAsString())
            .toList());
  }

  @Test
  void anUnknownCodeIsNotFoundAndTheNearestIsNamed() {
    var ran = Shell.in(directory).run("explain", "MK-NTE-003");
    assertEquals(3, ran.exit());
    assertEquals("", ran.out());
    assertTrue(ran.err().startsWith("error MK-CLI-008 explaining MK-NTE-003\n"), ran.err());
    assertTrue(ran.err().contains("did you mean MK-NET-003?"), ran.err());
    assertFalse(Shell.in(directory).run("explain", "teapot").err().contains("did you mean"));
  }

  /** Neither, or both: nobody knows what is meant. */
  @ParameterizedTest
  @ValueSource(strings = {"explain", "explain MK-NET-003 --list", "explain MK-NET-003 MK-NET-004"})
  void oneCodeOrTheListIsWanted(String line) {
    var ran = Shell.in(directory).run(line.split(" "));
    assertEquals(2, ran.exit());
    assertTrue(ran.err().startsWith("error MK-CLI-001 meshkit explain\n"), ran.err());
  }
}
