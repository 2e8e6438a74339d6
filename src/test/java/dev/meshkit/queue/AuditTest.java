package dev.meshkit.queue;

import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Q24, Q30: in whose name an order is given, and why. */
class AuditTest {
  /** Q30 What no audit takes is said precisely: what is wrong with it, and how to mend it. */
  @Test
  void whatNoAuditTakesIsSaidPrecisely() {
    refused("ana", " ", "it needs a reason", "say why, for the audit");
    refused(
        "ana",
        "x".repeat(1_001),
        "a reason has at most 1000 characters, not 1001",
        "say it shorter");
    refused(
        "ana",
        "two\nlines",
        "a reason is one line without control characters",
        "write it on one line, without tabs and escapes");
    refused(
        "ana",
        "half \ud83d",
        "a reason is no text: half a surrogate pair at index 5",
        "write it in whole characters");
    refused(" ", "disk", "an audit names its actor", "name who wants it");
    refused(
        "a".repeat(257), "disk", "an actor has at most 256 characters, not 257", "say it shorter");
  }

  @Test
  void whatAnAuditTakesIsOne() {
    var reason = "x".repeat(1_000);
    assertEquals(Result.ok(new Audit("ana", reason)), Audit.of("pausing", "ana", reason));
  }

  private static void refused(String actor, String reason, String why, String fix) {
    var error = error(Audit.of("pausing", actor, reason));
    assertEquals(
        List.of("error.validation", "pausing", why, fix),
        List.of(error.code(), error.tried(), error.why(), error.fix()));
  }
}
