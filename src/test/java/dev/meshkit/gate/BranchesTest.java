package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Result;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** G10: branches have all versions that the build supports, each once, or they are not built. */
class BranchesTest {
  private static final Change CHANGE = Change.of("c").supports(2, 5);

  private static String refusal(Consumer<Branches.Builder<String>> with) {
    var builder = Branches.<String>of(CHANGE);
    with.accept(builder);
    return assertThrows(IllegalArgumentException.class, builder::build).getMessage();
  }

  private static Branch<String> says(String text) {
    return _ -> Result.ok(text);
  }

  @Test
  void aGapIsRefused() {
    assertEquals("c supports 2..5: no branch for versions 2..5", refusal(_ -> {}));
    assertEquals(
        "c supports 2..5: no branch for version 2", refusal(b -> b.range(3, 5, says("a"))));
    assertEquals(
        "c supports 2..5: no branch for version 3",
        refusal(b -> b.version(2, says("a")).range(4, 5, says("b"))));
    assertEquals(
        "c supports 2..5: no branch for versions 4..5", refusal(b -> b.range(2, 3, says("a"))));
  }

  @Test
  void anOverlapIsRefused() {
    assertEquals(
        "c supports 2..5: two branches for versions 3..4",
        refusal(b -> b.range(2, 4, says("a")).range(3, 5, says("b"))));
    assertEquals(
        "c supports 2..5: two branches for version 3",
        refusal(b -> b.range(2, 5, says("a")).version(3, says("b"))));
  }

  @Test
  void aVersionThatIsNotSupportedIsRefused() {
    assertEquals("c supports 2..5: 1 is not supported", refusal(b -> b.range(1, 5, says("a"))));
    assertEquals(
        "c supports 2..5: versions 6..7 is not supported", refusal(b -> b.range(2, 7, says("a"))));
  }

  @Test
  void eachVersionHasItsBranchWhateverTheOrderTheyWereGivenIn() {
    var old = says("old");
    var late = says("late");
    var branches = Branches.<String>of(CHANGE).range(4, 5, late).range(2, 3, old).build();
    for (var version = 2; version <= 5; version++)
      assertSame(version < 4 ? old : late, branches.at(version));
  }
}
