package dev.meshkit.node;

import dev.meshkit.api.Result;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.BackedUp;
import dev.meshkit.store.Backup;
import dev.meshkit.store.Store;
import java.nio.file.Path;
import java.util.Map;

/** Copies of the node's messages for its operators. Thread-safe. */
final class BackupDesk {
  private final Store mesh;
  private final NodeEvent.Sink events;

  /** Over the database of messages; each copy is told to {@code events}. */
  BackupDesk(Store mesh, NodeEvent.Sink events) {
    this.mesh = mesh;
    this.events = events;
  }

  /** Takes a copy. */
  Result<BackedUp> take(Path to, String actor) throws InterruptedException {
    return mesh.backup(to)
        .onOk(
            taken ->
                events.accept(
                    NodeEvent.info("store.backed_up", to.toString(), to + " taken by " + actor)
                        .with(Map.of("actor", actor, "bytes", Long.toString(taken.bytes())))))
        .map(BackupDesk::answer);
  }

  private static BackedUp answer(Backup taken) {
    return BackedUp.newBuilder()
        .setFile(taken.file().toString())
        .setBytes(taken.bytes())
        .setSha256(taken.sha256().hex())
        .setSchema(taken.schema())
        .setStore(taken.uuid().hex())
        .setBatch(taken.batch())
        .setTakenAt(Envelope.timestamp(taken.takenWall()))
        .build();
  }
}
