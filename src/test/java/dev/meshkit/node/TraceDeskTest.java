package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.MeshError;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreFixture;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code meshkit trace} of a message of which nothing is known says which of two reasons it is. */
class TraceDeskTest {
  @TempDir private Path directory;

  /** ARCHITECTURE §9.8: the log is off unless asked for, and the answer says how to ask. */
  @Test
  void aNodeThatKeepsNoTraceSaysSo() throws Exception {
    var error = traced(false);
    assertEquals("error.precondition", error.code());
    assertTrue(error.toString().contains("this node keeps no trace"), error::toString);
    assertTrue(error.toString().contains("trace = true under [queue]"), error::toString);
    assertEquals(MeshError.Retry.NEVER, error.retry());
  }

  /** One that keeps it has not seen the message, or no longer. */
  @Test
  void anUnknownMessageIsNotFound() throws Exception {
    var error = traced(true);
    assertEquals("error.not_found", error.code());
    assertTrue(error.toString().contains("tracing message 17"), error::toString);
  }

  private MeshError traced(boolean isKept) throws InterruptedException {
    var options = StoreOptions.of(directory, "mesh", Clocks.system(), new SplittableRandom(1));
    try (var store = Store.open(options).orThrow()) {
      return StoreFixture.error(new TraceDesk(store, isKept).steps(17));
    }
  }
}
