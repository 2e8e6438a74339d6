package dev.meshkit.security;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which role may call which method: one table, and everything else is denied. Methods are named as
 * gRPC names them, {@code package.Service/Method}. Immutable and thread-safe.
 */
public final class Policy {
  private static final Set<Role> PEERS = Set.of(Role.NODE);
  private static final Set<Role> LOOK = Set.of(Role.OBSERVER, Role.OPERATOR, Role.SOCKET);
  private static final Set<Role> CHANGE = Set.of(Role.OPERATOR, Role.SOCKET);

  private static final Map<String, Set<Role>> TABLE =
      Stream.of(
              rows("meshkit.v1.Mesh", PEERS, "Stream", "Elect", "Deliver", "Sync", "Command"),
              rows("meshkit.v1.Road", PEERS, "Probe"),
              rows(
                  "meshkit.v1.Admin",
                  LOOK,
                  "Version",
                  "Status",
                  "Members",
                  "Leaders",
                  "Queue",
                  "Poison",
                  "Trace",
                  "Gates",
                  "PlanGate",
                  "ExplainGate",
                  "Effects",
                  "Runs",
                  "Events"),
              // bodies, and what changes this node
              rows(
                  "meshkit.v1.Admin",
                  CHANGE,
                  "PoisonShow",
                  "Redrive",
                  "Purge",
                  "Pause",
                  "Backup",
                  "HandOver",
                  "Recover",
                  "ChangeVoters",
                  "ChangeGate",
                  "ResolveEffect",
                  "AbandonRun",
                  "Forget",
                  "Send",
                  "Broadcast"))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private Policy() {}

  /** Whether {@code role} may call {@code method}. */
  public static boolean allows(String method, Role role) {
    return TABLE.getOrDefault(method, Set.of()).contains(role);
  }

  /** Who may call {@code method}; nobody if it is not in the table. */
  public static Set<Role> allowed(String method) {
    var roles = EnumSet.noneOf(Role.class);
    roles.addAll(TABLE.getOrDefault(method, Set.of()));
    return roles;
  }

  /** Every method with a row. */
  public static Set<String> methods() {
    return TABLE.keySet();
  }

  private static Set<Map.Entry<String, Set<Role>>> rows(
      String service, Set<Role> roles, String... methods) {
    return Stream.of(methods)
        .map(method -> Map.entry(service + "/" + method, roles))
        .collect(Collectors.toSet());
  }
}
