package dev.meshkit.queue;

import dev.meshkit.queue.KillTask.KillLease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The judge of a process under load that is killed again and again. It hears what the process said
 * before it died, looks at what is on disk, and knows what must not be:
 *
 * <ul>
 *   <li>an accepted task that is neither alive nor dead and that nothing has ended, or half a
 *       group;
 *   <li>one that is settled and leased, or there, again;
 *   <li>a STRICT lane that gives a task while an earlier one is not over, or to two at a time;
 *   <li>a settle honoured under a fence that was over: settled, outlived, or gone back; or a valid
 *       one of a STRICT lane refused;
 *   <li>a fence given twice, an attempt not charged or beyond the last, a dead task without cause;
 *   <li>the work of an acknowledgement applied without it, or twice; counters that are not counts;
 *   <li>a dead task shown to a reader behind its mark.
 * </ul>
 *
 * <p>A line that was never said proves nothing: what a process did last, it could not tell. So a
 * thing that was about to be done may have been done, and what is on disk decides.
 */
final class KillOracle {
  private static final int MOST_TOLD = 20;

  private final List<String> broken = new ArrayList<>();
  private final Map<String, KillTask> byTag = new HashMap<>();
  private final Map<Long, KillTask> bySeq = new HashMap<>();
  private final Map<Long, KillLease> leases = new HashMap<>();
  private final Map<String, TreeMap<Long, KillTask>> strict = new HashMap<>();
  private final Map<String, List<KillTask>> runs = new HashMap<>(); // leased together, of one lane
  private final Map<String, Long> lastOfKey = new HashMap<>(); // when a coalesce key was last told
  private final Map<String, Long> advanced = new HashMap<>();
  private final Set<Long> shown = new HashSet<>();
  private final Set<Long> gone = new HashSet<>();
  private final TreeMap<String, Integer> counts = new TreeMap<>();
  private boolean redriven;
  private boolean drained;
  private long line;

  /** What was broken, the first first. */
  List<String> broken() {
    return broken;
  }

  /** How much of what was seen. */
  Map<String, Integer> counts() {
    return counts;
  }

  /** It ended by itself, with everything worked off. */
  boolean isDrained() {
    return drained;
  }

  /** One line; the last one before a kill may be cut, and says nothing then. */
  void hear(String said) {
    line++;
    var words = said.split(" ", -1);
    if (words.length != size(words[0])) return;
    switch (words[0]) {
      case "e" -> intends(new KillTask(words, line));
      case "E", "C", "D", "X" -> told(words);
      case "L" -> leased(words);
      case "s" -> says(leases.get(number(words, 2)), words);
      case "S" -> settled(leases.get(number(words, 2)), words);
      case "P" -> shown(words[1], number(words, 2));
      case "A" -> advanced.put(words[1], number(words, 2));
      case "R" -> redriven = true;
      case "Z" -> drained = true;
      default -> {}
    }
    if (words[0].equals("!")) broke("the process fails: " + said);
  }

  private static int size(String word) {
    return switch (word) {
      case "e" -> 7;
      case "L" -> 8;
      case "E", "D" -> 3;
      case "C", "s", "S", "P" -> 4;
      case "X", "R", "I" -> 2;
      case "A" -> 3;
      default -> 1;
    };
  }

  private static long number(String[] words, int at) {
    return Long.parseLong(words[at]);
  }

  private void broke(String what) {
    if (broken.size() < MOST_TOLD) broken.add("line " + line + ": " + what);
  }

  private void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  private void intends(KillTask task) {
    byTag.put(task.tag, task);
    if (!task.coal.equals("-")) lastOfKey.put(task.lane + task.coal, line);
  }

  private void told(String[] words) {
    var task = byTag.get(words[1]);
    count(words[0]);
    if (task == null) {
      broke("answered and never asked: " + words[1]);
      return;
    }
    switch (words[0]) {
      case "X" -> task.refused = true;
      case "D" -> duplicate(task, bySeq.get(number(words, 2)));
      case "C" -> {
        known(task, number(words, 2));
        var old = bySeq.get(number(words, 3));
        if (old == null) return; // its enqueuer has not said yet
        old.replaced = true;
        if (!old.coal.equals(task.coal)) broke(task + " took the place of " + old);
      }
      default -> {
        known(task, number(words, 2));
        if (!task.dedup.equals("-")) only(task);
      }
    }
  }

  private void duplicate(KillTask task, KillTask twin) {
    task.refused = true;
    if (twin == null) return; // its enqueuer has not said yet
    if (!twin.dedup.equals(task.dedup) || !twin.lane.equals(task.lane))
      broke(task + " is no twin of " + twin);
    if (twin.isDone() && twin.doneAt < task.toldAt) broke(task + " is refused for " + twin);
  }

  /** Of two with a key that nobody has touched, one is a duplicate. */
  private void only(KillTask task) {
    for (var other : bySeq.values()) {
      var same = other.dedup.equals(task.dedup) && other.lane.equals(task.lane) && other != task;
      if (same && other.keepsPlace() && other.last.fence == 0 && !other.gone)
        broke("Q21 " + task + " beside " + other);
    }
  }

  private void known(KillTask task, long seq) {
    if (task.seq == seq) return;
    if (gone.contains(seq)) broke("number given twice: " + seq);
    var other = bySeq.putIfAbsent(seq, task);
    if (task.seq != 0 || (other != null && other != task))
      broke(task + " is also " + seq + ", beside " + other);
    if (task.isVoid || task.refused) broke("from nowhere: " + task + " is " + seq);
    task.seq = seq;
    if (task.isStrict()) lane(task).put(seq, task);
    count("tasks");
  }

  private TreeMap<Long, KillTask> lane(KillTask task) {
    return strict.computeIfAbsent(task.lane, _ -> new TreeMap<>());
  }

  private void leased(String[] words) {
    count("L");
    var task = byTag.get(words[6]);
    if (task == null) {
      broke("leased and never enqueued: " + words[6]);
      return;
    }
    known(task, number(words, 1));
    var lease = new KillLease(number(words, 2), Integer.parseInt(words[3]), number(words, 7));
    if (leases.putIfAbsent(lease.fence, lease) != null) broke("fence given twice: " + task);
    if (task.isDone() || task.gone) broke("leased after its end: " + task);
    if (lease.attempt > KillLoad.ATTEMPTS) broke("attempt " + lease.attempt + " of " + task);
    if (Integer.parseInt(words[4]) >= KillLoad.CRASHES) broke("a killer lives: " + task);
    after(task, task.last, lease);
    if (task.isStrict() && task.keepsPlace() && !task.isOver()) inOrder(task, lease);
    task.last = lease;
    runs.computeIfAbsent(lease.fetch + task.lane, _ -> new ArrayList<>()).add(task);
  }

  private void after(KillTask task, KillLease before, KillLease now) {
    if (before.fence > now.fence) return; // said late, by another worker
    before.outlived = true;
    var anew = redriven && task.died; // then its attempts may have begun anew, some of them unheard
    var charged = before.charged && task.ttl.equals("-") && now.attempt == before.attempt;
    if ((charged && !anew) || (now.attempt < before.attempt && !redriven))
      broke("attempt " + now.attempt + " after " + before.attempt + " of " + task);
  }

  private void inOrder(KillTask task, KillLease lease) {
    for (var earlier : lane(task).headMap(task.seq).values()) {
      if (!earlier.keepsPlace() || earlier.isOver()) continue;
      if (earlier.last.isHeld() && earlier.last.fetch == lease.fetch) continue;
      broke("Q22 " + task + " is leased before " + earlier);
    }
  }

  private void says(KillLease lease, String[] words) {
    var task = bySeq.get(number(words, 1));
    if (lease == null || task == null) {
      broke("settles what it does not hold: " + String.join(" ", words));
      return;
    }
    if (lease.over) return; // it will be told so
    lease.words.add(words[3]);
    switch (words[3]) {
      case "ACK" -> task.acked = task.ackedWithoutWork = true;
      case "ACKW" -> task.acked = true;
      case "POISON" -> task.poisoned = true;
      case "RETRY" -> task.spent |= lease.attempt >= KillLoad.ATTEMPTS;
      default -> {}
    }
  }

  private void settled(KillLease lease, String[] words) {
    var task = bySeq.get(number(words, 1));
    count(words[3]);
    if (lease == null || task == null) return; // told already
    var honoured = !words[3].equals("STALE");
    var ends = words[3].equals("DONE") || words[3].equals("DEAD");
    if (honoured && lease.over) broke("Q12 a fence that is over settles " + task + words[3]);
    if (ends && lease.outlived) broke("Q12 an outlived fence ends " + task + words[3]);
    if (!honoured && !lease.over && !lease.outlived && task.isStrict())
      broke("a valid fence is refused: " + task);
    if (!honoured && !lease.over && task.last == lease) forget(task);
    lease.over = true;
    switch (words[3]) {
      case "DONE" -> {
        if (task.isDone()) broke("settled twice: " + task);
        task.doneAt = line;
      }
      case "DEAD" -> {
        if (!task.poisoned && !task.spent) broke("dead without cause: " + task);
        task.died = true;
        if (lease.words.contains("RETRY")) goneBack(task, lease); // it was its last attempt
      }
      case "SUPERSEDED" -> {
        task.replaced = true;
        goneBack(task, lease);
      }
      case "REQUEUED" -> requeued(task, lease);
      default -> {}
    }
  }

  private void requeued(KillTask task, KillLease lease) {
    lease.charged = lease.words.contains("RETRY");
    goneBack(task, lease);
  }

  private void goneBack(KillTask task, KillLease lease) {
    if (!task.isStrict()) return;
    var run = runs.getOrDefault(lease.fetch + task.lane, List.of());
    for (var later : run.subList(run.indexOf(task) + 1, run.size())) {
      if (later.last.fetch != lease.fetch || later.last.over) continue; // go-back-N ends it
      later.last.over = true;
      forget(later);
    }
  }

  /** What was to be said of a fence that had been over by then came to nothing. */
  private void forget(KillTask task) {
    task.acked = task.ackedWithoutWork = task.poisoned = task.spent = false;
  }

  private void shown(String queue, long did) {
    if (did <= advanced.getOrDefault(queue, 0L)) broke("Q29 shown again: " + queue + " " + did);
    shown.add(did);
  }

  /** The process is dead; this is what it left. */
  void look(KillSnapshot left) {
    left.wrong().forEach(this::broke);
    var there = new HashSet<Long>();
    left.tasks().forEach(row -> there(row, there));
    left.dead().forEach(row -> dead(row, there));
    var done = new HashSet<>(left.done());
    if (done.size() < left.done().size()) broke("the work of an acknowledgement is there twice");
    for (var task : List.copyOf(bySeq.values())) {
      if (!task.gone && !there.contains(task.seq)) end(task, done);
      else if (!task.gone && done.contains(task.seq)) broke("work without its end: " + task);
      crashed(task);
    }
    bySeq.values().forEach(this::over);
    byTag.values().removeIf(task -> task.gone);
    bySeq.values().removeIf(task -> task.gone);
    byTag.values().forEach(this::answer);
    runs.clear();
    for (var reader : left.readers()) {
      var words = reader.split(" ", -1);
      if (number(words, 1) < advanced.getOrDefault(words[0], 0L)) broke("Q29 gone back: " + reader);
    }
  }

  private void there(KillSnapshot.Row row, Set<Long> there) {
    var task = byTag.get(row.tag());
    if (task == null) {
      broke("on disk and never enqueued, or ended before: " + row);
      return;
    }
    known(task, row.seq());
    if (task.isDone()) broke("settled and there again: " + task);
    if (row.attempt() > row.most()) broke("too many attempts: " + row);
    if (!there.add(row.seq())) broke("alive and dead: " + row);
    task.died |= row.isCondemned();
  }

  private void dead(KillSnapshot.Row row, Set<Long> there) {
    there(row, there);
    var task = byTag.get(row.tag());
    if (task == null) return;
    var caused =
        switch (Reason.of(row.reason())) {
          case EXHAUSTED -> row.attempt() == row.most();
          case PERMANENT -> task.poisoned || task.died;
          case CRASH_LOOP -> row.crashes() >= KillLoad.CRASHES;
          case EXPIRED -> !task.ttl.equals("-");
          case CORRUPT, PEER_GONE, FORGOTTEN, OPERATOR -> false;
        };
    if (!caused) broke("dead without cause: " + row);
    if (!task.died) count("dead");
    task.died = true;
  }

  /** It is not there any more: something must have ended it. */
  private void end(KillTask task, Set<Long> done) {
    var later = lastOfKey.getOrDefault(task.lane + task.coal, 0L) > task.toldAt;
    var byKey = !task.coal.equals("-") && (task.replaced || later);
    var byTime = task.ttl.equals("D");
    if (!task.acked && !byKey && !byTime) broke("Q1 acknowledged and lost: " + task);
    var byWorkAlone = task.acked && !task.ackedWithoutWork && !byKey && !byTime;
    if (byWorkAlone && !done.contains(task.seq)) broke("ended without its work: " + task);
    count(task.acked ? "acked" : byKey ? "replaced" : "dropped");
    task.gone = true;
    gone.add(task.seq);
    if (task.isStrict()) lane(task).remove(task.seq);
  }

  /** Its lease, if it had one, ended with the process, and counts. */
  private void crashed(KillTask task) {
    if (task.gone) return;
    task.last.charged |= task.last.isHeld() && !mayHaveGoneBack(task);
  }

  /** Something before it in its run may have come back, and nobody was told any more. */
  private boolean mayHaveGoneBack(KillTask task) {
    var run = runs.getOrDefault(task.last.fetch + task.lane, List.of());
    return run.subList(0, Math.max(0, run.indexOf(task))).stream()
        .anyMatch(earlier -> !earlier.last.over && !earlier.last.words.isEmpty());
  }

  private void over(KillTask task) {
    task.last.over = true;
    forget(task);
  }

  /** An enqueue without an answer came to something, or never will; a group to all or nothing. */
  private void answer(KillTask task) {
    if (task.seq == 0) task.isVoid = true;
    if (!task.isVoid || task.group.equals("-") || task.refused) return;
    var first = byTag.get(task.group);
    if (first == null || first.seq != 0) broke("Q20 half of a group: " + task);
  }

  /** Nothing lives any more, and every dead task was shown to its reader. */
  void end(KillSnapshot left) {
    look(left);
    if (!drained) broke("what was left was not worked off");
    if (!left.tasks().isEmpty()) broke("still alive: " + left.tasks());
    for (var row : left.dead()) if (!shown.contains(row.did())) broke("Q29 never shown: " + row);
    var ended = 0;
    for (var how : List.of("acked", "replaced", "dropped")) ended += counts.getOrDefault(how, 0);
    if (ended + left.dead().size() != counts.getOrDefault("tasks", 0))
      broke(ended + " ended and " + left.dead().size() + " dead of " + counts.get("tasks"));
  }
}
