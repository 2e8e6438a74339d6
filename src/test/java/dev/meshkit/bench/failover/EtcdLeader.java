package dev.meshkit.bench.failover;

import com.google.protobuf.CodedOutputStream;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** A leader of etcd: one key is put again and again ({@code etcdserverpb.KV/Put}). */
final class EtcdLeader implements RecordBench.Leader {
  private static final int KEY = 1; // the numbers of PutRequest's fields
  private static final int VALUE = 2;
  private static final MethodDescriptor<byte[], byte[]> PUT =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("etcdserverpb.KV/Put")
          .setRequestMarshaller(new Plain())
          .setResponseMarshaller(new Plain())
          .build();

  private final ManagedChannel channel;
  private int puts;

  /** The one that serves clients at {@code place}, a host and a port. */
  EtcdLeader(String place) {
    channel = NettyChannelBuilder.forTarget(place).directExecutor().usePlaintext().build();
  }

  /** Bytes as they are. */
  private static final class Plain implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try (stream) {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public Result<Object> change() {
    var options = CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS);
    try {
      return Result.ok(ClientCalls.blockingUnaryCall(channel, PUT, options, put("v" + puts++)));
    } catch (StatusRuntimeException refused) {
      return Result.err(MeshError.unavailable("a put of etcd", refused.toString(), "see its log"));
    }
  }

  private static byte[] put(String value) {
    var bytes = new ByteArrayOutputStream();
    try {
      var out = CodedOutputStream.newInstance(bytes);
      out.writeString(KEY, "meshkit::transport::eu");
      out.writeString(VALUE, value);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
