package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.PayloadCodec;
import dev.meshkit.api.Result;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q39 A node that deny.list names is gone for this node's messages; one that is away is not. */
@Timeout(120)
class PeerGoneMeshTest {
  @TempDir Path directory;

  @Test
  void messagesToWhomThisNodeDeniesAreDead() throws Exception {
    var config =
        MeshKit.dev(
                MeshConfig.of("eu", "n1", directory)
                    .withListen(ListenConfig.of(new Endpoint("127.0.0.1", 0)))
                    .withHttp(HttpConfig.off()))
            .orThrow();
    var list = directory.resolve("identity").resolve("deny.list");
    Files.writeString(list, "node us/n2 stolen on Tuesday\n");
    Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-------"));
    try (var mesh = MeshKit.open(config)) {
      var message = PayloadCodec.UTF8.message("orders", "x");
      var away = mesh.send(NodeId.of("us", "n3"), message).orThrow();
      var gone = mesh.send(NodeId.of("us", "n2"), message).orThrow().await(Duration.ofSeconds(30));
      assertTrue(
          gone instanceof Result.Err<?>(var why)
              && why.why().startsWith("PEER_GONE error.peer.gone")
              && why.why().contains("stolen on Tuesday"),
          gone.toString());
      var waits = away.await(Duration.ZERO);
      assertTrue(waits instanceof Result.Err<?>(var why) && why.code().equals("error.timeout"));
    }
  }
}
