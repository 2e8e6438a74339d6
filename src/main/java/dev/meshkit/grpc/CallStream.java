package dev.meshkit.grpc;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
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
  /** What a call asks of its stream. */
  private sealed interface Command {}

  private record Fields(FieldSection section) implements Command {}

  private record Message(ByteBuf frame) implements Command {}

  private record Finish() implements Command {}

  private record Abort(Http3ErrorCode code) implements Command {}

  private record Done() implements Command {} // the answer is complete

  private record ReadOn() implements Command {}

  private final boolean server;
  private final Commands commands;
  private final ConcurrentLinkedQueue<Command> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Runnable drain = this::drain;
  private final SendRoom room = new SendRoom();
  private final ReadAhead ahead = new ReadAhead();
  private volatile boolean open;
  private volatile boolean corked;

  // the event loop's
  private @Nullable QuicStreamChannel channel;
  private @Nullable SendTurn turn;
  private final StreamHead head = new StreamHead();
  private boolean finSent;
  private boolean finRead;
  private boolean over;
  private boolean stopped;
  private final Probe probe = new Probe();
  private final StreamEvents events;

  /** A stream whose commands run in {@code commands}, and which tells {@code events}. */
  CallStream(boolean server, Commands commands, StreamEvents events) {
    this.server = server;
    this.commands = commands;
    this.events = events;
  }

  /** Sends a field section: the request's or response's head, or trailers. */
  void send(FieldSection fields) {
    append(new Fields(fields));
  }

  /** Sends a framed message, which is the stream's from now on. */
  void send(ByteBuf frame) {
    room.fill(frame.readableBytes());
    append(new Message(frame));
  }

  /** Ends our half, in the same write as what was sent just before. */
  void finish() {
    append(new Finish());
  }

  /** Gives the stream up in both directions. */
  void abort(Http3ErrorCode code) {
    append(new Abort(code));
  }

  /** Says that the answer is complete: if our half is still open, nobody needs the rest of it. */
  void done() {
    append(new Done());
  }

  /** Whether a message sent now would leave soon. */
  boolean isReady() {
    return open && room.isReady();
  }

  /** Says that the call wants what follows these bytes. Any thread. */
  void consumed(long bytes) {
    if (ahead.giveBack(bytes)) append(new ReadOn());
  }

  /** Keeps what is sent until {@link #finish}: an answer of one message is one write. */
  void cork() {
    corked = true;
  }

  private void append(Command command) {
    waiting.add(command);
    if (corked && (command instanceof Fields || command instanceof Message)) return;
    if (scheduled.compareAndSet(false, true)) commands.run(drain);
  }

  /** Makes this channel the stream's, and writes {@code request} and what waited. Loop only. */
  void open(QuicStreamChannel stream, SendTurn sends, FieldSection request, int urgency) {
    attach(stream, sends);
    sends.join();
    urgency(urgency);
    write(request);
    drain();
    if (over) return;
    events.ready();
    events.flush();
    readOn();
  }

  /** Makes this channel, which the peer opened, the stream's. Loop only. */
  void accept(QuicStreamChannel stream, SendTurn sends) {
    attach(stream, sends);
    sends.opened();
  }

  /** How urgent what we send here is: 0 first … 7 last. Loop only, once open. */
  void urgency(int urgency) {
    channel().updatePriority(Urgency.of(urgency));
  }

  /** The channel can be read. Loop only. */
  void active() {
    if (channel != null) readOn();
  }

  private void attach(QuicStreamChannel stream, SendTurn sends) {
    channel = stream;
    turn = sends;
    stream.pipeline().addFirst(head);
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

  /** Whether the call needs no stream any more. Loop only. */
  boolean isOver() {
    return over;
  }

  /** The channel. Loop only, once open. */
  QuicStreamChannel channel() {
    return Objects.requireNonNull(channel);
  }

  private SendTurn turn() {
    return Objects.requireNonNull(turn);
  }

  /** Has a lane run what was put on it, together with the other lanes of this turn. Loop only. */
  void wake(Lane lane) {
    commands.wakes().add(lane);
  }

  private void drain() {
    scheduled.set(false);
    if (channel == null) {
      if (over || waiting.stream().anyMatch(Abort.class::isInstance)) end();
      return;
    }
    turn().join();
    Abort abort = null;
    var finish = false;
    var done = false;
    for (var command = waiting.poll(); command != null; command = waiting.poll()) {
      switch (command) {
        case Fields(var section) -> write(section);
        case Message(var frame) -> write(frame);
        case Finish() -> finish = true;
        case Abort a -> abort = a;
        case Done() -> done = true;
        case ReadOn() -> readOn();
      }
    }
    release(finish);
    if (abort != null) abortNow(abort.code());
    if (done && !finSent) abortNow(Http3ErrorCode.H3_NO_ERROR);
  }

  private void write(FieldSection fields) {
    if (!over && !finSent) head.add(fields);
  }

  private void write(ByteBuf frame) {
    if (over || finSent) {
      room.drain(frame.readableBytes());
      frame.release();
    } else {
      head.add(frame);
    }
  }

  private void release(boolean finish) {
    var last = finish && !finSent && !over;
    if (last) finSent = true;
    head.release(last, this);
  }

  @Override
  public void sent(boolean last, long messageBytes, ChannelFuture write) {
    var readyAgain = room.drain(messageBytes);
    if (write.cause() instanceof ChannelOutputShutdownException) stopped();
    if (server && last && write.isSuccess()) answered();
    if (over || !readyAgain) return;
    events.ready();
    events.flush();
  }

  /** Our answer has left; if the request is not complete, the rest of it is not wanted. */
  private void answered() {
    if (over) return;
    events.finished();
    events.flush();
    end();
    if (!finRead) leave(Http3ErrorCode.H3_NO_ERROR);
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
      lost(StatusMapping.ofReset(Http3ErrorCode.H3_REQUEST_CANCELLED.code()));
      return;
    }
    finSent = true;
    if (finRead || over) channel().close();
  }

  private void abortNow(Http3ErrorCode code) {
    if (over) return;
    end();
    leave(code);
  }

  /** Ends whatever half is still open, in a way that the peer understands, and frees the stream. */
  private void leave(Http3ErrorCode code) {
    var stream = channel();
    if (!stream.isActive()) return;
    if (!finSent) stream.shutdownOutput(code.code());
    if (!finRead) stream.shutdownInput(code.code());
    stream.close();
  }

  /**
   * Every 250 ms. A request that is half-closed shows the peer's STOP_SENDING only when we write
   * (netty/netty#17380), so an empty reserved frame is written on a silent response.
   */
  void tick(int now) {
    if (over || finSent || !finRead || !probe.isDue(now)) return;
    turn().join();
    head.addReserved();
    release(false);
  }

  // ---- from the tail of the pipeline, on the loop

  void headersRead(Http3Headers fields) {
    turn().read();
    if (!over) events.headers(fields);
  }

  void dataRead(ByteBuf bytes) {
    if (over) {
      bytes.release();
      return;
    }
    turn().read();
    ahead.add(bytes.readableBytes());
    events.data(bytes);
  }

  /** A burst was read: hand it over, and go on if the call keeps up. */
  void burstRead() {
    if (over) return;
    if (head.finSeen()) finRead();
    events.flush();
    readOn();
  }

  void finRead() {
    if (finRead) return;
    finRead = true;
    if (over) return;
    events.end();
    over = finSent; // both halves are complete: nothing can be lost any more
    if (stopped) channel().close(); // for Netty our half is still open
  }

  private void readOn() {
    if (!finRead && !over && channel().isActive() && ahead.hasRoom()) channel().read();
  }

  void lost(Status status) {
    if (over) return;
    end();
    events.lost(status);
    events.flush();
    leave(Http3ErrorCode.H3_REQUEST_CANCELLED);
  }

  private void end() {
    over = true;
    open = false;
    for (var command = waiting.poll(); command != null; command = waiting.poll()) {
      if (command instanceof Message(var frame)) frame.release();
    }
  }
}
