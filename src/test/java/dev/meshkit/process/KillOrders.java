package dev.meshkit.process;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What a process with {@link Plant}s is told by the test that started it, as files of a directory:
 * where to die, and whether to take messages meanwhile. {@link KillPoint} obeys.
 *
 * @param directory of this process alone
 */
public record KillOrders(Path directory) {
  private static final String AT = "meshkit.test.kill";
  private static final String HELD = "held";

  /** For the command line of the process. */
  public String flag() {
    return "-D" + AT + "=" + directory;
  }

  static KillOrders ofThisProcess() {
    return new KillOrders(Path.of(Objects.requireNonNull(System.getProperty(AT), AT)));
  }

  /** It dies where it comes to this point next; once started again it does not. */
  public void die(String point) throws IOException {
    give(point);
  }

  /** Whether that is still to happen. */
  public boolean isAwaited(String point) {
    return Files.exists(directory.resolve(point));
  }

  /** Whether that is to happen at once: then nobody else of the process is told so. */
  boolean take(String point) {
    try {
      return Files.deleteIfExists(directory.resolve(point));
    } catch (IOException broken) {
      throw new IllegalStateException("reading what to die of", broken);
    }
  }

  /** Its handlers keep the messages that come, and do not say what becomes of them. */
  public void hold() throws IOException {
    give(HELD);
  }

  /** Its handlers go on. */
  public void release() throws IOException {
    Files.deleteIfExists(directory.resolve(HELD));
  }

  boolean isHeld() {
    return isAwaited(HELD);
  }

  private void give(String order) throws IOException {
    Files.createDirectories(directory);
    try {
      Files.createFile(directory.resolve(order));
    } catch (FileAlreadyExistsException given) {
      return; // and not obeyed yet
    }
  }
}
