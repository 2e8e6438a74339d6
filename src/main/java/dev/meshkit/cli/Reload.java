package dev.meshkit.cli;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.config.ConfigSources.Loaded;
import dev.meshkit.config.InvalidConfig;
import dev.meshkit.config.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * SIGHUP of a daemon: reads its identity and its configuration again, and has the node go by what
 * may change while it runs, which is the certificate, its roots and {@code listen.versions}; names
 * what waits for a restart. What is wrong changes nothing. Thread-safe.
 */
final class Reload {
  private static final String VERSIONS = "listen.versions";

  private final Console console;
  private final Supplier<Loaded> source;
  private final Loaded started;
  private final List<Mesh> open = new ArrayList<>(); // guarded by this; at most one
  private boolean asked; // before there was a node; guarded by this

  /**
   * Listens to nothing yet.
   *
   * @param console is told
   * @param source what the agent would be told if it started now
   * @param started what it was told
   */
  Reload(Console console, Supplier<Loaded> source, Loaded started) {
    this.console = console;
    this.source = source;
    this.started = started;
  }

  /** Takes SIGHUP from now on; one that comes before a node is open waits for it. */
  void listen() {
    Signals.on("HUP", this::ask);
  }

  /** The node to tell. */
  synchronized void of(Mesh mesh) {
    open.add(mesh);
    if (asked) ask();
  }

  private synchronized void ask() {
    asked = open.isEmpty();
    open.forEach(this::reload);
  }

  private void reload(Mesh mesh) {
    identity(mesh);
    try {
      var now = source.get();
      var versions = now.config().listen().versions();
      switch (MeshKit.permit(mesh, versions)) {
        case Result.Ok<Unit> _ -> say(VERSIONS + " is " + versions + " now" + waiting(now));
        case Result.Err<Unit>(var error) -> new Failures(console).print(error);
      }
    } catch (InvalidConfig wrong) {
      say("nothing changes");
      new Failures(console).failed(wrong);
    }
  }

  private void identity(Mesh mesh) {
    switch (MeshKit.renew(mesh)) {
      case Result.Ok<Unit> _ -> say("the identity was read again");
      case Result.Err<Unit>(var error) -> new Failures(console).print(error);
    }
  }

  private String waiting(Loaded now) {
    var before =
        started.settings().stream().collect(Collectors.toMap(Setting::key, Setting::value));
    var keys =
        now.settings().stream()
            .filter(setting -> !setting.value().equals(before.get(setting.key())))
            .map(Setting::key)
            .filter(key -> !key.equals(VERSIONS))
            .toList();
    return keys.isEmpty() ? "" : "; these wait for a restart: " + String.join(", ", keys);
  }

  private void say(String what) {
    console.err().println("SIGHUP: " + what);
  }
}
