package dev.meshkit.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts as a line of a checklist that a test names, by planted tests. */
class ChecklistRuleTest {
  @TempDir private Path directory;

  /** The words of a test that runs count, wherever they stand in it. */
  @Test
  void theWordsOfATestThatRunsCount() throws IOException {
    plant(
        "PlainTest",
        """
        /** Z1, of a class. */
        class PlainTest {
          /** Z2 and Z3–Z5. */
          @Test void a() {}

          @DisplayName("Z6") @ParameterizedTest void b() {}

          @Test void c() {
            // then Z7
          }
        }
        """);
    plant("SomeContract", "interface SomeContract { /** Z8 */ @Test default void a() {} }");
    plant("KeptTest", "/** Z9 of a contract. */ class KeptTest implements SomeContract {}");
    assertEquals(List.of(), missing());
  }

  /** Words elsewhere do not: no test would fail if what they speak of broke. */
  @Test
  void wordsElsewhereDoNotCount() throws IOException {
    plant(
        "PlainTest",
        """
        class PlainTest {
          /** Z1 */
          private void helps() {}

          @Test void a() { var text = "Z2"; }

          /** Z3 */
          private static final int FIELD = 3;
        }
        """);
    plant("Helper", "/** Z4 */ class Helper { /** Z5 */ @Test void a() {} }");
    plant("BaseTest", "/** Z6 */ abstract class BaseTest { @Test void a() {} }");
    plant("EmptyTest", "/** Z7 */ class EmptyTest {}");
    plant(
        "LoneContract", "/** Z8 */ interface LoneContract { /** Z9 */ @Test default void a() {} }");
    assertEquals(IntStream.rangeClosed(1, 9).mapToObj(line -> "Z" + line).toList(), missing());
  }

  /** Two that are called alike are two, and each inherits what its own package has. */
  @Test
  void classesOfOneNameInTwoPackagesBothCount() throws IOException {
    for (var line : List.of("a1", "b2")) {
      var home = Files.createDirectories(directory.resolve(line.substring(0, 1)));
      var number = line.substring(1);
      Files.writeString(
          home.resolve("SameTest.java"), "/** Z" + number + " */ class SameTest extends Base {}");
      Files.writeString(
          home.resolve("Base.java"),
          "abstract class Base { /** Z" + number + number + " */ @Test void a() {} }");
    }
    var list = new Checklist('Z', 30, directory);
    assertEquals(List.of("Z3"), list.missing(IntStream.of(1, 2, 3, 11, 22), "a", "b"));
  }

  @Test
  void aLineThatThereIsNotIsFoundWhereverItStands() throws IOException {
    plant("Helper", "/** Z9, Z10 and Z0 */ class Helper {}");
    assertEquals(List.of("Z0 in Helper.java", "Z10 in Helper.java"), list().beyond());
  }

  private List<String> missing() throws IOException {
    return list().missing(IntStream.rangeClosed(1, 9), "");
  }

  private Checklist list() {
    return new Checklist('Z', 9, directory);
  }

  private void plant(String name, String source) throws IOException {
    Files.writeString(directory.resolve(name + ".java"), source);
  }
}
