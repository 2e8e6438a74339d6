package dev.meshkit.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.chaos.Authorities.Held;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of the case, without its processes. */
class AuthoritiesTest {
  private final Authorities seen = new Authorities();

  @Test
  void oneAfterTheOtherHolds() {
    seen.add(new Held("s1", 3, 100, 200));
    seen.add(new Held("s1", 3, 100, 900)); // the same goes on
    seen.add(new Held("s2", 4, 901, 950));
    seen.add(new Held("s1", 9, 951, 999));
    assertEquals(List.of(), seen.broken());
    assertEquals(new Held("s1", 9, 951, 999), seen.latest());
    assertEquals(3, seen.terms());
  }

  @Test
  void twoAtOnceAreNamed() {
    seen.add(new Held("s1", 3, 100, 3_000_100));
    seen.add(new Held("s2", 4, 1_000_100, 9_000_000));
    assertEquals(
        List.of(
            "two authorities for 2.0 ms: Held[node=s1, term=3, firstNanos=100, lastNanos=3000100]"
                + " and Held[node=s2, term=4, firstNanos=1000100, lastNanos=9000000]"),
        seen.broken());
  }

  /** The older one outlives the next two. */
  @Test
  void oneThatOutlivesItsSuccessorsIsNamedForEach() {
    seen.add(new Held("s1", 3, 100, 900));
    seen.add(new Held("s2", 4, 200, 300));
    seen.add(new Held("s3", 5, 400, 500));
    assertEquals(2, seen.broken().size());
  }

  @Test
  void twoNodesOfATermAreNamed() {
    seen.add(new Held("s1", 3, 100, 200));
    seen.add(new Held("s2", 3, 300, 400));
    assertEquals(List.of("term 3 of s1 and of s2"), seen.broken());
  }
}
