package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whether the calls of a versioned register, as their callers saw them, fit one order in which each
 * takes effect at an instant between call and answer (Wing and Gong's search, with a memo of what
 * led nowhere; V18). A call without an answer takes effect at any later time, or never.
 */
final class CasHistory {
  /** Expected by a call that minds no version. */
  static final long ANY = -1;

  private static final int MOST = 200_000;

  private final List<Call> calls;
  private final SortedSet<String> dead = new TreeSet<>();

  private CasHistory(List<Call> calls) {
    this.calls = calls;
  }

  /** What was answered, if anything. */
  enum Answer {
    /** It is in that version, by this call or by an earlier one of its id. */
    APPLIED,
    /** Nothing changed, as that is the version and another was expected. */
    CONFLICT,
    /** Nobody knows. */
    NONE
  }

  /**
   * A call.
   *
   * @param from when it was made
   * @param until when it was answered; {@link Integer#MAX_VALUE}: never
   * @param id calls of one id take effect once
   * @param expected the version it was decided upon, or {@link #ANY}
   * @param answer what was answered
   * @param version which version the answer named
   */
  record Call(int from, int until, String id, long expected, Answer answer, long version) {
    /** One that was never answered for certain. */
    static Call open(int from, String id, long expected) {
      return new Call(from, Integer.MAX_VALUE, id, expected, Answer.NONE, 0);
    }

    /** The same with an answer. */
    Call answered(int at, Answer what, long in) {
      return new Call(from, at, id, expected, what, in);
    }
  }

  /**
   * {@code shared}: a call of this history made the version; others that mind no version may have
   * been in it, too, behind one that minds.
   */
  private record State(BitSet done, long version, boolean shared) {
    String key() {
      return version + " " + shared + " " + List.of(done.toString());
    }
  }

  /** Whether there is such an order that begins at {@code version}. */
  static boolean isLinearizable(List<Call> calls, long version) {
    return new CasHistory(List.copyOf(calls)).fits(new State(new BitSet(), version, false));
  }

  private boolean fits(State state) {
    var next = next(state);
    if (next.isEmpty()) return true;
    if (!dead.add(state.key())) return false;
    if (dead.size() > MOST) throw new IllegalStateException("no order found among " + MOST);
    for (var call : next) {
      var after = after(state, calls.get(call));
      if (after.isEmpty()) continue;
      var done = (BitSet) state.done.clone();
      done.set(call);
      if (fits(new State(done, after.getAsLong(), shares(state, after)))) return true;
    }
    return false;
  }

  /**
   * Who may be next: made before anybody left was answered. Nobody, if all answers are explained.
   */
  private List<Integer> next(State state) {
    var first = Integer.MAX_VALUE;
    for (var i = 0; i < calls.size(); i++)
      if (!state.done.get(i)) first = Math.min(first, calls.get(i).until);
    if (first == Integer.MAX_VALUE) return List.of();
    var answered = new ArrayList<Integer>();
    var open = new ArrayList<Integer>();
    for (var i = 0; i < calls.size(); i++) {
      var call = calls.get(i);
      if (state.done.get(i) || call.from > first) continue;
      if (call.answer == Answer.NONE) open.add(i);
      else answered.add(i);
    }
    answered.addAll(open);
    return answered;
  }

  /** The version after a call; empty if it cannot be next. */
  private OptionalLong after(State state, Call call) {
    var landed = hasLanded(state, call.id);
    return switch (call.answer) {
      case CONFLICT -> only(state.version, !landed && call.expected != state.version, call);
      case APPLIED -> landed ? only(state.version, true, call) : lands(state, call);
      case NONE -> landed ? OptionalLong.empty() : lands(state, call);
    };
  }

  private OptionalLong lands(State state, Call call) {
    if (call.expected != ANY && call.expected != state.version) return OptionalLong.empty();
    var joins = call.expected == ANY && state.shared && call.version == state.version;
    var version = joins ? state.version : state.version + 1;
    return call.answer == Answer.NONE ? OptionalLong.of(version) : only(version, true, call);
  }

  private static OptionalLong only(long version, boolean is, Call call) {
    return is && version == call.version ? OptionalLong.of(version) : OptionalLong.empty();
  }

  private static boolean shares(State before, OptionalLong after) {
    return before.shared || after.orElse(0) != before.version;
  }

  private boolean hasLanded(State state, String id) {
    return state.done.stream()
        .mapToObj(calls::get)
        .anyMatch(call -> call.id.equals(id) && call.answer != Answer.CONFLICT);
  }
}
