package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;

/**
 * What one voter says to another on {@code Mesh.Elect}. Loss, duplication, reordering and any delay
 * are assumed.
 *
 * @param header the sender's state
 * @param message what it says
 */
public record Frame(Header header, Message message) {
  /** Of two waiting frames to one peer with equal keys only the later need be sent. */
  public String key() {
    var kind = message.getClass().getSimpleName();
    var which = message instanceof Holds holds && holds.committed() ? "/committed" : "";
    return header.scope() + "/" + kind + which;
  }

  /** What a frame is for. */
  public sealed interface Message {}

  /**
   * Vote for me, or, before that: would you?
   *
   * @param round of the candidate, repeated in the answer
   * @param pre only asks; binds nobody
   * @param term asked for
   * @param rec the candidate's record id
   * @param warrant of the leader that gave up for it, if one did
   */
  public record Ask(long round, boolean pre, long term, RecordId rec, Warrant warrant)
      implements Message {
    /** Of one for whom nobody gave up. */
    public Ask(long round, boolean pre, long term, RecordId rec) {
      this(round, pre, term, rec, new Warrant.None());
    }
  }

  /**
   * The answer to an {@link Ask}, or to a beat of a finished term.
   *
   * @param round of the ask; 0 for a beat
   * @param term asked for
   * @param why not, or {@link Why#GRANTED}
   * @param retryIn when it may be worth asking again; zero if not said
   */
  public record Answer(long round, long term, Why why, Duration retryIn) implements Message {
    boolean granted() {
      return why == Why.GRANTED;
    }
  }

  /**
   * I lead this frame's term.
   *
   * @param seq counts the beats of a term
   * @param sentNanos the leader's clock, echoed
   * @param promise asked for
   * @param hash of the record that the header names
   * @param committed the latest record known to be committed
   */
  public record Beat(long seq, long sentNanos, Duration promise, Bytes hash, RecordId committed)
      implements Message {}

  /**
   * I help nobody else for a while.
   *
   * @param seq of the beat
   * @param sentNanos of the beat; an echo, never trusted
   * @param granted how long, from when the beat came
   * @param diskOk this voter's disk keeps up
   */
  public record BeatAck(long seq, long sentNanos, Duration granted, boolean diskOk)
      implements Message {}

  /**
   * I gave up this term for you: ask for votes at once.
   *
   * @param cert to show to the voters
   * @param cause why the term was given up
   */
  public record TimeoutNow(Warrant.Cert cert, Cause cause) implements Message {
    /** Of one that does not say why. */
    public TimeoutNow(Warrant.Cert cert) {
      this(cert, Cause.TRANSFER);
    }
  }

  /**
   * I lead this term no more and never will again: promises to me are void.
   *
   * @param term given up
   * @param next who should lead, or {@link NodeId#NOBODY}
   * @param cause why
   */
  public record StepDown(long term, NodeId next, Cause cause) implements Message {
    /** Of one that does not say why. */
    public StepDown(long term, NodeId next) {
      this(term, next, next.isNobody() ? Cause.STEP_DOWN : Cause.TRANSFER);
    }
  }

  /**
   * Here is a record.
   *
   * @param record at most 64 KiB encoded
   * @param committed whether the sender knows it to be committed
   */
  public record RecordPut(ScopeRecord record, boolean committed) implements Message {}

  /**
   * Send me your record.
   *
   * @param id the one wanted, or any later
   */
  public record RecordGet(RecordId id) implements Message {}

  /**
   * Show me all that your disk holds: the quorum is lost, I am to begin the next generation. Binds
   * nobody. A version that knows it not takes it for a {@link RecordGet}.
   *
   * @param id of the survey, the genesis id of that generation; 1 to 32 bytes
   */
  public record Survey(Bytes id) implements Message {}

  /**
   * What my disk holds, in answer to a {@link Survey}: one for the latest record, which the header
   * names, and one for the latest that I know to be committed, unless that is the same. A version
   * that knows it not takes it for a {@link RecordPut}.
   *
   * @param survey its id
   * @param record at most 64 KiB encoded
   * @param committed whether the sender knows it to be committed
   */
  public record Holds(Bytes survey, ScopeRecord record, boolean committed) implements Message {}

  /**
   * Why I show nothing, in answer to a {@link Survey}: I lead, or my word to a leader holds ({@link
   * Why#PROMISE}); or I have begun a later generation ({@link Why#STALE}). A version that knows it
   * not takes it for an {@link Answer} to a beat that is long over.
   *
   * @param survey its id
   * @param why not
   * @param retryIn when a word to a leader ends; zero if there is none
   */
  public record Withholds(Bytes survey, Why why, Duration retryIn) implements Message {}

  /** I have just started, as the header says: may I vote again? */
  public record Boot() implements Message {}

  /**
   * Your store went back in time, or runs elsewhere, too: vote no more.
   *
   * @param life the process that is meant; any other need not mind
   */
  public record Quarantine(Life life) implements Message {}
}
