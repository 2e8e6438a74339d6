package dev.meshkit.pipeline;

/** Runs the programs of the guide, one after the other, in a JVM of its own. */
final class GuideRunner {
  private GuideRunner() {}

  /** The line before what a program prints. */
  static String mark(String name) {
    return "==== " + name;
  }

  /** Runs these classes as the {@code java} launcher would: an instance main, without arguments. */
  public static void main(String[] names) throws Exception {
    for (var name : names) {
      System.out.println(mark(name));
      var type = Class.forName(name);
      var constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      var main = type.getDeclaredMethod("main");
      main.setAccessible(true);
      main.invoke(constructor.newInstance());
    }
  }
}
