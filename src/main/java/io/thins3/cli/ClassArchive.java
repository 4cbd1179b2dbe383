package io.thins3.cli;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.thins3.config.ExitCode;
import io.thins3.fuse.Caller;
import io.thins3.fuse.DirectoryHandle;
import io.thins3.fuse.DirectorySink;
import io.thins3.fuse.Entry;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FileType;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.MountException;
import io.thins3.fuse.MountSpec;
import io.thins3.fuse.Node;
import io.thins3.fuse.Transport;
import io.thins3.fuse.linux.LinuxTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Loads the classes that a mount uses, for a JVM that writes them into an archive when it ends
 * ({@code bin/thins3-prepare}; Java's class data sharing): a start takes half the time with it.
 *
 * <p>It starts a mount of a bucket that it serves itself, up to where the kernel would be asked:
 * the mount point is gone by then; and it lists the bucket as the kernel would have it do: the code
 * behind lambdas is archived only where they were run. What else the program's jar has is loaded by
 * name. Nothing of the user's takes part.
 */
final class ClassArchive {
  private static final String LISTING =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
      <Name>archive</Name><Prefix></Prefix><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys>\
      <IsTruncated>false</IsTruncated><Contents><Key>file</Key>\
      <LastModified>2026-01-01T00:00:00.000Z</LastModified>\
      <ETag>&quot;00000000000000000000000000000000&quot;</ETag><Size>1</Size>\
      <StorageClass>STANDARD</StorageClass></Contents></ListBucketResult>\
      """;

  private static final String ETAG = "\"00000000000000000000000000000000\"";

  private static final String MISSING = "missing";

  private static final String CLASS = ".class";

  private ClassArchive() {}

  /** Runs it: exit code 0, or a stack trace and 1. */
  public static void main(String[] args) {
    int code = 0;
    try {
      loadProgram();
      startMount();
    } catch (Exception e) {
      e.printStackTrace();
      code = 1;
    }
    System.exit(code);
  }

  private static void loadProgram() throws Exception {
    Class<?> self = ClassArchive.class;
    Path jar = Path.of(self.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> names;
    try (JarFile entries = new JarFile(jar.toFile())) {
      names = entries.stream().map(JarEntry::getName).filter(n -> n.endsWith(CLASS)).toList();
    }
    for (String name : names) {
      String type = name.substring(0, name.length() - CLASS.length()).replace('/', '.');
      Class.forName(type, false, self.getClassLoader());
    }
  }

  private static void startMount() throws Exception {
    // The keys of no server. The user's files are kept away by bin/thins3-prepare.
    System.setProperty("aws.accessKeyId", "archive");
    System.setProperty("aws.secretAccessKey", "archive");
    // Nobody else can put something in the place of the mount point, which is gone when it is used.
    Path directory = Files.createTempDirectory("thins3");
    Path mountPoint = Files.createDirectory(directory.resolve("mount"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", ClassArchive::answer);
    server.start();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(said, false, StandardCharsets.UTF_8)) {
      String endpoint = "http://127.0.0.1:" + server.getAddress().getPort();
      MountRunner runner =
          new MountService(kind -> withoutMountPoint(), ReadySignal.of(Map.of()), Map.of());
      String[] command = {
        "mount",
        "-f",
        "--log-level",
        "error",
        "--region",
        "us-east-1",
        "--endpoint",
        endpoint,
        "archive",
        mountPoint.toString()
      };
      int code = new Thins3(out, out, Map.of(), runner).run(command);
      if (code != ExitCode.FUSE.code()) {
        throw new IllegalStateException(
            "exit code " + code + ": " + said.toString(StandardCharsets.UTF_8));
      }
    } finally {
      server.stop(0);
      Files.deleteIfExists(mountPoint);
      Files.delete(directory);
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    String query = exchange.getRequestURI().getQuery();
    if (query != null && query.contains("list-type")) {
      byte[] body = LISTING.getBytes(StandardCharsets.UTF_8);
      headers.set("Content-Type", "application/xml");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } else if (exchange.getRequestURI().getPath().endsWith("/" + MISSING)) {
      exchange.sendResponseHeaders(404, -1);
    } else {
      headers.set("ETag", ETAG);
      headers.set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
      headers.set("Content-Range", "bytes 0-0/1");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(head ? 200 : 206, head ? -1 : 1);
      if (!head) {
        exchange.getResponseBody().write('x');
      }
    }
    exchange.close();
  }

  /** What the first programs do: ls -l, and a look at a file. */
  private static void use(FileSystem fileSystem) throws FuseException {
    Caller caller = new Caller(0, 0, 0);
    Node root = fileSystem.root();
    fileSystem.getattr(root, null);
    fileSystem.lookup(root, MISSING, caller);
    for (boolean attributes : new boolean[] {false, true}) {
      DirectoryHandle directory = fileSystem.opendir(root, caller);
      fileSystem.readdir(directory, 0, new Taker(attributes));
      fileSystem.releasedir(directory);
    }
    Entry file = Objects.requireNonNull(fileSystem.lookup(root, "file", caller).entry());
    fileSystem.getattr(file.node(), null);
  }

  /** Takes all entries. */
  private record Taker(boolean wantsAttributes) implements DirectorySink {
    @Override
    public boolean add(String name, long nextOffset, long ino, FileType type) {
      return true;
    }

    @Override
    public boolean add(String name, long nextOffset, Entry entry) {
      return true;
    }
  }

  /** Comes as far as mount(2), or to the device that this machine has not, and fails there. */
  private static Transport withoutMountPoint() {
    Transport transport = new LinuxTransport();
    return new Transport() {
      @Override
      public String name() {
        return transport.name();
      }

      @Override
      public Session mount(FileSystem fileSystem, MountSpec spec) throws MountException {
        try {
          use(fileSystem);
          Files.delete(spec.mountPoint());
        } catch (FuseException e) {
          throw new IllegalStateException(e);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        return transport.mount(fileSystem, spec);
      }
    };
  }
}
