package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.control.proto.TraceItem;
import dev.meshkit.queue.Traces;
import dev.meshkit.store.Store;
import java.util.List;

/**
 * What messages went through, as operators read it. Thread-safe.
 *
 * @param store where the log lies
 * @param isKept whether it is written
 */
record TraceDesk(Store store, boolean isKept) {
  /** See {@link dev.meshkit.control.NodeView#trace}. */
  Result<List<TraceItem>> steps(long id) throws InterruptedException {
    return Traces.of(store, id)
        .flatMap(
            steps ->
                steps.isEmpty()
                    ? Result.err(isKept ? unknown(id) : off(id))
                    : Result.ok(steps.stream().map(TraceDesk::item).toList()));
  }

  private static TraceItem item(Traces.Step step) {
    return TraceItem.newBuilder()
        .setAt(Times.of(step.atWall()))
        .setStep(TraceItem.Step.valueOf(step.what().name()))
        .setAttempt(step.attempt())
        .setCode(step.code())
        .setText(step.why())
        .build();
  }

  private static MeshError unknown(long id) {
    return MeshError.of(
        "error.not_found",
        "tracing message " + id,
        "nothing of it is in the last 24 h and 100,000 steps of this node",
        "the node that sent it has its trace, under the id that send printed",
        MeshError.Retry.SAFE);
  }

  private static MeshError off(long id) {
    return MeshError.of(
        "error.precondition",
        "tracing message " + id,
        "this node keeps no trace",
        "set trace = true under [queue] and start it again; meshkit queue and poison show the rest",
        MeshError.Retry.NEVER);
  }
}
