package dev.meshkit.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.shape.MadeErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * P2: the codes of errors are API. Here is the record of all there have ever been: lines are added,
 * and none is ever changed or taken away.
 */
class ErrorCodesTest {
  /** A code, and the least strict answer to whether it may be tried again. */
  private static final Map<String, Retry> RECORDED =
      read(
          """
          error.aggregate SAFE
          error.broadcast.slow SAFE
          error.canceled NEVER
          error.conflict NEVER
          error.denied NEVER
          error.deterministic.replay NEVER
          error.draining SAFE
          error.effect.in_doubt SAFE
          error.election.split NEVER
          error.exception SAFE_WITH_KEY
          error.fenced NEVER
          error.frame.broken NEVER
          error.identity NEVER
          error.identity.cloned NEVER
          error.inbox.forgotten NEVER
          error.inbox.stores NEVER
          error.internal SAFE_WITH_KEY
          error.message.dead NEVER
          error.no_leader SAFE
          error.not_found SAFE
          error.payload.malformed NEVER
          error.peer.gone NEVER
          error.precondition NEVER
          error.queue.full SAFE
          error.queue.paused SAFE
          error.run.forgotten NEVER
          error.snoozed SAFE
          error.source NEVER
          error.store.backup SAFE
          error.store.busy SAFE
          error.store.closed SAFE
          error.store.corrupt NEVER
          error.store.full SAFE
          error.store.log SAFE
          error.store.op SAFE
          error.store.open NEVER
          error.store.overloaded SAFE
          error.store.read SAFE
          error.store.read_only SAFE
          error.store.rollback NEVER
          error.store.unknown SAFE_WITH_KEY
          error.taskqueue.corrupt NEVER
          error.taskqueue.crash_loop NEVER
          error.taskqueue.crashed SAFE
          error.taskqueue.disposed NEVER
          error.taskqueue.expired NEVER
          error.taskqueue.forgotten NEVER
          error.taskqueue.lease_expired SAFE
          error.taskqueue.lease_inactive NEVER
          error.timeout SAFE_WITH_KEY
          error.topic.unknown SAFE
          error.unavailable SAFE
          error.unspecified NEVER
          error.unsupported NEVER
          error.validation NEVER
          error.version.conflict NEVER
          """);

  /** The beginning of a family, which code asks for. */
  private static final Set<String> PREFIXES = Set.of("error.store");

  @TempDir Path dir;

  private static Map<String, Retry> read(String lines) {
    var all = new TreeMap<String, Retry>();
    for (var line : lines.lines().toList()) {
      var parts = line.split(" ");
      var twice = all.put(parts[0], Retry.valueOf(parts[1])) != null;
      if (twice) throw new IllegalStateException("recorded twice: " + line);
    }
    return all;
  }

  /** P2: none ever disappears; a new one is recorded. */
  @Test
  void theCodesInUseAreThoseOnRecord() throws Exception {
    var named = new TreeSet<>(MadeErrors.below(Path.of("src/main/java")).named());
    named.removeAll(PREFIXES);
    var wanted = new TreeSet<>(RECORDED.keySet());
    assertEquals(Set.of(), without(named, wanted), "new codes: add a line for each");
    assertEquals(Set.of(), without(wanted, named), "codes that are gone: bring them back");
  }

  private static Set<String> without(Set<String> all, Set<String> some) {
    var left = new TreeSet<>(all);
    left.removeAll(some);
    return left;
  }

  /** P2: wherever an error is made, no text is blank, and it is no less strict than on record. */
  @Test
  void everyErrorSaysWhatWasTriedWhyAndTheFix() throws Exception {
    var found = MadeErrors.below(Path.of("src/main/java"));
    assertFalse(found.made().size() < 50, "too few to mean anything: " + found.made().size());
    assertEquals(List.of(), faults(found));
  }

  private static List<String> faults(MadeErrors found) {
    var faults = new ArrayList<String>();
    for (var made : found.made()) {
      var at = made.place() + ": " + made.code();
      if (made.texts().stream().anyMatch(text -> text.matches("\"\\s*\""))) {
        faults.add(at + " has a blank text");
      }
      var recorded = RECORDED.get(made.code().replace("\"", ""));
      var retry = made.retry().replaceAll(".*\\.", "");
      var isFixed = recorded != null && retry.matches("[A-Z_]+");
      if (isFixed && Retry.valueOf(retry).compareTo(recorded) < 0) {
        faults.add(at + " is " + retry + ", on record as " + recorded);
      }
    }
    return faults;
  }

  @Test
  void aBlankTextAndALaxRetryAreCaught() throws IOException {
    var source =
        """
        class A {
          MeshError a = MeshError.of("error.conflict", "t", "w", " ", Retry.NEVER);
          MeshError b = MeshError.of("error.timeout", "t", "w", "f", MeshError.Retry.SAFE);
          MeshError c = MeshError.validation("", "w", "f");
          MeshError d = new MeshError.Fault("error.draining", "t", "w", "f", Retry.SAFE, m, c);
        }
        """;
    Files.writeString(dir.resolve("A.java"), source);
    var found = MadeErrors.below(dir);
    assertEquals(
        List.of(
            "A.java: \"error.conflict\" has a blank text",
            "A.java: \"error.timeout\" is SAFE, on record as SAFE_WITH_KEY",
            "A.java: \"error.validation\" has a blank text"),
        faults(found));
    assertEquals(Set.of("error.conflict", "error.timeout", "error.draining"), found.named());
  }

  /**
   * P2: what cannot be read out of the sources, such as what a peer said, is never blank either.
   */
  @Test
  void aBlankTextIsReplaced() {
    var blank = MeshError.of("error.unavailable", " ", "", "", Retry.SAFE);
    assertEquals(
        "error.unavailable: something that was not named: no reason was given;"
            + " see the log of the node that said so",
        blank.text());
  }

  /** P2: the cases that are no Fault. */
  @Test
  void theOtherCasesSayAllOfItToo() {
    var late = new MeshError.TimedOut(Duration.ofMillis(5), "a step");
    var canceled = new MeshError.Canceled("a branch");
    var both = new MeshError.Aggregate(List.of(late, canceled));
    var codes = Map.of("error.timeout", late, "error.canceled", canceled, "error.aggregate", both);
    codes.forEach(
        (code, error) -> {
          assertEquals(code, error.code());
          for (var text : List.of(error.tried(), error.why(), error.fix())) {
            assertFalse(text.isBlank(), code);
          }
          assertFalse(error.retry().compareTo(RECORDED.get(code)) < 0, code);
        });
  }
}
