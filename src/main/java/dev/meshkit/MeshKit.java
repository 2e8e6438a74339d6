package dev.meshkit;

import dev.meshkit.api.Handler;
import dev.meshkit.api.LocalStore;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.VersionWindow;
import dev.meshkit.gate.DeterministicGate;
import dev.meshkit.node.DevHome;
import dev.meshkit.node.Node;
import java.util.List;
import java.util.TreeMap;

/**
 * The front door: a node of a mesh inside this process.
 *
 * <pre>{@code
 * var config = MeshConfig.load(Path.of("meshkit.toml"));
 * try (var mesh = MeshKit.builder(config).on("orders", this::handle).open()) {
 *   mesh.send(NodeId.of("us", "n4"), "orders", Bytes.utf8("42")).orThrow();
 * }
 * }</pre>
 *
 * <p>No System.exit, no static state, no logging set-up; several nodes in one process are fine.
 */
public final class MeshKit {
  private MeshKit() {}

  /** A node to be opened; register handlers first. */
  public static Builder builder(MeshConfig config) {
    return new Builder(config);
  }

  /** Opens a node without handlers; see {@link Builder#open()}. */
  public static Mesh open(MeshConfig config) {
    return builder(config).open();
  }

  /**
   * Settles what a development node was not told: an identity from the CA that all development
   * nodes beside its data directory share, loopback ports, and who votes. For one host, never for
   * production: whoever can read that CA's files may be any node.
   */
  public static Result<MeshConfig> dev(MeshConfig config) {
    return DevHome.settle(config);
  }

  /**
   * Has a running node go by other {@code listen.versions}, as a restart with them would: it binds
   * or leaves its legacy port, and moves the streams that it opened to the roads they ask for,
   * losing no message. Does not wait for the moves. All nodes are to be told the same: first that
   * both versions are permitted, then which one is used. Nothing changes on an error, such as
   * MK-NODE-002, the legacy port is taken.
   *
   * @throws dev.meshkit.config.InvalidConfig if they are out of range or order
   */
  public static Result<Unit> permit(Mesh mesh, List<VersionWindow> versions) {
    if (mesh instanceof Node node) return node.permit(versions);
    throw new IllegalArgumentException("not a node of MeshKit: " + mesh);
  }

  /**
   * Has a running node read its identity again, as it does by itself when {@code identity/CURRENT}
   * or {@code identity/roots.pem} is replaced: new handshakes show the new certificate, roads that
   * were made with the former one are replaced within a minute, losing no message, and peers that
   * were not dialled because an identity was refused are dialled again, even if nothing changed. On
   * an error, such as MK-TLS-014, the former identity stays.
   */
  public static Result<Unit> renew(Mesh mesh) {
    if (mesh instanceof Node node) return node.renew();
    throw new IllegalArgumentException("not a node of MeshKit: " + mesh);
  }

  /**
   * The gate of a running node: which version of each change runs here, as committed by its region
   * and by the whole mesh, and runs that do each effect once. What they send goes out with the
   * transaction that records it, like any message of the node.
   */
  public static DeterministicGate gate(Mesh mesh) {
    if (mesh instanceof Node node) return node.gate();
    throw new IllegalArgumentException("not a node of MeshKit: " + mesh);
  }

  /**
   * Opens the database of a node that does not run, for the tables of its application: to fill or
   * empty them between two runs. It takes no part in the mesh. To be closed; until then the node
   * does not start. {@code error.store.open} with the detail {@code mk} if it cannot be opened,
   * {@code MK-NODE-006} while the node runs: then it is {@link Mesh#store}; {@code
   * error.store.busy} while another program keeps it locked; {@code error.precondition} if the node
   * has never run.
   */
  public static Result<LocalStore> store(MeshConfig config) {
    return Node.store(config);
  }

  /** A node in the making. Not thread-safe; opens once. */
  public static final class Builder {
    private final MeshConfig config;
    private final TreeMap<String, Handler> handlers = new TreeMap<>();

    private Builder(MeshConfig config) {
      this.config = config;
    }

    /** Takes the messages of a topic; one handler a topic. */
    public Builder on(String topic, Handler handler) {
      if (handlers.putIfAbsent(topic, handler) != null) {
        throw new IllegalArgumentException("topic '" + topic + "' has a handler already");
      }
      return this;
    }

    /**
     * Starts the node and blocks until it is ready: identity valid, both databases open, listeners
     * bound. It needs no peer for that.
     *
     * @throws MeshException what failed, with its code; nothing is left open then
     */
    public Mesh open() {
      return checkedJvm().flatMap(_ -> Node.open(config, handlers)).orThrow();
    }

    /**
     * Structured concurrency is a preview API: its classes load on exactly one release, if enabled.
     */
    private static Result<Boolean> checkedJvm() {
      try {
        return Result.ok(Node.preview());
      } catch (UnsupportedClassVersionError wrong) {
        return Result.err(
            MeshError.of(
                    "error.validation",
                    "opening a node on Java " + Runtime.version(),
                    wrong.getMessage() + "",
                    "run it on a JDK 25 with --enable-preview",
                    MeshError.Retry.NEVER)
                .with("mk", "MK-NODE-001"));
      }
    }
  }
}
