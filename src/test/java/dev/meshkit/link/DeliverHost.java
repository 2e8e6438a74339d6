package dev.meshkit.link;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.store.ChildJvm;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * The place of a node of {@link DeliverKill}: its directory, the path to it, which can be cut, and
 * the process that is there now. Confined to one thread.
 */
final class DeliverHost implements AutoCloseable {
  private static final int GIVEN_BY_CHANCE = 32_768; // from here on, by Linux
  private static final int TRIES = 64;
  private static final String WAITING = "SELECT count(*) FROM task";
  private static final String LEFT =
      """
      SELECT 'dead task ' || task || ' of ' || lane || ': ' || reason || ' ' || code || ' ' || why
        FROM v_poison
      UNION ALL SELECT state || ' ' || class || ' ' || lane FROM v_lanes WHERE state <> 'open'
      UNION ALL SELECT 'a task of ' || lane || ', ' || state FROM v_tasks LIMIT 20""";
  private static final String GOT = "SELECT sender, way, n FROM app_got ORDER BY id";

  private static final String MARKS = "SELECT peer, lane, highest, missing FROM v_inbox";

  private final String name;
  private final Path directory;
  private final BlockingQueue<Line> lines;
  private final Endpoint place;
  private final Crossing path;
  private ChildJvm child; // of the last start
  private Thread ear;
  private volatile boolean isToEnd;

  /** Something that a node said. */
  record Line(String node, String text) {}

  /** A row of a query, made something of. */
  @FunctionalInterface
  interface Read<R> {
    R of(ResultSet row) throws SQLException;
  }

  DeliverHost(String name, Path below, BlockingQueue<Line> lines) throws IOException {
    this.name = name;
    this.directory = below.resolve(name);
    this.lines = lines;
    this.place = free();
    this.path = new Crossing(place);
  }

  /** A port that no socket is given by chance, so that it is free after each kill. */
  private static Endpoint free() throws IOException {
    var loopback = InetAddress.getLoopbackAddress();
    for (var i = 0; i < TRIES; i++) {
      var port = ThreadLocalRandom.current().nextInt(GIVEN_BY_CHANCE / 2, GIVEN_BY_CHANCE);
      try (var _ = new ServerSocket(port, 1, loopback);
          var _ = new DatagramSocket(port, loopback)) {
        return new Endpoint("127.0.0.1", port);
      } catch (BindException _) {
        // taken: another number, then
      }
    }
    throw new IOException("no number is free on both UDP and TCP");
  }

  String name() {
    return name;
  }

  Endpoint at() {
    return path.at();
  }

  /**
   * What a node is to do between two kills.
   *
   * @param seed of what it sends
   * @param round of starts
   * @param plain whether its handler answers without work
   */
  record Life(long seed, int round, boolean plain) {}

  /** Starts its node; what it says comes among the lines. */
  void start(Life life, List<String> peers, List<Endpoint> seeds) throws IOException {
    var numbers = List.of(life.round() + "", life.seed() + "");
    var arguments = new ArrayList<>(List.of(directory + "", place + "", at() + ""));
    arguments.addAll(numbers);
    arguments.add(String.join(",", peers));
    arguments.add(life.plain() ? "plain" : "work");
    seeds.forEach(one -> arguments.add(one.toString()));
    var started = ChildJvm.start("", DeliverNode.class, arguments.toArray(String[]::new));
    child = started;
    isToEnd = false;
    ear = Thread.ofVirtual().start(() -> listen(started));
  }

  private void listen(ChildJvm one) {
    try {
      for (var said = one.line(); said.isPresent(); said = one.line()) {
        lines.put(new Line(name, said.get()));
      }
      if (!isToEnd) lines.put(new Line(name, "! ended by itself"));
    } catch (IOException _) {
      // closed: nobody wants to hear more
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // nobody does
    }
  }

  /** SIGKILL; returns at once. */
  void kill() {
    isToEnd = true;
    child.kill();
  }

  /** Has it end in order. */
  void end() throws IOException {
    isToEnd = true;
    child.endInput();
  }

  /** Blocks until the process has ended and everything it said is among the lines. */
  int await() throws InterruptedException {
    var exit = child.await();
    ear.join();
    return exit;
  }

  /** Breaks what comes in by its door, and lets no datagram through until it is mended. */
  void cut() throws IOException {
    path.cutUdp();
    path.cutTcp();
  }

  void mend() {
    path.mend();
  }

  /** How many messages it has that were not settled. */
  long waiting() throws SQLException {
    return read(WAITING, row -> row.getLong(1)).getFirst();
  }

  /** What is to be nothing in the end. */
  List<String> left() throws SQLException {
    return read(LEFT, row -> row.getString(1));
  }

  /** What it was sent, as its handler wrote it down. */
  List<DeliverOracle.Applied> applied() throws SQLException {
    return read(
        GOT, row -> new DeliverOracle.Applied(row.getString(1), row.getString(2), row.getLong(3)));
  }

  /** How many messages of each lane its inbox knows as applied. */
  List<DeliverOracle.Marked> marked() throws SQLException {
    return read(
        MARKS,
        row -> {
          var sender = NodeId.parse(row.getString(1)).name();
          var count = row.getLong(3) - missing(row.getString(4));
          return new DeliverOracle.Marked(sender, row.getString(2), count);
        });
  }

  /** How many numbers are in ranges as {@code v_inbox} shows them: of 3+2,4 it is 4. */
  private static long missing(String ranges) {
    if (ranges.isEmpty()) return 0;
    return Stream.of(ranges.split(","))
        .mapToLong(range -> range.contains("+") ? 1 + Long.parseLong(range.split("[+]")[1]) : 1)
        .sum();
  }

  private <R> List<R> read(String sql, Read<R> read) throws SQLException {
    var all = new ArrayList<R>();
    try (var db =
            DriverManager.getConnection(
                "jdbc:sqlite:file:" + directory.resolve("mesh.db") + "?mode=ro");
        var statement = db.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) all.add(read.of(rows));
    }
    return all;
  }

  @Override
  public void close() throws IOException {
    if (child != null) child.close();
    path.close();
  }
}
