package io.thins3.bench.client;

import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Commands;
import io.thins3.bench.process.Deadline;
import io.thins3.bench.process.MountTable;
import io.thins3.bench.server.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Mounts clients, each on a directory of its own that did not exist before. Thread-safe. */
public final class Mounter {
  private static final Duration MOUNT_DEADLINE = Duration.ofSeconds(60);

  private final Cleanup cleanup;
  private final Path workDirectory;
  private final boolean root;
  private final AtomicInteger mounts = new AtomicInteger();

  /**
   * A mounter.
   *
   * @param workDirectory where mount points, caches and logs are made
   * @param root whether this program is root
   */
  public Mounter(Cleanup cleanup, Path workDirectory, boolean root) {
    this.cleanup = cleanup;
    this.workDirectory = workDirectory;
    this.root = root;
  }

  /**
   * Starts a client and waits for its mount.
   *
   * @param endpoint what the client shall speak to
   * @param probe a directory below the mount that must be found before the mount counts as usable
   * @throws MountFailure when the client ends or does not mount in time; nothing is left
   */
  public Mount mount(InstalledClient client, Endpoint endpoint, String bucket, String probe)
      throws Exception {
    return mount(
        client.name(),
        (directory, cache) -> builder(client, endpoint, bucket, directory, cache),
        probe);
  }

  /** A program that mounts and stays in the foreground. */
  @FunctionalInterface
  public interface Program {
    /** How it is started for a mount on {@code directory}, with a directory for its own files. */
    ProcessBuilder on(Path directory, Path cache);
  }

  /**
   * Starts a program and waits for its mount.
   *
   * @param name in messages
   * @param probe a directory below the mount that must be found before the mount counts as usable
   * @throws MountFailure when the program ends or does not mount in time; nothing is left
   */
  public Mount mount(String name, Program program, String probe) throws Exception {
    String label = name + "-" + mounts.incrementAndGet();
    Path directory = newDirectory("mnt", label);
    Path cache = newDirectory("cache", label);
    Path log = workDirectory.resolve(label + ".log");
    ProcessBuilder builder = program.on(directory, cache);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    long start = System.nanoTime();
    Cleanup.Held<Unmounter> held = start(name + " on " + directory, builder, directory, cache);
    boolean usable = false;
    try {
      awaitUsable(held.get().process(), directory, probe);
      double seconds = (System.nanoTime() - start) / 1e9;
      usable = true;
      return new Mount(held, seconds);
    } catch (TimeoutException | IOException e) {
      throw new MountFailure("mount failed: %s; %s".formatted(e.getMessage(), lastLine(log)));
    } finally {
      if (!usable) {
        held.get().forceNext();
        held.close();
      }
    }
  }

  private Path newDirectory(String kind, String label) throws IOException {
    return cleanup.make(() -> Files.createDirectories(workDirectory.resolve(kind).resolve(label)));
  }

  private Cleanup.Held<Unmounter> start(
      String what, ProcessBuilder builder, Path directory, Path cache) throws MountFailure {
    try {
      return cleanup.acquire(
          what,
          () -> new Unmounter(builder.start(), directory, cache, root, cleanup::closed),
          Unmounter::run);
    } catch (IOException e) {
      throw new MountFailure("mount failed: " + e.getMessage());
    }
  }

  private static ProcessBuilder builder(
      InstalledClient client, Endpoint endpoint, String bucket, Path directory, Path cache) {
    Map<String, String> values =
        Map.of(
            "{endpoint}", endpoint.uri().toString(),
            "{region}", endpoint.region(),
            "{bucket}", bucket,
            "{dir}", directory.toString(),
            "{cache}", cache.toString());
    List<String> command = new ArrayList<>();
    command.add(client.program().toString());
    client.spec().mountArguments().forEach(argument -> command.add(fill(argument, values)));
    Map<String, String> environment = new HashMap<>();
    client
        .spec()
        .environment()
        .forEach((name, value) -> environment.put(name, fill(value, values)));
    environment.put("AWS_ACCESS_KEY_ID", endpoint.accessKey());
    environment.put("AWS_SECRET_ACCESS_KEY", endpoint.secretKey().reveal());
    environment.put("AWS_REGION", endpoint.region());
    // s3fs before 1.91 knows only these names.
    environment.put("AWSACCESSKEYID", endpoint.accessKey());
    environment.put("AWSSECRETACCESSKEY", endpoint.secretKey().reveal());
    return Commands.builder(command, environment);
  }

  private static String fill(String template, Map<String, String> values) {
    String text = template;
    for (var value : values.entrySet()) {
      text = text.replace(value.getKey(), value.getValue());
    }
    return text;
  }

  private static void awaitUsable(Process process, Path directory, String probe) throws Exception {
    Deadline deadline = Deadline.in(MOUNT_DEADLINE);
    deadline.await(
        "mounting",
        2,
        () -> {
          if (MountTable.contains(directory)) {
            return true;
          }
          if (!process.isAlive()) {
            throw new IOException("the client ended with exit code " + process.exitValue());
          }
          return false;
        });
    // Some clients show the mount before they have asked the store whether the bucket is there.
    // A lookup that hangs cannot be interrupted, only ended with the client: it gets a thread.
    CompletableFuture<Boolean> found = new CompletableFuture<>();
    Thread lookup = new Thread(() -> lookUp(directory.resolve(probe), deadline, found), "lookup");
    lookup.setDaemon(true);
    lookup.start();
    deadline.await(
        "the first lookup",
        1,
        () -> {
          if (!process.isAlive()) {
            throw new IOException("the client ended with exit code " + process.exitValue());
          }
          return found.isDone();
        });
  }

  private static void lookUp(Path probe, Deadline deadline, CompletableFuture<Boolean> found) {
    try {
      deadline.await("the first lookup", 2, () -> Files.isDirectory(probe));
      found.complete(true);
    } catch (Exception e) {
      found.completeExceptionally(e);
    }
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines =
        Files.readAllLines(log, StandardCharsets.ISO_8859_1).stream()
            .filter(l -> !l.isBlank())
            .toList();
    return lines.isEmpty() ? "it printed nothing" : "its last words: " + shorten(lines);
  }

  private static String shorten(List<String> lines) {
    String last = lines.get(lines.size() - 1).strip();
    return last.length() > 200 ? last.substring(0, 200) + "…" : last;
  }
}
