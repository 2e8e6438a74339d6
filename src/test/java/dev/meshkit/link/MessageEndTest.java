package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.PATIENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.PoisonFilter;
import dev.meshkit.queue.Reason;
import dev.meshkit.queue.RedriveOptions;
import dev.meshkit.queue.Settled;
import dev.meshkit.queue.TaskId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q27, Q30, Q31: what its sender hears of a message that was not applied, whenever he asks. */
@Timeout(120)
class MessageEndTest {
  private static final Audit BY = new Audit("ana", "enough");
  private static final MeshError WHY =
      MeshError.of("error.test", "testing", "refused", "none", MeshError.Retry.NEVER);

  @TempDir Path directory;

  /** Q30 One that died is never said to be applied, nor to be seen where it is no more. */
  @Test
  void whatDiedStaysDeadForItsSenderWhereverItsRowIs() throws Exception {
    try (var office = new PostOffice(directory, Map.of("t", _ -> new Disposition.Poison(WHY)))) {
      var purged = office.send("t", "a");
      var listed = error(purged.await(PATIENCE));
      assertEquals("PERMANENT error.test: testing: refused; none", listed.why());
      assertEquals("see meshkit poison show 1", listed.fix());
      // when it is purged
      var poison = office.queue.poison();
      var job = poison.purge(PoisonFilter.ALL, false, BY).orThrow();
      assertEquals(1, poison.await(job.id(), PATIENCE).orThrow().done());
      gone(1, purged.await(Duration.ZERO));
      // or comes back as another, which dies as well
      var renamed = office.send("t", "b");
      error(renamed.await(PATIENCE));
      var back = poison.redrive(PoisonFilter.ALL, RedriveOptions.DEFAULTS.renamed(), BY).orThrow();
      assertEquals(1, poison.await(back.id(), PATIENCE).orThrow().done());
      gone(2, renamed.await(Duration.ZERO));
    }
  }

  private static void gone(long did, Result<Unit> ended) {
    var error = error(ended);
    assertEquals("error.message.dead", error.code());
    assertEquals(
        "PERMANENT it was number " + did + " among the dead, and has been removed from them",
        error.why());
    assertFalse(error.fix().contains("poison show"), error::fix);
  }

  /** Q21, Q25 What was given up without harm is fine; what was canceled or had no room is not. */
  @Test
  void whatWasGivenUpIsFineOnlyIfThatDoesNoHarm() throws Exception {
    try (var office = new PostOffice(directory, Map.of())) {
      assertEquals(Result.ok(), said(office, new Settled.Done()));
      assertEquals(Result.ok(), said(office, new Settled.Superseded()));
      assertEquals(Result.ok(), said(office, new Settled.Dead(0, Reason.EXPIRED)));
      var canceled = error(said(office, new Settled.Dead(0, Reason.OPERATOR)));
      assertEquals("OPERATOR it was canceled", canceled.why());
      var dropped = error(said(office, new Settled.Dropped()));
      assertEquals("error.message.dead", dropped.code());
      assertTrue(dropped.why().contains("no room"), dropped::why);
    }
  }

  private static Result<Unit> said(PostOffice office, Settled how) throws InterruptedException {
    return MessageEnd.of(office.queue, new TaskId(7), how);
  }

  private static MeshError error(Result<Unit> ended) {
    return assertInstanceOf(Result.Err.class, ended).error();
  }
}
