package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a redrive or purge is to do, as it lies in the table {@code job} for the next start.
 *
 * @param queue whose dead
 * @param filter which of them
 * @param options how they come back; of a purge {@code max} alone counts
 */
record JobSpec(String queue, PoisonFilter filter, RedriveOptions options) {
  /** What is not the default, a name and a value a line. */
  String text() {
    var facts = new TreeMap<>(Map.of("queue", queue));
    if (filter.did() != 0) facts.put("did", Long.toString(filter.did()));
    put(facts, "kind", filter.kind());
    put(facts, "code", filter.code());
    put(facts, "lane", filter.lane());
    if (options.perSecond() > 0) facts.put("rate", Double.toString(options.perSecond()));
    if (options.max() > 0) facts.put("max", Long.toString(options.max()));
    put(facts, "to_lane", options.toLane());
    if (options.head()) facts.put("head", "1");
    if (options.asNew()) facts.put("as_new", "1");
    return Text.headers(facts).utf8();
  }

  /** What {@link #text} said. */
  static JobSpec parse(String text) {
    var facts = Text.headers(Bytes.utf8(text));
    return new JobSpec(
        facts.getOrDefault("queue", ""),
        new PoisonFilter(
            Long.parseLong(facts.getOrDefault("did", "0")),
            facts.getOrDefault("kind", ""),
            facts.getOrDefault("code", ""),
            facts.getOrDefault("lane", "")),
        new RedriveOptions(
            Double.parseDouble(facts.getOrDefault("rate", "0")),
            Long.parseLong(facts.getOrDefault("max", "0")),
            facts.getOrDefault("to_lane", ""),
            facts.containsKey("head"),
            facts.containsKey("as_new"),
            false));
  }

  private static void put(Map<String, String> facts, String name, String value) {
    if (!value.isEmpty()) facts.put(name, value);
  }
}
