package dev.meshkit.gate;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** G31: the contract of effect stores, kept by the one in a file. */
class DurableLostCallsTest extends LostCallsContract {
  @TempDir Path directory;

  @Override
  EffectBed bed() throws InterruptedException {
    return EffectBed.durable(directory);
  }
}
