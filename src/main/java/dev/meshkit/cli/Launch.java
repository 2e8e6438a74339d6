package dev.meshkit.cli;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How to start another process of this program. */
final class Launch {
  private Launch() {}

  /**
   * The launcher that started us, which knows an agent's own flags; without one this JVM's command
   * over again, less what watches or debugs it.
   */
  static List<String> command(Map<String, String> environment) {
    var launcher = environment.getOrDefault("MESHKIT_LAUNCHER", "");
    if (!launcher.isEmpty()) return List.of(launcher);
    var command = new ArrayList<String>();
    command.add(java());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-agent") && !flag.startsWith("-javaagent"))
        .forEach(command::add);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    return command;
  }

  private static String java() {
    return ProcessHandle.current()
        .info()
        .command()
        .orElseGet(() -> System.getProperty("java.home") + "/bin/java");
  }
}
