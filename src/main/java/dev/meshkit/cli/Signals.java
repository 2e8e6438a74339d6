package dev.meshkit.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Signals of the operating system, through {@code sun.misc.Signal}. By method handles, because
 * javac warns of that class and offers no way to accept it, and because nothing else in the JDK
 * tells a second signal from the first.
 */
final class Signals {
  private static final String SIGNAL = "sun.misc.Signal";
  private static final String HANDLER = "sun.misc.SignalHandler";

  private Signals() {}

  /**
   * Runs {@code action} at each arrival of a signal, such as {@code TERM}, on a thread of its own.
   */
  static void on(String name, Runnable action) {
    try {
      var run =
          MethodHandles.lookup()
              .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
              .bindTo(action);
      MethodHandle handle = MethodHandles.dropArguments(run, 0, Class.forName(SIGNAL));
      install(name, MethodHandleProxies.asInterfaceInstance(Class.forName(HANDLER), handle));
    } catch (ReflectiveOperationException missing) {
      throw new IllegalStateException("this JDK lacks " + SIGNAL, missing);
    }
  }

  /** Lets a signal pass without effect. */
  static void ignore(String name) {
    on(name, () -> {});
  }

  private static void install(String name, Object handler) throws ReflectiveOperationException {
    var signal = Class.forName(SIGNAL);
    var type = Class.forName(HANDLER);
    var lookup = MethodHandles.publicLookup();
    var named = lookup.findConstructor(signal, MethodType.methodType(void.class, String.class));
    var handle = lookup.findStatic(signal, "handle", MethodType.methodType(type, signal, type));
    try {
      handle.invoke(named.invoke(name), handler);
    } catch (Throwable refused) {
      throw new IllegalStateException("cannot take the signal " + name, refused);
    }
  }
}
