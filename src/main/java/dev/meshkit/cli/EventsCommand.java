package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.EventList;
import dev.meshkit.control.proto.EventsRequest;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a node saw, and still remembers after a restart. */
@Command(
    name = "events",
    description = "List what a node saw, oldest first; with --follow go on until interrupted.",
    footer = {
      "",
      "Examples:",
      "  meshkit events --since 10m --type 'leader.*'",
      "  meshkit events --after 0 -o jsonl"
    })
final class EventsCommand implements Callable<Integer> {
  private static final Duration FOREVER = Duration.ofDays(3650);

  @Mixin private final Ask ask;
  @Mixin private final Watch watch = new Watch();

  @Option(names = "--since", paramLabel = "DURATION", description = "Only so far back: 10m.")
  private Duration since = Duration.ZERO;

  @Option(names = "--after", paramLabel = "SEQ", description = "Only greater sequence numbers.")
  private long after = -1;

  @Option(names = "--type", paramLabel = "GLOB", description = "Only these types: 'leader.*'.")
  private String type = "";

  @Option(names = "--limit", paramLabel = "N", description = "The newest so many; default 1000.")
  private long limit = 1_000;

  @Option(names = "--follow", description = "Then show what comes, until interrupted.")
  private boolean follow;

  /** A verb that asks through {@code ask}. */
  EventsCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (follow && watch.isAsked()) {
      throw new MeshException(
          Ask.usage("events", "--follow and --watch are two ways to go on", "give one of them"));
    }
    var asked =
        EventsRequest.newBuilder()
            .setType(EventPattern.checked(type))
            .setLimit(Ask.limit(limit, 10_000))
            .setFollow(follow);
    if (since.isPositive()) asked.setSince(Envelope.duration(since));
    if (after >= 0) asked.setAfter(after);
    return follow ? follow(asked.build()) : list(asked.build());
  }

  private int list(EventsRequest asked) throws InterruptedException {
    return watch.show(ask, "listing events", node -> node.events(asked).next(), Lists::events);
  }

  /** Ends with the node: then {@code error.unavailable}. */
  private int follow(EventsRequest asked) {
    try (var client = ask.connect()) {
      client
          .ask(
              "following events",
              FOREVER,
              node -> {
                node.events(asked).forEachRemaining(this::more);
                return asked;
              })
          .orThrow();
    }
    return ExitCode.DONE.status();
  }

  private void more(EventList list) {
    var out = ask.console().out();
    if (ask.output() == Output.table) {
      list.getItemsList().forEach(event -> out.println(Lists.line(event)));
    } else {
      Json.lines(list, out); // a stream of documents would end in no document
    }
    out.flush();
  }
}
