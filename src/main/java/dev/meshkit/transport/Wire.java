package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/** The sending half of a call, whichever side it is on. Used under its stream's lock. */
sealed interface Wire permits Wire.Client, Wire.Server, LegacyWire {
  /** Whether our {@link #finish} ends both directions: so it is with a call that came in. */
  boolean endsWithUs();

  /** Answers a call that came in, before anything is sent on it. */
  void begin();

  /** Asks for {@code n} more messages. */
  void request(int n);

  /** Whether a message can be sent without piling up. */
  boolean isReady();

  /** Sends a message. */
  void send(Bytes message);

  /** Sends no more, in good order: what was sent arrives. */
  void finish();

  /** Ends the call at once. */
  void abort(Status why);

  /**
   * We called.
   *
   * @param call the call
   */
  record Client(ClientCall<Bytes, Bytes> call) implements Wire {
    @Override
    public boolean endsWithUs() {
      return false;
    }

    @Override
    public void begin() {} // the peer is the one to answer

    @Override
    public void request(int n) {
      call.request(n);
    }

    @Override
    public boolean isReady() {
      return call.isReady();
    }

    @Override
    public void send(Bytes message) {
      call.sendMessage(message);
    }

    @Override
    public void finish() {
      call.halfClose();
    }

    @Override
    public void abort(Status why) {
      call.cancel(why.getDescription(), why.getCause());
    }
  }

  /**
   * We were called.
   *
   * @param call the call
   * @param answer headers with our Hello
   */
  record Server(ServerCall<Bytes, Bytes> call, Metadata answer) implements Wire {
    @Override
    public boolean endsWithUs() {
      return true;
    }

    @Override
    public void begin() {
      call.sendHeaders(answer);
    }

    @Override
    public void request(int n) {
      call.request(n);
    }

    @Override
    public boolean isReady() {
      return call.isReady();
    }

    @Override
    public void send(Bytes message) {
      call.sendMessage(message);
    }

    @Override
    public void finish() {
      call.close(Status.OK, new Metadata());
    }

    @Override
    public void abort(Status why) {
      call.close(why, new Metadata());
    }
  }
}
