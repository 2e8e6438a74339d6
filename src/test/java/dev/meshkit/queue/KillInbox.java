package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Token;
import dev.meshkit.store.ChildJvm;
import dev.meshkit.store.Store;

/**
 * Messages of a peer, each applied with a token and a row of the application's, if the token is
 * new: {@code I n} once it is.
 */
final class KillInbox {
  private KillInbox() {}

  static void receive(Store store) throws InterruptedException {
    var inbox = new Inbox(store);
    var source = new Inbox.Source(NodeId.of("eu", "n1"), Bytes.of(new byte[16]), "bulk");
    var at = inbox.highest(source.peer(), source.store()).orThrow().getOrDefault("bulk", 0L);
    var lane = inbox.lane(source);
    for (var n = Math.max(1, at - 2); ; n++) {
      var number = n;
      var mark =
          lane.apply(
              n,
              tx -> {
                tx.update("CREATE TABLE IF NOT EXISTS app_got (n INTEGER)");
                if (!tx.once(Token.of("message " + number))) return;
                tx.update("INSERT INTO app_got VALUES (?)", number);
              });
      if (mark.equals(Result.ok(Inbox.Mark.NEW))) ChildJvm.say("I " + n);
    }
  }
}
