package dev.meshkit.link;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two hosts and a router between them, each a network namespace of this kernel. What the router
 * does not let through vanishes, as in a firewall: it is told by rules of its routing, which every
 * kernel has, and not by a packet filter, which is a module that many lack.
 */
final class Namespaces implements AutoCloseable {
  /** The address of the first host, at first. */
  static final String A = "10.213.1.2";

  /** The address of the second host. */
  static final String B = "10.213.2.2";

  private static final String DEVICE = "eth";

  /** Its address after {@link #rebind}. */
  static final String A_MOVED = "10.213.1.3";

  private static final List<String> HOSTS = List.of("a", "r", "b");

  private final String prefix = "mk" + ProcessHandle.current().pid();
  private final List<List<String>> undo = new ArrayList<>();

  /** The way of packets at the router. */
  enum Way {
    /** From the first host to the second. */
    THERE("ra"),
    /** From the second host to the first. */
    BACK("rb");

    private final String device;

    Way(String device) {
      this.device = device;
    }
  }

  /** Makes all of it, or throws what was not permitted. */
  Namespaces() throws IOException, InterruptedException {
    try {
      for (var host : HOSTS) ip("netns", "add", name(host));
      cable("a", "10.213.1");
      cable("b", "10.213.2");
      in("r", "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
    } catch (IOException refused) {
      close();
      throw refused;
    }
  }

  /** Why this machine permits no namespaces; empty if it does. */
  static Optional<String> refusal() throws InterruptedException {
    var probe = "mk" + ProcessHandle.current().pid();
    try {
      ip("netns", "add", probe);
      ip("netns", "del", probe);
      return Optional.empty();
    } catch (IOException refused) {
      return Optional.of(String.valueOf(refused.getMessage()));
    }
  }

  private void cable(String host, String net) throws IOException, InterruptedException {
    var end = List.of("peer", "name", "r" + host, "netns", name("r"));
    var link = new ArrayList<>(List.of("link", "add", DEVICE, "netns", name(host), "type", "veth"));
    link.addAll(end);
    ip(link.toArray(String[]::new));
    on(host, "addr", "add", net + ".2/24", "dev", DEVICE);
    on("r", "addr", "add", net + ".1/24", "dev", "r" + host);
    on(host, "link", "set", DEVICE, "up");
    on(host, "link", "set", "lo", "up");
    on("r", "link", "set", "r" + host, "up");
    on(host, "route", "add", "default", "via", net + ".1");
  }

  private String name(String host) {
    return prefix + host;
  }

  /** What runs a program on a host: words to begin its command with. */
  List<String> runningOn(String host) {
    return List.of("ip", "netns", "exec", name(host));
  }

  /** From now on UDP vanishes on its way. */
  void cutUdp(Way... ways) throws IOException, InterruptedException {
    for (var way : ways) rule("rule", "iif", way.device, "ipproto", "udp", "blackhole");
  }

  /** From now on everything vanishes, both ways. */
  void cutAll() throws IOException, InterruptedException {
    for (var way : Way.values()) rule("rule", "iif", way.device, "blackhole");
  }

  private void rule(String... rule) throws IOException, InterruptedException {
    var words = new ArrayList<>(List.of(rule));
    words.add(1, "add");
    on("r", words.toArray(String[]::new));
    words.set(1, "del");
    undo.add(words);
  }

  /** From now on everything passes again. */
  void heal() throws IOException, InterruptedException {
    for (var rule : undo) on("r", rule.toArray(String[]::new));
    undo.clear();
  }

  /** The largest packet that the router sends to the second host, and takes from it. */
  void narrow(int bytes) throws IOException, InterruptedException {
    on("r", "link", "set", "rb", "mtu", String.valueOf(bytes));
  }

  /** The first host has another address from now on, as behind a NAT that has forgotten it. */
  void rebind() throws IOException, InterruptedException {
    on("a", "addr", "del", A + "/24", "dev", DEVICE);
    on("a", "addr", "add", A_MOVED + "/24", "dev", DEVICE);
    on("a", "route", "add", "default", "via", "10.213.1.1");
  }

  private void on(String host, String... words) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of("-n", name(host)));
    all.addAll(List.of(words));
    ip(all.toArray(String[]::new));
  }

  private void in(String host, String... words) throws IOException, InterruptedException {
    var all = new ArrayList<>(runningOn(host));
    all.addAll(List.of(words));
    run(all);
  }

  private static void ip(String... words) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of("ip"));
    all.addAll(List.of(words));
    run(all);
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) throw new IOException(String.join(" ", command) + ": " + said);
  }

  /** Removes all of it, with the cables. */
  @Override
  public void close() throws InterruptedException {
    for (var host : HOSTS) {
      try {
        ip("netns", "del", name(host));
      } catch (IOException missing) {
        System.out.println("not removed: " + missing.getMessage().strip());
      }
    }
  }
}
