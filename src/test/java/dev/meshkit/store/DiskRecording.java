package dev.meshkit.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process asked of its disk, and said, in the order in which strace saw it. */
final class DiskRecording {
  /** Its options: every string in hexadecimal, none cut short, files by name. */
  static final String STRACE =
      "strace -f -y -xx -s 1000000 -qq --seccomp-bpf"
          + " -e trace=write,pwrite64,ftruncate,fsync,fdatasync -o ";

  private static final Pattern CALL =
      Pattern.compile("^(\\d+) +(\\w+)\\((\\d+)<([^>]*)>(?:, \"([^\"]*)\")?(.*)$");
  private static final Pattern RESUMED =
      Pattern.compile("^(\\d+) +<\\.\\.\\. (\\w+) resumed>.*= (-?\\d+).*$");
  private static final Pattern NUMBER = Pattern.compile(", (\\d+)");

  private final List<Step> steps = new ArrayList<>();
  private final HashMap<String, String> syncing = new HashMap<>(); // file, by thread

  private DiskRecording() {}

  /** One thing that happened. */
  sealed interface Step {
    /** Bytes written to a file; on the disk only once it is synced. */
    record Write(String file, int offset, byte[] bytes) implements Step {}

    /** A file cut; on the disk only once it is synced. */
    record Cut(String file, int size) implements Step {}

    /** All that was done to a file before is on the disk. */
    record Synced(String file) implements Step {}

    /** A sync that failed. */
    record SyncFailed(String file) implements Step {}

    /** A line was said. */
    record Said(String line) implements Step {}
  }

  /** The steps in strace's own file. */
  static List<Step> read(Path log) throws IOException {
    var recording = new DiskRecording();
    try (var lines = Files.lines(log, StandardCharsets.US_ASCII)) {
      lines.forEach(recording::line);
    }
    return recording.steps;
  }

  private void line(String line) {
    var call = CALL.matcher(line);
    if (call.matches()) {
      call(call);
      return;
    }
    var resumed = RESUMED.matcher(line);
    if (!resumed.matches() || !resumed.group(2).endsWith("sync")) return;
    var file = syncing.remove(resumed.group(1));
    if (file != null) steps.add(synced(file, resumed.group(3).equals("0")));
  }

  private void call(Matcher call) {
    var name = new String(bytes(call.group(4)), StandardCharsets.UTF_8);
    var file = name.substring(name.lastIndexOf('/') + 1);
    var rest = call.group(6);
    switch (call.group(2)) {
      case "write" -> {
        if (call.group(3).equals("1")) said(bytes(call.group(5)));
      }
      case "pwrite64" -> {
        var numbers = NUMBER.matcher(rest).results().map(found -> found.group(1)).toList();
        steps.add(new Step.Write(file, Integer.parseInt(numbers.get(1)), bytes(call.group(5))));
      }
      case "ftruncate" -> {
        var size = NUMBER.matcher(rest).results().findFirst().orElseThrow().group(1);
        steps.add(new Step.Cut(file, Integer.parseInt(size)));
      }
      default -> {
        if (rest.contains("unfinished")) syncing.put(call.group(1), file);
        else steps.add(synced(file, rest.contains("= 0")));
      }
    }
  }

  private void said(byte[] bytes) {
    new String(bytes, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("> "))
        .forEach(line -> steps.add(new Step.Said(line.substring(2))));
  }

  private static Step synced(String file, boolean done) {
    return done ? new Step.Synced(file) : new Step.SyncFailed(file);
  }

  private static byte[] bytes(String escaped) {
    return escaped.startsWith("\\x")
        ? HexFormat.of().parseHex(escaped.replace("\\x", ""))
        : escaped.getBytes(StandardCharsets.US_ASCII);
  }
}
