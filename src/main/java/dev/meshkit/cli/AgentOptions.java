package dev.meshkit.cli;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.config.ConfigSources;
import dev.meshkit.config.ConfigSources.Loaded;
import dev.meshkit.config.Origin;
import dev.meshkit.control.Errors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What an agent is told: flags over environment over a file over defaults. */
final class AgentOptions {
  private static final Path INSTALLED = Path.of("/etc/meshkit/meshkit.toml");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Default: $MESHKIT_CONFIG, else meshkit.toml in the data directory, else"
              + " /etc/meshkit/meshkit.toml, else none.")
  private String config = "";

  @Option(
      names = "--dev",
      description =
          "A node for this host only: loopback, an identity made on the spot, ports by its name"
              + " (n2: 10 above n1).")
  private boolean dev;

  @Option(names = "--name", paramLabel = "NAME", description = "node.name")
  private String name = "";

  @Option(names = "--region", paramLabel = "REGION", description = "node.region")
  private String region = "";

  @Option(names = "--data", paramLabel = "DIR", description = "data.dir")
  private String data = "";

  @Option(names = "--listen", paramLabel = "HOST:PORT", description = "listen.mesh")
  private String listen = "";

  @Option(names = "--http", paramLabel = "HOST:PORT|off", description = "http.listen")
  private String http = "";

  @Option(
      names = "--join",
      split = ",",
      paramLabel = "HOST:PORT",
      description = "discovery.seeds: peers to ask for the mesh; may be repeated.")
  private @Nullable List<String> join;

  @Option(
      names = "--region-voters",
      paramLabel = "REGION/NAME,…",
      description = "election.region.voters")
  private String regionVoters = "";

  @Option(
      names = "--global-voters",
      paramLabel = "REGION/NAME,…",
      description = "election.global.voters")
  private String globalVoters = "";

  /** Whether identity, ports and voters are made up where nothing was said. */
  boolean isDev() {
    return dev;
  }

  /** The configuration; {@link dev.meshkit.config.InvalidConfig} with all that is wrong. */
  Loaded load(Console console) {
    var environment = console.environment();
    var sources = ConfigSources.defaults().environment(environment);
    file(environment, console.directory()).ifPresent(sources::file);
    flag(sources, "--name", "node.name", name);
    flag(sources, "--region", "node.region", region);
    flag(sources, "--data", "data.dir", data);
    flag(sources, "--listen", "listen.mesh", listen);
    flag(sources, "--http", "http.listen", http);
    if (join != null) sources.flag("--join", "discovery.seeds", seeds(join));
    flag(sources, "--region-voters", "election.region.voters", regionVoters);
    flag(sources, "--global-voters", "election.global.voters", globalVoters);
    var loaded = sources.load();
    var isGiven = !loaded.origin("listen.mesh").equals(Origin.DEFAULT);
    // The default would be moved to loopback; what somebody asked for is refused instead.
    if (dev && isGiven) loaded.config().listen().unfitForDev().ifPresent(AgentOptions::refuse);
    return loaded;
  }

  /** Whether a file is among what it is told by. */
  boolean hasFile(Console console) {
    return file(console.environment(), console.directory()).isPresent();
  }

  /** An option that names nobody must not make a node found a mesh of its own. */
  private static String seeds(List<String> named) {
    if (named.isEmpty() || named.stream().anyMatch(String::isBlank)) {
      var error = MeshError.validation("--join", "it names no peer", "name one: --join HOST:PORT");
      refuse(error.with(Errors.MK, "MK-CLI-001"));
    }
    return String.join(",", named);
  }

  private static void refuse(MeshError error) {
    throw new MeshException(error);
  }

  private static void flag(ConfigSources sources, String flag, String key, String value) {
    if (!value.isEmpty()) sources.flag(flag, key, value);
  }

  /** The file named, which must exist, or the first of the usual ones that does. */
  private Optional<Path> file(Map<String, String> environment, Path directory) {
    var named = config.isEmpty() ? environment.getOrDefault("MESHKIT_CONFIG", "") : config;
    if (!named.isEmpty()) return Optional.of(directory.resolve(named));
    var own = directory.resolve(data.isEmpty() ? "." : data).resolve("meshkit.toml");
    if (!data.isEmpty() && Files.exists(own)) return Optional.of(own);
    return Files.exists(INSTALLED) ? Optional.of(INSTALLED) : Optional.empty();
  }
}
