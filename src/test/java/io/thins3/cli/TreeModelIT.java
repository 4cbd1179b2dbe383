package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Thins3Process;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random changes in the store, each compared with a model through a mount that asks every time.
 * {@code -Dthins3.test.seed=N} repeats a run.
 */
@Timeout(600)
class TreeModelIT {
  private static final int STEPS = 5_000;
  private static final int ANOTHER_PATH_EVERY = 4;
  private static final int WHOLE_TREE_EVERY = 1000;
  private static final int MOST_KEYS = 150;
  private static final int HISTORY = 30;

  /** They sort around the slash, and need encoding in URLs, XML or both. */
  private static final String[] NAMES = {
    "a", "a-b", "a.b", "a0", "b", "c d", "c+d", "c%20d", "e#f?", "g&<h>", "i\nj", "k\u0001l", "~"
  };

  private final S3Server server = S3Server.shared();
  private final String bucket = server.createBucket();
  private final SortedMap<String, byte[]> model = new TreeMap<>();
  private final Deque<String> history = new ArrayDeque<>();

  private final long seed = Long.getLong("thins3.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private Path mount = Path.of("/nowhere");

  @Test
  void mount_randomChangesInTheStore_agreesWithTheModelAfterEach(@TempDir Path temporary)
      throws Exception {
    System.out.println("TreeModelIT: -Dthins3.test.seed=" + seed);
    mount = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    try (Thins3Process thins3 =
        MountCommand.of(server, bucket, mount)
            .mount("--metadata-ttl", "0", "--negative-ttl", "0")) {
      for (int step = 0; step < STEPS; step++) {
        String changed = change();
        try {
          check(changed);
          if (step % ANOTHER_PATH_EVERY == 0) {
            check(anyPath());
          }
          if (step % WHOLE_TREE_EVERY == WHOLE_TREE_EVERY - 1) {
            checkTree("");
          }
        } catch (AssertionError | IOException e) {
          throw new AssertionError(
              "seed %d, step %d, after %s; the store has %s"
                  .formatted(seed, step, history, model.keySet()),
              e);
        }
      }
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  /** One change: what is at a path becomes a file, a directory, or nothing. */
  private String change() {
    String path = model.isEmpty() || random.nextInt(3) > 0 ? randomPath() : anyPath();
    int kind = model.size() >= MOST_KEYS ? 9 : random.nextInt(10);
    if (kind < 6) {
      makeWay(path, true);
      put(path, new byte[random.nextInt(2000)]);
    } else if (kind < 7) {
      makeWay(path, false);
      put(path + "/", new byte[0]);
    } else {
      remove(path);
    }
    return path;
  }

  /** MinIO hides what is below an object of the same name: its keys never have both here. */
  private void makeWay(String path, boolean forFile) {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      delete(path.substring(0, slash));
    }
    if (forFile) {
      below(path).forEach(this::delete);
    } else {
      delete(path);
    }
  }

  private void remove(String path) {
    delete(path);
    below(path).forEach(this::delete);
  }

  private List<String> below(String path) {
    return List.copyOf(model.subMap(path + "/", path + "0").keySet());
  }

  private void put(String key, byte[] content) {
    random.nextBytes(content);
    say("put " + key);
    server.put(bucket, key, content);
    model.put(key, content);
  }

  private void delete(String key) {
    if (model.remove(key) != null) {
      say("delete " + key);
      server.delete(bucket, key);
    }
  }

  private void say(String done) {
    history.addLast(done.replace("\n", "\\n").replace("\u0001", "\\x01"));
    if (history.size() > HISTORY) {
      history.removeFirst();
    }
  }

  private String randomPath() {
    StringBuilder path = new StringBuilder(NAMES[random.nextInt(NAMES.length)]);
    for (int depth = random.nextInt(4); depth > 0; depth--) {
      path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
    }
    return path.toString();
  }

  /** A path that is there, or a directory of one. */
  private String anyPath() {
    if (model.isEmpty()) {
      return "a";
    }
    List<String> keys = new ArrayList<>(model.keySet());
    String path = keys.get(random.nextInt(keys.size())).replaceAll("/$", "");
    int slash = path.lastIndexOf('/');
    return slash > 0 && random.nextBoolean() ? path.substring(0, slash) : path;
  }

  /** A path, and the directory that holds it. */
  private void check(String path) throws IOException {
    Path at = mount.resolve(path);
    byte[] content = model.get(path);
    boolean directory = !below(path).isEmpty();
    if (directory) {
      assertThat(Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)).as(path).isTrue();
      checkEntries(path);
    } else if (content == null) {
      assertThat(Files.exists(at, LinkOption.NOFOLLOW_LINKS)).as(path).isFalse();
    } else if (random.nextInt(3) == 0) {
      assertThat(Files.readAllBytes(at)).as(path).isEqualTo(content);
    } else {
      assertThat(Files.size(at)).as(path).isEqualTo(content.length);
    }
    int slash = path.lastIndexOf('/');
    String parent = slash < 0 ? "" : path.substring(0, slash);
    if (parent.isEmpty() || !below(parent).isEmpty()) {
      checkEntries(parent);
    }
  }

  private void checkEntries(String directory) throws IOException {
    List<String> listed = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(mount.resolve(directory))) {
      entries.forEach(entry -> listed.add(String.valueOf(entry.getFileName())));
    }
    assertThat(new HashSet<>(listed)).as("each once").hasSize(listed.size());
    assertThat(new TreeSet<>(listed)).as("entries of '%s'", directory).isEqualTo(names(directory));
  }

  private SortedSet<String> names(String directory) {
    SortedSet<String> names = new TreeSet<>();
    String prefix = directory.isEmpty() ? "" : directory + "/";
    for (String key : directory.isEmpty() ? model.keySet() : below(directory)) {
      String name = key.substring(prefix.length()).replaceAll("(?s)/.*", "");
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return names;
  }

  private void checkTree(String directory) throws IOException {
    checkEntries(directory);
    for (String name : names(directory)) {
      String path = directory.isEmpty() ? name : directory + "/" + name;
      check(path);
      if (!below(path).isEmpty()) {
        checkTree(path);
      }
    }
  }
}
