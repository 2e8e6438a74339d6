package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.transport.LegacyFrame.Kind;
import io.grpc.Status;
import java.io.IOException;
import java.net.ProtocolException;

/**
 * What comes on one legacy connection, and whose it is: a stream's, a call's, an answer's. Never
 * blocks but for the next frame. Its caller's thread only.
 */
final class LegacyReader {
  private final LegacyLink link;
  private final LegacyCalls calls;
  private final LegacyReplies replies;

  LegacyReader(LegacyLink link, LegacyCalls calls, LegacyReplies replies) {
    this.link = link;
    this.calls = calls;
    this.replies = replies;
  }

  /** Reads until the connection ends or breaks the protocol. */
  void run() throws IOException {
    while (true) {
      var frame = link.parts().io().read();
      switch (frame.type()) {
        case HELLO -> hello(frame);
        case STREAM -> data(frame, Family.STREAM);
        case ELECT -> data(frame, Family.ELECT);
        case DELIVER -> data(frame, Family.DELIVER);
        case REQ -> served(frame).request(frame);
        case RESP -> reply(frame.id(), frame.body(), Status.OK);
        case ERR -> refused(frame, LegacyBody.status(frame.body()));
        case CANCEL -> cancelled(frame.id(), LegacyBody.status(frame.body()));
        case CREDIT -> credit(frame);
        case PING -> ping(frame);
        case PONG -> pong(frame.id());
        case GOAWAY -> link.sendAway();
      }
    }
  }

  private LegacyCalls served(LegacyFrame frame) throws ProtocolException {
    var service = link.parts().served();
    if (service == null) throw new ProtocolException("a " + frame.type() + " to who dialled");
    return calls;
  }

  private void hello(LegacyFrame frame) throws ProtocolException {
    var hello = LegacyBody.tagged(frame.body());
    var family = LegacyBody.family(hello.number());
    var line = link.find(frame.id());
    if (link.parts().served() == null) {
      if (line != null) line.lane().greeted(hello.rest());
    } else if (frame.id() == 0 || line != null) {
      throw new ProtocolException("stream " + frame.id() + " twice");
    } else {
      calls.open(frame.id(), family, hello.rest());
    }
  }

  private void data(LegacyFrame frame, Family family) throws ProtocolException {
    var line = link.find(frame.id());
    if (line == null) { // of a stream that we have ended meanwhile
      link.dropped(family.name());
      return;
    }
    if (line.stream().family() != family) throw new ProtocolException("a frame of " + family);
    if (frame.body().size() > family.maxFrameBytes()) {
      throw new ProtocolException("a frame of " + frame.body().size() + " bytes on " + family);
    }
    if (!line.wire().arrived(frame.body().size())) {
      throw new ProtocolException("more on " + family + " than it had credit for");
    }
    line.lane().arrived(frame.body());
  }

  private void reply(long id, Bytes body, Status status) {
    if (!replies.came(id, body, status)) link.dropped("RESP"); // nobody waits any more
  }

  private void ping(LegacyFrame frame) {
    var parts = link.parts();
    var service = parts.served();
    if (service != null) {
      var roundTrip = RoundTrip.heard(frame.body());
      link.visit().measured(roundTrip);
      service.measured(parts.peer(), roundTrip);
    }
    link.tell(LegacyFrame.of(Kind.PONG, frame.id()));
  }

  private void pong(long id) {
    if (id != 0) reply(id, Bytes.EMPTY, Status.OK);
  }

  private void refused(LegacyFrame frame, Status why) {
    if (frame.id() == 0) {
      link.end(why);
      return;
    }
    var line = link.take(frame.id());
    if (line == null) reply(frame.id(), Bytes.EMPTY, why);
    else line.lane().over(why);
  }

  private void cancelled(long id, Status why) {
    var line = link.find(id);
    if (line == null) {
      calls.cancel(id);
    } else if (link.parts().served() != null && why.isOk()) {
      line.lane().halfClosed();
    } else {
      link.take(id);
      line.lane().over(why);
    }
  }

  private void credit(LegacyFrame frame) throws ProtocolException {
    var credit = LegacyBody.credit(frame.body());
    var line = link.find(frame.id());
    if (line == null) return;
    line.wire().credit(credit);
    line.lane().ready();
  }
}
