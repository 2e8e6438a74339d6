package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/** One request, one answer. Runs on its call's virtual thread, so its handler may block. */
final class UnaryCall extends ServerCall.Listener<Bytes> {
  private final ServerCall<Bytes, Bytes> call;
  private final RpcLog log;
  private final Handler handler;
  private Bytes request = Bytes.EMPTY;

  /** What answers. */
  @FunctionalInterface
  interface Handler {
    Result<Bytes> answer(Bytes request) throws InterruptedException;
  }

  UnaryCall(ServerCall<Bytes, Bytes> call, RpcLog log, Handler handler) {
    this.call = call;
    this.log = log;
    this.handler = handler;
    call.request(2); // the second would be a protocol error, which gRPC reports
  }

  @Override
  public void onMessage(Bytes message) {
    log.received(message.size());
    request = message;
  }

  @Override
  public void onHalfClose() {
    switch (answer()) {
      case Result.Ok<Bytes>(var reply) -> {
        call.sendHeaders(new Metadata());
        call.sendMessage(reply);
        log.sent(reply.size());
        close(Status.OK);
      }
      case Result.Err<Bytes>(var error) -> close(ServedCalls.status(error));
    }
  }

  @Override
  public void onCancel() {
    log.end(Status.Code.CANCELLED);
  }

  private Result<Bytes> answer() {
    try {
      return handler.answer(request);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Result.err(
          dev.meshkit.api.MeshError.unavailable(
              "answer a call", "this node is stopping", "ask another node"));
    }
  }

  private void close(Status status) {
    call.close(status, new Metadata());
    log.end(status.getCode());
  }
}
