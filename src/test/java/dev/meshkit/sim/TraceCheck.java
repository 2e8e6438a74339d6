package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Judges what real nodes wrote to the flight recorder by the oracles of the simulator (V33): who
 * led which term, as everybody saw it (S1), and that tenures follow one another with rising fences
 * (S10). {@code make chaos CASE=trace-check ARGS='n1.jfr n2.jfr'} reads recordings of processes of
 * one machine, whose wall clock is one.
 */
public final class TraceCheck {
  private final List<Oracle> oracles = List.of(new OneWinnerATerm(), new GainedAndLostAlternate());
  private final Map<String, NodeId> leaders = new TreeMap<>();
  private final List<String> wrong = new ArrayList<>();

  private TraceCheck() {}

  /** What is wrong with the recordings in these files; also that there is nothing in them. */
  public static List<String> files(List<String> files) throws IOException {
    var events = new ArrayList<RecordedEvent>();
    for (var file : files) events.addAll(RecordingFile.readAllEvents(Path.of(file)));
    return check(events);
  }

  /** What is wrong with what all nodes of a mesh recorded. */
  public static List<String> check(List<RecordedEvent> events) {
    var check = new TraceCheck();
    of(events, "meshkit.LeaderChange").forEach(check::led);
    of(events, "meshkit.Tenure").forEach(check::tenure);
    if (check.leaders.isEmpty()) check.wrong.add("VACUOUS: nobody led anything");
    return check.wrong;
  }

  private static List<RecordedEvent> of(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals(name))
        .sorted(Comparator.comparing(RecordedEvent::getStartTime))
        .toList();
  }

  private void led(RecordedEvent event) {
    if (event.getString("to").isEmpty()) return;
    var scope = Scope.parse(event.getString("scope"));
    var fence = new Fence(scope, event.getInt("generation"), event.getLong("term"));
    var leader = NodeId.parse(event.getString("to"));
    var known = leaders.put(scope + " " + fence.text(), leader);
    if (!leader.equals(known)) see(new Sight.Won(leader, fence)); // everybody who sees it says so
  }

  /** The event begins with the tenure; whose it is others have said. */
  private void tenure(RecordedEvent event) {
    var scope = Scope.parse(event.getString("scope"));
    var leader = leaders.get(scope + " " + event.getString("fence"));
    if (leader == null) return;
    var parts = event.getString("fence").split("\\.", 2);
    var fence = new Fence(scope, Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
    see(new Sight.Gained(leader, fence));
    see(new Sight.Lost(leader, fence));
  }

  private void see(Sight sight) {
    for (var oracle : oracles) {
      var says = oracle.see(sight);
      if (!says.isEmpty()) wrong.add(oracle.name() + " " + says);
    }
  }
}
