package dev.meshkit.bench.failover;

import dev.meshkit.api.Result;
import dev.meshkit.control.AdminClient;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.ChangeVotersRequest;
import java.nio.file.Path;
import java.time.Duration;

/** A leader of ours: a follower's rank is raised and lowered by turns, a commit each. */
final class RecordLeader implements RecordBench.Leader {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int RANK = 100; // behind the leader's, which stays so

  private final AdminClient client;
  private final String follower;
  private int changes;

  /** The one whose data is in {@code directory}. */
  RecordLeader(Path directory) {
    client = AdminClient.of(directory.resolve("admin.sock"));
    follower = directory.endsWith("n1") ? "n2" : "n1";
  }

  @Override
  public Result<Object> change() {
    var order =
        ChangeVotersRequest.newBuilder()
            .setScope("region/eu")
            .setOp(ChangeVotersRequest.Op.RANK)
            .setNode(follower)
            .setRank(RANK + changes++ % 2)
            .setReason("bench")
            .setWait(Envelope.duration(PATIENCE))
            .build();
    return client
        .ask("changing a rank", PATIENCE, node -> node.changeVoters(order))
        .map(done -> done);
  }

  @Override
  public void close() {
    client.close();
  }
}
