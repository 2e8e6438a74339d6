package dev.meshkit.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.MeshError.Retry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The nouns check themselves: whatever prints back differently is refused. */
class NounsTest {
  @Test
  void aNodeIdIsTwoPlainNames() {
    assertEquals(NodeId.of("eu", "n1"), NodeId.parse("eu/n1"));
    for (var bad :
        List.of("", "n1", "/n1", "eu/", "EU/n1", "eu/n_1", "eu/-n", "eu/n-", "eu/a/b", "e u/n"))
      assertThrows(IllegalArgumentException.class, () -> NodeId.parse(bad), bad);
    assertTrue(NodeId.NOBODY.compareTo(NodeId.of("a", "a")) < 0);
    assertThrows(
        IllegalArgumentException.class, () -> NodeId.of("r".repeat(41), "n"), "40 is the most");
  }

  @Test
  void anEndpointReadsWhatItPrints() {
    for (var text : List.of("127.0.0.1:7443", "host.example:1", "[::1]:0"))
      assertEquals(text, Endpoint.parse(text).toString());
    for (var bad : List.of("host", "host:", "host:99999", "ho st:1", "host:-1", "http://h:1"))
      assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(bad), bad);
  }

  @Test
  void aScopeIsGlobalOrARegion() {
    assertEquals(Scope.region("eu"), Scope.parse("region/eu"));
    assertEquals(Scope.GLOBAL, Scope.parse("global"));
    for (var bad : List.of("", "eu", "region/", "region/EU", "Global"))
      assertThrows(IllegalArgumentException.class, () -> Scope.parse(bad), bad);
  }

  @Test
  void fencesOrderByGenerationThenTermWithinAScope() {
    var old = new Fence(Scope.GLOBAL, 1, 9);
    var recovered = new Fence(Scope.GLOBAL, 2, 1);
    assertTrue(old.compareTo(recovered) < 0);
    assertTrue(recovered.compareTo(new Fence(Scope.GLOBAL, 2, 2)) < 0);
    var elsewhere = new Fence(Scope.region("eu"), 1, 9);
    assertThrows(IllegalArgumentException.class, () -> old.compareTo(elsewhere));
  }

  @Test
  void bytesAreValuesThatNobodyCanChange() {
    var array = new byte[] {1, 2, 3};
    var bytes = Bytes.of(array);
    array[0] = 9;
    bytes.toArray()[0] = 9;
    assertEquals(Bytes.of(new byte[] {1, 2, 3}), bytes);
    assertEquals(Bytes.hex("010203"), bytes);
    assertNotEquals(Bytes.EMPTY, bytes);
    assertTrue(Bytes.hex("7f").compareTo(Bytes.hex("80")) < 0, "unsigned");
    assertTrue(Bytes.utf8("x".repeat(99)).toString().length() < 60, "bodies are not printed whole");
  }

  @Test
  void aMessageKeepsItsLimits() {
    assertThrows(IllegalArgumentException.class, () -> Message.of("", Bytes.EMPTY));
    assertThrows(IllegalArgumentException.class, () -> Message.of("a b", Bytes.EMPTY));
    var large = Bytes.of(new byte[Message.MAX_BODY_BYTES + 1]);
    assertThrows(IllegalArgumentException.class, () -> Message.of("t", large));
    var headers = Map.of("h", "v".repeat(20_000));
    assertThrows(IllegalArgumentException.class, () -> new Message("t", Bytes.EMPTY, headers));
  }

  @Test
  void aResultIsOkOrErrAndNeverNull() {
    Result<Integer> ok = Result.ok(1);
    Result<Integer> err = Result.err(MeshError.validation("a", "b", "c"));
    assertEquals(Result.ok(2), ok.map(value -> value + 1));
    assertEquals(err, err.map(value -> value + 1));
    assertEquals(7, err.or(7));
    assertEquals(ok, err.recover(_ -> ok));
    assertThrows(IllegalStateException.class, ok::cast);
    assertFalse(err.isOk());
    assertEquals("error.validation", assertThrows(MeshException.class, err::orThrow).code());
  }

  @Test
  void anAggregateIsAsStrictAsItsStrictestError() {
    var safe = MeshError.unavailable("a", "b", "c");
    var never = MeshError.validation("a", "b", "c");
    assertEquals(Retry.NEVER, new MeshError.Aggregate(List.of(safe, never)).retry());
    var late = new MeshError.TimedOut(Duration.ofMillis(5), "a");
    assertEquals(Retry.SAFE_WITH_KEY, new MeshError.Aggregate(List.of(safe, late)).retry());
    assertThrows(IllegalArgumentException.class, () -> new MeshError.Aggregate(List.of(safe)));
  }

  @Test
  void aDetailIsAddedWithoutLosingWhatWasSaid() {
    var error = MeshError.validation("a", "b", "c").with("mk", "MK-CFG-001").with("at", "x");
    assertEquals(Map.of("mk", "MK-CFG-001", "at", "x"), error.details());
    assertEquals("error.validation: a: b; c", error.text());
  }
}
