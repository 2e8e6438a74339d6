package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Fence;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Received;
import dev.meshkit.api.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the letterbox writes is what the demo reads, and a planted fault is seen there. */
class LettersTest {
  @TempDir private Path data;

  /** A transaction as the store gives it, on a plain connection. */
  private record PlainTx(Connection db) implements LocalTx {
    @Override
    public List<List<Object>> query(String sql, Object... parameters) {
      throw new UnsupportedOperationException("the letterbox only writes");
    }

    @Override
    public boolean once(Token token) {
      throw new UnsupportedOperationException("the letterbox only writes");
    }

    @Override
    public void guard(Fence fence, String resource) {
      throw new UnsupportedOperationException("the letterbox only writes");
    }

    @Override
    public int update(String sql, Object... parameters) {
      try (var statement = db.prepareStatement(sql)) {
        for (var i = 0; i < parameters.length; i++) {
          var value = parameters[i] instanceof Bytes bytes ? bytes.toArray() : parameters[i];
          statement.setObject(i + 1, value);
        }
        return statement.executeUpdate();
      } catch (SQLException failed) {
        throw new IllegalStateException(failed);
      }
    }
  }

  @BeforeEach
  void threeLettersArrive() throws SQLException {
    try (var db = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("mesh.db"))) {
      for (var body : List.of("one", "two", "three")) {
        var message = Message.of("message", Bytes.utf8(body));
        var token = new Token(Bytes.of(new byte[16]));
        var said = new Letterbox().handle(new Received(NodeId.of("eu", "n1"), message, token, 1));
        ((Ack) said).work().run(new PlainTx(db));
      }
    }
  }

  @Test
  void whatWasAppliedIsReadInOrder() throws IOException {
    assertEquals(List.of("one", "two", "three"), Letters.in(data));
  }

  @Test
  void aPlantedFaultIsSeen() throws IOException {
    DemoPlant.lose.plantIn(data);
    assertEquals(List.of("two", "three"), Letters.in(data));
    DemoPlant.duplicate.plantIn(data);
    assertEquals(List.of("two", "three", "two"), Letters.in(data));
  }

  @Test
  void aNodeThatReceivedNothingHasNoLetters() throws IOException, SQLException {
    var empty = Files.createDirectory(data.resolve("empty"));
    try (var db = DriverManager.getConnection("jdbc:sqlite:" + empty.resolve("mesh.db"));
        var statement = db.createStatement()) {
      statement.execute("CREATE TABLE other (n INTEGER) STRICT");
    }
    assertEquals(List.of(), Letters.in(empty));
  }

  /** A file that is not there is an error, not an empty list: nothing is assumed. */
  @Test
  void aMissingFileIsAnError() {
    assertThrows(IOException.class, () -> Letters.in(data.resolve("nowhere")));
  }
}
