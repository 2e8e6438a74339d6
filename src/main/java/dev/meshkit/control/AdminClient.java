package dev.meshkit.control;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.control.proto.AdminGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** One node's admin socket, from the side that asks. Thread-safe; calls block. */
public final class AdminClient implements AutoCloseable {
  private static final long CLOSE_MILLIS = 500;

  private final Path socket;
  private final EventLoopGroup loop;
  private final ManagedChannel channel;

  private AdminClient(Path socket, EventLoopGroup loop, ManagedChannel channel) {
    this.socket = socket;
    this.loop = loop;
    this.channel = channel;
  }

  /** A client of the node that listens at {@code socket}; nothing is connected yet. */
  public static AdminClient of(Path socket) {
    var loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    var channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(loop)
            .directExecutor()
            .overrideAuthority("localhost")
            .usePlaintext()
            .build();
    return new AdminClient(socket, loop, channel);
  }

  /**
   * Asks, and waits at most {@code timeout}.
   *
   * @param tried what is being done, for the error
   */
  public <T> Result<T> ask(
      String tried, Duration timeout, Function<AdminGrpc.AdminBlockingStub, T> call) {
    return ask(tried, Doubt.NONE, timeout, call);
  }

  /**
   * Asks for a change, and waits at most {@code timeout}.
   *
   * @param tried what is being done, for the error
   * @param doubt what the error says where nobody knows whether it was done
   */
  public <T> Result<T> ask(
      String tried, Doubt doubt, Duration timeout, Function<AdminGrpc.AdminBlockingStub, T> call) {
    if (Files.notExists(socket)) return Result.err(nobody(tried));
    var stub =
        AdminGrpc.newBlockingStub(channel)
            .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return Result.ok(call.apply(stub));
    } catch (StatusRuntimeException refused) {
      return Result.err(Errors.cause(refused, tried, doubt));
    }
  }

  private MeshError nobody(String tried) {
    return MeshError.unavailable(
            tried, "no node listens at " + socket, "start it: meshkit agent --data <its directory>")
        .with(Errors.MK, "MK-CLI-005");
  }

  /** Ends what is under way; blocks at most half a second. Idempotent. */
  @Override
  public void close() {
    channel.shutdownNow();
    try {
      // The channel closes on the loop, so that goes last.
      channel.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    var _ = loop.shutdownGracefully(0, 100, TimeUnit.MILLISECONDS);
  }
}
