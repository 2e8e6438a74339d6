package dev.meshkit.sim;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One test method of a core's own package, run against a core with a bug in it. */
final class RuleBreach {
  private RuleBreach() {}

  /**
   * Whether the test that {@code planted} names fails with it.
   *
   * @throws IllegalStateException if there is no such test, or it could not be run
   */
  static boolean fails(Mutant planted) {
    var test = planted.oracles().split("#");
    try {
      var name = "dev.meshkit." + planted.core() + "." + test[0];
      var there = new MutantLoader(planted).loadClass(name);
      var method = there.getDeclaredMethod(test[1]);
      if (!method.isAnnotationPresent(Test.class))
        throw new IllegalStateException(planted.oracles() + " is no test");
      var constructor = there.getDeclaredConstructor();
      constructor.setAccessible(true);
      var instance = constructor.newInstance();
      try {
        return isViolated(method, instance);
      } finally {
        for (var end : ends(there)) end.invoke(instance);
      }
    } catch (ReflectiveOperationException broken) {
      throw new IllegalStateException("mutant '" + planted + "'", broken);
    }
  }

  private static Iterable<Method> ends(Class<?> there) {
    return Stream.of(there.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(AfterEach.class))
        .peek(method -> method.setAccessible(true))
        .toList();
  }

  private static boolean isViolated(Method method, Object instance) throws IllegalAccessException {
    method.setAccessible(true);
    try {
      method.invoke(instance);
      return false;
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof AssertionError) return true;
      throw new IllegalStateException(method + " threw, and asserted nothing", thrown.getCause());
    }
  }
}
