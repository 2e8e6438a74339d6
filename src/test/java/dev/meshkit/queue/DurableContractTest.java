package dev.meshkit.queue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Q41 The queue in a file keeps the contract. */
class DurableContractTest
    implements LeaseContract,
        LaneContract,
        FlowContract,
        OrderContract,
        BoundsContract,
        RoomContract,
        PoisonContract,
        DoorContract,
        ClosedDoorsContract {
  @TempDir Path directory;

  @Override
  public Bed open(QueueOptions options) throws InterruptedException {
    try {
      return Bed.durable(Files.createTempDirectory(directory, "q"), options);
    } catch (IOException full) {
      throw new UncheckedIOException(full);
    }
  }
}
