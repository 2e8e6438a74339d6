package dev.meshkit.grpc;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Headers;
import org.jspecify.annotations.Nullable;

/**
 * One stream a client opened, up to the point where it is known to be a call: what is no gRPC
 * request is answered here, on the event loop, without anybody's code being run.
 */
final class ServerRequest implements StreamEvents {
  private final ServerConnections server;
  private final Connection connection;
  private final CallStream stream;
  private final Awaited awaited = new Awaited();
  private final SlowSender slowness;
  private final Stall reader;
  private @Nullable ServerLane call;
  private boolean headersSeen;

  ServerRequest(ServerConnections server, Connection connection, Commands commands) {
    this.server = server;
    this.connection = connection;
    this.stream = new CallStream(true, commands, this);
    var patience = server.options().upkeep().bounds().patience();
    this.slowness = new SlowSender(patience, awaited);
    this.reader = new Stall(patience.reader());
  }

  CallStream stream() {
    return stream;
  }

  @Override
  public void headers(Http3Headers fields) {
    if (headersSeen) return; // trailers of a request mean nothing to gRPC
    headersSeen = true;
    slowness.headers();
    stream.priority(Urgency.in(fields));
    var limits = server.options().limits();
    var path = fields.path();
    if (fields.method() == null
        || HeaderCodec.hasOfConnection(fields)) { // the former is Netty's response
      stream.abort(Http3ErrorCode.H3_MESSAGE_ERROR);
    } else if (HeaderCodec.size(fields) > limits.metadataBytes()) {
      refuse("431");
    } else if (!"POST".contentEquals(String.valueOf(fields.method()))) {
      refuse("405");
    } else if (!HeaderCodec.isGrpc(fields.get("content-type"))) {
      refuse("415");
    } else if (path == null || path.length() < 2 || path.charAt(0) != '/') {
      answer(Status.UNIMPLEMENTED.withDescription("no method is called " + path));
    } else if (!server.admit(connection)) {
      stream.abort(Http3ErrorCode.H3_REQUEST_REJECTED);
    } else {
      call = new ServerLane(server, connection, stream, awaited);
      call.begin(fields);
    }
  }

  private void refuse(String httpStatus) {
    stream.send(ResponseFields.plain(httpStatus));
    stream.finish();
  }

  private void answer(Status status) {
    stream.send(ResponseFields.alone(status, connection.peerFieldBytes()));
    stream.finish();
  }

  @Override
  public void data(ByteBuf bytes) {
    slowness.data(bytes.readableBytes());
    if (call == null) {
      stream.consumed(ReadAhead.weightOf(bytes));
      bytes.release();
    } else {
      call.data(bytes);
    }
  }

  @Override
  public void end() {
    if (!headersSeen) stream.abort(Http3ErrorCode.H3_REQUEST_INCOMPLETE);
    if (call != null) call.end();
  }

  @Override
  public void lost(Status cause) {
    if (call != null) call.lost(cause);
  }

  @Override
  public void ready() {
    if (call != null) call.ready();
  }

  @Override
  public void finished() {
    if (call != null) call.finished();
  }

  /** Who takes too long loses its call: the code is RESOURCE_EXHAUSTED to gRPC. */
  @Override
  public void tick() {
    var backlog = stream.backlog();
    if (slowness.tick()) {
      tooSlow("the client sends too slowly");
    } else if (reader.tick(backlog.isWaiting(), backlog.taken())) {
      tooSlow("the client reads too slowly");
    }
  }

  private void tooSlow(String how) {
    lost(Status.RESOURCE_EXHAUSTED.withDescription(how));
    stream.abort(Http3ErrorCode.H3_EXCESSIVE_LOAD);
  }

  @Override
  public void flush() {
    if (call != null) call.flush();
  }
}
