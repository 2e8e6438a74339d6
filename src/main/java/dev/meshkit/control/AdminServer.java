package dev.meshkit.control;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.pipeline.Compensation;
import dev.meshkit.runtime.FileTrouble;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The operators' door: gRPC on {@code admin.sock}, mode 0600, so that whoever opens it is this
 * node's owner. Thread-safe; calls run on virtual threads.
 */
public final class AdminServer implements AutoCloseable {
  private static final long GRACE_MILLIS = 500;

  private final Path socket;
  private final EventLoopGroup loop;
  private final ExecutorService calls;
  private final Server server;

  private AdminServer(Path socket, EventLoopGroup loop, ExecutorService calls, Server server) {
    this.socket = socket;
    this.loop = loop;
    this.calls = calls;
    this.server = server;
  }

  /**
   * Binds the socket. A file left there by a dead process is replaced: the caller holds the data
   * directory's lock, so no live one can own it.
   *
   * @param socket as {@link SocketPath} computes it
   * @param view what is served
   */
  public static Result<AdminServer> open(Path socket, NodeView view) {
    try (var undo = Compensation.open("admin socket")) {
      var loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
      undo.onFailure("end its event loop", () -> stop(loop));
      var calls =
          Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
      undo.onFailure("end its calls", calls::shutdownNow);
      SocketPath.prepare(socket);
      Files.deleteIfExists(socket);
      var server =
          NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
              .channelType(NioServerDomainSocketChannel.class)
              .bossEventLoopGroup(loop)
              .workerEventLoopGroup(loop)
              .executor(calls)
              .addService(new AdminService(view, owner()))
              .build()
              .start();
      var opened = new AdminServer(socket, loop, calls, server);
      undo.onFailure("close it", opened::close);
      // The directory is 0700 already; this keeps the rule where somebody has opened it up.
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      undo.keep();
      return Result.ok(opened);
    } catch (IOException refused) {
      return Result.err(
          MeshError.of(
                  "error.unavailable",
                  "opening the admin socket " + socket,
                  FileTrouble.why(refused),
                  "move away what is in its place, and check owner and mode of its directory",
                  MeshError.Retry.SAFE)
              .with(Errors.MK, "MK-NODE-004"));
    }
  }

  /** Where it listens. */
  public Path socket() {
    return socket;
  }

  /** Ends the calls, at the latest after a second and a half, removes the socket. Idempotent. */
  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS)) server.shutdownNow();
      calls.shutdownNow();
      // Calls still under way answer into the event loop, so that goes last.
      calls.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS);
      server.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    stop(loop);
    remove(socket);
  }

  private static void stop(EventLoopGroup loop) {
    var _ = loop.shutdownGracefully(0, GRACE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** A file that stays is replaced at the next start, and nobody answers there meanwhile. */
  private static void remove(Path socket) {
    try {
      Files.deleteIfExists(socket);
    } catch (IOException _) {
      return;
    }
  }

  private static String owner() {
    return System.getProperty("user.name", "unknown");
  }
}
