package dev.meshkit.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.meshkit.control.proto.AdminOuterClass;
import dev.meshkit.wire.proto.MeshOuterClass;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** S22: every RPC has a row in the policy table, and everything else is denied. */
class PolicyTest {
  private static final Set<Role> NODES = EnumSet.of(Role.NODE);
  private static final Set<Role> LOOK = EnumSet.of(Role.OBSERVER, Role.OPERATOR, Role.SOCKET);
  private static final Set<Role> CHANGE = EnumSet.of(Role.OPERATOR, Role.SOCKET);

  @Test
  void theTableHasExactlyTheMethodsThatExist() {
    var declared = new TreeSet<String>();
    Stream.of(MeshOuterClass.getDescriptor(), AdminOuterClass.getDescriptor())
        .flatMap(file -> file.getServices().stream())
        .forEach(service -> declared.addAll(methods(service)));
    declared.add("meshkit.v1.Road/Probe"); // beneath the mesh protocol, in no proto file
    assertEquals(declared, new TreeSet<>(Policy.methods()));
  }

  @Test
  void onlyNodesSpeakTheMeshProtocol() {
    for (var method : methods(MeshOuterClass.getDescriptor().findServiceByName("Mesh"))) {
      assertEquals(NODES, Policy.allowed(method), method);
    }
  }

  @Test
  void observersLookAndOperatorsChange() {
    for (var method : methods(AdminOuterClass.getDescriptor().findServiceByName("Admin"))) {
      var changes =
          Set.of(
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
                  "Broadcast")
              .stream()
              .anyMatch(method::endsWith);
      assertEquals(changes ? CHANGE : LOOK, Policy.allowed(method), method);
    }
  }

  @Test
  void whatIsNotInTheTableIsDeniedToEverybody() {
    for (var role : Role.values()) {
      assertFalse(Policy.allows("meshkit.v1.Mesh/Other", role));
      assertFalse(Policy.allows("", role));
    }
    assertTrue(Policy.allows("meshkit.v1.Mesh/Sync", Role.NODE));
    assertFalse(Policy.allows("meshkit.v1.Mesh/Sync", Role.NOBODY));
  }

  private static Set<String> methods(ServiceDescriptor service) {
    var names = new TreeSet<String>();
    service.getMethods().forEach(m -> names.add(service.getFullName() + "/" + m.getName()));
    return names;
  }
}
