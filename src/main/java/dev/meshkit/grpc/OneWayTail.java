package dev.meshkit.grpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Exception;
import io.netty.handler.codec.quic.QuicStreamResetException;
import java.util.Optional;

/**
 * The handler behind the codec of a stream that the peer opened and writes alone. What the codec
 * cannot read, or a control or QPACK stream that is reset, is an error of the whole connection (RFC
 * 9114 §6.2.1, §7.1, RFC 9204 §4.2, §6); Netty leaves both unanswered, and the connection in limbo.
 */
final class OneWayTail extends ChannelInboundHandlerAdapter {
  private final Connection connection;

  OneWayTail(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var broken = codeOfItsCodec(ctx);
    if (broken.isEmpty()) return; // a stream that means nothing may end as it likes
    switch (cause) {
      case Http3Exception _ -> {} // Netty closes the connection itself
      case QuicStreamResetException _ ->
          close(Http3ErrorCode.H3_CLOSED_CRITICAL_STREAM, "critical stream reset");
      default -> close(broken.get(), "unreadable stream");
    }
  }

  private void close(Http3ErrorCode code, String how) {
    connection.close(Failures.ofProtocol(connection.remote(), code, how));
  }

  /** Netty's codecs are hidden; their names are all that tells what the stream is. */
  private static Optional<Http3ErrorCode> codeOfItsCodec(ChannelHandlerContext ctx) {
    for (var handler : ctx.pipeline().toMap().values()) {
      switch (handler.getClass().getSimpleName()) {
        case "Http3FrameCodec" -> {
          return Optional.of(Http3ErrorCode.H3_FRAME_ERROR);
        }
        case "QpackEncoderHandler" -> {
          return Optional.of(Http3ErrorCode.QPACK_ENCODER_STREAM_ERROR);
        }
        case "QpackDecoderHandler" -> {
          return Optional.of(Http3ErrorCode.QPACK_DECODER_STREAM_ERROR);
        }
        default -> {} // ours, or of the control stream's frames
      }
    }
    return Optional.empty();
  }
}
