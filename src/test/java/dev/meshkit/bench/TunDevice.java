package dev.meshkit.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;

/**
 * A network device of the kernel whose packets this process reads and writes (Linux, tun.rst). It
 * needs the rights over the network namespace it is made in.
 */
@SuppressWarnings(
    "restricted") // four libc calls, in a process that is started with the right to make them
final class TunDevice {
  private static final int READ_WRITE = 2;
  private static final long TUNSETIFF = 0x400454CAL;
  private static final short TUN_WITHOUT_HEADER = 0x1001;
  private static final int REQUEST_BYTES = 40; // struct ifreq
  private static final int FLAGS_AT = 16;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle OPEN =
      call(
          "open",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  private static final MethodHandle IOCTL =
      call(
          "ioctl",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS),
          Linker.Option.firstVariadicArg(2));
  private static final FunctionDescriptor TRANSFER =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
  private static final MethodHandle READ = call("read", TRANSFER);
  private static final MethodHandle WRITE = call("write", TRANSFER);

  private final int descriptor;

  private TunDevice(int descriptor) {
    this.descriptor = descriptor;
  }

  private static MethodHandle call(
      String name, FunctionDescriptor shape, Linker.Option... options) {
    var address = LINKER.defaultLookup().findOrThrow(name);
    return LINKER.downcallHandle(address, shape, options);
  }

  /** Makes the device; it is gone with this process. */
  static TunDevice open(String name) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var descriptor = (int) OPEN.invokeExact(arena.allocateFrom("/dev/net/tun"), READ_WRITE);
      if (descriptor < 0) throw new IOException("/dev/net/tun cannot be opened");
      var request = arena.allocate(REQUEST_BYTES);
      request.setString(0, name);
      request.set(ValueLayout.JAVA_SHORT, FLAGS_AT, TUN_WITHOUT_HEADER);
      var made = (int) IOCTL.invokeExact(descriptor, TUNSETIFF, request);
      if (made < 0) throw new IOException("no device " + name + " can be made");
      return new TunDevice(descriptor);
    } catch (IOException failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IOException(impossible);
    }
  }

  /** Waits for the next packet and puts it into a direct buffer, from its start. */
  void read(ByteBuffer into) throws IOException {
    into.clear();
    var read = transfer(READ, into);
    into.limit(read);
  }

  /** Hands the kernel a packet, as if it had come from outside. */
  void write(ByteBuffer packet) throws IOException {
    transfer(WRITE, packet);
  }

  private int transfer(MethodHandle how, ByteBuffer bytes) throws IOException {
    long moved;
    try {
      var memory = MemorySegment.ofBuffer(bytes);
      moved = (long) how.invokeExact(descriptor, memory, (long) bytes.remaining());
    } catch (Throwable impossible) {
      throw new IOException(impossible);
    }
    if (moved < 0) throw new IOException("the device is gone");
    return (int) moved;
  }
}
