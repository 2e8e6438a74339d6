package dev.meshkit.control;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.control.proto.Restored;
import dev.meshkit.control.proto.StoreReport;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import dev.meshkit.store.Survey;
import java.nio.file.Files;
import java.nio.file.Path;

/** Databases of nodes that do not run, and backups: what {@code inspect} and {@code restore} do. */
public final class StoreFiles {
  private static final String MESH = "mesh";

  private StoreFiles() {}

  /**
   * An order to make a node's database out of a backup.
   *
   * @param backup the copy, with its manifest beside it
   * @param data the node's data directory, in which there is no mesh.db
   * @param by who wants it, and why
   * @param dryRun only looks whether it could be
   */
  public record Restore(Path backup, Path data, String by, boolean dryRun) {}

  /** What a database or backup holds, and whether it is whole; reads all of it, changes nothing. */
  public static Result<StoreReport> inspect(Path file) {
    return Survey.of(file).map(StoreFiles::report);
  }

  /** Makes a database of a backup: another store, which sends nothing until it is resumed. */
  public static Result<Restored> restore(Restore order) {
    if (!Files.isDirectory(order.data())) return Result.err(noDirectory(order.data()));
    var options = StoreOptions.of(order.data(), MESH, Clocks.system(), Chance.secure());
    if (order.dryRun()) return tried(order, options.file());
    return Store.restore(order.backup(), options, order.by())
        .map(
            done ->
                restored(order, options.file())
                    .setStore(done.uuid().hex())
                    .setBytes(done.bytes())
                    .build());
  }

  private static Result<Restored> tried(Restore order, Path file) {
    if (Files.exists(file)) return Result.err(exists(order.backup(), file));
    return Survey.of(order.backup())
        .flatMap(
            found ->
                found.findings().isEmpty()
                    ? Result.ok(
                        restored(order, file)
                            .setStore(found.facts().getOrDefault("store_uuid", ""))
                            .setBytes(found.bytes())
                            .build())
                    : Result.err(unfit(order.backup(), found.findings().getFirst())));
  }

  private static Restored.Builder restored(Restore order, Path file) {
    return Restored.newBuilder()
        .setApiVersion(Envelope.API_VERSION)
        .setKind("Restored")
        .setFile(file.toString())
        .setFrom(order.backup().toString())
        .setDryRun(order.dryRun());
  }

  private static StoreReport report(Survey found) {
    var report =
        StoreReport.newBuilder()
            .setApiVersion(Envelope.API_VERSION)
            .setKind("StoreReport")
            .setFile(found.file().toString())
            .setBytes(found.bytes())
            .setSchema(found.schema())
            .setStore(found.facts().getOrDefault("store_uuid", ""))
            .setCluster(found.facts().getOrDefault("cluster", ""))
            .setNode(found.facts().getOrDefault("node", ""))
            .setBoot(found.boot())
            .setBatch(found.batch())
            .setLastCommit(Envelope.timestamp(found.lastCommitWall()))
            .addAllFindings(found.findings());
    for (var queue : found.queues()) {
      report.addQueues(
          StoreReport.QueueReport.newBuilder()
              .setQueue(queue.queue())
              .setLanes(queue.lanes())
              .setLive(queue.live())
              .setLeased(queue.leased())
              .setDead(queue.dead())
              .setBytes(queue.bytes())
              .setPausedBy(queue.pausedBy()));
    }
    return report.build();
  }

  private static MeshError noDirectory(Path data) {
    return MeshError.validation(
        "restoring into " + data,
        "there is no such directory",
        "name the data directory of the node, with its identity in it");
  }

  private static MeshError exists(Path backup, Path file) {
    return MeshError.of(
            "error.store.backup",
            "the backup " + backup,
            file + " exists: move it away",
            "nothing has changed; mend that and try again",
            MeshError.Retry.SAFE)
        .with(Errors.MK, "MK-STO-010");
  }

  private static MeshError unfit(Path backup, String found) {
    return MeshError.of(
            "error.store.backup",
            "the backup " + backup,
            found,
            "nothing has changed; take another backup",
            MeshError.Retry.SAFE)
        .with(Errors.MK, "MK-STO-010");
  }
}
