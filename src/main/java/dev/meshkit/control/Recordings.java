package dev.meshkit.control;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.control.RecordedFact.Changed;
import dev.meshkit.control.RecordedFact.Committed;
import dev.meshkit.control.RecordedFact.Raced;
import dev.meshkit.control.RecordedFact.Reigned;
import dev.meshkit.control.RecordedFact.Vacant;
import dev.meshkit.control.proto.RecordingReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Flight recordings of nodes, read for what they say of elections: {@code jfr report}. Whatever
 * else is in a file is skipped as it is read, so that memory is bounded by the elections.
 */
public final class Recordings {
  private static final String OURS = "meshkit.";

  private final List<RecordedFact> facts = new ArrayList<>();
  private final Map<String, Instant> ends = new TreeMap<>();

  private Recordings() {}

  /**
   * All that these files say; an error names the first that cannot be read, or that none says
   * anything.
   */
  public static Result<RecordingReport> report(List<Path> files) {
    var read = new Recordings();
    for (var file : files) {
      var failure = read.add(file);
      if (failure.isPresent()) return Result.err(failure.get());
    }
    if (read.facts.isEmpty()) return Result.err(silent(files));
    return Result.ok(Timeline.of(files, read.facts, read.ends));
  }

  private Optional<MeshError> add(Path file) {
    if (!Files.exists(file)) return Optional.of(missing(file));
    var first = facts.size();
    var last = Instant.MIN;
    try (var recording = opened(file)) {
      while (recording.hasMoreEvents()) {
        var event = next(recording);
        if (event.getEndTime().isAfter(last)) last = event.getEndTime();
        if (event.getEventType().getName().startsWith(OURS)) fact(event).ifPresent(facts::add);
      }
    } catch (IOException unread) {
      return Optional.of(unreadable(file, unread));
    }
    for (var fact : facts.subList(first, facts.size()))
      ends.merge(fact.node(), last, (a, b) -> a.isAfter(b) ? a : b);
    return Optional.empty();
  }

  private static RecordingFile opened(Path file) throws IOException {
    try {
      return new RecordingFile(file);
    } catch (RuntimeException damaged) {
      throw damaged(damaged);
    }
  }

  private static RecordedEvent next(RecordingFile recording) throws IOException {
    try {
      return recording.readEvent();
    } catch (RuntimeException damaged) {
      throw damaged(damaged);
    }
  }

  /** The JDK's parser trusts the lengths in a file: those of one that was cut off lead anywhere. */
  private static IOException damaged(RuntimeException thrown) {
    return new IOException("its lengths do not fit it, " + thrown.getMessage(), thrown);
  }

  private static Optional<RecordedFact> fact(RecordedEvent event) {
    return switch (event.getEventType().getName().substring(OURS.length())) {
      case "Election" -> Optional.of(raced(event));
      case "LeaderChange" -> Optional.of(changed(event));
      case "Tenure" -> Optional.of(reigned(event));
      case "LeaderlessGap" -> Optional.of(vacant(event));
      case "RecordCommit" -> Optional.of(committed(event));
      default -> Optional.empty();
    };
  }

  private static Raced raced(RecordedEvent e) {
    return new Raced(
        e.getStartTime(),
        e.getDuration(),
        e.getString("node"),
        e.getString("scope"),
        e.getLong("term"),
        e.getString("why").equals("PRE_VOTE"),
        e.getInt("granted"),
        e.getString("against"),
        e.getString("result"));
  }

  private static Changed changed(RecordedEvent e) {
    return new Changed(
        e.getStartTime(),
        e.getString("node"),
        e.getString("scope"),
        e.getString("from"),
        e.getString("to"),
        e.getInt("generation") + "." + e.getLong("term"),
        e.getString("cause"));
  }

  /** Until authority ended: that of a frozen process ended by itself, long before its event. */
  private static Reigned reigned(RecordedEvent e) {
    var lost = Instant.ofEpochMilli(e.getLong("lost"));
    var end = lost.isBefore(e.getEndTime()) ? lost : e.getEndTime();
    var took = Duration.between(e.getStartTime(), end);
    return new Reigned(
        e.getStartTime(),
        took.isNegative() ? Duration.ZERO : took,
        e.getString("node"),
        e.getString("scope"),
        e.getString("fence"),
        e.getString("cause"));
  }

  private static Vacant vacant(RecordedEvent e) {
    return new Vacant(
        e.getStartTime(),
        e.getDuration(),
        e.getString("node"),
        e.getString("scope"),
        e.getString("from"),
        e.getString("to"));
  }

  private static Committed committed(RecordedEvent e) {
    var record = e.getInt("generation") + "/" + e.getLong("term") + "." + e.getLong("version");
    return new Committed(
        e.getStartTime(),
        e.getString("node"),
        e.getString("scope"),
        record,
        e.getString("actor"),
        e.getString("reason"));
  }

  private static MeshError missing(Path file) {
    return MeshError.of(
        "error.not_found",
        "reading " + file,
        "there is no such file",
        "name a recording, as jcmd PID JFR.dump writes it",
        MeshError.Retry.SAFE);
  }

  private static MeshError unreadable(Path file, IOException unread) {
    return MeshError.validation(
            "reading " + file,
            "it is no whole flight recording: " + unread.getMessage(),
            "dump it again, while its node runs: jcmd PID JFR.dump filename=FILE")
        .with(Errors.MK, "MK-CLI-011");
  }

  private static MeshError silent(List<Path> files) {
    return MeshError.of(
        "error.not_found",
        "looking for elections in " + files.stream().map(Path::toString).toList(),
        "there is no event of one: the node did not record them, or nothing happened meanwhile",
        "record with settings=jfr-profiles/meshkit.jfc, from before the node begins to lead",
        MeshError.Retry.SAFE);
  }
}
