package io.thins3.bench.transports.server;

import io.thins3.fuse.FuseServer;
import io.thins3.fuse.MountException;
import io.thins3.fuse.Transport;
import io.thins3.fuse.libfuse.LibfuseTransport;
import io.thins3.fuse.linux.LinuxTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Serves the tree in a process of its own, until it is unmounted from outside. */
public final class ServerMain {
  /** libfuse's own default, and so that of all servers. */
  private static final Duration CACHED = Duration.ofSeconds(1);

  private ServerMain() {}

  /** The arguments that {@link #main} takes. */
  public static List<String> arguments(
      ServerKind kind, Path directory, boolean uncached, long lateMillis, int entries) {
    return List.of(
        kind.label(),
        directory.toString(),
        Boolean.toString(uncached),
        Long.toString(lateMillis),
        Integer.toString(entries));
  }

  /** Mounts and serves. */
  public static void main(String[] args) throws Exception {
    ServerKind kind = ServerKind.named(args[0]);
    Path directory = Path.of(args[1]);
    boolean uncached = Boolean.parseBoolean(args[2]);
    long lateMillis = Long.parseLong(args[3]);
    MemoryTree tree = new MemoryTree(Integer.parseInt(args[4]));
    if (kind == ServerKind.STOCK) {
      new StockFileSystem(tree, lateMillis).mount(directory, true, false, stockOptions(uncached));
      return;
    }
    NodeFileSystem fileSystem =
        new NodeFileSystem(tree, uncached ? Duration.ZERO : CACHED, lateMillis);
    boolean linux = kind == ServerKind.LINUX;
    serve(
        fileSystem,
        linux ? new LinuxTransport() : new LibfuseTransport(),
        directory,
        // The Linux transport takes the times from the answers; libfuse 2 has one for all.
        uncached && !linux ? List.of("attr_timeout=0,entry_timeout=0") : List.of());
  }

  private static void serve(
      NodeFileSystem fileSystem, Transport transport, Path directory, List<String> options)
      throws MountException, InterruptedException {
    FuseServer.builder(fileSystem)
        .transport(transport)
        .mountPoint(directory)
        .fsName("thins3:bench")
        .subtype("thins3")
        .options(options)
        .mount()
        .awaitEnd();
  }

  /** What the transports of ThinS3 ask for by themselves. */
  private static String[] stockOptions(boolean uncached) {
    List<String> options =
        new ArrayList<>(
            List.of("-o", "fsname=jnr-fuse,subtype=stock,default_permissions,big_writes"));
    if (uncached) {
      options.addAll(List.of("-o", "attr_timeout=0,entry_timeout=0"));
    }
    return options.toArray(String[]::new);
  }
}
