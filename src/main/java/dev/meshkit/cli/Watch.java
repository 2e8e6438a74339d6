package dev.meshkit.cli;

import com.google.protobuf.Message;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.control.AdminClient;
import dev.meshkit.control.proto.AdminGrpc.AdminBlockingStub;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import picocli.CommandLine.Option;

/**
 * The option of every list: it is shown once, or again and again. At a terminal a table is drawn
 * over the last one; everywhere else, and as JSON, it is appended. It ends when it is interrupted,
 * when nobody reads it any more, or with the node's first error.
 */
final class Watch {
  private static final Duration ONCE = Duration.ofMillis(-1); // no duration that anybody can write
  private static final Duration LEAST = Duration.ofMillis(100);
  private static final Duration MOST = Duration.ofDays(1);

  @Option(
      names = "--watch",
      arity = "0..1",
      fallbackValue = "2s",
      paramLabel = "DURATION",
      description = "Show it again and again: every 2s, or --watch=500ms; until interrupted.")
  private Duration every = ONCE;

  /** Whether it is shown more than once. */
  boolean isAsked() {
    return !every.equals(ONCE);
  }

  /** Asks and prints the answer, as often as was wanted; the exit status. */
  <T extends Message> int show(
      Ask ask, String tried, Function<AdminBlockingStub, T> call, Function<T, String> table)
      throws InterruptedException {
    if (!isAsked()) return ask.show(tried, call, table);
    if (every.compareTo(LEAST) < 0 || every.compareTo(MOST) > 0) throw new MeshException(rhythm());
    var patience = ask.timeout();
    var enough = new CountDownLatch(1);
    try (var client = ask.connect()) {
      ask.console().whenEnough(() -> end(enough, client));
      do {
        var answer = client.ask(tried, patience, call);
        if (enough.getCount() == 0) break; // what fails now fails because of that
        print(ask, answer.orThrow(), table);
      } while (!ask.console().out().checkError()
          && !enough.await(every.toMillis(), TimeUnit.MILLISECONDS));
    }
    return ExitCode.DONE.status();
  }

  /** Also what is being asked just now: the node may say nothing. */
  private static void end(CountDownLatch enough, AdminClient client) {
    enough.countDown();
    client.close();
  }

  private static <T extends Message> void print(Ask ask, T answer, Function<T, String> table) {
    if (ask.output() != Output.table) {
      ask.print(answer, table);
      return;
    }
    var out = ask.console().out();
    if (ask.console().isDrawable()) {
      // Over what is there, line by line: clearing the screen first would make it flicker.
      out.print("\u001b[H" + table.apply(answer).replace("\n", "\u001b[K\n") + "\u001b[J");
    } else {
      out.println(table.apply(answer));
    }
    out.flush();
  }

  private static MeshError rhythm() {
    return Ask.usage("--watch", "it is to be 100ms to 1d", "write --watch=2s, or --watch alone");
  }
}
