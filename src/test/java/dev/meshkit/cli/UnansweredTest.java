package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.control.SocketPath;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * O9: a node that was asked for a change and does not answer may have done it; who asked is told so
 * and where that is seen, since a message that is sent again is another one.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class UnansweredTest {
  private static final String QUEUED = "the message may be queued there all the same";
  private static final String DONE = "it may be done all the same";

  private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
  private static final int DATA = 0;

  @TempDir private Path directory;
  private ServerSocketChannel node;

  @BeforeEach
  void somethingListens() throws IOException {
    var data = Files.createDirectories(directory.resolve("data/n1"));
    node = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    node.bind(UnixDomainSocketAddress.of(SocketPath.of(data, Map.of())));
  }

  @AfterEach
  void itStops() throws IOException {
    node.close();
  }

  @ParameterizedTest
  @CsvSource({
    "send --to n2 -d x, meshkit queue",
    "broadcast -d x, meshkit queue",
    "poison redrive 17 --reason r, meshkit poison list",
    "poison purge 17 --reason r --yes, meshkit poison list",
    "queue pause --all --reason r, meshkit queue",
    "queue resume --all --reason r, meshkit queue",
    "gate set shop::tax --version 1 --reason r, meshkit gate show shop::tax",
    "gate rollback shop::tax --reason r, meshkit gate show shop::tax",
    "gate freeze shop::tax --reason r, meshkit gate show shop::tax",
    "gate thaw shop::tax --reason r, meshkit gate show shop::tax",
    "gate retire shop::tax --below 2 --reason r, meshkit gate show shop::tax",
    "effects resolve shop::pay::v1::42 charge#2 --as done --reason r, meshkit effects show"
        + " shop::pay::v1::42",
    "runs abandon shop::pay::v1::42 --reason r, meshkit runs list",
    "forget us/n4 --reason r, meshkit events --type 'peer.*'",
    "leaders transfer region/eu --to n2 --reason r, meshkit leaders",
    "leaders step-down region/eu --reason r, meshkit leaders",
    "leaders voters region/eu rank n2 5 --reason r, meshkit leaders"
  })
  void whatMayBeDoneIsSaidToBe(String verb, String look) {
    var ran = Shell.in(directory).run((verb + " --timeout 250ms").split(" "));
    assertEquals(7, ran.exit(), ran.err());
    assertTrue(ran.err().startsWith("error MK-CLI-007 "), ran.err());
    var may = verb.startsWith("send") || verb.startsWith("broadcast") ? QUEUED : DONE;
    assertTrue(
        ran.err()
            .endsWith(
                "\nwhy   the node did not answer in time; "
                    + may
                    + "\nfix   look with `"
                    + look
                    + "` before you do it again\n"),
        ran.err());
  }

  /** Of a question, or of what is only tried, nothing stays. */
  @ParameterizedTest
  @CsvSource({"queue", "poison redrive 17 --reason r --dry-run", "leaders"})
  void whatChangesNothingCanBeAskedAgain(String verb) {
    var ran = Shell.in(directory).run((verb + " --timeout 250ms").split(" "));
    assertTrue(ran.err().contains("why   the node did not answer in time\nfix   allow"), ran.err());
  }

  /** A node that dies over it may have it on its disk. */
  @Test
  void aNodeThatStopsOverItMayHaveDoneIt() throws Exception {
    var stops = Thread.ofVirtual().start(this::takeACallAndHangUp);
    var ran = sending();
    stops.join();
    assertEquals(5, ran.exit(), ran.err());
    assertTrue(ran.err().contains("\"code\":\"MK-CLI-005\""), ran.err());
    assertTrue(ran.err().contains("answer; " + QUEUED), ran.err());
    assertTrue(ran.err().contains("start it, then look with `meshkit queue`"), ran.err());
    assertTrue(ran.err().contains("\"retry\":\"SAFE_WITH_KEY\""), ran.err());
  }

  /** One that was not there has not: its socket file is left over. */
  @Test
  void aNodeThatWasNotThereHasDoneNothing() throws Exception {
    node.close();
    var ran = sending();
    assertEquals(5, ran.exit(), ran.err());
    assertTrue(ran.err().contains("\"code\":\"MK-CLI-005\""), ran.err());
    assertFalse(ran.err().contains("may be queued"), ran.err());
    assertTrue(ran.err().contains("\"retry\":\"SAFE\""), ran.err());
  }

  /** By the socket itself: one that is looked for is tried first. */
  private Shell.Ran sending() {
    var socket = SocketPath.of(directory.resolve("data/n1"), Map.of()).toString();
    return Shell.in(directory)
        .run("send", "--to", "n2", "-d", "x", "-o", "json", "--socket", socket);
  }

  /** Takes a call whole, as the frames of RFC 9113 §4.1 have it, and is gone. */
  private void takeACallAndHangUp() {
    try (var caller = node.accept();
        var in = new DataInputStream(Channels.newInputStream(caller))) {
      in.readNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
      caller.write(ByteBuffer.wrap(SETTINGS));
      for (var type = -1; type != DATA; ) {
        var size = in.readUnsignedShort() << 8 | in.readUnsignedByte();
        type = in.readUnsignedByte();
        in.readNBytes(1 + 4 + size); // flags, stream, payload
      }
      node.close();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
