package dev.meshkit.node;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Result;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.HttpServer;
import dev.meshkit.store.Look;
import dev.meshkit.transport.Transport;

/**
 * Looks whether a node's ports are free before anything on its disk is made or changed. What is
 * taken between this look and the listener's own is refused there, with the same words.
 */
final class FreePorts {
  private FreePorts() {}

  /**
   * The configuration, if all its ports are free; a directory that is in use says so itself, later.
   */
  static Result<MeshConfig> of(MeshConfig config) {
    if (Look.isInUse(config.data().dir().resolve("mesh.db"))) return Result.ok(config);
    var roads = new Settings(config).roads();
    return Transport.probe(config.listen().mesh(), roads)
        .flatMap(mesh -> legacy(config).map(_ -> mesh))
        .flatMap(mesh -> config.http().isOff() ? Result.ok(mesh) : http(config))
        .map(_ -> config);
  }

  private static Result<Endpoint> legacy(MeshConfig config) {
    var at = config.listen().legacy();
    return new Settings(config).servesLegacy() ? Transport.probeLegacy(at) : Result.ok(at);
  }

  private static Result<Endpoint> http(MeshConfig config) {
    return HttpServer.probe(config.http().listen());
  }
}
