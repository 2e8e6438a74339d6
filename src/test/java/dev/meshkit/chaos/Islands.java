package dev.meshkit.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts around a router, each a network namespace of this kernel. What is cut vanishes at the
 * router, one way or both, by rules of its routing.
 */
public final class Islands implements AutoCloseable {
  private final String prefix = "mkp" + ProcessHandle.current().pid();
  private final int count;
  private final List<List<String>> cuts = new ArrayList<>();

  /** Makes them, numbered from 0, or throws what was not permitted. */
  public Islands(int count) throws IOException, InterruptedException {
    this.count = count;
    try {
      ip("netns", "add", name("r"));
      for (var host = 0; host < count; host++) make(host);
      Commands.run(
          "ip", "netns", "exec", name("r"), "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
    } catch (IOException refused) {
      close();
      throw refused;
    }
  }

  /** Why this user cannot make them here; empty where one can be made. */
  public static String refusal() throws InterruptedException {
    try (var one = new Islands(1)) {
      Commands.run("ip", "netns", "exec", one.name("0"), "true");
      return "";
    } catch (IOException refused) {
      return "no network namespaces: " + refused.getMessage();
    }
  }

  private void make(int host) throws IOException, InterruptedException {
    var name = name("" + host);
    ip("netns", "add", name);
    ip(
        ("link add eth netns " + name + " type veth peer name r" + host + " netns " + name("r"))
            .split(" "));
    on(name, "addr", "add", address(host) + "/24", "dev", "eth");
    on(name("r"), "addr", "add", gateway(host) + "/24", "dev", "r" + host);
    on(name, "link", "set", "eth", "up");
    on(name, "link", "set", "lo", "up");
    on(name("r"), "link", "set", "r" + host, "up");
    on(name, "route", "add", "default", "via", gateway(host));
  }

  /** Where a host is. */
  public String address(int host) {
    return "10.214." + (host + 1) + ".2";
  }

  private String gateway(int host) {
    return "10.214." + (host + 1) + ".1";
  }

  /** What runs a program there: words to begin its command with; the process is the program's. */
  public List<String> runningOn(int host) {
    return List.of("ip", "netns", "exec", name("" + host));
  }

  /** From now on nothing of one reaches the other. */
  public void cut(int from, int to) throws IOException, InterruptedException {
    var rule = List.of("iif", "r" + from, "to", address(to), "blackhole");
    cuts.add(rule);
    rule("add", rule);
  }

  /** From now on everything passes again. */
  public void heal() throws IOException, InterruptedException {
    for (var rule : cuts) rule("del", rule);
    cuts.clear();
  }

  private void rule(String verb, List<String> rule) throws IOException, InterruptedException {
    var words = new ArrayList<>(List.of("rule", verb));
    words.addAll(rule);
    on(name("r"), words.toArray(String[]::new));
  }

  private String name(String host) {
    return prefix + host;
  }

  private static void on(String name, String... words) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of("-n", name));
    all.addAll(List.of(words));
    ip(all.toArray(String[]::new));
  }

  private static void ip(String... words) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of("ip"));
    all.addAll(List.of(words));
    Commands.run(all.toArray(String[]::new));
  }

  /** Removes all of it. */
  @Override
  public void close() throws InterruptedException {
    for (var host = -1; host < count; host++) {
      try {
        ip("netns", "del", name(host < 0 ? "r" : "" + host));
      } catch (IOException missing) {
        System.out.println("not removed: " + String.valueOf(missing.getMessage()).strip());
      }
    }
  }
}
