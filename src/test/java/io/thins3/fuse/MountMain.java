package io.thins3.fuse;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Mounts {@link #sample} in a process of its own, for tests of what happens to processes. It prints
 * a line when it is mounted, and obeys lines of its standard input.
 */
public final class MountMain {
  /** An emoji outside the basic plane, and a letter that ASCII does not have. */
  public static final String NAME = "\uD83E\uDD8A gr\u00FC\u00DFe.txt";

  private MountMain() {}

  static MemoryFileSystem sample() {
    return new MemoryFileSystem()
        .file("/hello.txt", "hello\n")
        .file("/dir/" + NAME, "content of the fox\n")
        .file("/big", MemoryContent.pattern(1 << 20, 1));
  }

  /** Arguments: class of the transport, mount point, then -o options. */
  public static void main(String[] args) throws Exception {
    MemoryFileSystem fileSystem = sample();
    if (Boolean.getBoolean("stall")) {
      // Takes requests and never answers: what a hanging server does.
      for (String operation : List.of("statfs", "getattr", "lookup", "opendir", "access")) {
        fileSystem.before(operation, name -> Thread.currentThread().join());
      }
    }
    Transport transport =
        Class.forName(args[0]).asSubclass(Transport.class).getDeclaredConstructor().newInstance();
    FuseServer server;
    try {
      server =
          FuseServer.builder(fileSystem)
              .transport(transport)
              .mountPoint(Path.of(args[1]))
              .fsName("thins3:child")
              .subtype("thins3")
              .options(List.of(args).subList(2, args.length))
              .mount();
    } catch (MountException e) {
      System.out.println(e.reason() + " " + e.getMessage());
      System.exit(2);
      return;
    }
    System.out.println("mounted");
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String command = commands.readLine(); command != null; command = commands.readLine()) {
      switch (command) {
        case "close" -> server.close();
        case "exit" -> System.exit(3);
        case "return" -> {
          return;
        }
        default -> throw new IllegalArgumentException(command);
      }
      System.out.println("done");
    }
    server.awaitEnd();
    System.out.println("ended");
  }
}
