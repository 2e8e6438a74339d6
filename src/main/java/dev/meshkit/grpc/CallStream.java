package dev.meshkit.grpc;

import static io.netty.handler.codec.http3.Http3ErrorCode.H3_EXCESSIVE_LOAD;
import static io.netty.handler.codec.http3.Http3ErrorCode.H3_INTERNAL_ERROR;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamPriority;
import org.jspecify.annotations.Nullable;

/**
 * One request stream as its call sees it: commands from any thread, in order, executed on the event
 * loop in bursts; what one burst writes leaves as one write.
 *
 * <p>A dialled call's stream exists before there is a connection: its commands wait until {@link
 * #open}. Ready means open and less than 32 KiB unsent. Reading goes on while the call wants
 * messages; without demand at most 64 KiB are read ahead, so that a reset is noticed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as a lost stream
final class CallStream implements StreamHead.Sent {
  private static final System.Logger LOG = System.getLogger(CallStream.class.getName());

  private final boolean server;
  private final Commands commands;
  private final Outbox outbox;
  private final SendRoom room = new SendRoom();
  private volatile boolean open;

  // the event loop's
  private final Halves halves;
  private @Nullable Runnable again;
  private boolean over;
  private boolean stopped;
  private final Probe probe = new Probe();
  private final StreamEvents events;
  private final Inflow inflow;
  private final Burst burst;

  /** A stream whose commands run in {@code commands}, and which tells {@code events}. */
  CallStream(boolean server, Commands commands, StreamEvents events) {
    this.server = server;
    this.commands = commands;
    this.events = events;
    this.outbox = new Outbox(!server, commands, this::drain);
    this.halves = new Halves(server);
    this.inflow = new Inflow(this, halves, outbox.replay(), events);
    this.burst = new Burst(halves, room, outbox.replay());
  }

  /** Sends a field section: the request's or response's head, or trailers. */
  void send(FieldSection fields) {
    outbox.add(new Outbox.Fields(fields));
  }

  /** Sends a framed message, which is the stream's from now on. */
  void send(ByteBuf frame) {
    room.fill(frame.readableBytes());
    outbox.add(new Outbox.Message(frame));
  }

  /** Ends our half, in the same write as what was sent just before. */
  void finish() {
    outbox.add(new Outbox.Finish());
  }

  /** Gives the stream up in both directions. */
  void abort(Http3ErrorCode code) {
    outbox.add(new Outbox.Abort(code));
  }

  /** Says that the answer is complete: if our half is still open, nobody needs the rest of it. */
  void done() {
    outbox.add(new Outbox.Done());
  }

  /** Whether a message sent now would leave soon. */
  boolean isReady() {
    return open && room.isReady() && !halves.connection().budget().isSpent();
  }

  /** Says that the call wants what follows bytes of this {@link ReadAhead} weight. Any thread. */
  void consumed(long weight) {
    if (inflow.giveBack(weight)) outbox.add(new Outbox.ReadOn());
  }

  /** Keeps what is sent until {@link #finish}: an answer of one message is one write. */
  void cork() {
    outbox.cork();
  }

  /**
   * Makes this channel the stream's, and writes its request and what waited. If the server then
   * says that it processed none of it, {@code again} is run, once. Loop only.
   */
  void open(Connection on, QuicStreamChannel stream, StreamRequest request, Runnable again) {
    this.again = again;
    attach(on, stream);
    priority(Urgency.of(request.urgency()));
    drainAfter(request.fields());
    if (over) return;
    events.ready();
    inflow.readOn();
  }

  /** Serves this stream before or after others. Loop only. */
  void priority(QuicStreamPriority value) {
    channel().updatePriority(value);
  }

  /** Makes this channel, which the peer opened, the stream's. Loop only. */
  void accept(Connection on, QuicStreamChannel stream) {
    attach(on, stream);
    turn().opened();
  }

  /** The channel can be read. Loop only. */
  void active() {
    if (halves.isAttached()) inflow.readOn();
  }

  private void attach(Connection on, QuicStreamChannel stream) {
    outbox.begin();
    halves.attach(on, stream, this);
    stream.config().setReadFrames(true);
    open = true;
  }

  /** Tells the call that there will be no stream. Loop only. */
  void fail(Status status) {
    if (over) return;
    end();
    events.lost(status);
    events.flush();
  }

  /** What the peer sends on it. */
  Inflow inflow() {
    return inflow;
  }

  /** Whether the peer opened it. */
  boolean isServed() {
    return server;
  }

  /** Whether the call needs no stream any more. Loop only. */
  boolean isOver() {
    return over;
  }

  /** Whether this is the channel it runs on: after {@link #rejected} there is another. */
  boolean isOn(Channel any) {
    return halves.isOn(any);
  }

  /** The channel. Loop only, once open. */
  QuicStreamChannel channel() {
    return halves.channel();
  }

  private StreamHead head() {
    return halves.head();
  }

  /** What QUIC has not taken yet of what was sent. Loop only, once open. */
  Backlog backlog() {
    return head().backlog();
  }

  /** The connection has less to send again. Loop only. */
  void roomOnConnection() {
    if (over || !room.isReady()) return;
    events.ready();
    events.flush();
  }

  private SendTurn turn() {
    return halves.connection().turn();
  }

  /** Has a lane run what was put on it, together with the other lanes of this turn. Loop only. */
  void wake(Lane lane) {
    commands.wakes().add(lane);
  }

  private void drain() {
    if (!halves.isAttached()) {
      if (over || outbox.isAborted()) end();
      return;
    }
    drainAfter(null);
  }

  /** A burst that has a gap, for want of memory, must not leave: its call ends, and no other. */
  private void drainAfter(@Nullable FieldSection head) {
    try {
      turn().join();
      if (head != null) write(head);
      takeAll();
    } catch (RuntimeException | Error failure) {
      LOG.log(System.Logger.Level.ERROR, "a burst cannot be sent, so its call ends", failure);
      head().drop();
      var status = StatusMapping.ofOurs(failure);
      var exhausted = status.getCode() == Status.Code.RESOURCE_EXHAUSTED;
      lost(status, exhausted ? H3_EXCESSIVE_LOAD : H3_INTERNAL_ERROR);
    }
  }

  private void takeAll() {
    Outbox.Abort abort = null;
    var finish = false;
    var done = false;
    for (var command = outbox.next(); command != null; command = outbox.next()) {
      switch (command) {
        case Outbox.Fields(var fields) -> write(fields);
        case Outbox.Message(var frame) -> write(frame);
        case Outbox.Finish() -> {
          finish = true;
          outbox.replay().finished();
        }
        case Outbox.Abort a -> abort = a;
        case Outbox.Done() -> done = true;
        case Outbox.ReadOn() -> inflow.readOn();
      }
    }
    release(finish);
    if (abort != null) abortNow(abort.code());
    if (done && !halves.isSent()) abortNow(Http3ErrorCode.H3_NO_ERROR);
  }

  private void write(FieldSection fields) {
    if (!over) burst.add(fields);
  }

  private void write(ByteBuf frame) {
    if (over) burst.drop(frame);
    else if (burst.add(frame)) events.ready();
  }

  private void release(boolean finish) {
    burst.release(finish && !halves.isSent() && !over, this);
  }

  @Override
  public void sent(boolean last, long messageBytes, ChannelFuture write) {
    // before anything else: what another channel did not take may be all that it waited for
    if (room.drain(messageBytes) && !over) events.ready();
    if (!isOn(write.channel())) return;
    if (messageBytes > 0) probe.rest();
    if (write.cause() instanceof ChannelOutputShutdownException) stopped();
    if (server && last && write.isSuccess()) answered();
  }

  /** Our answer has left; if the request is not complete, the rest of it is not wanted. */
  private void answered() {
    if (over) return;
    halves.connection().guard().answered();
    events.finished();
    events.flush();
    end();
    halves.skipRest();
  }

  /**
   * The peer's STOP_SENDING, which shows only when something is written. A client that sends it has
   * cancelled; a server may just have heard enough, and its answer is still to come.
   */
  @Override
  public void stopped() {
    if (stopped) return;
    stopped = true;
    if (server) {
      cancelledByPeer();
      return;
    }
    halves.sent();
    if (halves.isRead() || over) channel().close();
  }

  /** The peer gave its half up, with this code. Loop only. */
  void resetByPeer(long code) {
    halves.read(); // in a way: nothing follows
    if (halves.isSkipping()) {
      channel().close();
      return;
    }
    if (server) halves.givenUp();
    var rejected = !server && code == Http3ErrorCode.H3_REQUEST_REJECTED.code();
    if (rejected) {
      rejected(StatusMapping.ofReset(code));
    } else {
      lost(StatusMapping.ofReset(code));
    }
  }

  /** The client has no use for our answer any more. Loop only. */
  void cancelledByPeer() {
    halves.givenUp();
    lost(StatusMapping.ofReset(Http3ErrorCode.H3_REQUEST_CANCELLED.code()));
  }

  /**
   * The server processed none of the request: if all of it is still here, it waits for another
   * connection, once. Loop only.
   */
  void rejected(Status status) {
    var retry = again;
    if (over || retry == null || !outbox.replay().isWhole()) {
      lost(status);
      return;
    }
    again = null;
    halves.leave(Http3ErrorCode.H3_REQUEST_CANCELLED);
    backToTheStart();
    retry.run();
  }

  private void backToTheStart() {
    open = false;
    halves.detach();
    stopped = false;
    room.fill(outbox.rewind());
  }

  private void abortNow(Http3ErrorCode code) {
    if (over) return;
    end();
    halves.giveUp(code);
  }

  /** Every 250 ms. */
  void tick() {
    if (over) halves.tick();
    else events.tick();
  }

  /**
   * Every 50 ms, unless the client tells us what it cancels. A request that is half-closed shows
   * its STOP_SENDING only when we write (netty/netty#17380), so an empty reserved frame is written
   * on a silent response.
   */
  void probe(long beat) {
    if (over || halves.isSent() || !halves.isRead() || !probe.isDue(beat)) return;
    commands.tallies().probed();
    turn().join();
    head().addReserved();
    release(false);
  }

  /**
   * Both halves are complete, as far as we know: nothing can be lost any more. Not so an answer of
   * ours that QUIC has not taken: it may still be lost, given up, or awaited in vain. A request of
   * which it has not taken all is given up: who has answered in full, and reads none of it, would
   * else keep the stream, and what it may hold. Loop only.
   */
  void peerIsDone() {
    if (!server && halves.isSent()) {
      if (backlog().isWaiting()) abortNow(Http3ErrorCode.H3_NO_ERROR);
      over = true;
    }
    if (stopped) channel().close(); // for Netty our half is still open
  }

  void lost(Status status) {
    lost(status, Http3ErrorCode.H3_REQUEST_CANCELLED);
  }

  /** The call has come to nothing; the peer is told {@code code} if it still listens. */
  void lost(Status status, Http3ErrorCode code) {
    if (over) return;
    inflow.handOver();
    end();
    events.lost(status);
    events.flush();
    halves.giveUp(code);
  }

  private void end() {
    over = true;
    open = false;
    outbox.begin();
    outbox.clear();
    inflow.drop();
  }
}
