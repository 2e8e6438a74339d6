package dev.meshkit.bench.model;

import dev.meshkit.sim.SimLatency;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Measures what the simulator has to be told of this machine. */
final class Machine {
  private static final int TIMES = 300;
  private static final int PAGE_BYTES = 4_096;

  private Machine() {}

  /** Appends pages to a file below {@code target}, and plays a byte to and fro on the loopback. */
  static SimLatency.Machine measured() throws IOException {
    var writes = writes();
    var trips = trips();
    return new SimLatency.Machine(at(writes, 0.5), at(writes, 0.99), at(trips, 0.5));
  }

  private static List<Long> writes() throws IOException {
    var file = Files.createTempFile(Path.of("target"), "fsync", ".bin");
    var nanos = new ArrayList<Long>();
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      var page = ByteBuffer.allocate(PAGE_BYTES);
      for (var i = 0; i < TIMES; i++) {
        var begun = System.nanoTime();
        page.clear();
        while (page.hasRemaining()) channel.write(page);
        channel.force(false);
        nanos.add(System.nanoTime() - begun);
      }
    } finally {
      Files.delete(file);
    }
    return nanos.stream().sorted().toList();
  }

  private static List<Long> trips() throws IOException {
    var nanos = new ArrayList<Long>();
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var one = new Socket(server.getInetAddress(), server.getLocalPort());
        var other = server.accept()) {
      one.setTcpNoDelay(true);
      other.setTcpNoDelay(true);
      Thread.ofPlatform().daemon().name("echo").start(() -> echo(other));
      for (var i = 0; i < TIMES; i++) {
        var begun = System.nanoTime();
        one.getOutputStream().write(i);
        if (one.getInputStream().read() < 0) throw new IOException("the echo is gone");
        nanos.add(System.nanoTime() - begun);
      }
    }
    return nanos.stream().sorted().toList();
  }

  private static void echo(Socket socket) {
    try {
      for (var b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read())
        socket.getOutputStream().write(b);
    } catch (IOException closed) {
      // by who measured
    }
  }

  private static long at(List<Long> sorted, double share) {
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }
}
