package dev.meshkit.cli;

import dev.meshkit.control.proto.LeaderItem;
import dev.meshkit.control.proto.MemberItem;
import dev.meshkit.control.proto.MemberList;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The demo with a person: a live view of the mesh, and keys that break it. Without a terminal, a
 * line at each change instead, until standard input ends.
 */
final class DemoScreen {
  private static final Duration FRAME = Duration.ofMillis(250);
  private static final int BURST = 1_000;
  private static final String KEYS =
      "k kill -9 a leader that can be spared   r restart the dead   s send 1,000   q quit";

  private final DemoMesh mesh;
  private final DemoView view;
  private final Console console;
  private final DemoTraffic traffic;
  private final DemoLedger ledger = new DemoLedger();
  private final InstantSource monotonic;
  private volatile boolean quit;
  private String said = "";
  private String last = "";

  /** A screen of {@code mesh}, none of whose nodes has been started. */
  DemoScreen(DemoMesh mesh, Console console, InstantSource monotonic) {
    this.mesh = mesh;
    this.view = new DemoView(mesh);
    this.console = console;
    this.traffic = new DemoTraffic(mesh, ledger);
    this.monotonic = monotonic;
  }

  /** Runs until {@code q}, the end of input, Ctrl-C or SIGTERM; the exit status. */
  int run() throws IOException, InterruptedException {
    Signals.on("INT", () -> quit = true);
    Signals.on("TERM", () -> quit = true);
    for (var node : mesh.nodes()) mesh.start(node);
    var keys = console.terminal();
    if (!keys) Thread.ofPlatform().daemon().name("demo-input").start(this::awaitEnd);
    var before = keys ? stty("-g") : "";
    if (keys) stty("-icanon -echo min 0 time 0");
    try {
      for (var key = 0; key != 'q' && !quit; key = keys ? read() : 0) {
        act(key);
        show();
        Thread.sleep(FRAME);
      }
    } finally {
      if (keys) stty(before.isEmpty() ? "sane" : before);
    }
    return ExitCode.DONE.status();
  }

  /** The key pressed, 0 for none. */
  private int read() throws IOException {
    return Math.max(0, console.in().available() > 0 ? console.in().read() : 0);
  }

  /** Without a terminal nothing that is typed means anything; that it ends does. */
  private void awaitEnd() {
    try {
      console.in().transferTo(OutputStream.nullOutputStream());
    } catch (IOException _) {
      // a broken pipe is an end, too
    }
    quit = true;
  }

  private void act(int key) throws IOException, InterruptedException {
    switch (key) {
      case 'k' -> kill();
      case 'r' -> restart();
      case 's' -> burst();
      default -> {}
    }
  }

  private void kill() throws InterruptedException {
    var victim = spare();
    if (victim.isEmpty()) {
      said = "no scope can spare its leader now";
      return;
    }
    mesh.kill(victim.get());
    said = "killed " + victim.get();
  }

  /** The first live leader of a scope whose quorum survives without it. */
  private Optional<DemoNode> spare() {
    for (var node : mesh.alive()) {
      for (var scope : view.leaders(node).getItemsList()) {
        if (scope.getState() == LeaderItem.State.LED && scope.getMargin() > 0) {
          var leader = mesh.node(scope.getLeader());
          if (mesh.isAlive(leader)) return Optional.of(leader);
        }
      }
    }
    return Optional.empty();
  }

  private void restart() throws IOException {
    var dead = mesh.nodes().stream().filter(node -> !mesh.isAlive(node)).toList();
    for (var node : dead) mesh.start(node);
    said = dead.isEmpty() ? "nobody is dead" : "restarted " + dead;
  }

  private void burst() throws InterruptedException {
    var alive = mesh.alive();
    if (alive.size() < 2) return;
    var begun = monotonic.instant();
    var promised = traffic.send(alive.getFirst(), alive.getLast(), BURST);
    var took = Duration.between(begun, monotonic.instant());
    said =
        promised
            + " messages queued from "
            + alive.getFirst()
            + " to "
            + alive.getLast()
            + " in "
            + Text.of(took);
  }

  private void show() {
    var lines = lines();
    if (console.terminal()) {
      // Over what is there, line by line: clearing the screen first would make it flicker.
      var frame = (lines + "\n" + KEYS + "\n" + said + "\n").replace("\n", "\u001b[K\n");
      console.out().print("\u001b[H" + frame + "\u001b[J");
    } else if (!lines.equals(last)) {
      console.out().println(lines);
    }
    last = lines;
    console.out().flush();
  }

  private String lines() {
    var head = "MeshKit demo   " + mesh.root() + "\n\n";
    for (var seer : mesh.alive()) {
      var seen = view.members(seer);
      if (seen.getKnown() > 0) return head + lines(seer, seen);
    }
    return head + "nobody answers yet\n";
  }

  private String lines(DemoNode seer, MemberList seen) {
    var text = new StringBuilder(Lists.view(seer.name(), seen.getAgree(), seen.getKnown()));
    for (var region : List.of("eu", "us")) text.append(region(region, seen.getItemsList()));
    var table = Table.of("SCOPE", "STATE", "LEADER", "FENCE", "MARGIN");
    for (var l : view.leaders(seer).getItemsList()) {
      table.row(l.getScope(), l.getState(), l.getLeader(), l.getFence(), Lists.margin(l));
    }
    var waiting = view.waiting();
    var queued = waiting.isEmpty() ? "nothing" : String.join("   ", waiting);
    return text.append("\n" + table + "\nwaiting  " + queued + "\n").toString();
  }

  private static String region(String region, List<MemberItem> members) {
    var shown = new ArrayList<String>();
    for (var m : members) {
      if (!m.getRegion().equals(region)) continue;
      var crown = m.getLeadsCount() > 0 ? " ♛" + String.join(",", m.getLeadsList()) : "";
      shown.add(m.getNode() + " " + m.getStatus() + crown);
    }
    return Text.safe(region + "   " + String.join("   ", shown)) + "\n";
  }

  /** Talks to the terminal itself: our own input and output may be anything. What it answers. */
  private static String stty(String mode) throws IOException, InterruptedException {
    var stty = new ProcessBuilder("sh", "-c", "stty " + mode + " < /dev/tty").start();
    var said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    stty.waitFor();
    return said;
  }
}
